"""Links to the forms of pages."""

from django.urls import reverse
from django.utils.html import format_html


def link_to(page):
    """A link to the form of a working row of any kind."""
    return format_html('<a href="{}">{}</a>', form_url(page.key), page)


def form_url(key):
    """`centers.treatment:5` → the address of its form."""
    kind, pk = key.rsplit(":", 1)
    return reverse(f"admin:{kind.replace('.', '_')}_change", args=[pk])
