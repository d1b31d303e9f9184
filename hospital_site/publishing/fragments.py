"""What a template makes of one edition, in memory: an edition never changes, so it is made once."""

from django.template import Context, Engine
from django.utils.translation import get_language

ROOM = 1000  # fragments, of about one kilobyte each

fragments = {}


def fragment(template, name, page, **context):
    """Return the HTML of `template` for `page`, which it reads as `name`, and for `context`, plain values.

    The template may read nothing else, no review either: a signature comes after its edition. Of a draft it is made
    each time.
    """
    edition = getattr(page, "edition", None)
    if getattr(edition, "pk", None) is None:
        return rendered(template, {name: page, **context})
    version = edition.pk, edition.address, edition.digest, edition.live_from
    key = template, get_language(), version, tuple(context.items())
    html = fragments.get(key)
    if html is None:
        if len(fragments) >= ROOM:
            fragments.clear()
        html = fragments[key] = rendered(template, {name: page, **context})
    return html


def rendered(template, context):
    return Engine.get_default().get_template(template).render(Context(context))
