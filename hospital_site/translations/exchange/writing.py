"""Writes a file of units in one of the formats that translators' tools read."""

from functools import partial

from django.utils.translation import gettext as _

from hospital_site.translations.exchange import po, table, xliff
from hospital_site.translations.exchange.records import head_of, record_of

FORMATS = {
    "po": (po.write, "po", "text/x-gettext-translation"),
    "xliff-1.2": (partial(xliff.write, version="1.2"), "xlf", "application/xliff+xml"),
    "xliff-2.0": (partial(xliff.write, version="2.0"), "xlf", "application/xliff+xml"),
    "csv": (table.write, "csv", "text/csv"),
}
FORMAT_NAMES = {"po": "PO", "xliff-1.2": "XLIFF 1.2", "xliff-2.0": "XLIFF 2.0", "csv": "CSV"}
HAS_ONE_SOURCE = {"xliff-2.0"}


class SeveralSources(Exception):
    """Raised where a file can have one source language only; `languages` are those of the units."""

    def __init__(self, languages):
        self.languages = languages
        super().__init__(_("A file of XLIFF 2.0 has one source language: export the texts from each language alone."))


def format_named(name, version="1.2"):
    return f"xliff-{version}" if name == "xliff" else name


def write(name, language, units, term_base, *, progress=None):
    """Return an iterator over the pieces of the file of `units`, which may be read several times.

    Raises `SeveralSources` before anything is written.
    """
    writer, _ending, _type = FORMATS[name]
    if name in HAS_ONE_SOURCE:
        languages = {unit.source_language for unit in units}
        if len(languages) > 1:
            raise SeveralSources(languages)
    return writer(head_of(language), records(units, term_base, progress))


def records(units, term_base, progress=None):
    for unit in units:
        yield record_of(unit, term_base)
        if progress:
            progress(1)
