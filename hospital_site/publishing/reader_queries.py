"""The queries of `reading.py`: each returns editions that patients see, with the columns that its pages read."""

from functools import reduce

from django.db.models import Q, Window
from django.db.models.functions import Length, RowNumber

from hospital_site.publishing.models import Edition
from hospital_site.publishing.models.prepared import prepared

STAFF_ONLY = ["authors", "minor_in", "issued_by", "reason", "cancelled_by"]
NOT_READ = [*STAFF_ONLY, "substance", "change_notes"]  # of the last two `with_timeline` annotates what is read


@prepared
def editions_at(language, *others, kind, address, as_of):
    here = Edition.objects.current(as_of).filter(kind=kind, address=address).with_stamp(as_of)
    here = here.with_review(language, as_of).with_timeline(as_of)
    return reduce(lambda found, code: found.with_review(code, as_of, f"review_{code}"), others, here)


@prepared
def editions_around(limit, *, page, ancestors, embedded, kind, parent, kinds, listed, as_of):
    around = Q(page__in=[*ancestors, *embedded]) | Q(parent=page) | Q(kind__in=kinds, parent__in=ancestors)
    around |= Q(kind__in=listed)
    if limit:
        beside = Edition.objects.live(as_of).filter(kind=kind, parent=parent).exclude(page=page).in_page_order()
        around |= Q(pk__in=beside.values("pk")[:limit])
    return Edition.objects.current(as_of).filter(around).defer(*NOT_READ).in_page_order()


@prepared
def latest_edition(*, as_of):
    return Edition.objects.only("pk").with_stamp(as_of).order_by("-pk")[:1]


@prepared
def first_of_both(*, top, below, as_of):
    """The first three of the pages of the kind `top` and of those of the kind `below` directly below one of them."""
    live = Edition.objects.live(as_of)
    tops = live.filter(kind=top)
    both = live.filter(Q(kind=top) | Q(kind=below, parent__in=tops.values("page")))
    return both.only("kind", "address").order_by()[:3]


@prepared
def editions_of(language, *, kinds, as_of):
    live = Edition.objects.live(as_of).filter(kind__in=kinds).defer(*NOT_READ).in_page_order()
    return live.with_review(language, as_of).with_stamp(as_of).with_timeline(as_of) if language else live


@prepared
def editions_in_list(start, size, *, kind, as_of):
    live = Edition.objects.live(as_of).filter(kind=kind).defer(*NOT_READ).in_page_order()
    return live[start : start + size]


@prepared
def editions_of_whole(*, address, tops, kind, kinds, others, alone, as_of):
    """The pages of `kind` at `address` or among `tops`, those of `kinds` below them, `others`, and all `alone`."""
    whole = Edition.objects.filter(Q(address=address) | Q(page__in=tops), kind=kind).values("page")
    one = Edition.objects.filter(parent__in=whole, kind__in=kinds).values("page")
    below = Q(parent__in=whole, kind__in=kinds) | Q(parent__in=one, kind__in=kinds)
    chosen = Edition.objects.filter(Q(page__in=whole) | below | Q(page__in=others) | Q(kind__in=alone)).values("pk")
    return Edition.objects.live(as_of).filter(pk__in=chosen).defer(*NOT_READ).in_page_order()


@prepared
def editions_below(each, *, tops, kinds, as_of):
    """Of every page up to three levels below `tops`, the first `each` of its kind below the page above it."""
    one = Edition.objects.filter(parent__in=tops).values("page")
    two = Edition.objects.filter(parent__in=one).values("page")
    live = Edition.objects.live(as_of).filter(
        Q(parent__in=tops) | Q(parent__in=one) | Q(parent__in=two), kind__in=kinds
    )
    order = ["position", Length("page"), "page"]
    first = live.alias(place=Window(RowNumber(), partition_by=["parent", "kind"], order_by=order))
    chosen = first.filter(place__lte=each).values("pk")
    return Edition.objects.filter(pk__in=chosen).defer(*NOT_READ).in_page_order()
