"""What is kept about staff beside Django's users and groups."""

from hospital_site.staff.models.append_only import AppendOnly, AppendOnlyQuerySet
from hospital_site.staff.models.audit import AuditEntry
from hospital_site.staff.models.command_runs import PATIENCE, CommandRun
from hospital_site.staff.models.kept_forms import KeptForm
from hospital_site.staff.models.scopes import StaffScope

__all__ = ["PATIENCE", "AppendOnly", "AppendOnlyQuerySet", "AuditEntry", "CommandRun", "KeptForm", "StaffScope"]
