"""What the desk counts, as a filter of the lists."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from hospital_site.publishing.desk import TITLES


class DeskFilter(admin.SimpleListFilter):
    title = _("what waits")
    parameter_name = "desk"

    def lookups(self, request, model_admin):
        return TITLES.items()

    def queryset(self, request, queryset):
        return queryset.on_desk(self.value()) if self.value() in TITLES else queryset
