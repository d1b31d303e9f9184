"""Units as a table (CSV in UTF-8) for spreadsheets, one a row. The translation and the mark beside it are read back."""

import csv
import io
import re
from functools import partial
from itertools import islice

from django.utils.translation import gettext as _

from hospital_site.staff.exports import FORMULA_STARTS, harmless
from hospital_site.translations.exchange.records import Head, Returned
from hospital_site.translations.exchange.refusals import Unreadable

COLUMNS = [
    "id",
    "page",
    "text",
    "state",
    "source language",
    "source when last checked",
    "source",
    "translation",
    "still correct",
    "at most characters",
    "terms",
    "address",
    "site",
    "language",
    "replaces",
]
NEEDED = {"id", "source", "translation", "replaces"}
LONGEST_CELL = 200_000
DELIMITERS = ",;\t"
GUARD = "digest "  # without it a spreadsheet takes 12e4567890123456 for a number
SEPARATOR = re.compile('"?sep=."?')  # which some spreadsheets write above the names of the columns


def write(head, records):
    """Yield the file as text, row by row."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\r\n")
    yield "\ufeff"
    writer.writerow(COLUMNS)
    for record in records:
        terms = [sentence for category, sentence in record.notes if category == "term"]
        writer.writerow(
            map(
                guarded,
                [
                    record.id,
                    record.page_title,
                    record.label,
                    record.state,
                    record.source_language,
                    record.checked_source,
                    record.source,
                    record.text,
                    "",
                    record.longest or "",
                    "\n".join(terms),
                    record.address,
                    head.site,
                    head.language,
                    f"{GUARD}{record.digest}",
                ],
            )
        )
        yield buffer.getvalue()
        buffer.seek(0)
        buffer.truncate()
    yield buffer.getvalue()


def guarded(cell):
    """`harmless`, so that it can be taken back: an apostrophe of the text gets one before it."""
    text = str(cell)
    return f"'{text}" if text.startswith("'") else harmless(text)


def unguarded(text):
    is_guard = text.startswith("'") and text[1:].startswith((*FORMULA_STARTS, "'"))
    return text[1:] if is_guard else text


def read(content):
    """Return `(Head, function that yields each Returned)` of a file, or raise `Unreadable` where it cannot be read."""
    first, second, *_lines = [*islice(content.lines(), 2), ""]
    delimiter = max(DELIMITERS, key=(second if SEPARATOR.fullmatch(first) else first).count)
    rows = numbered_rows(content, delimiter)
    names = next(rows, (1, []))[1]
    names = [name.strip().casefold() for name in names]
    missing = [name for name in COLUMNS if name in NEEDED and name not in names]
    if missing:
        sentence = _("The first line lacks the column “%(name)s”. Leave the columns as the file had them.")
        raise Unreadable(sentence % {"name": missing[0]}, 1)
    first_row = next(rows, (1, []))[1]
    found = dict(zip(names, first_row, strict=False))
    head = Head(unguarded(found.get("site", "")), found.get("language", ""))
    return head, partial(texts, content, delimiter, names)


def texts(content, delimiter, names):
    rows = numbered_rows(content, delimiter)
    next(rows)
    for line, cells in rows:
        yield returned(line, cells, names)


def numbered_rows(content, delimiter):
    csv.field_size_limit(max(csv.field_size_limit(), LONGEST_CELL))
    lines = (f"{line}\n" for line in content.lines())
    reader, line = csv.reader(lines, delimiter=delimiter, strict=True), 1
    while True:
        try:
            row = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            sentence = _("This row cannot be read: a quotation mark is not closed, or the file ends early.")
            raise Unreadable(sentence, line) from error
        if any(row) and not (line == 1 and SEPARATOR.fullmatch(delimiter.join(row))):
            yield line, row
        line = reader.line_num + 1


def returned(line, cells, names):
    found = dict(zip(names, cells, strict=False))
    if not found.keys() >= NEEDED:
        raise Unreadable(_("This row is shorter than the first line: the file ends early, or cells were lost."), line)
    text = unguarded(found["translation"])
    return Returned(
        line,
        unguarded(found["id"].strip()),
        unguarded(found["source"]),
        [text] if text else [],
        found["replaces"].strip().removeprefix(GUARD),
        is_confirmed=bool(found.get("still correct", "").strip()),
    )
