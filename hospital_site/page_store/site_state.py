"""What patients may see at one moment, as versions: of a page, of a list, of what else pages read.

A kept page knows what it has read (`publishing.reads`) and the version of that. It is current as long as the version
is the same, whichever process made it and however long ago: no clock, no journal and no message has to be right.
"""

import hashlib
from collections import defaultdict
from typing import NamedTuple

from django.apps import apps
from django.db.models import BooleanField, ExpressionWrapper, Max, Q
from django.utils import timezone

from hospital_site.publishing.models import Edition, SignOff, page_models
from hospital_site.publishing.reading import SIBLINGS, embedded_keys
from hospital_site.publishing.reads import OTHERS


class Entry(NamedTuple):
    """The current edition of one page, a withdrawal included."""

    page: str
    kind: str
    parent: str
    address: str
    pk: int
    is_live: bool


class SiteState:
    """The versions of everything at one moment. `others` are those of what is no page, by name."""

    def __init__(self, entries, marks, embedded, others):
        self.entries = entries
        self.others = others
        self.by_page = {entry.page: f"{entry.pk} {marks.get(entry.page, '')}" for entry in entries}
        self.lists = defaultdict(list)
        for entry in entries:
            self.lists[f"at:{entry.kind}:{entry.address}"].append(entry.page)
            self.lists[f"kind:{entry.kind}"].append(entry.page)
            if entry.is_live:
                self.lists[f"below:{entry.parent}"].append(entry.page)
                self.lists[f"first:{entry.kind}@{entry.parent}"].append(entry.page)
        for page, keys in embedded.items():
            for key in keys:
                self.lists[f"embed:{key}"].append(page)
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
        else:
            pages = self.lists.get(name, [])
            pages = pages[: SIBLINGS + 1] if what == "first" else pages
            found = digest(f"{page} {self.by_page[page]}" for page in pages)
        self.known[name] = found
        return found

    def addresses(self):
        """Yield the addresses of all live pages, without their language."""
        return (entry.address for entry in self.entries if entry.is_live)

    def is_withdrawn(self, names):
        """Was a page taken off the site whose address is among `names`?"""
        live = {f"at:{entry.kind}:{entry.address}" for entry in self.entries if entry.is_live}
        return any(name.startswith("at:") and name in self.lists and name not in live for name in names)


def digest(lines):
    return hashlib.blake2b("\n".join(lines).encode(), digest_size=12).hexdigest()


def read_state():
    """Ask the database for the state of now, in five queries and one for each of `OTHERS`."""
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
    return SiteState(entries, {page: " ".join(found) for page, found in marks.items()}, embedded_by_page(now), others)


def embedded_by_page(now):
    """Return the keys of the pages that each live page embeds, by page (one query)."""
    kinds = [model.page_kind() for model in page_models() if model.embedded_relations]
    live = Edition.objects.live(now).filter(kind__in=kinds).only("page", "kind", "data").order_by("pk")
    return {
        edition.page: set().union(
            *(embedded_keys(edition, name) for name in apps.get_model(edition.kind).embedded_relations)
        )
        for edition in live
    }
