"""The term base as files for translators' tools, and which words in a text are terms."""

import csv
import io

import pytest
from translate.storage.tbx import tbxfile

from hospital_site.glossary.matching import pattern_of
from hospital_site.glossary.models import Term
from hospital_site.publishing.reading import EditionReader
from hospital_site.translations.term_files import TYPES, write
from tests import make


@pytest.fixture
def terms(db):
    words = {
        "name_ko": "영상의학과",
        "name_en": "radiology (RAD)",
        "forbidden_ko": "진단방사선과",
        "definition_en": "=X-rays.",
    }
    make.published(make.term(**words))
    return list(EditionReader().tree(Term))


def test_the_table_has_a_column_for_each_language_and_no_formula(terms):
    [names, row] = csv.reader(io.StringIO(write("csv", terms).removeprefix("\ufeff")))

    cells = dict(zip(names, row, strict=True))
    assert (cells["preferred ko"], cells["forbidden ko"], cells["definition en"]) == (
        "영상의학과",
        "진단방사선과",
        "'=X-rays.",
    )


def test_translate_toolkit_reads_the_terms_and_knows_the_forbidden_ones(terms):
    store = tbxfile.parsestring(write("tbx-2", terms).encode())

    [unit] = store.units
    assert {term.text: term.deprecated for term in unit.get_target_terms("ko")} == {
        "영상의학과": False,
        "진단방사선과": True,
    }


@pytest.mark.parametrize("name", [name for name in TYPES if name != "csv"])
def test_each_version_of_tbx_holds_every_form(terms, name):
    text = write(name, terms)

    assert all(f"<term>{form}</term>" in text for form in ("영상의학과", "진단방사선과", "radiology (RAD)"))


WORDS = ["전이", "검사", "암", "수술", "위"]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("수술 전이나 후에", ["수술"]),
        ("먹기 전이나 뒤", []),
        ("뼈 전이나 재발", ["전이"]),
        ("암이 위와 간으로", ["암", "위"]),
        ("위과 암가 검사은", []),
        ("수술로 암으로 검사로", ["수술", "암", "검사"]),
        ("암로 수술부터", ["수술"]),
        ("검사들은", ["검사"]),
    ],
)
def test_a_term_is_found_with_a_particle_that_can_follow_it(text, found):
    assert [match[1] for match in pattern_of(WORDS, "ko").finditer(text)] == found
