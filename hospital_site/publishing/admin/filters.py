"""Filters of the lists: what the desk counts, and the pages above."""

from django.contrib import admin
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from hospital_site.publishing.desk import TITLES
from hospital_site.publishing.page_scopes import visible


class DeskFilter(admin.SimpleListFilter):
    title = _("what waits")
    parameter_name = "desk"

    def lookups(self, request, model_admin):
        return TITLES.items()

    def queryset(self, request, queryset):
        return queryset.on_desk(self.value()) if self.value() in TITLES else queryset


class PageFilter(admin.RelatedFieldListFilter):
    """A page above the ones in the list. Only those that the person may see are named."""

    def field_choices(self, field, request, model_admin):
        seen = Q(pk__in=visible(field.related_model.objects.all(), request.user).values("pk"))
        ordering = self.field_admin_ordering(field, request, model_admin)
        return field.get_choices(include_blank=False, ordering=ordering, limit_choices_to=seen)
