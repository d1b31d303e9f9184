"""The published term base as a table (CSV) and as TBX-Basic, for translators' tools."""

import csv
import io
from typing import NamedTuple

from django.conf import settings
from lxml import etree

from hospital_site.glossary.matching import lines, preferred_forms
from hospital_site.publishing.languages import in_language
from hospital_site.staff.exports import harmless

LANGUAGE = "{http://www.w3.org/XML/1998/namespace}lang"
PREFERRED, FORBIDDEN = "preferredTerm-admn-sts", "deprecatedTerm-admn-sts"
TBX_2, TBX_3 = "tbx-2", "tbx-3"  # ISO 30042:2008, which most tools read, and ISO 30042:2019


class Words(NamedTuple):
    """The names of the elements of a version of TBX."""

    root: str
    header: str
    entry: str
    language: str
    term: str


ELEMENTS = {
    TBX_2: Words("martif", "martifHeader", "termEntry", "langSet", "tig"),
    TBX_3: Words("tbx", "tbxHeader", "conceptEntry", "langSec", "termSec"),
}
NAMES = {"csv": "CSV", TBX_2: "TBX", TBX_3: "TBX 3"}
TYPES = {"csv": ("csv", "text/csv"), TBX_2: ("tbx", "application/x-tbx"), TBX_3: ("tbx", "application/x-tbx")}


def write(name, terms):
    """Return the file of `terms`, snapshots of published ones, in the format `name`: a key of `TYPES`."""
    return write_csv(terms) if name == "csv" else write_tbx(terms, name)


def write_csv(terms):
    codes = list(dict(settings.LANGUAGES))
    columns = [f"{name} {code}" for code in codes for name in ("preferred", "definition", "forbidden")]
    file = io.StringIO()
    writer = csv.writer(file, lineterminator="\r\n")
    writer.writerow(["id", "topic", *columns])
    for term in terms:
        cells = [cell for code in codes for cell in cells_of(term, code)]
        writer.writerow(map(harmless, [term.slug, term.topic, *cells]))
    return f"\ufeff{file.getvalue()}"


def cells_of(term, code):
    return [
        in_language(term, "name", code),
        in_language(term, "definition", code),
        "\n".join(lines(term, "forbidden", code)),
    ]


def write_tbx(terms, version):
    names = ELEMENTS[version]
    root = etree.Element(names.root, {"type": "TBX-Basic", LANGUAGE: settings.LANGUAGE_CODE})
    if version == TBX_3:
        root.set("style", "dca")
        root.set("xmlns", "urn:iso:std:iso:30042:ed-2")
    description = etree.SubElement(etree.SubElement(root, names.header), "fileDesc")
    etree.SubElement(etree.SubElement(description, "titleStmt"), "title").text = str(settings.SITE_NAME)
    etree.SubElement(etree.SubElement(description, "sourceDesc"), "p").text = settings.SITE_ADDRESS
    body = etree.SubElement(etree.SubElement(root, "text"), "body")
    for term in terms:
        body.append(entry_of(term, names))
    doctype = '<!DOCTYPE martif SYSTEM "TBXBasiccoreStructV02.dtd">' if version == TBX_2 else None
    return etree.tostring(root, encoding="UTF-8", xml_declaration=True, pretty_print=True, doctype=doctype).decode()


def entry_of(term, names):
    entry = etree.Element(names.entry, id=f"term-{term.slug}")
    etree.SubElement(entry, "descrip", type="subjectField").text = str(term.get_topic_display())
    for code in dict(settings.LANGUAGES):
        preferred, forbidden = preferred_forms(term, code)[:1], lines(term, "forbidden", code)
        if not preferred and not forbidden:
            continue
        language = etree.SubElement(entry, names.language, {LANGUAGE: code})
        if definition := in_language(term, "definition", code):
            etree.SubElement(language, "descrip", type="definition").text = definition
        for status, forms in [(PREFERRED, preferred), (FORBIDDEN, forbidden)]:
            for form in forms:
                one = etree.SubElement(language, names.term)
                etree.SubElement(one, "term").text = form
                etree.SubElement(one, "termNote", type="administrativeStatus").text = status
    return entry
