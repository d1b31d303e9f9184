"""Whether each translation still says what the other languages say. Kept per field, in both directions."""

from typing import NamedTuple

from django.conf import settings
from modeltranslation.utils import build_localized_fieldname

from hospital_site.publishing.models import TranslationState
from hospital_site.publishing.snapshots import translated_names
from hospital_site.typed_text import clean_prose

CODES = list(dict(settings.LANGUAGES))
NOT_COMPARED = {"source"}


class Gap(NamedTuple):
    """A text that needs a translator: `missing`, or `stale` because of `changes`, (language, old text, new text)."""

    row: object
    name: str
    language: str
    kind: str
    changes: tuple = ()

    @property
    def column(self):
        return build_localized_fieldname(self.name, self.language)


def normal(text):
    """A text without differences of white space and signs, which mean nothing to a translator."""
    return " ".join(clean_prose(text or "").split())


def words(row, name, code):
    return normal(getattr(row, build_localized_fieldname(name, code)))


def names_of(row):
    independent = getattr(row, "independent_texts", [])
    return [name for name in translated_names(type(row)) if name not in NOT_COMPARED and name not in independent]


def note_edit(row, before):
    """After an edit: whoever changed a text has seen the others, so it counts as checked against them.

    Where it was missing or out of date, it has now caught up with the others, so they count as checked against it too.
    `before` is the row as it was, or `None` for a new one.
    """
    for name in names_of(row):
        changed = [c for c in CODES if before is None or words(row, name, c) != words(before, name, c)]
        for code in changed:
            mark_checked(row, name, code)
            if before and gap_of(before, name, code):
                for other in CODES:
                    if other not in changed and not gap_of(before, name, other):
                        mark_checked(row, name, other, against=[code])


def mark_checked(row, name, code, against=CODES):
    """The text of `name` in the language `code` says what the other languages, or those of `against`, say now."""
    others = {other: words(row, name, other) for other in against if other != code}
    known = row.checked.get(name, {})
    row.checked = {**row.checked, name: {**known, code: {**known.get(code, {}), **others}}}


def mark_all_checked(row):
    for name in names_of(row):
        for code in CODES:
            mark_checked(row, name, code)


def gaps(row):
    """All texts of `row` that are missing in a language or out of date with another one."""
    return [gap for name in names_of(row) for code in CODES if (gap := gap_of(row, name, code))]


def gap_of(row, name, code):
    others = {other: text for other in CODES if other != code and (text := words(row, name, other))}
    if not others:
        return None
    if not words(row, name, code):
        return Gap(row, name, code, "missing")
    known = row.checked.get(name, {}).get(code, {})
    changes = tuple((other, known.get(other, ""), text) for other, text in others.items() if known.get(other) != text)
    return Gap(row, name, code, "stale", changes) if changes else None


def rows_of(page):
    """The page itself and all its parts, in order."""
    return [page, *(row for name in page.inline_relations for row in getattr(page, name).all())]


def page_gaps(page):
    return [gap for row in rows_of(page) for gap in gaps(row)]


def stale_texts(page):
    """`[(number of the row, field, language), …]` of all texts that are out of date; the page itself is row 0."""
    rows = enumerate(rows_of(page))
    return [(number, gap.name, gap.language) for number, row in rows for gap in gaps(row) if gap.kind == "stale"]


def mark_checked_except(page, stale):
    """All texts of `page` count as checked, but those that `stale`, as `stale_texts` returns it, names."""
    left = {tuple(text) for text in stale}
    for number, row in enumerate(rows_of(page)):
        for name in names_of(row):
            for code in CODES:
                if (number, name, code) not in left:
                    mark_checked(row, name, code)
        row.save(update_fields=["checked"])


def count_gaps(page):
    """Write how many texts of `page` are missing and stale in each language."""
    found = page_gaps(page)
    for code in CODES:
        counts = {kind: sum(g.language == code and g.kind == kind for g in found) for kind in ("missing", "stale")}
        TranslationState.objects.update_or_create(page=page.key, language=code, defaults=counts)
