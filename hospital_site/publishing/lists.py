"""Lists of pages that are shown a part at a time: `?page=2`."""

from typing import NamedTuple

from django.http import Http404
from django.utils import timezone
from django.utils.translation import gettext as _

from hospital_site.publishing.reader_queries import first_of_both
from hospital_site.publishing.reading import reader_of
from hospital_site.publishing.reads import note

PARAMETER = "page"
LAST = 10_000


class ListPage(NamedTuple):
    """The part of a list that a reader sees, for `components/list_pages.html`."""

    number: int
    has_more: bool

    @property
    def before(self):
        return self.number - 1

    @property
    def after(self):
        return self.number + 1 if self.has_more else 0


def listed(request, kind, *below, size, each=0):
    """Return the pages on the part of a list of `kind` that `request` asks for, with `each` of every kind `below` them.

    → `([page, …], ListPage)`, `size` pages at most. See `EditionReader.some`.
    """
    number = page_number(request)
    pages, has_more = reader_of(request).some(kind, *below, number=number, size=size, each=each)
    if number > 1 and not pages:
        raise Http404(_("There is no page at this address."))
    return pages, ListPage(number, has_more)


def only_one(top, below):
    """Return the address of the one page of the kind `below` where there is no other one, nor of `top` (one query)."""
    note(f"heads:{top}", f"heads:{below}")
    found = first_of_both(top=top, below=below, as_of=timezone.now())
    addresses = {edition.kind: edition.address for edition in found}
    return addresses.get(below) if len(found) == len(addresses) == 2 else None


def page_number(request):
    """Return the number of the part that `request` asks for, 1 if it asks for none."""
    asked = request.GET.get(PARAMETER, "1")
    if not (asked.isascii() and asked.isdigit() and 1 <= int(asked[:6]) <= LAST):
        raise Http404(_("There is no page at this address."))
    return int(asked)
