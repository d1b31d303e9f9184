"""What editors see of the charter."""

from django.contrib import admin
from django.db.models import F
from django.forms.models import BaseInlineFormSet
from django.utils.translation import gettext_lazy as _

from hospital_site.publishing.admin import EditableAdmin, RowInline
from patients_rights.models import Agency, Article, Charter


class ArticleFormSet(BaseInlineFormSet):
    """Lets articles swap their numbers: the changed ones step aside before they take their new places."""

    ASIDE = 10_000

    def save_existing_objects(self, commit=True):
        moved = [form.instance.pk for form in self.initial_forms if {"kind", "number"} & set(form.changed_data)]
        if commit and moved:
            self.model.objects.filter(pk__in=moved).update(number=F("number") + self.ASIDE)
        return super().save_existing_objects(commit)


class ArticleInline(RowInline):
    model = Article
    formset = ArticleFormSet
    names = ["kind", "number", "title", "text", "is_statutory", "basis"]


class AgencyInline(RowInline):
    model = Agency
    names = [
        "name",
        "telephone",
        "telephone_label",
        "telephone_abroad",
        "hours",
        "website",
        "address",
        "verified_on",
        "position",
    ]


@admin.register(Charter)
class CharterAdmin(EditableAdmin):
    title_field = "title"
    inlines = [ArticleInline, AgencyInline]
    sections = [
        (_("Title"), ["hospital", "title"]),
        (_("Text"), ["introduction", "rights_heading", "responsibilities_heading"]),
        (_("In force"), ["in_force_from", "legal_basis"]),
        (_("Address and source"), ["slug", "source"]),
    ]
