"""What a translation keeps from its source: links, mail addresses, telephone numbers. XLIFF has them as tags.

A text is read as a list of pieces: plain text, and a `Part` for each of these.
"""

import re
from collections import Counter
from typing import NamedTuple
from urllib.parse import urlsplit

import phonenumbers
from django.conf import settings
from django.utils.translation import gettext as _

from hospital_site.publishing.models import without_language
from hospital_site.publishing.publication_checks.links import (
    TRAILING_PUNCTUATION,
    destination_of,
    is_internal,
    link_pattern,
)

MAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")


class Part(NamedTuple):
    """A protected part of a text. `number` is that in the source, `None` where a tool has made the tag up."""

    number: int | None
    written: str
    kind: str = "other"


class Found(NamedTuple):
    start: int
    end: int
    written: str
    kind: str
    identity: object  # equal in all languages

    @property
    def key(self):
        return self.kind, self.identity


def parts_in(text):
    """Return what is protected in `text`, in its order."""
    found = []
    for match in re.finditer(link_pattern(), text):
        written = match[0].rstrip(TRAILING_PUNCTUATION)
        end = match.start() + len(written)
        found.append(Found(match.start(), end, written, "link", destination_of(written)))
    for match in MAIL.finditer(blanked(text, found)):
        found.append(Found(match.start(), match.end(), match[0], "email", match[0].casefold()))
    if any(map(str.isdecimal, text)):
        for match in phonenumbers.PhoneNumberMatcher(blanked(text, found), settings.HOME_REGION):
            number = phonenumbers.format_number(match.number, phonenumbers.PhoneNumberFormat.E164)
            found.append(Found(match.start, match.end, match.raw_string, "telephone", number))
    return sorted(found)


def blanked(text, found):
    for part in found:
        text = text[: part.start] + " " * (part.end - part.start) + text[part.end :]
    return text


def source_pieces(source):
    """Return the pieces of a source, its parts numbered from 1."""
    found = parts_in(source)
    return pieces(source, found, range(1, len(found) + 1))


def target_pieces(text, source):
    """Return the pieces of a translation. Its parts have the numbers that they have in `source`; others stay text."""
    wanted = [part.key for part in parts_in(source)]
    found, numbers = [], []
    for part in parts_in(text) if wanted else []:
        if part.key in wanted:
            numbers.append(wanted.index(part.key) + 1)
            found.append(part)
            wanted[numbers[-1] - 1] = None
    return pieces(text, found, numbers)


def pieces(text, found, numbers):
    made, end = [], 0
    for part, number in zip(found, numbers, strict=True):
        made += [text[end : part.start], Part(number, part.written, part.kind)]
        end = part.end
    return [piece for piece in [*made, text[end:]] if piece]


def text_of(returned, source, present, language):
    """Return the text of the pieces that came back as the translation of `source`, which is `present` now.

    A part that the translation has keeps the form that it has there; one that it lacks gets that of its language.
    """
    if not any(isinstance(piece, Part) for piece in returned):
        return "".join(returned)
    known = {part.number: part.written for part in target_pieces(present, source) if isinstance(part, Part)}
    for number, part in enumerate(parts_in(source), start=1):
        known.setdefault(number, localized(part, language))
    return "".join(piece if isinstance(piece, str) else known.get(piece.number, piece.written) for piece in returned)


def localized(part, language):
    """Return the `part` of a source as a translation into `language` has it: pages of this site in that language."""
    if part.kind != "link" or not is_internal(part.written):
        return part.written
    path = urlsplit(part.written).path
    address = without_language(path)
    return part.written.replace(path, f"/{language}{address}", 1) if address != path else part.written


def part_faults(returned, text, source):
    """Yield what is wrong with the protected parts of `text`, the text of the pieces `returned`."""
    wanted, found = ({part.key: part.written for part in parts_in(each)} for each in (source, text))
    for key in wanted.keys() - found.keys():
        yield _("“%(part)s” is missing: put it back as the source has it.") % {"part": wanted[key]}
    for key in found.keys() - wanted.keys():
        yield _("“%(part)s” is not in the source.") % {"part": found[key]}
    tags = Counter(piece for piece in returned if isinstance(piece, Part))
    numbers = Counter(part.number for part in tags.elements())
    for part in tags:
        if part.number is None or part.number > len(parts_in(source)):
            yield _("The tag “%(part)s” is not in the source.") % {"part": part.written or "–"}
        elif numbers[part.number] > 1:
            yield _("The tag “%(part)s” stands there twice.") % {"part": part.written}
