"""Conventions of pages, checked at every start."""

from django.core import checks
from django.db import models
from modeltranslation.translator import NotRegistered, translator

from hospital_site.publishing.models import Editable, page_models
from hospital_site.publishing.snapshots import inline_model


@checks.register
def pages_keep_their_promises(app_configs, **kwargs):
    return [problem for model in page_models() for problem in problems_of(model)]


def problems_of(model):
    name = model._meta.label
    if model.get_absolute_url is Editable.get_absolute_url:
        yield checks.Error(f"{name} has no address.", hint="Write its get_absolute_url.", id="publishing.E001")
    for part in [model, *(inline_model(model, part) for part in model.inline_relations)]:
        if part.__str__ in (models.Model.__str__, object.__str__):
            yield checks.Error(
                f"{part._meta.label} has no __str__ of its own.",
                hint="Write one: snapshots borrow it, and Django's needs a database row.",
                id="publishing.E002",
            )
        try:
            translator.get_options_for_model(part)
        except NotRegistered:
            yield checks.Error(
                f"{part._meta.label} is not registered for translation.",
                hint="Patients read it: name its texts in the application's translation.py.",
                id="publishing.E003",
            )
