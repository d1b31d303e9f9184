"""Files of texts for translators: what is written is read back whole, what cannot be read is refused in a sentence."""

import csv
import io
import random
import re
import shutil
import subprocess

import polib
import pytest
from django.conf import settings
from hypothesis import given
from hypothesis import settings as examples
from hypothesis import strategies as st
from lxml import etree
from translate.storage import factory
from translate.storage.xliff2 import Xliff2File

from hospital_site.translations.exchange.protected import Part, part_faults, source_pieces, target_pieces, text_of
from hospital_site.translations.exchange.reading import read
from hospital_site.translations.exchange.records import Head, Record, head_of
from hospital_site.translations.exchange.refusals import Unreadable
from hospital_site.translations.exchange.writing import FORMATS
from hospital_site.translations.term_base import Entry
from hospital_site.translations.units import State, digest_of
from hospital_site.typed_text import clean_text

ADDRESS = "http://127.0.0.1:8000"
SOURCE = "문의: 02-970-2114, help@example.org 또는 https://www.example.org/korean/help 와 /ko/contact/ 참고."
TEXT = "Ask 02-970-2114, help@example.org or https://www.example.org/english/help, and see /en/contact/."

every_format = pytest.mark.parametrize("name", FORMATS)


def a_record(number=1, **fields):
    known = {
        "page": f"centers.treatment:{number // 3}",
        "page_title": "절제술 & “Resection”",
        "label": "Explanation",
        "address": f"{ADDRESS}/en/admin/centers/treatment/1/preview/",
        "state": State.STALE,
        "language": "en",
        "source_language": "ko",
        "source": "종양을 모두 뗍니다.",
        "checked_source": "종양을 뗍니다.",
        "text": "A tumor is removed.",
        "longest": 120,
        "terms": [],
    } | fields
    return Record(id=f"{known['page']}/centers.area:{number}/text", digest=digest_of(known["text"]), **known)


def written(name, records):
    return "".join(FORMATS[name][0](head_of("en"), iter(records))).encode()


def what_is_read(content):
    return [(one.id, one.source, bare(one.pieces), one.seen) for one in read(content)[1]]


def bare(pieces):
    return [piece if isinstance(piece, str) else (piece.number, piece.written) for piece in pieces]


def what_was_written(records):
    return [(one.id, one.source, [one.text], one.digest) for one in records]


texts = st.text(st.characters(codec="utf-8", exclude_categories=["Cs"]), max_size=40).map(clean_text).map(str.strip)
lines = st.lists(
    texts | st.sampled_from(["- ", "'", "=1+1", "<b>&amp;", '"', "\\n", "%s {0}", SOURCE, TEXT]), max_size=4
)
any_text = lines.map("\n".join).map(str.strip).filter(lambda text: "\0" not in text)


@every_format
@examples(max_examples=15, deadline=None)
@given(data=st.lists(st.tuples(any_text.filter(bool), any_text), min_size=1, max_size=3))
def test_what_is_written_is_read_back(name, data):
    records = [a_record(number, source=source, text=text) for number, (source, text) in enumerate(data)]

    has_tags = name.startswith("xliff")
    assert what_is_read(written(name, records)) == [
        (one.id, one.source, bare(one.target_pieces) if has_tags else list(filter(None, [one.text])), one.digest)
        for one in records
    ]


@every_format
def test_the_head_says_of_which_site_and_language_it_is(name):
    head, _texts = read(written(name, [a_record()]))

    assert head[:2] == Head(settings.SITE_ADDRESS, "en")[:2]


@pytest.mark.parametrize(
    "saved",
    [
        lambda content: b"\xef\xbb\xbf" + content.removeprefix(b"\xef\xbb\xbf"),
        lambda content: content.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n"),
        lambda content: content.decode("utf-8-sig").encode("utf-16"),
    ],
    ids=["a byte order mark", "line ends of Windows", "UTF-16"],
)
@every_format
def test_a_file_is_read_as_editors_save_it(name, saved):
    records = [a_record(text="Two\nlines."), a_record(2)]

    assert len(what_is_read(saved(written(name, records)))) == 2


@every_format
def test_translate_toolkit_reads_it_and_what_it_writes_is_read(name, tmp_path):
    records = [a_record(1, source=SOURCE, text=TEXT), a_record(2, state=State.MISSING, text="", checked_source="")]
    path = tmp_path / f"texts.{FORMATS[name][1]}"
    path.write_bytes(written(name, records))

    if name == "csv":
        return  # its tables have other columns
    store = Xliff2File.parsefile(str(path)) if name == "xliff-2.0" else factory.getobject(str(path))
    units = [unit for unit in store.units if unit.source and not unit.isobsolete()]
    units[1].target = "New."
    stored = io.BytesIO()
    store.serialize(stored)

    assert [bool(unit.target) for unit in units] == [True, True]
    assert [(one[0], one[3]) for one in what_is_read(stored.getvalue())] == [(one.id, one.digest) for one in records]
    assert what_is_read(stored.getvalue())[1][2] == ["New."]


