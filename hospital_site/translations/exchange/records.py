"""What a file says of one text, and what came back of it."""

from datetime import datetime
from functools import cache
from typing import NamedTuple

from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from hospital_site.publishing.models import without_language
from hospital_site.publishing.staleness import normal
from hospital_site.translations.exchange.protected import source_pieces, target_pieces
from hospital_site.translations.units import TO_DO, digest_of
from hospital_site.typed_text import clean_text


class Head(NamedTuple):
    """What a file says of itself: of which site and language its texts are."""

    site: str
    language: str
    made: datetime | None = None


class Record(NamedTuple):
    """A unit in a file. `digest` is that of the translation that is to be replaced."""

    id: str
    page: str
    page_title: str
    label: str
    address: str
    state: str
    language: str
    source_language: str
    source: str
    checked_source: str
    text: str
    digest: str
    longest: int | None
    terms: list

    @property
    def is_to_do(self):
        return self.state in TO_DO

    @property
    def source_pieces(self):
        return source_pieces(self.source)

    @property
    def target_pieces(self):
        return target_pieces(self.text, self.source)

    @property
    def notes(self):
        """Return `[(category, sentence), …]` for the translator."""
        found = [("page", f"{self.page_title} · {self.label}"), ("preview", self.address)]
        if self.longest:
            found.append(("length", _("At most %(number)d characters.") % {"number": self.longest}))
        found += [("term", f"{entry.word} → {entry.preferred}") for entry in self.terms]
        return found


class Returned(NamedTuple):
    """A unit as it came back in a file, at the line `line`. `pieces` are those of its translation.

    `seen` is the digest of the translation that it replaces, empty where the file lost it. `is_unfinished` where the
    translator marked it as not ready; `is_confirmed` where they marked the translation as right.
    """

    line: int
    id: str
    source: str
    pieces: list
    seen: str
    is_unfinished: bool = False
    is_confirmed: bool = False
    is_cut: bool = False  # perhaps: it is the last one of a file whose end is missing

    @property
    def source_digest(self):
        return source_digest(self.source)


def source_digest(source):
    return digest_of(normal(source))


def head_of(language):
    return Head(settings.SITE_ADDRESS, language, timezone.now())


def record_of(unit, term_base):
    """Return the record of `unit`, with the terms that its source has."""
    return Record(
        id=unit.id,
        page=unit.page.key,
        page_title=str(unit.page),
        label=unit.label,
        address=preview_address(unit.page._meta.label_lower, unit.page.pk, unit.language),
        state=str(unit.state),
        language=unit.language,
        source_language=unit.source_language,
        source=clean_text(unit.source).strip(),
        checked_source=clean_text(unit.checked_source or "").strip(),
        text=clean_text(unit.text).strip(),
        digest=unit.digest,
        longest=unit.max_length,
        terms=term_base.entries(unit),
    )


def preview_address(kind, pk, language):
    return f"{settings.SITE_ADDRESS}{preview_route(kind, language)}".replace("/0/", f"/{pk}/")


@cache
def preview_route(kind, language):
    with override(language):
        name = f"admin:{kind.replace('.', '_')}_preview"
        return f"/{language}{without_language(reverse(name, args=[0]))}"
