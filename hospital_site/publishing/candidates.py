"""What publishing a page would issue: composed once from the working rows, then never changed and never read again."""

from dataclasses import dataclass

from django.apps import apps
from django.conf import settings
from django.core.exceptions import ObjectDoesNotExist
from django.urls import NoReverseMatch

from hospital_site.publishing.snapshots import digest, dump, language_digest


@dataclass(frozen=True)
class Candidate:
    """The next edition of one page, before it has a number.

    `data` is the content as `dump` returns it, or `None` for a withdrawal. `address` is empty as long as the draft
    lacks what makes one. `ancestors` are the keys of the pages above it, the top first; `children` names the accessors
    under which pages stand below it, such as `{"tests"}`. `authors` are the accounts that wrote it and may therefore
    not publish it.
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
    copied_from: int | None = None

    @property
    def model(self):
        return apps.get_model(self.kind)

    @property
    def parent(self):
        return self.ancestors[-1] if self.ancestors else ""


def compose(page):
    """Return the candidate of the draft of `page`, a saved row."""
    data = dump(page)
    return Candidate(
        kind=page.page_kind(),
        page=page.key,
        title=str(page),
        address=address_of(page),
        ancestors=tuple(ancestor.key for ancestor in page.ancestors()),
        position=getattr(page, "position", 0),
        data=data,
        digest=digest(data),
        language_digests={code: language_digest(data, code) for code in dict(settings.LANGUAGES)},
        children=frozenset(children_of(page)),
    )


def address_of(page):
    try:
        return page.address
    except (NoReverseMatch, ObjectDoesNotExist, AttributeError):
        return ""


def children_of(page):
    """The accessors of `page` under which working rows of pages stand."""
    for relation in page._meta.related_objects:
        if relation.field.name in getattr(relation.related_model, "parents", []):
            accessor = relation.get_accessor_name()
            if getattr(page, accessor).exists():
                yield accessor
