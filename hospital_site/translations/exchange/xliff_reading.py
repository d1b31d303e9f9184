"""Reads XLIFF 1.2 and 2.0, as tools write them, unit by unit. Nothing outside the file is read, no entity expanded."""

import re
from functools import partial

from django.utils.translation import gettext as _
from lxml import etree

from hospital_site.translations.exchange.protected import Part
from hospital_site.translations.exchange.records import Head, Returned
from hospital_site.translations.exchange.refusals import Unreadable
from hospital_site.translations.exchange.xliff import NAMESPACES

DECLARATION = re.compile(r"<!(?:DOCTYPE|ENTITY)")
LONGEST_DECLARATION = len("<!DOCTYPE") - 1  # that a block may hold without its end
UNITS = {"1.2": "trans-unit", "2.0": "unit"}
TRANSPARENT = {"mrk"}  # elements whose text is part of the text
UNFINISHED = ("needs-review", "needs-adaptation", "needs-l10n")
FINISHED = {"translated", "reviewed", "signed-off", "final"}


def read(content):
    """Return `(Head, function that yields each Returned)` of a file, or raise `Unreadable` where it cannot be read."""
    head, version = head_of(content)
    return head, partial(units, content, version, head.language)


def elements(content, events, tags):
    """Yield `(event, element, name without namespace)`, or raise `Unreadable` where the file is not well-formed."""
    parser = etree.XMLPullParser(
        events,
        tag=[f"{{*}}{tag}" for tag in tags],
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        encoding="utf-8",
    )
    try:
        for block in undeclared(content):
            parser.feed(block.encode())
            for event, element in parser.read_events():
                yield event, element, etree.QName(element).localname
        parser.close()
    except etree.XMLSyntaxError as error:
        sentence = _("The file ends early, or is not well-formed XML any more: send the file as the tool saved it.")
        raise Unreadable(sentence, error.lineno) from error


def undeclared(content):
    """Yield the blocks of `content`, or raise `Unreadable` before one that declares anything."""
    line, before = 1, ""
    for block in content.blocks():
        text = before + block
        if declaration := DECLARATION.search(text):
            line += text.count("\n", 0, declaration.start())
            sentence = _("The file declares entities or another file (DOCTYPE). No such file is read: export it anew.")
            raise Unreadable(sentence, line)
        before = text[-LONGEST_DECLARATION:]
        line += text.count("\n", 0, len(text) - len(before))
        yield block


def head_of(content):
    site = language = version = ""
    for event, element, name in elements(content, ("start", "end"), ["xliff", "file", "note", *UNITS.values()]):
        if name == "xliff" and event == "start":
            version = element.get("version", "")
            if version not in UNITS or etree.QName(element).namespace != NAMESPACES[version]:
                raise Unreadable(_("This is no XLIFF file of version 1.2 or 2.0."), element.sourceline)
            language = element.get("trgLang", "")
        elif name == "file" and event == "start":
            language, site = language or element.get("target-language", ""), element.get("product-name", "")
        elif name == "note" and event == "end" and element.get("category") == "site":
            site = element.text or ""
        elif name in UNITS.values():
            break
    if not version:
        raise Unreadable(_("This is no XLIFF file of version 1.2 or 2.0."), 1)
    return Head(site, language), version


def units(content, version, language):
    for event, element, name in elements(content, ("start", "end"), ["file", UNITS[version]]):
        if event == "start":
            if name == "file" and element.get("target-language", language) != language:
                raise Unreadable(
                    _("The file has texts in several languages: send each on its own."), element.sourceline
                )
            continue
        if name != "file" and element.get("translate") != "no":
            yield (returned_1_2 if version == "1.2" else returned_2_0)(element)
        element.clear()
        while element.getprevious() is not None:
            del element.getparent()[0]


def returned_1_2(unit):
    source, target = child(unit, "source"), child(unit, "target")
    known = {one.get("context-type"): (one.text or "").strip() for one in inside(unit, "context-group", "context")}
    state = (target.get("state") if target is not None else "") or ""
    return Returned(
        unit.sourceline,
        known.get("x-text") or unit.get("id", ""),
        plain(pieces_in(source)),
        pieces_in(target),
        known.get("x-replaces", ""),
        is_unfinished=state.startswith(UNFINISHED),
        is_confirmed=state in FINISHED or unit.get("approved") == "yes",
    )


def returned_2_0(unit):
    data = {one.get("id"): one.text or "" for one in inside(unit, "originalData", "data")}
    segments = [one for one in unit if etree.QName(one).localname in ("segment", "ignorable")]
    sources = [pieces_in(child(one, "source"), data) for one in segments]
    targets = [
        pieces_in(child(one, "target") if child(one, "target") is not None else ignored(one), data) for one in segments
    ]
    known = {one.get("type"): (one.text or "").strip() for one in inside(unit, "metadata", "meta")}
    states = {one.get("state", "initial") for one in segments if etree.QName(one).localname == "segment"}
    return Returned(
        unit.sourceline,
        known.get("text") or unit.get("id", "").replace("-", "/"),
        "".join(map(plain, sources)),
        joined(piece for pieces in targets for piece in pieces),
        known.get("replaces", ""),
        is_confirmed=states <= FINISHED,
    )


def ignored(part):
    """What stands between two segments is the same in both languages where nothing else is said."""
    return child(part, "source") if etree.QName(part).localname == "ignorable" else None


def inside(unit, parent, name):
    """Yield the elements `name` in a `parent` of the unit itself, not of a match in it, which is about another text."""
    for one in unit.iterchildren(f"{{*}}{parent}"):
        yield from one.iterdescendants(f"{{*}}{name}")


def child(element, name):
    return next((one for one in element.iterchildren(f"{{*}}{name}")), None)


def pieces_in(element, data=None):
    """Return the pieces of the text in `element`; tags that are not of ours have no number."""
    if element is None:
        return []
    found = [element.text or ""]
    for one in element:
        name = etree.QName(one).localname if isinstance(one.tag, str) else ""
        if name in TRANSPARENT:
            found += pieces_in(one, data)
        elif name == "cp":
            found.append(chr(int(one.get("hex", "20"), 16)))
        elif name:
            found.append(part_of(one, data))
        found.append(one.tail or "")
    return joined(found)


def part_of(element, data):
    number, name = element.get("id", ""), etree.QName(element).localname
    written = (data or {}).get(element.get("dataRef"), "") or "".join(element.itertext()) or element.get("equiv", "")
    is_ours = name in ("ph", "x") and re.fullmatch(r"[1-9][0-9]{0,3}", number)
    return Part(int(number) if is_ours else None, written or f"<{name}>")


def joined(pieces):
    """Return `pieces` without empty ones, neighboring texts as one."""
    found = []
    for piece in pieces:
        if isinstance(piece, str) and found and isinstance(found[-1], str):
            found[-1] += piece
        elif piece:
            found.append(piece)
    return found


def plain(pieces):
    return "".join(piece if isinstance(piece, str) else piece.written for piece in pieces)
