"""Units as a PO file: one entry each, its id as `msgctxt`, its source as `msgid`.

What is to be checked is fuzzy with the source of then as `#|`. Whoever removes the mark says that it is right.
"""

import re
from functools import partial

import polib
from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import to_language, to_locale

from hospital_site.translations.catalogue_checks import LINE, unreadable
from hospital_site.translations.exchange.records import Head, Returned
from hospital_site.translations.exchange.refusals import Unreadable
from hospital_site.translations.units import State

ENTRIES_AT_ONCE = 500
END = "The end of the file."  # an obsolete entry, which tools keep at the end: without it the last text may be cut
REPLACES = re.compile(r"^Replaces: ([0-9a-f]{16})$", re.MULTILINE)
TEXT = re.compile(r"^Text: (\S+)$", re.MULTILINE)  # its id again, for tools that lose `msgctxt`


def write(head, records):
    """Yield the file as text, entry by entry."""
    yield header(head)
    for record in records:
        yield f"\n{entry_of(record).__unicode__(wrapwidth=0)}"
    yield f'\n#~ msgid "{END}"\n#~ msgstr "{END}"\n'


def header(head):
    lines = {
        "Project-Id-Version": str(settings.SITE_NAME),
        "PO-Revision-Date": f"{head.made:%Y-%m-%d %H:%M%z}",
        "Last-Translator": "",
        "Language-Team": "",
        "Language": to_locale(head.language),
        "MIME-Version": "1.0",
        "Content-Type": "text/plain; charset=UTF-8",
        "Content-Transfer-Encoding": "8bit",
        "X-Site": head.site,
    }
    quoted = "".join(f'"{name}: {polib.escape(value)}\\n"\n' for name, value in lines.items())
    return f'msgid ""\nmsgstr ""\n{quoted}'


def entry_of(record):
    notes = [sentence for _category, sentence in record.notes]
    is_stale = record.state == State.STALE
    return polib.POEntry(
        msgctxt=record.id,
        msgid=record.source,
        msgstr=record.text,
        comment="\n".join([*notes, f"Text: {record.id}", f"Replaces: {record.digest}"]),
        flags=["fuzzy"] if is_stale else [],
        previous_msgid=(record.checked_source or None) if is_stale else None,
    )


def read(content):
    """Return `(Head, function that yields each Returned)` of a file, or raise `Unreadable` where it cannot be read."""
    for number, line in enumerate(content.lines(), start=1):
        if not LINE.fullmatch(line):
            raise Unreadable(unreadable(), number)
    first = parsed(*next(chunks(content)))
    names = {name.lower(): value for name, value in first.metadata.items()}
    return Head(names.get("x-site", ""), to_language(names.get("language", ""))), partial(entries, content)


def chunks(content):
    """Yield `(number of the lines before, some entries as text)`. Entries are set apart by blank lines."""
    lines, before, entries_here = [], 0, 0
    for line in content.lines():
        if not line.strip() and entries_here >= ENTRIES_AT_ONCE:
            yield before, "\n".join([*lines, ""])
            before, lines, entries_here = before + len(lines), [], 0
        lines.append(line)
        entries_here += line.startswith("msgid ")
    yield before, "\n".join([*lines, ""])


def parsed(before, some):
    try:
        return polib.pofile(some, wrapwidth=0)
    except (OSError, ValueError, IndexError) as error:
        line = re.search(r"line (\d+)", str(error))
        raise Unreadable(unreadable(), before + int(line[1]) if line else before + 1) from error


def entries(content):
    """Yield the texts. The last one comes last, marked as perhaps cut where the end of the file is missing."""
    last, has_end = None, False
    for before, some in chunks(content):
        for entry in parsed(before, some):
            is_end = entry.msgid == END and not entry.msgctxt  # which some tools take for an entry in use
            has_end = has_end or is_end
            if not entry.obsolete and not is_end:
                if last:
                    yield last
                last = returned(entry, before + entry.linenum)
    if last:
        yield last if has_end else last._replace(is_cut=True)


def returned(entry, line):
    if entry.msgid_plural:
        raise Unreadable(_("This sentence has plural forms: the file is a catalogue, not one of texts of pages."), line)
    replaces, text = REPLACES.search(entry.comment or ""), TEXT.search(entry.comment or "")
    return Returned(
        line,
        entry.msgctxt or (text[1] if text else ""),
        entry.msgid,
        [entry.msgstr] if entry.msgstr else [],
        replaces[1] if replaces else "",
        is_unfinished=entry.fuzzy,
        is_confirmed=not entry.fuzzy,
    )
