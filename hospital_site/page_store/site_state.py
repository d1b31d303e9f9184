"""What patients may see at one moment, as versions: of a page, of a list, of what else pages read.

A kept page knows what it has read (`publishing.reads`) and the version of that. It is current as long as the version
is the same, whichever process made it and however long ago: no clock, no journal and no message has to be right.
"""

import hashlib
from collections import defaultdict
from typing import NamedTuple

from django.db.models import BooleanField, ExpressionWrapper, Max, Q
from django.utils import timezone

from hospital_site.publishing.embedding import embedded_keys, embedded_pages
from hospital_site.publishing.models import Edition, SignOff
from hospital_site.publishing.reading import SIBLINGS
from hospital_site.publishing.reads import OTHERS
from hospital_site.publishing.snapshots import head_columns

WHOLE = {"at", "kind"}  # lists of pages, and not of their heads only
BATCH = 500  # editions that are read at once


class Entry(NamedTuple):
    """The current edition of one page, a withdrawal included."""

    page: str
    kind: str
    parent: str
    address: str
    pk: int
    is_live: bool


class Facts(NamedTuple):
    """What is known of an edition, which never changes: a digest of its head, and the keys of what it embeds."""

    head: str
    embedded: frozenset


class SiteState:
    """The versions of everything at one moment.

    `facts` are those of live editions, by their key; `marks` name, by page, what else belongs to it; `others` are the
    versions of what is no page, by name.
    """

    def __init__(self, entries, facts, marks, others):
        self.entries = entries
        self.facts = facts
        self.others = others
        self.by_page = {entry.page: f"{entry.pk} {marks.get(entry.page, '')}" for entry in entries}
        self.heads = {entry.page: facts[entry.pk].head for entry in entries if entry.is_live}
        self.lists = defaultdict(list)
        for entry in entries:
            self.lists[f"at:{entry.kind}:{entry.address}"].append(entry.page)
            self.lists[f"kind:{entry.kind}"].append(entry.page)
            if entry.is_live:
                self.lists[f"heads:{entry.kind}"].append(entry.page)
                self.lists[f"below:{entry.parent}"].append(entry.page)
                self.lists[f"first:{entry.kind}@{entry.parent}"].append(entry.page)
                for key in facts[entry.pk].embedded:
                    self.lists[f"embed:{key}"].append(entry.page)
        self.known = {}

    def version(self, names):
        """Return the version of all that `names` stand for."""
        return digest(f"{name} {self.known.get(name) or self.version_of(name)}" for name in names)

    def version_of(self, name):
        what, _colon, key = name.partition(":")
        if name in OTHERS:
            found = self.others.get(name, "")
        elif what == "page":
            found = self.by_page.get(key, "")
        elif what == "head":
            found = self.heads.get(key, "")
        else:
            pages = self.lists.get(name, [])
            pages = pages[: SIBLINGS + 1] if what == "first" else pages
            versions = self.by_page if what in WHOLE else self.heads
            found = digest(f"{page} {versions[page]}" for page in pages)
        self.known[name] = found
        return found

    def addresses(self):
        """Yield the addresses of all live pages, without their language."""
        return (entry.address for entry in self.entries if entry.is_live)

    def is_withdrawn(self, names):
        """Was a page taken off the site whose address is among `names`, or a page above it?"""
        above = {entry.page: entry.parent for entry in self.entries if entry.is_live}

        def is_open(page):
            return page in above and (not above[page] or is_open(above[page]))

        known = [self.lists[name] for name in names if name.startswith("at:") and name in self.lists]
        return any(not any(map(is_open, pages)) for pages in known)


def digest(lines):
    return hashlib.blake2b("\n".join(lines).encode(), digest_size=12).hexdigest()


def read_state(before=None):
    """Ask the database for the state of now, in three queries and one for each of `OTHERS`.

    Facts of editions that the state `before` does not know are read too, `BATCH` in a query.
    """
    now = timezone.now()
    has_content = ExpressionWrapper(Q(data__isnull=False), BooleanField())
    current = Edition.objects.current(now).in_page_order().annotate(is_live=has_content)
    rows = current.values_list("page", "kind", "parent", "address", "pk", "is_live")
    entries, marks = [Entry(*row) for row in rows], defaultdict(list)
    for page, pk in SignOff.objects.filter(signed_at__lte=now).order_by().values_list("page").annotate(Max("pk")):
        marks[page].append(f"signed {pk}")
    announced = Edition.objects.filter(is_announced=True, cancelled_at=None, live_from__gt=now).order_by("pk")
    for page, pk in announced.values_list("page", "pk"):
        marks[page].append(f"announced {pk}")
    others = {name: function() for name, function in OTHERS.items()}
    facts = facts_of([entry.pk for entry in entries if entry.is_live], before.facts if before else {})
    return SiteState(entries, facts, {page: " ".join(found) for page, found in marks.items()}, others)


def facts_of(keys, known):
    """Return the facts of the editions with these `keys`, by key."""
    facts = {key: known[key] for key in keys if key in known}
    for some in batched([key for key in keys if key not in facts], BATCH):
        for edition in Edition.objects.filter(pk__in=some).only("kind", "address", "data").order_by():
            facts[edition.pk] = Facts(head_of(edition), keys_embedded_by(edition))
    return facts


def head_of(edition):
    return digest([edition.address, *(repr(edition.data.get(name)) for name in head_columns(edition.model))])


def keys_embedded_by(edition):
    """Return the keys of the pages that `edition` embeds."""
    return frozenset().union(*(embedded_keys(edition, name) for name in embedded_pages(edition.model)))


def batched(found, size):
    return (found[start : start + size] for start in range(0, len(found), size))
