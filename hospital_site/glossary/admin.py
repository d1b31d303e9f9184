"""What editors see of the glossary."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _
from modeltranslation.utils import get_translation_fields

from hospital_site.glossary.models import Term
from hospital_site.publishing.admin import EditableAdmin


@admin.register(Term)
class TermAdmin(EditableAdmin):
    list_filter = ["topic"]
    sections = [
        (_("Word"), ["topic", "name", "pronunciation"]),
        (_("Meaning"), ["definition", "is_explained_on_pages"]),
        (_("Other forms"), ["aliases", "forbidden"]),
        (_("Address and source"), ["slug", "source", "notes"]),
    ]

    def get_search_fields(self, request):
        return [*super().get_search_fields(request), *get_translation_fields("aliases")]
