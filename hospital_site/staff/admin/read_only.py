"""Rows that are shown in the admin and written elsewhere."""

from django.contrib import admin

from hospital_site.typed_fields import TypedAdmin


class ReadOnlyAdmin(TypedAdmin, admin.ModelAdmin):
    """Refuses to add, change and delete; the permission to view is Django's own."""

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False
