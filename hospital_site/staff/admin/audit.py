"""The audit log, to be read and exported, never changed."""

import csv
import json

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import StreamingHttpResponse
from django.urls import path
from django.utils import timezone

from hospital_site.staff.admin.read_only import FindsPeople, ReadOnlyAdmin
from hospital_site.staff.audit import record, visible_entries
from hospital_site.staff.exports import harmless
from hospital_site.staff.models import AuditEntry

READ_LOG = "staff.view_auditentry"
COLUMNS = ["at", "by", "account", "action", "page", "title", "before", "after", "reason", "findings", "data"]


class Echo:
    """A file whose `write` returns the line instead of keeping it."""

    def write(self, line):
        return line


@admin.register(AuditEntry)
class AuditEntryAdmin(FindsPeople, ReadOnlyAdmin):
    change_list_template = "admin/staff/audit_list.html"
    list_display = ["at", "by", "action", "title", "reason"]
    list_filter = ["action", "at"]
    search_fields = ["by", "page", "title", "reason"]
    date_hierarchy = "at"
    list_per_page = 100
    empty_value_display = ""
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER

    def get_queryset(self, request):
        return visible_entries(super().get_queryset(request), request.user)

    def get_urls(self):
        export = path("export/", self.admin_site.admin_view(self.export_view), name="staff_auditentry_export")
        return [export, *super().get_urls()]

    def export_view(self, request):
        """Returns what the person may read of the log as CSV, the newest entry first. It is an entry of its own."""
        if not request.user.has_perm(READ_LOG):
            raise PermissionDenied
        record(AuditEntry.Action.EXPORT, by=request.user)
        entries = self.get_queryset(request).values_list(*COLUMNS).iterator(chunk_size=2000)
        response = StreamingHttpResponse(as_csv(entries), content_type="text/csv; charset=utf-8")
        response["Content-Disposition"] = f'attachment; filename="audit-{timezone.localdate():%Y-%m-%d}.csv"'
        return response


def as_csv(entries):
    """Yields the lines of a CSV file, with a byte order mark that tells spreadsheets that it is UTF-8."""
    writer = csv.writer(Echo())
    yield "\ufeff" + writer.writerow(COLUMNS)
    for at, *rest, data in entries:
        details = json.dumps(data, ensure_ascii=False, sort_keys=True) if data else ""
        yield writer.writerow([timezone.localtime(at).isoformat(), *map(harmless, [*rest, details])])
