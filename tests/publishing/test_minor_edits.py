"""Which corrections may keep a clinician's signature."""

import time

import pytest

from hospital_site.publishing.differences import words_changed
from hospital_site.publishing.minor_edits import is_minor_edit


def is_minor(before, after, code="ko"):
    return is_minor_edit({f"text_{code}": before}, {f"text_{code}": after}, code)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        pytest.param("검사를 합니다.", "검사를  합니다", id="white space and a full stop"),
        pytest.param("치료 를 합니다.", "치료를 합니다.", id="a space"),
        pytest.param("부작용이 있읍니다.", "부작용이 있습니다.", id="one syllable"),
        pytest.param("“주의”", "‘주의’", id="quotes"),
        pytest.param("하루 2번 드세요.", "하루 2번 드셔요.", id="a letter beside a number"),
        pytest.param("한\n둘", "한\n\n둘", id="line ends"),
        pytest.param("\u1100\u1161나", "가나", id="another Unicode form of the same letter"),
        pytest.param("teh clinic", "the clinic", id="two letters swapped"),
    ],
)
def test_the_correction_of_a_typing_error_is_minor(before, after):
    assert is_minor(before, after)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        pytest.param("부작용이 있습니다.", "부작용이 전혀 없습니다.", id="three letters"),
        pytest.param("2번 드세요.", "3번 드세요.", id="a digit"),
        pytest.param("1.5 mg", "15 mg", id="a decimal point"),
        pytest.param("-5 ℃", "5 ℃", id="a sign before a number"),
        pytest.param("60%", "60", id="a percent sign"),
        pytest.param("2", "²", id="another digit of the same value, higher up"),
        pytest.param("<3", ">3", id="less and more"),
        pytest.param("", "네", id="a text that was not there"),
        pytest.param("네", "", id="a text that is gone"),
    ],
)
def test_what_may_change_a_meaning_is_not(before, after):
    assert not is_minor(before, after)


def test_letters_are_counted_over_all_texts_of_the_language():
    before = {"a_ko": "가나", "b_ko": "다라", "c_ko": "마바"}

    two = is_minor_edit(before, before | {"a_ko": "각나", "b_ko": "닥라"}, "ko")
    three = is_minor_edit(before, before | {"a_ko": "각나", "b_ko": "닥라", "c_ko": "막바"}, "ko")

    assert (two, three) == (True, False)


def test_another_language_and_what_cites_the_source_do_not_count():
    before = {"a_ko": "가", "a_en": "One", "source_ko": "하나"}

    assert is_minor_edit(before, before | {"a_en": "Something else", "source_ko": "다른 곳"}, "ko")


def test_a_row_that_was_added_or_moved_is_no_minor_edit():
    one, two = {"id": 1, "name_ko": "간암"}, {"id": 2, "name_ko": "폐암"}

    added = is_minor_edit({"areas": [one]}, {"areas": [one, two]}, "ko")
    moved = is_minor_edit({"areas": [one, two]}, {"areas": [two, one]}, "ko")

    assert (added, moved) == (False, False)


def test_texts_without_end_are_compared_at_once():
    long = "가 나 " * 10_000

    start = time.process_time()
    answers = [is_minor(long, long[2:]), is_minor(long, long[4:] + "다라마")]
    words_changed(long, long[2:])

    assert answers == [True, False]
    assert time.process_time() - start < 2
