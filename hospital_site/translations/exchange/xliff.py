"""Units as XLIFF 1.2 and 2.0, valid against the schemas of OASIS. Protected parts are `<ph>`.

Elements are made without a namespace and written one by one below a root that declares it.
"""

from html import escape
from itertools import groupby

from lxml import etree

from hospital_site.translations.exchange.protected import Part
from hospital_site.translations.units import State

NAMESPACES = {
    "1.2": "urn:oasis:names:tc:xliff:document:1.2",
    "2.0": "urn:oasis:names:tc:xliff:document:2.0",
    "mda": "urn:oasis:names:tc:xliff:metadata:2.0",
    "gls": "urn:oasis:names:tc:xliff:glossary:2.0",
}
SPACE = "{http://www.w3.org/XML/1998/namespace}space"
TYPES = {"link": "link"}  # of XLIFF 2.0, which knows no telephone numbers


def write(head, records, version):
    """Yield the file as text, unit by unit. A file of XLIFF 2.0 has one source language, that of all `records`."""
    yield '<?xml version="1.0" encoding="UTF-8"?>\n'
    yield from {"1.2": write_1_2, "2.0": write_2_0}[version](head, records)


def add(parent, tag, text=None, **attributes):
    """Append an element to `parent` (none: return one of its own); `_` in names of attributes stands for `-`."""
    named = {name.replace("_", "-"): str(value) for name, value in attributes.items() if value is not None}
    element = etree.Element(tag, named) if parent is None else etree.SubElement(parent, tag, named)
    element.text = text
    return element


def fill(element, pieces, make_tag):
    """Write the `pieces` of a text into `element`, protected parts by `make_tag`."""
    last = None
    for piece in pieces:
        if isinstance(piece, Part):
            last = make_tag(element, piece)
        elif last is None:
            element.text = (element.text or "") + piece
        else:
            last.tail = (last.tail or "") + piece


def written(element):
    return f"{etree.tostring(element, encoding='unicode')}\n"


def opened(tag, **attributes):
    names = "".join(f' {name.replace("_", "-")}="{escape(str(value))}"' for name, value in attributes.items())
    return f"<{tag}{names}>"


# ── 1.2 ───────────────────────────────────────────────────────────────────────────────────────────────────────────────


def write_1_2(head, records):
    yield f'<xliff version="1.2" xmlns="{NAMESPACES["1.2"]}">\n'
    for (page, source_language, title), of_page in groupby(
        records, lambda record: (record.page, record.source_language, record.page_title)
    ):
        yield opened(
            "file",
            original=page,
            source_language=source_language,
            target_language=head.language,
            datatype="plaintext",
            date=head.made.isoformat(timespec="seconds"),
            product_name=head.site,
        )
        yield f"\n<header><note>{escape(title)}</note></header>\n<body>\n"
        for record in of_page:
            yield written(unit_1_2(record))
        yield "</body>\n</file>\n"
    yield "</xliff>\n"


def unit_1_2(record):
    longest = {"maxwidth": record.longest, "size_unit": "char"} if record.longest else {}
    unit = add(None, "trans-unit", id=record.id, resname=record.label, **longest)
    unit.set(SPACE, "preserve")
    fill(add(unit, "source"), record.source_pieces, tag_1_2)
    state = "needs-translation" if record.is_to_do else "translated"
    fill(add(unit, "target", state=state), record.target_pieces, tag_1_2)
    group = add(unit, "context-group", purpose="information")
    add(group, "context", record.digest, context_type="x-replaces")
    add(group, "context", record.id, context_type="x-text")
    for category, sentence in record.notes:
        add(unit, "note", sentence, **{"from": category})
    if record.checked_source:
        earlier = add(unit, "alt-trans", alttranstype="previous-version")
        add(earlier, "source", record.checked_source)
        add(earlier, "target", record.text)
    return unit


def tag_1_2(element, part):
    return add(element, "ph", part.written, id=part.number, ctype=f"x-{part.kind}")


# ── 2.0 ───────────────────────────────────────────────────────────────────────────────────────────────────────────────


def write_2_0(head, records):
    first, number = True, 0
    for (page, title), of_page in groupby(records, lambda record: (record.page, record.page_title)):
        for record in of_page:
            if first:
                yield opened(
                    "xliff",
                    version="2.0",
                    srcLang=record.source_language,
                    trgLang=head.language,
                    xmlns=NAMESPACES["2.0"],
                )
                source_language, first = record.source_language, False
            if record.source_language != source_language:
                raise ValueError("A file of XLIFF 2.0 has one source language.")
            if page:
                number += 1
                yield f"{'' if number == 1 else '</file>'}\n{opened('file', id=f'f{number}', original=page)}\n"
                yield f'<notes><note category="site">{escape(head.site)}</note>'
                yield f'<note category="page">{escape(title)}</note></notes>\n'
                page = None
            yield written(unit_2_0(record))
    yield "</file>\n</xliff>\n" if number else opened_empty(head)


def opened_empty(head):
    """A file without texts: the schema asks for a file and a unit, so it says that there is nothing."""
    root = opened("xliff", version="2.0", srcLang=head.language, trgLang=head.language, xmlns=NAMESPACES["2.0"])
    nothing = '<unit id="nothing" translate="no"><segment><source/></segment></unit>'
    note = f'<notes><note category="site">{escape(head.site)}</note></notes>'
    return f'{root}\n<file id="f1">{note}{nothing}</file>\n</xliff>\n'


def unit_2_0(record):
    unit = add(None, "unit", id=record.id.replace("/", "-"), name=record.label, canResegment="no")
    unit.set(SPACE, "preserve")
    if record.terms:
        glossary = etree.SubElement(unit, named("gls", "glossary"), nsmap={"gls": NAMESPACES["gls"]})
        for entry in record.terms:
            term = etree.SubElement(glossary, named("gls", "glossEntry"))
            etree.SubElement(term, named("gls", "term")).text = entry.word
            etree.SubElement(term, named("gls", "translation")).text = entry.preferred
    metadata = etree.SubElement(unit, named("mda", "metadata"), nsmap={"mda": NAMESPACES["mda"]})
    group = etree.SubElement(metadata, named("mda", "metaGroup"), category="site")
    etree.SubElement(group, named("mda", "meta"), type="replaces").text = record.digest
    etree.SubElement(group, named("mda", "meta"), type="text").text = record.id
    notes = add(unit, "notes")
    for category, sentence in record.notes:
        add(notes, "note", sentence, category=category)
    if record.checked_source:
        add(notes, "note", record.checked_source, category="previous-source")
    sides = {"source": record.source_pieces, "target": record.target_pieces}
    kept = {f"{side}{part.number}": part for side in sides for part in sides[side] if isinstance(part, Part)}
    if kept:
        data = add(unit, "originalData")
        for name, part in kept.items():
            add(data, "data", part.written, id=name)
    segment = add(unit, "segment", state="initial" if record.is_to_do else "translated")
    fill(add(segment, "source"), record.source_pieces, tag_2_0)
    if record.text or record.state != State.MISSING:
        fill(add(segment, "target"), record.target_pieces, tag_2_0)
    return unit


def named(prefix, tag):
    return f"{{{NAMESPACES[prefix]}}}{tag}"


def tag_2_0(element, part):
    return add(
        element,
        "ph",
        id=part.number,
        dataRef=f"{element.tag}{part.number}",
        type=TYPES.get(part.kind, "other"),
        equiv=part.written,
        disp=part.written,
        canCopy="no",
        canDelete="no",
    )
