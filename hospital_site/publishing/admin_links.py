"""Links to the forms of pages, and to what apps above this one say of them."""

from django.urls import reverse
from django.utils.html import format_html

QUEUES = []  # functions of a language, a page and a state of its texts, for the address of a queue of translators


def queue_url(language, page, state=""):
    """The address of the texts of `page` in the queue of `language`; empty where no app has queues."""
    return next((address(language, page, state) for address in QUEUES), "")


def link_to(page):
    """A link to the form of a working row of any kind."""
    return format_html('<a href="{}">{}</a>', form_url(page.key), page)


def form_url(key):
    """`centers.treatment:5` → the address of its form."""
    kind, pk = key.rsplit(":", 1)
    return reverse(f"admin:{kind.replace('.', '_')}_change", args=[pk])
