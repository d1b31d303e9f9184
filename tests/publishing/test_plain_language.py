"""How texts read: sentences, terms, words to avoid, advertising claims. Needs no database."""

import pytest
from django.conf import settings as site
from django.utils.translation import override

from centers.models import DiagnosticTest
from hospital_site.publishing.publication_checks.plain_language import (
    advertising_claims,
    informal_sentences,
    long_sentences,
    plain_language,
    unexplained_terms,
    words_to_avoid,
)
from tests.publishing.checking import in_english, row_of

CHECKS = [long_sentences, informal_sentences, words_to_avoid, advertising_claims]


def warnings_about(text, code="en"):
    """The messages about a text of this site in one language."""
    row = row_of(**{f"explanation_{code}": text})
    found = in_english(finding for check in CHECKS for finding in check(row))
    assert {level for level, *_rest in found} <= {"warning"}
    return [message for _level, _field, _language, message in found]


@pytest.fixture
def source_words(monkeypatch):
    """The explanation holds the hospital's own words."""
    monkeypatch.setattr(DiagnosticTest, "source_words", ["explanation"])


# ── Sentences ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_long_sentence_is_quoted():
    sentence = " ".join(["word"] * 31) + "."

    assert warnings_about(sentence) == [
        "This sentence has 31 words; 30 are easy to read. Make two of it: "
        "“word word word word word word word word word word word word…”"
    ]


def test_korean_sentences_are_measured_in_letters():
    assert warnings_about("가" * 89 + " 니다.", "ko")[0].startswith(
        "This sentence has 92 letters; 90 are easy to read."
    )


def test_many_middling_sentences_are_too_long_together():
    sentence = " ".join(["Word"] * 25) + ". "

    assert warnings_about(sentence * 2) == [
        "The sentences have 25 words on average; 20 are easy to read. Make some of them shorter."
    ]


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(" ".join(["Word"] * 15) + ". " + " ".join(["Word"] * 20) + ".", id="two_sentences"),
        pytest.param("- " + " ".join(["word"] * 20) + "\n- " + " ".join(["word"] * 18), id="a_list"),
        pytest.param("Dr. Kim sees you. " * 3, id="a_title_ends_no_sentence"),
    ],
)
def test_easy_sentences_pass(text):
    assert warnings_about(text) == []


@pytest.mark.usefixtures("source_words")
def test_the_hospital_s_own_sentences_may_be_long():
    assert warnings_about(" ".join(["word"] * 31) + ".") == []


@pytest.mark.parametrize("sentence", ["검사를 한다.", "검사를 해요.", "검사함.", "기다리세요. 주사를 맞아요!"])
def test_another_style_of_speech_is_noticed(sentence):
    [message] = warnings_about(sentence, "ko")

    assert message.startswith("This sentence does not end in the formal style of the site: “")


@pytest.mark.parametrize(
    "sentence", ["검사를 합니다.", "물어보세요.", "가능합니까?", "눌러 주십시오.", "검사합니다(예: 혈액).", "검사 결과"]
)
def test_formal_speech_passes(sentence):
    assert warnings_about(sentence, "ko") == []


# ── Words ─────────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("code", "text", "instead"),
    [
        pytest.param("ko", "국립암센터입니다.", "국가 암 전문 기관", id="another_hospital_s_name"),
        pytest.param("ko", "생검을 합니다.", "조직 검사", id="jargon"),
        pytest.param("ko", "예후가 좋습니다.", "경과(예후)", id="prognosis_alone"),
        pytest.param("ko", "객담 검사", "가래", id="phlegm"),
        pytest.param("ko", "경구투여합니다.", "먹는 약", id="by_mouth"),
        pytest.param("ko", "임상실험입니다.", "임상시험", id="experiments"),
        pytest.param("ko", "진단방사선과", "영상의학과", id="an_old_name"),
        pytest.param("ko", "신경내분비암", "신경내분비종양", id="a_wrong_illness"),
        pytest.param("ko", "투병 의지", "암 치료를 받는", id="words_of_war"),
        pytest.param("en", "Fruit, e.g. bananas.", "for example", id="latin"),
        pytest.param("en", "Blood, urine, etc.", "and other …", id="and_so_on"),
        pytest.param("en", "That is, i.e. surgery.", "that is", id="more_latin"),
        pytest.param("en", "Battling cancer together.", "living with cancer", id="battles"),
    ],
)
def test_words_to_avoid_come_with_better_ones(code, text, instead):
    [message] = warnings_about(text, code)

    assert message.startswith(f"Write “{instead}” rather than “")


@pytest.mark.parametrize(
    "text", ["경과(예후)가 다릅니다.", "조직 검사를 합니다.", "원자력병원 식도암센터", "국가 암 전문 기관"]
)
def test_the_better_words_pass(text):
    assert warnings_about(text, "ko") == []


@pytest.mark.usefixtures("source_words")
def test_the_hospital_s_own_words_may_have_abbreviations():
    assert warnings_about("Imaging (e.g. CT, MRI, etc.).") == []


