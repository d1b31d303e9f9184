"""The audit log, to be read and exported, never changed."""

import csv

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import StreamingHttpResponse
from django.urls import path
from django.utils import timezone

from hospital_site.publishing.audit import record
from hospital_site.publishing.models import AuditEntry
from hospital_site.publishing.roles import READ_LOG

COLUMNS = ["at", "by", "action", "page", "title", "before", "after", "reason"]
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


class Echo:
    """A file that gives back each line instead of keeping it."""

    def write(self, line):
        return line


@admin.register(AuditEntry)
class AuditEntryAdmin(admin.ModelAdmin):
    change_list_template = "admin/publishing/audit_list.html"
    list_display = ["at", "by", "action", "title", "reason"]
    list_filter = ["action", "at"]
    search_fields = ["by", "page", "title", "reason"]
    date_hierarchy = "at"
    list_per_page = 100
    empty_value_display = ""
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False

    def get_urls(self):
        export = path("export/", self.admin_site.admin_view(self.export_view), name="publishing_auditentry_export")
        return [export, *super().get_urls()]

    def export_view(self, request):
        """The whole log as CSV, the newest entry first. The export is an entry of its own."""
        if not request.user.has_perm(READ_LOG):
            raise PermissionDenied
        record(AuditEntry.Action.EXPORT, by=request.user)
        entries = AuditEntry.objects.values_list(*COLUMNS).iterator(chunk_size=2000)
        response = StreamingHttpResponse(as_csv(entries), content_type="text/csv; charset=utf-8")
        response["Content-Disposition"] = f'attachment; filename="audit-{timezone.localdate():%Y-%m-%d}.csv"'
        return response


def as_csv(entries):
    """Lines of CSV with a mark at the start by which spreadsheets know that it is UTF-8."""
    writer = csv.writer(Echo())
    yield "\ufeff" + writer.writerow(COLUMNS)
    for at, *rest in entries:
        yield writer.writerow([timezone.localtime(at).isoformat(), *map(harmless, rest)])


def harmless(text):
    """A cell that no spreadsheet takes for a formula."""
    return f"'{text}" if text.startswith(FORMULA_STARTS) else text
