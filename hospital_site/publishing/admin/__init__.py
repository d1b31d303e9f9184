"""Editing, publishing and reviewing pages in Django's admin."""

from hospital_site.publishing.admin.pages import EditableAdmin, RowInline

__all__ = ["EditableAdmin", "RowInline"]
