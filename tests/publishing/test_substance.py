"""Which changes are of substance for readers, so that a page has a new date for them."""

import pytest

from centers.models import Treatment
from hospital_site.glossary.models import Term
from hospital_site.publishing.substance import changed_languages

BEFORE = {
    "kind": "medicine",
    "name_ko": "옥트레오타이드",
    "name_en": "Octreotide",
    "side_effects_ko": "설사를 할 수 있습니다.",
    "side_effects_en": "You may have diarrhea.",
    "position": 1,
    "source_ko": "공개 페이지",
    "rows": [{"id": 1, "position": 1, "name_ko": "가", "name_en": "A"}],
}


@pytest.mark.parametrize(
    ("after", "languages"),
    [
        pytest.param({}, [], id="nothing"),
        pytest.param({"side_effects_ko": "설사를  할 수 있습니다"}, [], id="white space and a full stop"),
        pytest.param({"side_effects_en": "You may heve diarrhea."}, ["en"], id="one letter, which may mean a lot"),
        pytest.param({"position": 2, "source_ko": "다른 페이지"}, [], id="its place and its source"),
        pytest.param({"questions_ko": "", "form": ""}, [], id="an empty field that is younger"),
        pytest.param({"side_effects_ko": "심한 설사를 할 수 있습니다."}, ["ko"], id="words of one language"),
        pytest.param({"side_effects_en": ""}, ["en"], id="a text that is gone"),
        pytest.param({"questions_ko": "언제 먹나요?"}, ["ko"], id="a new text"),
        pytest.param({"kind": "surgery"}, ["ko", "en"], id="what is the same in all languages"),
        pytest.param({"rows": []}, ["ko", "en"], id="a row that is gone"),
    ],
)
def test_readers_notice(after, languages):
    assert changed_languages(Treatment, BEFORE, BEFORE | after) == languages


@pytest.mark.parametrize("field", ["aliases_ko", "forbidden_en", "notes", "is_explained_on_pages"])
def test_readers_do_not_notice_what_no_page_shows(field):
    before = {"name_ko": "조영제", "name_en": "Contrast medium"}

    assert changed_languages(Term, before, before | {field: "조영 약"}) == []


def test_everything_is_new_where_nothing_was_before():
    assert changed_languages(Treatment, None, BEFORE) == ["ko", "en"]


@pytest.mark.parametrize(("words", "languages"), [("You may heve diarrhea.", []), ("Severe diarrhea.", ["en"])])
def test_the_publisher_can_call_a_few_letters_a_typing_error_and_no_more(words, languages):
    assert changed_languages(Treatment, BEFORE, BEFORE | {"side_effects_en": words}, ["en"]) == languages
