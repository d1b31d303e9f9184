"""Lists of pages that are shown a part at a time: `?page=2`."""

from typing import NamedTuple

from django.http import Http404
from django.utils.translation import gettext as _

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


def page_number(request):
    """Return the number of the part that `request` asks for, 1 if it asks for none."""
    asked = request.GET.get(PARAMETER, "1")
    if not (asked.isascii() and asked.isdigit() and 1 <= int(asked[:6]) <= LAST):
        raise Http404(_("There is no page at this address."))
    return int(asked)
