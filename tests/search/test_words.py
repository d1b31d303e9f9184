"""How texts and queries become tokens. No test here touches the database."""

import unicodedata

import pytest
from django.conf import settings

from hospital_site.search import words
from hospital_site.search.vocabulary import synonyms
from hospital_site.search.words import (
    compact,
    fold,
    gist,
    index_entry,
    phrase_tokens,
    pieces,
    text_tokens,
    verb_forms,
    without_endings,
)
from hospital_site.yaml_files import read_yaml

SAME_WORDS = [
    ("tumours", "tumor"),
    ("Oesophageal", "esophagus"),
    ("haematologists", "hematology"),
    ("chemoembolisation", "chemoembolization"),
    ("metastases", "metastasis"),
    ("biopsies", "biopsy"),
    ("testing", "tests"),
    ("diarrhoea", "diarrhea"),
    ("centres", "center"),
    ("5HIAA", "5-HIAA"),
    ("patients’ rights", "patients rights"),
    ("신경 내분비 종양", "신경내분비종양"),
    (unicodedata.normalize("NFD", "식도암"), "식도암"),
    ("ＣＴ", "ct"),
    ("Müller", "muller"),
]


@pytest.mark.parametrize(("one", "other"), SAME_WORDS)
def test_forms_and_spellings_of_a_word_are_one(one, other):
    assert compact(one) == compact(other)


@pytest.mark.parametrize(
    ("one", "other"), [("shoes", "shows"), ("cancer", "canal"), ("전이", "전의"), ("net", "nets x")]
)
def test_other_words_stay_others(one, other):
    assert compact(one) != compact(other)


@pytest.mark.parametrize(
    ("word", "without"),
    [
        ("종양은", ["종양"]),
        ("검사를", ["검사"]),
        ("금식해야", ["금식"]),
        ("암인가요", ["암"]),
        ("식도암이래요", ["식도암이", "식도암"]),
        ("종양이랑", ["종양이", "종양"]),
        ("수면", []),
        ("약하게", []),
        ("항함치료", []),
        ("종양", []),
        ("tests", []),
    ],
)
def test_an_ending_is_taken_off_a_korean_word(word, without):
    assert without_endings(word) == without


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("살이 자꾸 빠졌는데", "살 빠져요"),
        ("목이 쉬었어요", "목 쉬어요"),
        ("refusing the treatment", "refuse treatments"),
    ],
)
def test_different_ways_to_say_the_same_have_one_gist(one, other):
    assert gist(pieces(fold(one))) == gist(pieces(fold(other)))


def test_no_everyday_word_is_one_that_the_glossary_forbids_because_it_means_something_else():
    texts = read_yaml(settings.BASE_DIR / "hospital_site/glossary/first_content.yaml")["terms"]
    forms = {"known": set(), "forbidden": set()}
    for term in texts:
        for name, value in term.items():
            lines = value.splitlines() if isinstance(value, str) else []
            if name.startswith("forbidden"):
                forms["forbidden"].update(map(compact, lines))
            elif name.startswith(("name", "aliases")):
                forms["known"].update(map(compact, lines))

    everyday = {compact(form) for line in synonyms() for form in line}

    assert len(forms["forbidden"]) > 10
    assert everyday & (forms["forbidden"] - forms["known"]) == set()


@pytest.mark.parametrize("word", ["항의", "약을"])
def test_one_syllable_that_remains_of_a_word_tells_nothing(word):
    assert gist(pieces(word)) == ""


@pytest.mark.parametrize("words", ["can I eat", "먹어야 하나요"])
def test_a_single_word_that_remains_of_a_question_is_no_gist(words):
    assert gist(pieces(fold(words))) == ""


@pytest.mark.parametrize(
    ("typed", "written"), [("퍼졌어요", "퍼진"), ("걸려요", "걸릴"), ("먹는데", "먹을"), ("추워요", "추운")]
)
def test_other_forms_of_a_verb_are_looked_for(typed, written):
    assert written in verb_forms(typed)


def test_a_text_holds_a_phrase_whatever_the_spaces_in_either():
    for text in ("신경내분비종양의 증상", "신경 내분비 종양", "신경내분비 종양은"):
        for phrase in ("신경내분비종양", "신경 내분비종양", "내분비"):
            assert set(phrase_tokens(phrase)) <= text_tokens(text)


def test_words_of_one_syllable_are_found_as_words_only():
    assert "암" in text_tokens("암은 병입니다")
    assert "암" not in text_tokens("식도암입니다")


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("การรักษา", True),  # Thai is written without spaces
        ("治療", True),
        ("治疗", False),
        ("điều trị", False),
    ],
)
def test_a_language_without_spaces_needs_no_rule_of_its_own(text, found):
    assert (set(phrase_tokens(text)) <= text_tokens("วิธีการรักษามะเร็ง 放射線治療")) == found


def test_the_index_holds_digests_only():
    entry = index_entry("란레오타이드 NEAR(a b)", "부작용 AND OR NOT * \" ' \x00 🙂", "side-effects")

    assert all(len(token) == 8 and token.isascii() and token.isalnum() and token.islower() for token in entry.split())


def test_signs_that_nobody_sees_change_nothing():
    assert pieces(fold("식\u200b도\u00ad암\x00\u202e")) == ["식도암"]


def test_nothing_remembers_a_word_that_it_was_given():
    own = {name: it for name, it in vars(words).items() if getattr(it, "__module__", "") == words.__name__}

    assert [name for name, it in own.items() if hasattr(it, "cache_parameters")] == ["rules"]
