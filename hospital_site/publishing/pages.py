"""Showing one page: its template, and what machines are told about it."""

import json
from functools import partial, wraps

from django.conf import settings
from django.shortcuts import render
from django.utils.safestring import mark_safe
from django.views.decorators.http import require_safe

from hospital_site.publishing.languages import localized
from hospital_site.publishing.models import without_language
from hospital_site.publishing.snapshots import languages_written

# How long proxies in front of the site keep a page: together less than a minute, and for a day while no machine answers
# (nginx; a CDN, which shows it once more while it asks; a browser, which does that too).
FOR_EVERYBODY = "public, max-age=0, s-maxage=10, stale-while-revalidate=15, stale-if-error=86400"
JSON_IN_HTML = {ord("<"): "\\u003C", ord(">"): "\\u003E", ord("&"): "\\u0026"}


def public(view=None, *, reads=()):
    """A page that is the same for everybody: it answers reading requests only, and may be kept until editions change.

    A preview is neither: it stays between the server and the person who asked for it. A public page reads no query but
    the parameters that it names, so that `?utm_source=…` shows the same page: `@public(reads=["section"])`.
    """
    if view is None:
        return partial(public, reads=reads)

    @wraps(view)
    def answer(request, *args, **kwargs):
        response = view(request, *args, **kwargs)
        if not hasattr(request, "reader"):
            response["Cache-Control"] = FOR_EVERYBODY
        if reads:
            named = " ".join(f'"{name}"' for name in reads)
            response["No-Vary-Search"] = f"params, except=({named})"
        return response

    answer.is_public = True
    answer.reads = frozenset(reads)
    return require_safe(answer)


def show(request, template, page, *, things=(), **context):
    """Render `page`. `things` are schema.org nodes about it; its breadcrumbs are added to them."""
    request.address = without_language(page.get_absolute_url())
    request.written_in = languages_written(page.edition.data) if page.edition else []
    context |= {"page": page, "structured_data": linked_data([*things, breadcrumbs(page)])}
    return render(request, template, context)


def linked_data(graph):
    """JSON-LD of the schema.org nodes `graph`, safe inside a script element; nothing where there are none."""
    text = json.dumps({"@context": "https://schema.org", "@graph": graph}, ensure_ascii=False)
    return mark_safe(text.translate(JSON_IN_HTML)) if graph else ""  # noqa: S308


def breadcrumbs(page):
    """The schema.org BreadcrumbList of `page`: the pages above it, then itself."""
    steps = [
        {"@type": "ListItem", "position": number, "name": str(step), "item": absolute(step)}
        for number, step in enumerate([*page.ancestors, page], start=1)
    ]
    return {"@type": "BreadcrumbList", "itemListElement": steps}


def absolute(page):
    """The whole address of `page` in the reader's language, whichever host the reader asked."""
    return f"{settings.SITE_ADDRESS}{page.get_absolute_url()}"


def thing(type_, page, **properties):
    """A schema.org node of `type_` for `page`. Properties without a value are left out."""
    node = {"@type": type_, "@id": absolute(page), "url": absolute(page), "name": str(page)}
    return node | {name: value for name, value in properties.items() if value}


def reference(type_, page):
    """A short schema.org node that points to the whole one on the page of `page`."""
    return {"@type": type_, "@id": absolute(page), "name": str(page)}


def localized_text(page, field):
    return localized(page, field).text
