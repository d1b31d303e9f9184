"""The form of a page: in its embedded relations it offers and accepts only rows that belong to a page above it."""

import copy
from itertools import groupby

from django import forms
from django.utils.translation import gettext_lazy as _

from hospital_site.publishing.loading import embeddable_rows
from hospital_site.publishing.models import Editable, page_models


class PageForm(forms.ModelForm):
    """Offers, for example, a clinic the departments of its own hospital, under the name of the hospital."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.offer_rows(self.instance)

    def clean(self):
        super().clean()
        page = as_filled_in(self)
        self.offer_rows(page)
        for name, field in self.embedded_fields():
            rows = self.cleaned_data.get(name)
            if rows and has_parent(page) and not field.disabled:
                strangers = rows.exclude(pk__in=embeddable_rows(page, name))
                if strangers:
                    names = {"names": ", ".join(f"{row} ({getattr(row, owner_of(row))})" for row in strangers)}
                    sentence = PAGE_ELSEWHERE if issubclass(strangers.model, Editable) else BELONGS_ELSEWHERE
                    self.add_error(name, sentence % names)

    def offer_rows(self, page):
        for name, field in self.embedded_fields():
            rows = field.queryset
            if has_parent(page):
                rows = rows.filter(pk__in=embeddable_rows(page, name))
            field.widget.choices = grouped(rows)

    def embedded_fields(self):
        return [(name, self.fields[name]) for name in self._meta.model.embedded_relations if name in self.fields]


BELONGS_ELSEWHERE = _(
    "This belongs to another hospital: %(names)s. Choose again from the list, which now has what belongs to the "
    "hospital of this page."
)
PAGE_ELSEWHERE = _(
    "This does not belong to a page above this one: %(names)s. Choose again from the list, which now has what does."
)


def grouped(rows):
    """Return `rows` as choices, grouped by the page that they belong to: `[("KCCH", [(5, "Radiology"), …]), …]`."""
    owner = owner_of(rows.model)
    rows = rows.select_related(owner).order_by(owner, *rows.model._meta.ordering)
    groups = groupby(rows, key=lambda row: getattr(row, owner))
    return [(str(page), [(row.pk, str(row)) for row in group]) for page, group in groups]


def owner_of(row):
    """Return the name of the foreign key from an inline row, or its model, to its page."""
    return next(field.name for field in row._meta.fields if field.related_model in page_models())


def has_parent(page):
    return any(getattr(page, page._meta.get_field(name).attname) for name in page.parents)


def as_filled_in(form):
    """Return the page of `form` under the pages above it that were chosen there."""
    page = copy.copy(form.instance)
    for name in page.parents:
        if name in form.cleaned_data:
            setattr(page, name, form.cleaned_data[name])
    return page