@pytest.mark.parametrize(
    ("korean", "english"),
    [
        pytest.param("국내 최초의 식도암 클리닉", "Korea’s first clinic", id="first"),
        pytest.param("식도암 환자의 60% 이상", "over 60% of esophageal cancer patients", id="percentage"),
        pytest.param("완치하고 극복할 수 있음", "can be completely cured and overcome", id="cure"),
        pytest.param("가장 낮은 가격으로", "at the lowest prices", id="prices"),
        pytest.param("예약할 때 우선하여 배려합니다", "preferential options for re-hospitalization", id="preference"),
        pytest.param(
            "대형 민간 병원에서는 할 수 없는", "not possible for large-scale private hospitals", id="comparison"
        ),
        pytest.param("최고 수준의 전문가", "top-tier experts", id="superlative"),
        pytest.param("가장 알맞은 의료서비스", "optimal healthcare service", id="optimal"),
        pytest.param("웃음을 찾아 드릴 것을 약속합니다", "promises to bring back the smiles", id="promise"),
        pytest.param("정확한 진단과 신속한 치료", "accurate diagnoses and quick treatment", id="accuracy"),
        pytest.param("더 오래 삶을 누릴 수 있습니다", "can enjoy a longer life", id="longer_life"),
        pytest.param("최신 치료 방법", "latest treatment methods", id="newness"),
        pytest.param("국내 유일의 기관", "the only institute in Korea", id="only"),
        pytest.param("가장 좋은 치료", "the best treatment for each patient", id="best"),
        pytest.param("전문 의료기관", "a specialized medical institution", id="titles"),
        pytest.param("치료 결과를 보장합니다", "We guarantee results", id="guarantee"),
        pytest.param("부작용이 없는 치료", "a treatment without side effects", id="no_side_effects"),
        pytest.param("환자 후기", "patient stories", id="stories"),
        pytest.param("1위 병원", "award-winning", id="awards"),
    ],
)
def test_superlatives_and_promises_are_noticed_in_both_languages(korean, english):
    for code, text in (("ko", korean), ("en", english)):
        assert any("may count as forbidden advertising" in message for message in warnings_about(text, code)), text


def test_a_claim_is_quoted_with_its_reason_and_the_law():
    assert warnings_about("This is Korea’s first clinic.") == [
        "“Korea’s first” may count as forbidden advertising. Being the first needs dated evidence. "
        "(Medical Service Act, Article 56(2)3 and 8)"
    ]


@pytest.mark.parametrize(
    ("code", "text"),
    [
        pytest.param("ko", "첫째, 환자는 진료받을 권리가 있습니다.", id="an_ordinal"),
        pytest.param("ko", "다른 병원에서 받은 의뢰서를 가져오세요.", id="a_letter_from_another_hospital"),
        pytest.param("ko", "비밀을 보장합니다.", id="confidentiality"),
        pytest.param("ko", "다른 사람의 명의로 진료받을 수 없습니다.", id="another_person_s_name"),
        pytest.param("en", "First, take off your coat.", id="a_first_step"),
        pytest.param("en", "The best time to come is the morning.", id="the_best_time"),
        pytest.param("en", "This is the only test you need today.", id="the_only_test"),
        pytest.param("en", "Treatment aims to slow the tumor.", id="an_aim"),
    ],
)
def test_ordinary_words_are_no_claims(code, text):
    assert warnings_about(text, code) == []


# ── Terms ─────────────────────────────────────────────────────────────────────────────────────────────────────────────


def unexplained(text, code="en", *more):
    rows = [row_of(**{f"explanation_{code}": text}), *more]
    return [message for _level, _field, _language, message in in_english(unexplained_terms(None, rows))]


@pytest.mark.parametrize(
    ("code", "text", "message"),
    [
        pytest.param(
            "en",
            "You may need a contrast medium.",
            "The page does not explain “contrast medium”. Explain it in plain words where it first occurs: "
            "“a dye that makes the pictures clearer”",
            id="english",
        ),
        pytest.param(
            "ko",
            "조영제를 맞을 수 있습니다.",
            "The page does not explain “조영제”. Explain it in plain words where it first occurs: "
            "“사진이 잘 보이게 하는 약”",
            id="korean",
        ),
    ],
)
def test_a_term_that_the_page_does_not_explain_is_noticed(code, text, message):
    assert unexplained(text, code) == [message]


@pytest.mark.parametrize(
    ("code", "text"),
    [
        pytest.param("en", "A contrast medium makes the pictures clearer.", id="explained_in_a_sentence"),
        pytest.param("en", "A catheter (a thin pipe) is used.", id="explained_in_brackets"),
        pytest.param("ko", "사진이 잘 보이도록 조영제를 맞습니다.", id="explained_in_korean"),
        pytest.param("ko", "통증이 호전이 됩니다.", id="a_part_of_another_word"),
    ],
)
def test_a_term_that_the_page_explains_passes(code, text):
    assert unexplained(text, code) == []


def test_a_term_may_be_explained_in_another_field():
    elsewhere = row_of(preparation_en="It makes the pictures clearer.")

    assert unexplained("You may need a contrast medium.", "en", elsewhere) == []


@pytest.mark.usefixtures("source_words")
def test_terms_in_the_hospital_s_own_words_are_left_to_the_hospital():
    assert unexplained("You may need a contrast medium.") == []


# ── The rules themselves ──────────────────────────────────────────────────────────────────────────────────────────────


def test_reasons_are_given_in_the_language_of_the_interface():
    [finding] = advertising_claims(row_of(overview_ko="국내 최초입니다."))

    with override("ko"):
        assert "최초라는 말에는 날짜가 있는 근거가 필요합니다." in str(finding.message)
        assert "의료법 제56조제2항제3호·제8호" in str(finding.message)


def test_every_rule_gives_its_reason_in_every_language_and_better_words_in_the_language_of_the_text():
    rules = plain_language()

    for rule in [*rules["claims"], *rules["avoid"]]:
        assert set(rule["reason"]) == set(dict(site.LANGUAGES))
        assert set(rule.get("law", rule["reason"])) == set(dict(site.LANGUAGES))
        assert set(rule.get("instead", rule["find"])) == set(rule["find"])
