"""Websites are entered with https:// only; what was stored before stays live, and editors are told."""

import pytest
from django.apps import apps
from django.contrib import admin
from django.contrib.auth import get_user_model
from django.db import models
from django.forms import modelform_factory
from django.test import RequestFactory

from centers.models import Hospital
from hospital_site.typed_fields import URLField
from tests import make
from tests.publishing.checking import check_draft

pytestmark = pytest.mark.same_on_every_database

ENTERED = {
    "www.example.org": "https://www.example.org",
    "https://www.example.org/ko/": "https://www.example.org/ko/",
    "http://www.example.org": None,
    "ftp://www.example.org": None,
    "javascript:alert(1)": None,
    "//www.example.org": "https://www.example.org",
    "HTTP://www.example.org": None,
}


def admins():
    """Every admin class and inline, with its model."""
    for model, its in admin.site._registry.items():
        yield model, its
        yield from ((inline.model, inline(model, admin.site)) for inline in its.inlines)


@pytest.mark.django_db
def test_every_website_of_every_form_of_the_admin_is_such_a_field():
    request = RequestFactory().get("/")
    request.user = get_user_model().objects.create(username="kim", is_superuser=True, is_active=True)
    ours = {
        field
        for label in ("centers", "patients_rights", "enquiries", "publishing")
        for model in apps.get_app_config(label).get_models()
        for field in model._meta.fields
        if isinstance(field, models.URLField)
    }
    met = {
        field
        for model, its in admins()
        for field in model._meta.fields
        if field in ours and isinstance(its.formfield_for_dbfield(field, request), URLField)
    }

    assert met == ours
    assert len(ours) >= 2


@pytest.mark.parametrize(("written", "kept"), ENTERED.items(), ids=ENTERED)
def test_a_website_is_entered_with_https_only(written, kept):
    form = website_form({"website": written})

    assert (form.is_valid(), form.cleaned_data.get("website")) == (kept is not None, kept)


def website_form(data, stored=""):
    form = modelform_factory(Hospital, fields=["website"], field_classes={"website": URLField})
    return form(data, instance=Hospital(slug="kcch", website=stored))


@pytest.mark.parametrize(("entered", "is_taken"), [("http://old.example.org", True), ("http://new.example.org", False)])
def test_a_website_that_was_stored_before_stays_until_it_is_changed(entered, is_taken):
    assert website_form({"website": entered}, stored="http://old.example.org").is_valid() == is_taken


@pytest.mark.depends_on_database
@pytest.mark.django_db
def test_an_editor_is_told_of_a_website_that_was_stored_before():
    hospital, charter = make.hospital(website="http://old.example.org"), make.charter()
    make.part(charter, "agencies", name_ko="기관", website="http://old.example.org")

    def warned(page):
        found = check_draft(page)
        return [(finding.level, finding.field) for finding in found if "http://" in finding.message]

    assert warned(hospital) == [("warning", "website")]
    assert warned(charter) == [("warning", "agencies-0-website")]
    assert warned(make.hospital(website="https://www.example.org")) == []
