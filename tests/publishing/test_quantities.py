"""Numbers, amounts and telephone numbers are the same in every language, however each language writes them."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hospital_site.publishing.publication_checks.quantities import different_quantities, unmatched
from hospital_site.publishing.publication_checks.quantity_reader import every_notation, quantities_in
from tests.publishing.checking import levels_and_messages

ERROR = "The numbers are not the same as in the other text (Korean). Only here: {}. Only there: {}."
WARNING = "Compare the numbers with the other text (Korean). Only here: {}. Only there: {}."


def compare(korean, english):
    return levels_and_messages(different_quantities, explanation_ko=korean, explanation_en=english)


@pytest.mark.parametrize(
    ("korean", "english", "here", "there"),
    [
        pytest.param("환자의 60%입니다.", "It is 65% of patients.", "65%", "60%", id="percentages"),
        pytest.param("60%입니다.", "It is 60.", "60", "60%", id="a_lost_percent_sign"),
        pytest.param("5~10%", "6~10%", "6", "5", id="the_start_of_a_range_of_percentages"),
        pytest.param("1.5 mg", "1.6 mg", "1.6 mg", "1.5 mg", id="decimals_of_a_dose"),
        pytest.param("500 mg", "500 mcg", "500 mcg", "500 mg", id="units"),
        pytest.param("물 5 mL", "5 L of water", "5 L", "5 mL", id="volumes"),
        pytest.param("10개", "10 mg", "10 mg", "10", id="a_unit_that_one_text_lacks"),
        pytest.param("38.5°C", "39.5 °C", "39.5 °C", "38.5°C", id="temperatures"),
        pytest.param("5만 원", "5,000 won", "5,000 won", "5만 원", id="prices"),
        pytest.param("전화 1670-2545", "Call 1670-2546", "1670-2546", "1670-2545", id="telephone_numbers"),
        pytest.param("전화 02-6210-0080", "Call us.", "–", "02-6210-0080", id="a_lost_telephone_number"),
        pytest.param("119에 전화하세요.", "Call an ambulance.", "–", "119", id="a_lost_emergency_number"),
        pytest.param("119에 전화하세요.", "Call 911.", "911", "119", id="another_emergency_number"),
    ],
)
def test_amounts_and_telephone_numbers_that_differ_are_an_error(korean, english, here, there):
    assert compare(korean, english) == [("error", ERROR.format(here, there))]


@pytest.mark.parametrize(
    ("korean", "english", "here", "there"),
    [
        pytest.param("48시간", "24 hours", "24", "48", id="hours"),
        pytest.param("09:00~18:00", "09:00–17:00", "17", "18", id="opening_hours"),
        pytest.param("1,000명", "100 people", "100", "1,000", id="a_lost_zero"),
        pytest.param("2026년 11월 22일", "21 November 2026", "21", "22", id="days"),
        pytest.param("11월", "in October", "–", "11", id="months"),
        pytest.param("20년", "thirty years", "–", "20", id="numbers_in_letters"),
        pytest.param("2기", "stage III", "III", "2", id="roman_numerals"),
        pytest.param("Ⅱ기", "stage III", "III", "II", id="roman_numerals_in_both"),
        pytest.param("37.5도", "37.5°C (99.5°F)", "99.5°F", "–", id="an_added_conversion"),
        pytest.param("30분 뒤 30분", "30 minutes", "–", "30", id="said_once_instead_of_twice"),
        pytest.param("500 mg씩, 모두 500 mg", "500 mg", "–", "500 mg", id="an_amount_said_once_instead_of_twice"),
    ],
)
def test_other_numbers_that_differ_are_a_warning(korean, english, here, there):
    assert compare(korean, english) == [("warning", WARNING.format(here, there))]


@pytest.mark.parametrize(
    ("korean", "english"),
    [
        pytest.param("24시간 모은 소변", "24-hour urine", id="hours"),
        pytest.param("１００명 가운데 60 %", "60% of 100 people", id="full_width_and_spaces"),
        pytest.param("٣번", "3 times", id="digits_of_another_script"),
        pytest.param("1,000명", "1000 people", id="thousands"),
        pytest.param("1만 2천 명", "12,000 people", id="thousands_in_words"),
        pytest.param("소변 5-HIAA 검사", "Urine 5-HIAA test", id="digits_in_a_name"),
        pytest.param("제56조제2항", "Article 56(2)", id="articles_of_a_law"),
        pytest.param("검사합니다.", "", id="not_translated_yet"),
        # Amounts
        pytest.param("60퍼센트", "60 percent", id="percent_in_words"),
        pytest.param("5~10%", "5%–10%", id="a_range_of_percentages"),
        pytest.param("5~10%", "between 5 and 10 per cent", id="a_range_in_words"),
        pytest.param("10 mg 또는 20 mg", "10 or 20 mg", id="a_choice_of_doses"),
        pytest.param("환자의 절반", "50% of patients", id="half"),
        pytest.param("500밀리그램", "five hundred milligrams", id="an_amount_in_letters"),
        pytest.param("5 ㎍", "5 mcg", id="micrograms"),
        pytest.param("0.5 g", "500 mg", id="grams_and_milligrams"),
        pytest.param("1 L", "one liter", id="one_liter"),
        pytest.param("10 mg 알약", "a 10-mg tablet", id="a_hyphen_before_the_unit"),
        pytest.param("3 cm × 5 cm", "3 by 5 cm", id="a_size"),
        pytest.param("10 mg, 20 mg", "10, 20 mg", id="a_list_of_doses"),
        pytest.param("20%포인트", "20 percentage points", id="percentage_points"),
        pytest.param("400단위", "400 IU", id="units_of_a_hormone"),
        pytest.param("체중 1 kg당 10 mg", "10 mg per kilogram", id="a_dose_per_kilogram"),
        pytest.param("삼천 원", "3,000 Korean won", id="a_price_in_letters"),
        pytest.param("80 mg/일", "80 mg a day", id="a_dose_per_day"),
        pytest.param("섭씨 38도", "38 °C", id="degrees_in_words"),
        pytest.param("3도 화상", "third-degree burns", id="degrees_of_another_kind"),
        pytest.param("3백만 원", "3 million won", id="millions_in_words"),
        pytest.param("5만 원", "KRW 50,000", id="a_currency_before_its_number"),
        pytest.param("5~10만 원", "50,000 to 100,000 won", id="a_range_of_prices"),
        # Times
        pytest.param("평일 09:00~18:00", "Weekdays 09:00–18:00", id="opening_hours"),
        pytest.param("오후 6시 30분", "18:30", id="after_noon"),
        pytest.param("오전 9시부터 오후 6시", "9 a.m. to 6 p.m.", id="after_noon_in_both"),
        pytest.param("오후 2시~4시", "2–4 p.m.", id="a_range_after_noon"),
        pytest.param("저녁 7시", "7 p.m.", id="in_the_evening"),
        pytest.param("오후 12시", "12:00", id="at_noon"),
        pytest.param("오후 1:00", "13:00", id="a_full_hour_after_noon"),
        pytest.param("낮 12시", "noon", id="noon_in_letters"),
        pytest.param("자정부터", "from 12 midnight", id="midnight_in_letters"),
        pytest.param("9시 반", "9:30", id="half_past"),
        pytest.param("2026년 11월 22일", "22 November 2026", id="days"),
        pytest.param("2026.11.22.", "Nov. 22, 2026", id="days_with_dots_and_a_short_month"),
        pytest.param("11월에", "in November", id="a_month_alone"),
        pytest.param("이틀 뒤", "after 2 days", id="days_in_letters"),
        # Numbers in letters
        pytest.param("첫째, 진료받을 권리", "First, the right to care", id="ordinals"),
        pytest.param("검사는 2가지입니다.", "There are two tests.", id="small_numbers"),
        pytest.param("세 번 검사합니다.", "The test is done 3 times.", id="small_korean_numbers"),
        pytest.param("20년", "twenty years", id="tens"),
        pytest.param("24시간", "twenty-four hours", id="tens_and_ones"),
        pytest.param("스물네 시간", "24 hours", id="korean_tens_and_ones"),
        pytest.param("이십사 시간", "24 hours", id="sino_korean_tens_and_ones"),
        pytest.param("250명", "two hundred and fifty people", id="hundreds"),
        pytest.param("이백오십 명", "250 people", id="sino_korean_hundreds"),
        pytest.param("3기", "stage III", id="roman_numerals"),
        pytest.param("4기", "stage IV", id="an_ambiguous_roman_numeral"),
        pytest.param("ⅢA기", "stage 3A", id="roman_numerals_with_a_letter"),
        # Telephone numbers
        pytest.param("전화 02-6210-0080", "Call +82-2-6210-0080", id="a_number_called_from_abroad"),
    ],
)
def test_quantities_that_are_only_written_differently_pass(korean, english):
    assert compare(korean, english) == []


def test_a_unit_that_is_compared_in_another_one_is_known():
    notation = every_notation()

    known = {"mg", "mm", "mL", "Gy", "MBq"}
    assert {base for _factor, base in notation["scales"].values()} == known
    assert set(notation["scales"]) | known <= set(notation["units"])


@pytest.mark.parametrize(
    ("piece", "code"),
    [
        pytest.param("1,", "ko", id="numbers_and_commas"),
        pytest.param("1", "en", id="one_long_number"),
        pytest.param("1만 ", "ko", id="multipliers"),
        pytest.param("5~", "ko", id="ranges"),
        pytest.param("one ", "en", id="numbers_in_letters"),
    ],
)
def test_a_text_four_times_as_long_takes_about_four_times_as_long(piece, code):
    short, long = (piece * (length // len(piece)) for length in (2_000, 8_000))

    assert effort(long, code) < 9 * effort(short, code)


def effort(text, code):
    """Processor time in seconds, the best of three; at least a millisecond, below which nothing is measured."""
    times = []
    for _ in range(3):
        start = time.process_time()
        quantities_in(text, code)
        times.append(time.process_time() - start)
    return max(min(times), 0.001)


ANY_TEXT = st.text(alphabet=st.sampled_from("09 ,.:-–~%％만천억일월오후pm()[]“”/koen\n１½٣²Ⅲ원$도이half"), max_size=40)


@given(text=ANY_TEXT, code=st.sampled_from(["ko", "en"]))
def test_no_text_makes_the_check_raise_and_none_differs_from_itself(text, code):
    quantities = quantities_in(text, code)

    assert unmatched(quantities, quantities) == []


@given(korean=ANY_TEXT, english=ANY_TEXT)
def test_no_two_texts_make_the_check_raise(korean, english):
    assert all(level in {"error", "warning"} for level, _message in compare(korean, english))


@pytest.mark.parametrize(
    ("code", "text", "korean"),
    [
        pytest.param("vi", "2,5 mg, 1.500 người", "2.5 mg, 1,500명", id="decimal_commas"),
        pytest.param("ar", "٦٠٪ و ٢٫٥ و ١٬٥٠٠", "60%, 2.5, 1,500", id="arabic_digits_and_signs"),
        pytest.param("vi", "30 mịn", "30", id="no_unit_before_an_accented_letter"),
    ],
)
def test_numbers_are_read_as_the_language_writes_them(code, text, korean):
    assert quantities_in(text, code).readings() == quantities_in(korean, "ko").readings()


def test_units_of_a_language_that_nobody_has_described_are_to_be_compared(settings):
    settings.LANGUAGES = [*settings.LANGUAGES, ("vi", "Tiếng Việt")]

    assert [level for level, _message in compare_with_vietnamese("물 5 mL", "5 mi-li-lít")] == ["warning"]
    assert [level for level, _message in compare_with_vietnamese("1670-2545", "1670-2546")] == ["error"]


def compare_with_vietnamese(korean, vietnamese):
    class Texts:
        names = ["explanation"]

        def texts(self, _name):
            return {"ko": korean, "vi": vietnamese}

        def finding(self, level, message, _name, _code):
            return level, message

    return list(different_quantities(Texts()))
