"""The text of a file that somebody sends, a block at a time: a large file costs no more memory than a small one."""

import codecs
import io

from django.utils.translation import gettext as _

from hospital_site.translations.exchange.refusals import Unreadable

LARGEST = 20_000_000  # bytes: about 20 000 texts
BLOCK = 1 << 16
BYTE_ORDER_MARKS = {codecs.BOM_UTF8: "utf-8-sig", codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16"}
ARCHIVES = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"\x1f\x8b", b"7z\xbc\xaf")


class Content:
    """A `file` of bytes in UTF-8, or in UTF-16 with a byte order mark. It may be read several times."""

    def __init__(self, file):
        self.file = io.BytesIO(file) if isinstance(file, bytes) else file
        if self.file.seek(0, io.SEEK_END) > LARGEST:
            sentence = _("The file is larger than %(number)d MB: send it in parts.")
            raise Unreadable(sentence % {"number": LARGEST // 1_000_000})
        self.file.seek(0)
        start = self.file.read(4)
        if start.startswith(ARCHIVES):
            raise Unreadable(
                _("This is an archive or a spreadsheet, not a text file: unpack it, or save it as CSV (UTF-8).")
            )
        self.encoding = next((name for mark, name in BYTE_ORDER_MARKS.items() if start.startswith(mark)), "utf-8")

    def blocks(self):
        """Yield the text with one kind of line end, or raise `Unreadable` where it is none."""
        decoder = io.IncrementalNewlineDecoder(codecs.getincrementaldecoder(self.encoding)(), translate=True)
        line, position, is_last = 1, 0, False
        while not is_last:
            self.file.seek(position)
            found = self.file.read(BLOCK)
            position, is_last = position + len(found), not found
            try:
                text = decoder.decode(found, final=is_last)
            except UnicodeDecodeError as error:
                line += error.object[: error.start].count(b"\n")
                raise Unreadable(_("The file is not in UTF-8: save it in that encoding."), line) from error
            if "\0" in text:
                line += text.count("\n", 0, text.index("\0"))
                raise Unreadable(_("The file holds signs that no text has: it is damaged, or no text file."), line)
            line += text.count("\n")
            yield text

    def lines(self):
        rest = ""
        for block in self.blocks():
            *whole, rest = (rest + block).split("\n")
            yield from whole
        yield rest
