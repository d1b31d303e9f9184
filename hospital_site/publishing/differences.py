"""What changed between two editions of a page, in the editors' words: per language, field and row, word by word."""

import re
from collections import Counter
from dataclasses import dataclass
from difflib import SequenceMatcher

from django.conf import settings
from django.db import models
from django.utils import formats, timezone
from django.utils.functional import lazy
from django.utils.text import Truncator, capfirst, format_lazy
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from modeltranslation.fields import TranslationField

from hospital_site.publishing.row_matching import match_rows
from hospital_site.publishing.snapshots import Snapshot, captured_fields, cleaned, inline_model
from hospital_site.typed_text import clean_text

SAME, REMOVED, ADDED = "same", "removed", "added"
WORD = re.compile(r"(\w+(?:[-.,:'’/@]\w+)*|[^\w\s])(\s*)")
KEPT_AROUND_A_CHANGE = 12
MOST_PAIRS = 1_000_000  # of equal words in two texts, among which an order is looked for


@dataclass(frozen=True)
class Change:
    """One column that changed. `language` is `None` for what is the same in all languages.

    `segments`: `[("same" | "removed" | "added", text), …]` in reading order.
    """

    label: str
    language: str | None
    segments: list[tuple[str, str]]


def difference(model, before, after):
    """The changes from one edition's data to another's, the languages in the order of the site, neutral columns last.

    Either may be `None`: nothing published yet, or withdrawn. White space alone makes no change.
    """
    before, after = cleaned(before), cleaned(after)
    changes = [*changed_columns(model, before, after)]
    for name in model.inline_relations:
        changes += changed_rows(inline_model(model, name), rows(before, name), rows(after, name))
    for name in model.embedded_relations:
        field = model._meta.get_field(name)
        copied = rows(before, name), rows(after, name)
        changes += changed_rows(field.related_model, *copied, called=field.verbose_name, are_numbered=False)
    order = [*dict(settings.LANGUAGES), None]
    return sorted(changes, key=lambda change: order.index(change.language))


def rows(data, name):
    return (data or {}).get(name, [])


# ── What editors call things ──────────────────────────────────────────────────────────────────────────────────────────


def language_of(field):
    return field.language if isinstance(field, TranslationField) else None


def called_field(field, row=""):
    """`Short title`, in a row `Commitment 3 “Helping you eat again” — short title`."""
    name = field.translated_field.verbose_name if isinstance(field, TranslationField) else field.verbose_name
    return format_lazy("{} — {}", row, name) if row else capfirst(name)


def row_in_words(model, row, number=None, called=None):
    """`Commitment 3 “Helping you eat again”`."""
    kind = capfirst(called or model._meta.verbose_name)
    name = Truncator(str(Snapshot(model, row))).chars(40)
    return f"{kind}{f' {number}' if number else ''}{f' “{name}”' if name else ''}"


called_row = lazy(row_in_words, str)


def display_value(field, data):
    """A stored value as editors read it: choices by their label, dates and yes or no in words."""
    if data is None:
        return ""
    value = field.to_python(data[field.attname]) if field.attname in data else field.get_default()
    if value is None or value == "":
        return ""
    if field.flatchoices:
        return str(dict(field.flatchoices).get(value, value))
    if isinstance(value, bool):
        return gettext("yes") if value else gettext("no")
    if isinstance(field, models.ForeignKey):
        row = field.related_model._base_manager.filter(pk=value).first()
        return str(row or value)
    if isinstance(field, models.DateTimeField):
        return formats.date_format(timezone.localtime(value), "DATETIME_FORMAT")
    if isinstance(field, models.DateField):
        return formats.date_format(value)
    return str(value)


# ── Columns and rows ──────────────────────────────────────────────────────────────────────────────────────────────────


def changed_columns(model, before, after, *, row="", without=None):
    for field in captured_fields(model):
        if field.attname == without or not any(field.attname in (data or {}) for data in (before, after)):
            continue
        if before and after and field.attname in before and before[field.attname] == after.get(field.attname):
            continue
        old, new = display_value(field, before), display_value(field, after)
        if words(old) != words(new):
            language = language_of(field)
            segments = words_changed(old, new) if language else replaced(old, new)
            yield Change(called_field(field, row), language, segments)