def as_table(content, **how):
    """The table as a spreadsheet saves it."""
    rows = csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""))
    saved = io.StringIO(newline="")
    csv.writer(saved, **how).writerows([*rows, ["", ""]])
    return saved.getvalue()


CONTEXT = b'<context-group><context context-type="x-text">a.b:1/c</context></context-group>'
MATCH = b'<alt-trans match-quality="80%"><target>No.</target>' + CONTEXT + b"</alt-trans>"
SEGMENT = rb'\1<mrk mtype="seg" mid="1">\2</mrk></target>'
TOOLS = {
    "a table with semicolons": ("csv", lambda content: as_table(content, delimiter=";").encode("utf-8-sig")),
    "a table with tabs in UTF-16": ("csv", lambda content: as_table(content, delimiter="\t").encode("utf-16")),
    "a table that names its separator": ("csv", lambda content: f"sep=;\n{as_table(content, delimiter=';')}".encode()),
    "a table with all cells quoted": ("csv", lambda content: as_table(content, quoting=csv.QUOTE_ALL).encode()),
    "ids that were lost": ("po", lambda content: re.sub(rb'(?m)^msgctxt ".+"\n', b"", content)),
    "an end that is no longer obsolete": ("po", lambda content: content.replace(b"#~ ", b"")),
    "other numbers of units": (
        "xliff-1.2",
        lambda content: re.sub(rb'trans-unit id="[^"]+"', b'trans-unit id="9"', content),
    ),
    "other numbers": ("xliff-2.0", lambda content: re.sub(rb'unit id="[^"]+"', b'unit id="u9"', content)),
    "a region of the language": ("xliff-1.2", lambda content: content.replace(b'"en"', b'"en-US"')),
    "matches of a memory": (
        "xliff-1.2",
        lambda content: content.replace(
            b"</trans-unit>",
            b'<alt-trans match-quality="80%"><target>No.</target></alt-trans><note>!</note></trans-unit>',
        ),
    ),
    "segments": (
        "xliff-1.2",
        lambda content: re.sub(rb"(?s)(<target[^>/]*>)(.*?)</target>", SEGMENT, content),
    ),
}


@pytest.mark.parametrize("tool", TOOLS)
def test_what_tools_make_of_a_file_is_read_as_it_was_written(tool):
    name, saved = TOOLS[tool]
    records = [a_record(1, checked_source=""), a_record(2, text='Two\n\nlines; “quoted” "so".'), a_record(5, text="")]
    content = saved(written(name, records))

    head, found = read(content)

    assert head.language == "en"
    assert [(one.id, one.source, bare(one.pieces), one.seen) for one in found] == [
        (one.id, one.source, [one.text] if one.text else [], one.digest) for one in records
    ]


def test_a_spreadsheet_takes_no_digest_for_a_number():
    record = a_record()._replace(digest="12e4567890123456")

    [row] = csv.DictReader(io.StringIO(written("csv", [record]).decode("utf-8-sig")))

    assert not row["replaces"][0].isdigit()
    assert what_is_read(written("csv", [record]))[0][3] == record.digest


SCHEMAS = {  # which of their elements and attributes we write, in the order in which the schemas of OASIS want them
    "xliff-1.2": {
        "xliff": ("file", "version"),
        "file": ("header body", "original source-language target-language datatype date product-name"),
        "header": ("note", ""),
        "body": ("trans-unit", ""),
        "trans-unit": ("source target context-group note alt-trans", "id resname maxwidth size-unit space"),
        "source": ("ph", ""),
        "target": ("ph", "state"),
        "ph": ("", "id ctype"),
        "context-group": ("context", "purpose"),
        "context": ("", "context-type"),
        "note": ("", "from"),
        "alt-trans": ("source target", "alttranstype"),
    },
    "xliff-2.0": {
        "xliff": ("file", "version srcLang trgLang"),
        "file": ("notes unit", "id original"),
        "notes": ("note", ""),
        "note": ("", "category"),
        "unit": ("glossary metadata notes originalData segment", "id name canResegment space"),
        "glossary": ("glossEntry", ""),
        "glossEntry": ("term translation", ""),
        "term": ("", ""),
        "translation": ("", ""),
        "metadata": ("metaGroup", ""),
        "metaGroup": ("meta", "category"),
        "meta": ("", "type"),
        "originalData": ("data", ""),
        "data": ("", "id"),
        "segment": ("source target", "state"),
        "source": ("ph", ""),
        "target": ("ph", ""),
        "ph": ("", "id dataRef type equiv disp canCopy canDelete"),
    },
}


@pytest.mark.parametrize("name", SCHEMAS)
def test_xliff_keeps_to_its_schema(name):
    """The schemas themselves are not kept here; decision 0024 says where they are and how to validate with them."""
    terms = [Entry("종양", "tumor", is_used=True)]
    records = [a_record(1, source=SOURCE, text=TEXT, terms=terms), a_record(2), a_record(4, text="", checked_source="")]

    for element in etree.fromstring(written(name, records)).iter():
        children, attributes = SCHEMAS[name][etree.QName(element).localname]
        places = [children.split().index(etree.QName(child).localname) for child in element]
        assert places == sorted(places)
        assert {etree.QName(attribute).localname for attribute in element.attrib} <= set(attributes.split())


