"""What pages and sheets need on paper."""

from functools import lru_cache

from django import template
from django.utils.safestring import mark_safe

from hospital_site.publishing.pages import absolute

register = template.Library()


@register.filter
def beside(columns, texts):
    """`{% for column, text in columns|beside:line.texts %}`"""
    return zip(columns, texts, strict=True)


@register.simple_tag
def qr_code(address):
    """`{% qr_code address %}`: an inline SVG that leads a telephone to `address`."""
    return drawn(address)


@lru_cache(maxsize=2048)
def drawn(address):
    svg = code_of(address).svg_inline(omitsize=True, light="#fff", svgclass=None, lineclass=None)
    return mark_safe(svg.replace("<svg", '<svg class="qr-code" aria-hidden="true"', 1))  # noqa: S308 (of an address, drawn)


def code_of(address):
    """Return the QR code. Looking for the best of the eight masks would take four times as long; all are read."""
    import segno  # 10 ms: Django loads all tags with the first page, and few pages are printed

    return segno.make(address, error="m", boost_error=False, micro=False, mask=3)


@register.inclusion_tag("components/on_paper.html")
def on_paper(page):
    """`{% on_paper page %}`: where a printed page is found again."""
    return {"address": absolute(page)}
