"""What people type or paste is stored in one form: no letter is lost, and nothing stays that nobody can see."""

import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from hospital_site.typed_text import clean_line, clean_name, clean_prose, clean_text

ALL = [clean_text, clean_line, clean_name, clean_prose]
UNSEEN = "\u200b\u200c\u200d\u200e\u202d\u202c\u2060\u00ad\ufeff\u115f\u1160"
ODD = "\r\n\x0b\x0c\x85\u2028\u2029\t \u00a0\u3000"
typed = st.text(max_size=60) | st.text(
    f"{UNSEEN}{ODD}가혈각\u1100\u1161\u11a8e\u0301\u0323क्षی ه👩🚀\ufe0f•·-'´1.|", max_size=20
)


def decomposed(text):
    return unicodedata.normalize("NFD", text)


def letters(text):
    """The letters, marks and digits of a text, decomposed, without those that nobody sees."""
    fillers = "\u115f\u1160\u3164\uffa0\u034f"
    return [letter for letter in decomposed(text) if unicodedata.category(letter)[0] in "LMN" and letter not in fillers]


@pytest.mark.parametrize("clean", ALL)
@given(text=typed)
@example(text="\u0300\x08\u094d\u200d")  # two marks that change places once nothing stands between them
def test_what_is_clean_stays_as_it_is(clean, text):
    assert clean(clean(text)) == clean(text)


@pytest.mark.parametrize("clean", ALL)
@given(text=typed)
def test_a_decomposed_text_is_the_same_text(clean, text):
    assert clean(decomposed(text)) == clean(text)


@pytest.mark.parametrize("clean", [clean_text, clean_line, clean_prose])
@given(text=typed)
@example("ㆍ하나\nㆍ둘")
def test_every_letter_that_can_be_seen_stays(clean, text):
    text = text.replace("ㆍ", "·")  # the letter that serves as a bullet

    assert sorted(letters(clean(text))) == sorted(letters(text))


@pytest.mark.parametrize(
    "unseen", ["\u200b", "\u200e", "\u202d", "\u2066", "\u00ad", "\ufeff", "\u2060", "\x07", "\u200d"]
)
def test_signs_that_nobody_sees_are_removed(unseen):
    assert clean_text(f"{unseen}혈{unseen}액{unseen}") == "혈액"


@pytest.mark.parametrize(
    "text", ["نیک\u200cنام", "लक्\u200dष्मी", "ක්\u200dෂ", "ന്\u200d", "ه\u200d", "👩\u200d🚀", "👩🏽\u200d🚀", "❤️\u200d🔥"]
)
def test_joiners_stay_where_a_script_or_a_picture_needs_them(text):
    assert clean_text(text) == text


@pytest.mark.parametrize("text", ["kim\u200d", "نام\u200c", "혈\u200c액", "a\u200db", "\u200dनाम"])
def test_joiners_that_join_nothing_are_removed(text):
    assert clean_text(text) == text.replace("\u200d", "").replace("\u200c", "")


@pytest.mark.parametrize("line_end", ["\r\n", "\r", "\x0b", "\x0c", "\x85", "\u2028", "\u2029"])
def test_lines_end_in_one_way(line_end):
    assert clean_text(f"하나{line_end}둘") == "하나\n둘"


@pytest.mark.parametrize("space", ["\u00a0", "\u202f", "\u2007", "\u3000", "\u2009"])
def test_there_is_one_kind_of_space(space):
    assert clean_text(f"5{space}mg") == "5 mg"


@pytest.mark.parametrize("quote", "'`´‘′＇\u02bc")
def test_the_quote_of_a_name_is_one_sign(quote):
    assert clean_name(f"O{quote}Brien") == "O’Brien"


def test_a_name_that_an_earlier_version_took_apart_is_put_together():
    assert clean_name(unicodedata.normalize("NFKC", "O´Brien")) == "O’Brien"


@pytest.mark.parametrize("name", ["Ｋｉｍ", "ﬁona", "Müller", "김(金) 철수", "Nguyễn Văn Á"])
def test_a_name_keeps_its_letters(name):
    assert clean_name(decomposed(name)) == name


# ── Pasted lists and tables ───────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("bullet", ["• ", "•\t", "·", " · ", "▪ ", "ㆍ", "\uf0b7\t", "○ ", "– ", "* "])
def test_pasted_bullets_become_a_list_of_the_site(bullet):
    pasted = f"준비물:\n{bullet}신분증\n{bullet}약\n감사합니다."

    assert clean_prose(pasted) == "준비물:\n\n- 신분증\n- 약\n\n감사합니다."


@pytest.mark.parametrize(
    ("pasted", "kept"),
    [
        pytest.param("• one\n\n• two", "- one\n- two", id="blank lines between items"),
        pytest.param("• one\n  goes on\n• two", "- one goes on\n- two", id="an item of two lines"),
        pytest.param("• one\n- two\n• three", "- one\n- two\n- three", id="both kinds"),
        pytest.param("• one", "• one", id="a single bullet is no list"),
        pytest.param("○ 산책\n× 음주\n○ 수영", "○ 산책\n× 음주\n○ 수영", id="circles and crosses"),
        pytest.param("○○병원\n○○의원", "○○병원\n○○의원", id="circles for letters"),
        pytest.param("*주의\n*주의", "*주의\n*주의", id="asterisks of notes"),
        pytest.param("심장·혈관\n간·담도", "심장·혈관\n간·담도", id="a middle dot inside a line"),
        pytest.param("1.\tone\n2.\ttwo", "1. one\n2. two", id="numbers stay"),
        pytest.param("1) one\n(2) two", "1) one\n(2) two", id="numbers in brackets stay"),
    ],
)
def test_lists(pasted, kept):
    assert clean_prose(pasted) == kept


@pytest.mark.parametrize(
    ("pasted", "kept"),
    [
        pytest.param("약\t용량\nA\t5 mg", "약 | 용량\nA | 5 mg", id="a table"),
        pytest.param("약\t용량\t때\nA\t\t아침", "약 | 용량 | 때\nA | | 아침", id="an empty cell"),
        pytest.param("하나\t둘", "하나 둘", id="one line is no table"),
    ],
)
def test_tables_stay_readable(pasted, kept):
    assert clean_prose(pasted) == kept