def changed_rows(model, before, after, *, called=None, are_numbered=True):
    """Rows that were edited, moved or added, in their new order, then those that were removed."""
    place = place_column(model)
    pairs = match_rows(before, after)
    stayed = longest_rise([pairs[new] for new in sorted(pairs)])
    for new, row in enumerate(after):
        name = called_row(model, row, new + 1 if are_numbered else None, called)
        old = pairs.get(new)
        yield from changed_columns(model, None if old is None else before[old], row, row=name, without=place)
        if are_numbered and place and old is not None and old not in stayed:
            label = format_lazy("{} — {}", name, _("place in the list"))
            yield Change(label, None, replaced(str(old + 1), str(new + 1)))
    for old, row in enumerate(before):
        if old not in pairs.values():
            name = called_row(model, row, old + 1 if are_numbered else None, called)
            yield from changed_columns(model, row, None, row=name, without=place)


def place_column(model):
    """The column that only orders the rows: inserting one renumbers the others, which is no change of theirs."""
    first = model._meta.ordering[0] if model._meta.ordering else None
    return first if first == "position" else None


def longest_rise(numbers):
    """The longest rising part of `numbers`: rows that kept their order while others moved past them."""
    best = []
    for number in numbers:
        longest = max((rise for rise in best if rise[-1] < number), key=len, default=[])
        best.append([*longest, number])
    return set(max(best, key=len, default=[]))


# ── Words ─────────────────────────────────────────────────────────────────────────────────────────────────────────────


def split(text):
    """`[(word, white space after it), …]`; signs are words of their own."""
    return WORD.findall(clean_text(text))


def words(text):
    """What makes a difference in a text: its words and signs, not the white space between them."""
    return [word for word, _space in split(text)]


def replaced(old, new):
    return [(how, text) for how, text in ((REMOVED, old), (ADDED, new)) if text]


def words_changed(old, new):
    """Segments from `old` to `new`. Signs that stand alone between two changes are counted to the changes."""
    matcher = comparison_of(words(old), words(new))
    old, new = split(old), split(new)
    steps = []
    for tag, start, end, new_start, new_end in matcher.get_opcodes():
        is_between = steps and (end, new_end) != (len(old), len(new))
        is_same = tag == "equal" and not (is_between and is_only_signs(old[start:end]))
        if steps and not is_same and not steps[-1][0]:
            steps[-1][1].extend(old[start:end])
            steps[-1][2].extend(new[new_start:new_end])
        else:
            steps.append((is_same, old[start:end], new[new_start:new_end]))
    segments = []
    for is_same, gone, come in steps:
        segments += [(SAME, shared_text(gone, come))] if is_same else replaced(text_of(gone), text_of(come))
    return shortened(segments)


def comparison_of(old, new):
    """Return the comparison of two lists of words; where few repeat without end, their order is not looked for."""
    often = Counter(old)
    pairs = sum(often[word] * number for word, number in Counter(new).items())
    return SequenceMatcher(None, old, new, autojunk=pairs > MOST_PAIRS)


def is_only_signs(words):
    return not any(re.search(r"\w", word) for word, _space in words)


def text_of(words):
    return "".join(word + space for word, space in words)


def shared_text(old, new):
    return "".join(word + (space or before) for (_word, before), (word, space) in zip(old, new, strict=True))


def shortened(segments):
    """Leave out the middle of long unchanged stretches. What changed is always whole."""
    if len(segments) == 1:
        return segments
    last = len(segments) - 1
    return [
        (how, around_changes(text, is_first=place == 0, is_last=place == last) if how == SAME else text)
        for place, (how, text) in enumerate(segments)
    ]


def around_changes(text, *, is_first, is_last):
    words = re.findall(r"\S+\s*", text)
    head = [] if is_first else words[:KEPT_AROUND_A_CHANGE]
    tail = [] if is_last else words[-KEPT_AROUND_A_CHANGE:]
    if len(words) <= len(head) + len(tail) + 3:
        return text
    return "".join([*head, "… " if tail else "…", *tail])
