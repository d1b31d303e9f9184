"""In which order an index names its pages."""

import unicodedata

import pytest

from hospital_site.glossary.alphabet import by_letter, letter_of


@pytest.mark.parametrize(
    ("name", "letter"),
    [
        pytest.param("종양", "자", id="by its first consonant"),
        pytest.param("까치", "가", id="a doubled consonant stands with the plain one"),
        pytest.param("힘", "하", id="the last consonant"),
        pytest.param(unicodedata.normalize("NFD", "동의"), "다", id="typed in pieces"),
        pytest.param("tumor", "T", id="a small letter"),
        pytest.param("Éclair", "E", id="an accent"),
        pytest.param("5-HIAA", "0–9", id="a number"),
    ],
)
def test_a_name_stands_under(name, letter):
    assert letter_of(name) == letter


def test_an_index_goes_from_syllables_to_letters_to_numbers():
    names = ["mTOR", "5-HIAA", "하", "Cancer", "가지", "biopsy", "까치", "가위", "나"]

    assert by_letter(names) == [
        ("가", ["가위", "가지", "까치"]),
        ("나", ["나"]),
        ("하", ["하"]),
        ("B", ["biopsy"]),
        ("C", ["Cancer"]),
        ("M", ["mTOR"]),
        ("0–9", ["5-HIAA"]),
    ]
