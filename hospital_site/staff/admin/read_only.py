"""Rows that are shown in the admin and written elsewhere."""

from django.contrib import admin

from hospital_site.staff.names import users_called
from hospital_site.typed_fields import TypedAdmin
from hospital_site.typed_text import clean_line


class FindsPeople:
    """A `ModelAdmin` that also finds rows by the whole name of who is named in them.

    `people` is the lookup for that, and what of a user it holds.
    """

    people = ("account__in", "pk")

    def get_search_results(self, request, queryset, search_term):
        found, may_have_duplicates = super().get_search_results(request, queryset, search_term)
        if not search_term.strip():
            return found, may_have_duplicates
        lookup, column = self.people
        called = users_called(clean_line(search_term)).values(column)
        return found | queryset.filter(**{lookup: called}), may_have_duplicates


class ReadOnlyAdmin(TypedAdmin, admin.ModelAdmin):
    """Refuses to add, change and delete; the permission to view is Django's own."""

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False
