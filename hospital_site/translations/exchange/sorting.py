"""Sorts what came back in a file: what is new and clean, and what is not and why. Nothing is stored here."""

import re
from collections import defaultdict
from collections.abc import Mapping
from itertools import groupby, islice
from types import MappingProxyType
from typing import NamedTuple

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from hospital_site.publishing.models import page_models
from hospital_site.publishing.page_scopes import visible
from hospital_site.publishing.staleness import normal
from hospital_site.translations.exchange.kinds import CLEAN, Kind
from hospital_site.translations.exchange.protected import part_faults, text_of
from hospital_site.translations.exchange.remarks import in_every_language
from hospital_site.translations.storing import cleaned_value
from hospital_site.translations.text_checks import text_faults, text_warnings
from hospital_site.translations.units import PAGES_AT_ONCE, State, Unit, digest_of, split_key, units_of_pages
from hospital_site.typed_text import clean_text, whole_number

TEXTS_AT_ONCE = 500
CELL_ERROR = re.compile(r"#(?:N/A|DIV/0!|\w+[!?])")


class Sorted(NamedTuple):
    """A text that came back: what is to be done with it, why not where that is not all, and what to look at again."""

    kind: Kind
    line: int
    id: str
    source: str
    seen: str
    source_seen: str
    text: str = ""
    unit: Unit | None = None
    remarks: Mapping = MappingProxyType({})  # faults of what is faulty, warnings of what is new, by language


def sort(texts, language, term_base, *, by=None, progress=None):
    """Yield the `Sorted` of each of `texts`, some pages at once; `by`, if given, may see only a part of the site.

    `texts` may be read several times.
    """
    seen_twice, alike = repeated(texts)
    taken, texts = set(), iter(texts)
    while some := list(islice(texts, TEXTS_AT_ONCE)):
        for returned, unit in with_units(some, language, by):
            found = sort_one(returned, unit, seen_twice, term_base)
            if found.id in alike and found.kind in CLEAN:
                found = found._replace(kind=Kind.UNCHANGED, remarks={}) if found.id in taken else found
                taken.add(found.id)
            yield found
            if progress:
                progress(1)


def with_units(texts, language, by):
    """Yield each of `texts` with its unit, page by page."""
    by_page = defaultdict(list)
    for returned in texts:
        by_page[returned.id.partition("/")[0]].append(returned)
    for kind, keys in groupby(sorted(by_page), key=lambda key: split_key(key)[0]):
        while some := list(islice(keys, PAGES_AT_ONCE)):
            units = units_by_id(kind, some, language, by)
            yield from ((returned, units.get(returned.id)) for key in some for returned in by_page[key])


def units_by_id(kind, keys, language, by=None):
    """Return the units of the pages `keys`, which are of one `kind`, by their ids: of those that `by` may see."""
    model = next((model for model in page_models() if model.page_kind() == kind), None)
    numbers = [number for key in keys if (number := whole_number(split_key(key)[1])) is not None]
    if model is None or not numbers:
        return {}
    found = model.objects.filter(pk__in=numbers)
    pages = list(found if by is None else visible(found, by))
    return {unit.id: unit for unit in units_of_pages(pages, language)} if pages else {}


def repeated(texts):
    """Return `{id: [line, …]}` of the ids that stand in a file several times with different translations.

    And the set of those that stand there several times alike.
    """
    lines, first, differing = {}, {}, set()
    for returned in texts:
        pieces = hash(tuple(returned.pieces))
        if returned.id not in first:
            first[returned.id] = returned.line, pieces
            continue
        line, earlier = first[returned.id]
        lines.setdefault(returned.id, [line]).append(returned.line)
        if pieces != earlier:
            differing.add(returned.id)
    return {name: lines[name] for name in differing}, lines.keys() - differing


def sort_one(returned, unit, seen_twice, term_base):
    known = {
        "line": returned.line,
        "id": returned.id,
        "source": returned.source,
        "seen": returned.seen,
        "source_seen": returned.source_digest,
        "unit": unit,
    }
    if unit is None:
        plain = "".join(piece if isinstance(piece, str) else piece.written for piece in returned.pieces)
        return Sorted(Kind.UNKNOWN, text=plain, **known)
    if not unit.text:
        known["seen"] = unit.digest  # nothing is replaced, whatever a tool lost
    text = clean_text(text_of(returned.pieces, unit.source, unit.text, unit.language)).strip()
    if has_lost_lines(returned, unit) and normal(text) == normal(unit.text):
        text = clean_text(unit.text).strip()
    known["text"] = text
    if returned.id in seen_twice and text:
        lines = ", ".join(map(str, seen_twice[returned.id]))
        return Sorted(Kind.FAULTY, remarks=in_every_language(lambda: [several_times(lines)]), **known)
    if not text:
        return Sorted(Kind.UNCHANGED, **known)
    if digest_of(text) == unit.digest:
        is_confirmed = returned.is_confirmed and unit.state == State.STALE
        if not is_confirmed:
            return Sorted(Kind.UNCHANGED, **known)
        kind = Kind.CONFIRMED if returned.source_digest == unit.source_digest else Kind.SOURCE_CHANGED
        return Sorted(kind if returned.seen == unit.digest else Kind.UNCHANGED, **known)
    if returned.is_unfinished:
        return Sorted(Kind.UNFINISHED, **known)
    if returned.source_digest != unit.source_digest:
        return Sorted(Kind.SOURCE_CHANGED, **known)
    if known["seen"] != unit.digest:
        return Sorted(Kind.TEXT_CHANGED, **known)
    faults = in_every_language(lambda: [cut()] if returned.is_cut else faults_of(returned, text, unit))
    if faults:
        return Sorted(Kind.FAULTY, remarks=faults, **known)
    return Sorted(Kind.NEW, remarks=in_every_language(lambda: warnings_of(text, unit, term_base)), **known)


def has_lost_lines(returned, unit):
    return "\n" in unit.source.strip() and "\n" not in returned.source.strip()


def faults_of(returned, text, unit):
    try:
        cleaned_value(unit, text)
    except ValidationError as error:
        yield from error.messages
    if has_lost_lines(returned, unit):
        yield _("The tool has taken the line breaks away, also from the source: save the text in the queue.")
    if CELL_ERROR.fullmatch(text):
        yield _("This is an error of the spreadsheet, not a text: it took the cell for a formula.")
    yield from part_faults(returned.pieces, text, unit.source)
    yield from text_faults(text, unit)


def warnings_of(text, unit, term_base):
    """Return what to look at again: what publishing would ask about, and forms that the glossary forbids."""
    forbidden = [forbidden_sentence(*found) for found in term_base.forbidden_in(text, unit)]
    return (*text_warnings(text, unit), *forbidden)


def forbidden_sentence(word, instead):
    return _("The glossary prefers “%(instead)s” to “%(words)s”, unless you mean something else.") % {
        "instead": instead,
        "words": word,
    }


def several_times(lines):
    sentence = _("The text stands in the file several times with different translations: lines %(lines)s.")
    return sentence % {"lines": lines}


def cut():
    return _("The end of the file is missing, and this is its last text, which may be cut: save it in the queue.")
