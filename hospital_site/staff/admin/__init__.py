"""Users, their roles and the audit log in Django's admin."""

from hospital_site.staff.admin import audit, command_runs, users  # noqa: F401
