"""Whether each translation still says what its source says. Kept per text; decisions 0003 and 0019 say why."""

from collections import Counter
from typing import NamedTuple

from django.conf import settings
from modeltranslation.utils import build_localized_fieldname

from hospital_site.publishing.languages import NEVER_CHECKED
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


def usual_source(row, name):
    """The language that the text `name` of `row` is written in first, unless the editor of the page says otherwise."""
    is_hospitals = name in getattr(row, "source_words", [])
    return settings.SOURCE_LANGUAGE if is_hospitals and settings.SOURCE_LANGUAGE in CODES else settings.LANGUAGE_CODE


def source_of(row, name):
    """The language that the text `name` is translated from: its own or, where that has no text, the first that has."""
    own = getattr(row, "source_language", "")
    source = own if own in CODES else usual_source(row, name)
    return next((code for code in [source, *CODES] if words(row, name, code)), source)


def note_edit(row, before, names=None):
    """After an edit: whoever changed a translation has seen its source, so it counts as checked against it.

    Where another language has become the source, what was up to date with the old one is so with the new one.
    `before` is the row as it was, or `None` for a new one; `names` are the fields that may have changed (all). Returns
    what has changed, `[(field, language), …]`.
    """
    changed = []
    for name in names_of(row) if names is None else names:
        if before and source_of(before, name) != source_of(row, name):
            carry_over(row, name, {code: gap_of(before, name, code) for code in CODES})
        for code in CODES:
            if before is None or words(row, name, code) != words(before, name, code):
                mark_checked(row, name, code)
                changed.append((name, code))
    return changed


def carry_over(row, name, gaps_before):
    """Let the texts of `name` be checked against their new source, but those that were out of date before."""
    for code, gap in gaps_before.items():
        mark_checked(row, name, code)
        if gap and gap.kind == "stale":
            remember(row, name, code, {other: old for other, old, _new in gap.changes})


def mark_checked(row, name, code):
    """The text of `name` in the language `code` says what its source says now. A source itself needs no check."""
    source = source_of(row, name)
    forget = {**row.checked.get(name, {}), code: {}}
    row.checked = {**row.checked, name: forget}
    if code != source:
        remember(row, name, code, {source: words(row, name, source)})


def remember(row, name, code, texts):
    """Note that the text of `name` in the language `code` was last checked against `texts`, `{language: text}`."""
    known = row.checked.get(name, {})
    row.checked = {**row.checked, name: {**known, code: {**known.get(code, {}), **texts}}}


def mark_all_checked(row):
    for name in names_of(row):
        for code in CODES:
            mark_checked(row, name, code)


def gaps(row):
    """All texts of `row` that are missing in a language or out of date with another one."""
    return [gap for name in names_of(row) for code in CODES if (gap := gap_of(row, name, code))]


def gap_of(row, name, code):
    source = source_of(row, name)
    if not words(row, name, source):
        return None
    if not words(row, name, code):
        return Gap(row, name, code, "missing")
    known = row.checked.get(name, {}).get(code, {})
    others = {other: words(row, name, other) for other in CODES if other != code and other in {source, *known}}
    changes = [(other, known.get(other), text) for other, text in others.items() if text and known.get(other) != text]
    return Gap(row, name, code, "stale", tuple((o, old or "", new) for o, old, new in changes)) if changes else None


def rows_of(page):
    """The page itself and all its parts, in order."""
    return [page, *(row for name in page.inline_relations for row in getattr(page, name).all())]


def page_gaps(page):
    return [gap for row in rows_of(page) for gap in gaps(row)]


def stale_texts(page):
    """`[(number of the row, field, language, that of its source, since), …]` of what is out of date; the page is row 0.

    The source itself may be out of date with a translation since before it had this role; then its language is empty.
    `since` is `NEVER_CHECKED`, or empty where the translation was checked against an earlier text.
    """
    found = [(number, gap) for number, row in enumerate(rows_of(page)) for gap in gaps(row) if gap.kind == "stale"]
    sources = [source_of(gap.row, gap.name) for _number, gap in found]
    return [
        (number, gap.name, gap.language, source if source != gap.language else "", since_when(gap, source))
        for (number, gap), source in zip(found, sources, strict=True)
    ]


def since_when(gap, source):
    was_checked = source in gap.row.checked.get(gap.name, {}).get(gap.language, {})
    return "" if was_checked else NEVER_CHECKED


def mark_checked_except(page, stale):
    """All texts of `page` count as checked, but those that `stale`, as `stale_texts` returns it, names."""
    left = {tuple(text[:3]) for text in stale}
    for number, row in enumerate(rows_of(page)):
        for name in names_of(row):
            for code in CODES:
                if (number, name, code) not in left:
                    mark_checked(row, name, code)
                elif not gap_of(row, name, code):
                    other = next(other for other in [source_of(row, name), *CODES] if other != code)
                    remember(row, name, code, {other: ""})
        row.save(update_fields=["checked"])


def count_gaps(*pages):
    """Write how many texts of `pages` are missing and stale in each language."""
    states = []
    for page in pages:
        found = Counter((gap.language, gap.kind) for gap in page_gaps(page))
        states += [
            TranslationState(page=page.key, language=code, missing=found[code, "missing"], stale=found[code, "stale"])
            for code in CODES
        ]
    TranslationState.objects.bulk_create(
        states, update_conflicts=True, unique_fields=["page", "language"], update_fields=["missing", "stale"]
    )