def test_a_catalogue_editor_may_wrap_sort_and_change_the_head():
    long = "One word follows another until the line is full, and then they go on in the next one. " * 3
    records = [a_record(1, source=long.strip(), text=long.strip()), a_record(2)]
    catalogue = polib.pofile(written("po", records).decode(), wrapwidth=40)
    catalogue.metadata |= {"X-Generator": "Poedit 3.2", "Last-Translator": "A <a@example.org>", "POT-Creation-Date": ""}
    catalogue.sort(key=lambda entry: entry.msgstr)

    assert sorted(what_is_read(str(catalogue).encode())) == what_was_written(records)


@every_format
def test_gettext_takes_it(name, tmp_path):
    if name != "po" or not shutil.which("msgfmt"):
        return
    (tmp_path / "texts.po").write_bytes(written(name, [a_record(), a_record(2, text="Two\n\nlines.")]))

    command = ["msgfmt", "-c", "-o", str(tmp_path / "texts.mo"), str(tmp_path / "texts.po")]
    assert subprocess.run(command, capture_output=True, text=True).stderr == ""


@every_format
def test_a_file_that_was_cut_short_gives_no_half_text(name):
    """Wherever it ends, each text is whole, or the file is refused, or its last text is known as perhaps cut."""
    records = [a_record(number, text=f"One {number}.\nTwo.\nThree.") for number in range(4)]
    content = written(name, records)
    whole = {one.id: one.text for one in records} | {None: ""}

    half = []
    for end in random.Random(5).sample(range(len(content)), 60):
        try:
            found = list(read(content[:end])[1])
        except Unreadable:
            continue
        half += [one for one in found if not one.is_cut and "".join(one.pieces) not in ("", whole.get(one.id))]

    assert half == []


HOSTILE = {
    "an archive": b"PK\x03\x04....",
    "nothing": b"",
    "no text": b"\x00\x01\x02",
    "another encoding": "id,source\n한국어,".encode("cp949"),
    "a table of something else": b"name,age\nKim,5\n",
    "another document": b"<html><body>msgid </body></html>",
    "an entity": b'<?xml version="1.0"?>\n<!DOCTYPE xliff [<!ENTITY a "aa"><!ENTITY b "&a;&a;">]>\n<xliff>&b;</xliff>',
    "a file outside": b'<!DOCTYPE xliff SYSTEM "file:///etc/passwd">\n<xliff version="1.2"/>',
    "no end": b'<xliff version="1.2" xmlns="urn:oasis:names:tc:xliff:document:1.2"><file target-language="en"><body>',
    "a broken catalogue": b'msgid ""\nmsgstr ""\n\nmsgid "a"\nmsgstr "b" c"\n',
    "deep": b'<xliff version="1.2" xmlns="urn:oasis:names:tc:xliff:document:1.2">' + b"<file>" * 5000,
}


@pytest.mark.parametrize("kind", HOSTILE)
def test_what_cannot_be_read_is_refused_in_a_sentence(kind):
    with pytest.raises(Unreadable) as refused:
        read(HOSTILE[kind])

    assert str(refused.value).endswith(".")


def test_a_file_that_is_too_large_is_refused_unread(monkeypatch):
    monkeypatch.setattr("hospital_site.translations.exchange.content.LARGEST", 10)

    with pytest.raises(Unreadable):
        read(b"id,source,translation,replaces")


# ── Protected parts ───────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_link_a_mail_address_and_a_telephone_number_are_protected():
    parts = [piece for piece in source_pieces(SOURCE) if isinstance(piece, Part)]

    assert [part.kind for part in parts] == ["telephone", "email", "link", "link"]
    assert [part.number for part in parts] == [1, 2, 3, 4]


def test_a_translation_has_the_parts_of_its_source_in_the_form_of_its_language():
    assert [piece.number for piece in target_pieces(TEXT, SOURCE) if isinstance(piece, Part)] == [1, 2, 3, 4]
    assert text_of(target_pieces(TEXT, SOURCE), SOURCE, TEXT, "en") == TEXT


def test_a_part_that_the_translation_lacks_gets_the_form_of_its_language():
    pieces = ["See ", Part(4, "/ko/contact/"), "."]

    assert text_of(pieces, SOURCE, "", "en") == "See /en/contact/."


@pytest.mark.parametrize(
    ("pieces", "number"),
    [
        ([TEXT], 0),
        (["Ask us."], 4),
        ([TEXT, " ", Part(1, "02-970-2114"), Part(1, "02-970-2114")], 1),
        ([TEXT, " ", Part(None, "<g>")], 1),
        ([TEXT, " ", Part(9, "x")], 1),
        ([TEXT, " Or call 02-970-2115."], 1),
    ],
    ids=["all", "none", "one twice", "one that was made up", "an unknown number", "another telephone"],
)
def test_parts_come_back_complete_or_the_text_is_faulty(pieces, number):
    text = text_of(pieces, SOURCE, TEXT, "en")

    assert len(list(part_faults(pieces, text, SOURCE))) == number
