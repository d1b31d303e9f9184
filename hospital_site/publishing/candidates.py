"""What publishing would issue: composed once, from a draft or from an earlier edition, and never changed afterwards."""

import copy
from dataclasses import dataclass, replace

from django.apps import apps
from django.core.exceptions import ObjectDoesNotExist
from django.db.models import prefetch_related_objects
from django.urls import NoReverseMatch

from hospital_site.publishing.languages import NEVER_CHECKED
from hospital_site.publishing.models import Edition
from hospital_site.publishing.snapshots import Snapshot, cleaned, digest, dump, language_digests
from hospital_site.publishing.staleness import stale_texts
from hospital_site.staff.models import AuditEntry


@dataclass(frozen=True)
class Candidate:
    """The next edition of one page, before it has a number.

    `data` is the content as `dump` returns it, or `None` for a withdrawal. `address` is empty as long as the draft
    lacks what makes one. `ancestors` are the keys of the pages above it, the top first; `children` names the accessors
    under which pages stand below it, such as `{"tests"}`. `authors` are the primary keys of the accounts that wrote it.
    `stale` are the translations that are not up to date, as `staleness.stale_texts` returns them,
    0 being the page. `only_in` names the languages whose texts are those of the draft, if they are not all.
    `copied_from` is the number of the earlier edition that is issued again, `successor` the key of the page that takes
    the place of a withdrawn one.
    """

    kind: str
    page: str
    title: str
    address: str
    ancestors: tuple[str, ...]
    position: int
    data: dict | None
    digest: str
    language_digests: dict[str, str]
    children: frozenset[str] = frozenset()
    authors: frozenset[int] = frozenset()
    stale: tuple[tuple[int, str, str, str, str], ...] = ()
    source_language: str = ""
    only_in: tuple[str, ...] = ()
    copied_from: int | None = None
    successor: str = ""
    live_from = None

    @property
    def model(self):
        return apps.get_model(self.kind)

    @property
    def parent(self):
        return self.ancestors[-1] if self.ancestors else ""

    @property
    def is_withdrawal(self):
        return self.data is None

    def as_withdrawal(self, successor=""):
        """The same page in the same place without content."""
        return replace(self, data=None, digest="", language_digests={}, copied_from=None, successor=successor)


def compose(page):
    """Return the candidate of the draft of `page`, a saved row. Nothing else on the way to patients reads the rows."""
    page = copy.copy(page)
    page._prefetched_objects_cache = {}  # a copy would share it with the caller's row
    prefetch_related_objects([page], *page.inline_relations)
    data = dump(page)
    return Candidate(
        kind=page.page_kind(),
        page=page.key,
        title=str(page),
        address=draft_address(page),
        ancestors=tuple(ancestor.key for ancestor in page.ancestors()),
        position=getattr(page, "position", 0),
        data=data,
        digest=digest(data),
        language_digests=language_digests(data),
        children=frozenset(accessor for accessor, _model in child_relations(page) if getattr(page, accessor).exists()),
        authors=frozenset(authors_since_live(page)),
        stale=tuple(stale_texts(page)),
        source_language=page.source_language,
    )


def from_edition(edition):
    """Return the candidate that issues `edition` again: its own words in its own place, whatever the draft says."""
    below = set(Edition.objects.live().filter(parent=edition.page).values_list("kind", flat=True))
    relations = child_relations(edition.model)
    return Candidate(
        kind=edition.kind,
        page=edition.page,
        title=title_of(edition),
        address=edition.address,
        ancestors=tuple(edition.ancestors),
        position=edition.position,
        data=cleaned(edition.data),
        digest=edition.digest,
        language_digests=edition.language_digests,
        children=frozenset(accessor for accessor, model in relations if model.page_kind() in below),
        authors=frozenset(edition.authors),
        stale=tuple(with_source(text) for text in edition.stale),
        copied_from=edition.number,
    )


def with_source(text):
    """Return a stale text of an edition; those that were issued before texts had a source say nothing of it."""
    number, name, code, *rest = text
    source, since = [*rest, "", ""][:2]
    return number, name, code, source, since if since == NEVER_CHECKED else ""


def draft_address(page):
    try:
        return page.address
    except (NoReverseMatch, ObjectDoesNotExist, AttributeError):
        return ""


def child_relations(model):
    """`[("tests", DiagnosticTest), …]`: the accessors of `model` under which pages stand, with their kinds."""
    return [
        (relation.get_accessor_name(), relation.related_model)
        for relation in model._meta.related_objects
        if relation.field.name in getattr(relation.related_model, "parents", [])
    ]


def authors_since_live(page):
    """The accounts that changed the draft since it read as what patients see, or saw last.

    An edition that was cancelled, or still waits for its hour, was not seen. One that was issued again brought back
    what the draft was when it was first issued. One in some languages only left the rest of the draft unseen.
    """
    editions = page.editions().started().with_content().order_by("live_from", "number")
    seen = list(editions.only("number", "copied_from", "only_in", "issued_at"))
    last = seen[-1] if seen else None
    while last and (last.copied_from or last.only_in):
        earlier = [one for one in seen if one.number < last.number]
        last = next((one for one in earlier if one.number == last.copied_from), None) or (earlier or [None])[-1]
    edits = AuditEntry.objects.of(page).edits().exclude(account=None)
    if last:
        edits = edits.filter(at__gt=last.issued_at)
    return edits.order_by().values_list("account", flat=True).distinct()


def title_of(edition):
    """What an edition calls its page in the reader's language."""
    return str(Snapshot(edition.model, edition.data)) if edition.data is not None else edition.page
