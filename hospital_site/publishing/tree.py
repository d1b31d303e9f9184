"""Where pages stand for patients: which are open, what stands below one, and which texts link to one."""

from functools import reduce
from operator import or_
from urllib.parse import urlsplit

from django.conf import settings
from django.db.models import Q, TextField
from django.db.models.functions import Cast

from hospital_site.publishing.models import Edition, pages_at, without_language
from hospital_site.publishing.publication_checks.links import is_internal, links_in


def closed_ancestors(ancestors):
    """The keys among `ancestors` that patients cannot open now, in their order. One query, none without ancestors."""
    if not ancestors:
        return []
    open_pages = set(Edition.objects.live().filter(page__in=ancestors).values_list("page", flat=True))
    return [key for key in ancestors if key not in open_pages]


def attach_closed_by(pages):
    """Give each of `pages`, rows `with_state`, as `closed_by` the topmost page that hides it, or `None`.

    A page is hidden when it is published and a page above it is not. One query, and one more for each kind that hides.
    """
    above = {key for page in pages if page.live_digest for key in page.live_ancestors or []}
    closed = pages_at(closed_ancestors(sorted(above)))
    for page in pages:
        hiding = [closed[key] for key in page.live_ancestors or [] if key in closed] if page.live_digest else []
        page.closed_by = next(iter(hiding), None)


def descendants(key):
    """Return the live editions of all pages below the page `key`, level by level, one query each."""
    found, level = [], [key]
    while level:
        below = list(Edition.objects.live().filter(parent__in=level).in_page_order())
        found += below
        level = [edition.page for edition in below]
    return found


def linking_editions(addresses, without=()):
    """Return the live editions whose texts link to one of `addresses`, paths without a language. One query."""
    signs = [*(f"/{code}/" for code in dict(settings.LANGUAGES)), "www.", "://"]
    may_link = reduce(or_, (Q(text__contains=sign) for sign in signs))
    editions = Edition.objects.live().exclude(page__in=without).alias(text=Cast("data", TextField()))
    wanted = {address.rstrip("/") for address in addresses}
    return [edition for edition in editions.filter(may_link) if wanted & set(internal_paths(edition.data))]


def internal_paths(data):
    """Yield the paths within this site that the texts of `data` and of its rows link to, without their language."""
    for value in data.values():
        if isinstance(value, list):
            yield from (path for row in value for path in internal_paths(row))
        elif isinstance(value, str):
            for link in filter(is_internal, links_in(value)):
                yield without_language(urlsplit(link).path).rstrip("/")
