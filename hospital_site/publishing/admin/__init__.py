"""The editors' desk in Django's admin."""

from hospital_site.publishing.admin import people, records  # noqa: F401
from hospital_site.publishing.admin.pages import EditableAdmin, RowInline

__all__ = ["EditableAdmin", "RowInline"]
