"""Reads a file that somebody sends: recognizes its format, and says in a sentence what keeps it from being read."""

import codecs

from django.utils.translation import gettext as _

from hospital_site.translations.exchange import po, table, xliff_reading
from hospital_site.translations.exchange.refusals import Unreadable

LARGEST = 20_000_000  # bytes: about 20 000 texts
MOST_TEXTS = 50_000
BYTE_ORDER_MARKS = {codecs.BOM_UTF8: "utf-8-sig", codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16"}
ARCHIVES = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"\x1f\x8b", b"7z\xbc\xaf")


def read(content):
    """Return `(Head, [Returned, …])` of the bytes of a file, or raise `Unreadable`: of such a file nothing is taken."""
    text = decoded(content)
    if text.lstrip().startswith("<"):
        head, found = xliff_reading.read(text)
    elif any(line.startswith("msgid ") for line in text[:100_000].split("\n")):
        head, found = po.read(text)
    elif text.strip():
        head, found = table.read(text)
    else:
        raise Unreadable(_("The file is empty."))
    texts = []
    for returned in found:
        if returned.source or returned.pieces:
            texts.append(returned)
        if len(texts) > MOST_TEXTS:
            sentence = _("The file has more than %(number)d texts: send it in parts.") % {"number": MOST_TEXTS}
            raise Unreadable(sentence, returned.line)
    return head, texts


def decoded(content):
    """Return the text of a file in UTF-8, or in UTF-16 with a byte order mark, with one kind of line end."""
    if len(content) > LARGEST:
        sentence = _("The file is larger than %(number)d MB: send it in parts.")
        raise Unreadable(sentence % {"number": LARGEST // 1_000_000})
    if content.startswith(ARCHIVES):
        raise Unreadable(
            _("This is an archive or a spreadsheet, not a text file: unpack it, or save it as CSV (UTF-8).")
        )
    encoding = next((name for mark, name in BYTE_ORDER_MARKS.items() if content.startswith(mark)), "utf-8")
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        raise Unreadable(_("The file is not in UTF-8: save it in that encoding."), line) from error
    if "\0" in text:
        line = text.count("\n", 0, text.index("\0")) + 1
        raise Unreadable(_("The file holds signs that no text has: it is damaged, or no text file."), line)
    return text.replace("\r\n", "\n").replace("\r", "\n")
