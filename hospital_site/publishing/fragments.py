"""What a template makes of editions and plain values, in memory: an edition never changes, so it is made once."""

from django.template import Context, Engine
from django.utils.functional import Promise
from django.utils.translation import get_language

from hospital_site.publishing.reads import collect, note
from hospital_site.publishing.snapshots import Snapshot

ROOM = 1000  # fragments, of one to two kilobytes on average

fragments = {}  # by what they show: their HTML, and what was read for it


def fragment(template, /, **context):
    """Return the HTML of `template` for `context`: published pages, lists of them, and few plain values.

    The template may read nothing else: no page above one of these, no row of a page by itself, nor the review of a
    page, whose signature comes after its edition. What shows a draft is made each time.
    """
    versions = [version_of(value) for value in context.values()]
    if None in versions:
        return rendered(template, context)
    key = template, get_language(), *context, *versions
    found = fragments.get(key)
    if found is None:
        with collect() as names:
            html = rendered(template, context)
        if len(fragments) >= ROOM:
            fragments.clear()
        found = fragments[key] = html, tuple(names)
    html, names = found
    note(*names)
    return html


def version_of(value):
    """Return what `value` is known by, `None` for a draft."""
    if isinstance(value, Snapshot):
        edition = value.edition
        return getattr(edition, "pk", None) and (edition.pk, edition.address, edition.digest, edition.live_from)
    if isinstance(value, dict):
        return version_of(tuple(value.items()))
    if isinstance(value, list | tuple):
        versions = tuple(map(version_of, value))
        return None if None in versions else versions
    return str(value) if isinstance(value, Promise) else (value,)


def rendered(template, context):
    return Engine.get_default().get_template(template).render(Context(context))
