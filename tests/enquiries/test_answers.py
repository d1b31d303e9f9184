"""What the forms take and what they refuse."""

import logging
import unicodedata
from datetime import date, timedelta
from pathlib import Path

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import override
from hypothesis import example, given
from hypothesis import strategies as st

from hospital_site.enquiries.forms import FORMS, describe_answers
from hospital_site.enquiries.models import DataController, Enquiry, Holiday
from hospital_site.enquiries.personal import TelephoneField, is_name
from hospital_site.enquiries.resident_numbers import resembles_resident_number
from hospital_site.enquiries.telephones import (
    CALLABLE_IN_KOREA,
    CANNOT_BE_CALLED_BACK,
    DIALLING_PREFIX,
    UNKNOWN_COUNTRY,
    UNREADABLE,
    country_abroad,
    format_telephone,
    parse_telephone,
)
from tests import make
from tests.enquiries.patients import Answers, both_kinds, both_languages, errors, receiving_hospital, said

pytestmark = pytest.mark.same_on_every_database

HARMLESS = Path(__file__).with_name("harmless_texts.txt").read_text(encoding="utf-8").splitlines()


@pytest.mark.parametrize(
    ("written", "whole", "readable"),
    [
        ("０１０－１２３４－５６７８", "+821012345678", "010-1234-5678"),
        ("+82 (0)10 1234 5678", "+821012345678", "010-1234-5678"),
        ("+1 (415) 555-2671", "+14155552671", "+1 415-555-2671"),
        ("010.1234.5678", "+821012345678", "010-1234-5678"),
        ("٠١٠-١٢٣٤-٥٦٧٨", "+821012345678", "010-1234-5678"),
        ("\u202d010-1234-5678\u202c", "+821012345678", "010-1234-5678"),
        ("10-1234-5678", "+821012345678", "010-1234-5678"),
        ("82-10-1234-5678", "+821012345678", "010-1234-5678"),
        ("(+82) 02-123-4567", "+8221234567", "02-123-4567"),
        ("011-123-4567", "+82111234567", "011-123-4567"),
        ("02-123-4567", "+8221234567", "02-123-4567"),
        ("031-123-4567", "+82311234567", "031-123-4567"),
        ("070-1234-5678", "+827012345678", "070-1234-5678"),
        ("070-123-4567", "+82701234567", "0701234567"),
        ("010ㅡ1234ㅡ5678", "+821012345678", "010-1234-5678"),
        ("0505-123-4567", "+825051234567", "050-5123-4567"),
        ("+44 (0)20 7946 0958", "+442079460958", "+44 20 7946 0958"),
        ("+81 90 1234 5678", "+819012345678", "+81 90-1234-5678"),
    ],
)
def test_a_number_that_can_be_called_is_kept_whole(written, whole, readable):
    assert (parse_telephone(written), format_telephone(whole)) == (whole, readable)


REFUSED_NUMBERS = {
    UNREADABLE: [
        "010-123-4567",
        "119",
        "+0123456789",
        "전화 주세요",
        "1" * 40,
        "+",
        "+800 1234 5678",
        "+1 123 456 7890",
    ],
    UNKNOWN_COUNTRY: [
        *("415-555-2671", "617 555 0123", "1 415 555 2671", "13800138000", "9001011234567"),
        *("03-1234-5678", "0412 345 678", "0161 496 0000", "822-123-4567"),  # Tokyo, Australia, Manchester, America
    ],
    DIALLING_PREFIX: ["0081 90 1234 5678", "001 82 10 1234 5678", "00700-82-10-1234-5678", "001-1-415-555-2671"],
    CANNOT_BE_CALLED_BACK: [
        *("1588-1234", "1577-1577", "16702545", "1800-1234", "02-1588-1234", "+82-2-1670-2545"),
        *("080-123-4567", "060-700-1234"),
    ],
}


@pytest.mark.parametrize(
    ("sentence", "written"), [(sentence, number) for sentence, numbers in REFUSED_NUMBERS.items() for number in numbers]
)
def test_a_number_that_cannot_be_read_surely_is_refused_with_a_sentence(sentence, written):
    with pytest.raises(ValidationError) as refusal:
        TelephoneField().clean(written)

    assert refusal.value.messages == [str(sentence)]
    assert "+" in str(sentence)


@given(st.from_regex(CALLABLE_IN_KOREA, fullmatch=True))
def test_a_number_that_was_read_is_read_again_as_it_is_shown(number):
    whole = parse_telephone(number)

    assert whole is None or parse_telephone(format_telephone(whole)) == whole


@pytest.mark.parametrize(
    "name",
    [
        *(
            "이",
            "홍길동",
            "Kim, Min-su (John)",
            "O’Brien",
            "José",
            "Владимир",
            "محمد",
            "王・李",
            "Nguyễn Thị Ánh",
            "S. K.",
        ),
        *("نیک\u200cنام", "लक्\u200dष्मी"),  # joined or parted by a letter that nobody sees
        *("Kumar A/L Rajan", "Tan Ah Kow @ Chen", "de l’Été", "Müller-Lüdenscheidt", "김(金) 철수", "김（金）철수"),
        *("O’Neil Jr.", "X Æ", "’t Hooft", "Nguyễn Văn A", "买买提·艾山", "Gal•la", "Solomʼyana", "ʻAkamu", "Jean–Luc"),
    ],
)
def test_a_name_in_any_script_is_a_name(name):
    assert is_name(name)


@pytest.mark.parametrize(
    "name", ["", "김1", "😀", "www.spam.com", "spam.com", "-", "가\n나", "a" * 101, "A@b", "a\u200c", "a \u200db"]
)
def test_what_is_no_name_is_refused(name):
    assert not is_name(name)


@pytest.mark.parametrize(
    "text",
    [
        "900101-1234567",
        "９００１０１－１２３４５６７",
        "9001011234567",
        "제 번호는 900101 - 2234567입니다",
        "900101–5234567",
        "900101.8234567",
        "900101ㅡ1234567",
        "900101)(1234567",
        "[900101] 1234567",
        "19900101-1234567",
        "200101013234567",
        "9 0 0 1 0 1 - 1 2 3 4 5 6 7",
        "9.0.0.1.0.1.1.2.3.4.5.6.7",
        "90.01.01-1234567",
        "900101-1 234567",
        "9001 01-123 4567, 010-1234-5678",
        "900101 뒷자리 1234567",
        "born 900101, number 1234567",
        "900101이고 뒤 7자리는 1234567입니다",
        "900101 다시 1234567",
        "900101(앞) 1234567(뒤)",
        "90년 1월 1일생, 뒷자리 1234567",
        "900101 dash 1234567",
        "900101, then the last seven digits 1234567",
        "구공공일공일 다시 일이삼사오육칠",
        "٩٠٠١٠١-١٢٣٤٥٦٧",
        "९००१०१-१२३४५६७",
        "①⑨⑨⓪⓪①⓪①-①②③④⑤⑥⑦",
        "9\ufe0f\u20e30\ufe0f\u20e30101-1234567",
        "90\u200b0101-12\u00ad34567",
        "900101ㆍ1234567",
        "900101\n1234567",
        "+900101-1234567",
        "+820101-1234567",
        "2026-11-22 900101-1234567 010-1234-5678",
        "000229-3123456",
    ],
)
def test_a_resident_number_is_seen_however_it_is_written(text):
    assert resembles_resident_number(text)


@pytest.mark.parametrize(
    "text",
    [
        *("010-1234-5678", "2026-11-22", "901301-1234567", "900101-9234567", "1234567890123456"),
        *("0 1 0 1 2 3 4 5 6 7 8", "4 0 0 0 0 1 1 2 3 4 5 6 7 8 9 0", "5105 1051 0510 5100", "3782-822463-10005"),
        *("+880 1301-234567", "+8801301234567", "20261122", "900101-1******", "02-123-4567, 031-123-4567", "1, 2, 3"),
    ],
)
def test_another_number_is_left_alone(text):
    assert not resembles_resident_number(text)


@given(st.text(max_size=200) | st.text("0123456789１２ㅡ-–.()[] \n\u200c+", max_size=60))
def test_any_text_is_judged_without_a_crash(text):
    resembles_resident_number(text)
    is_name(text)
    if whole := parse_telephone(text):
        format_telephone(whole)


def test_texts_without_a_resident_number_pass():
    alarms = [text for text in HARMLESS if resembles_resident_number(text)]

    assert len(set(HARMLESS)) == 200
    assert len(alarms) <= 1


SCRIPTS = [
    "".join(chr(zero + value) for value in range(10))
    for zero in range(0x110000)
    if unicodedata.decimal(chr(zero), None) == 0
]
SIGNS = ["", "", "", "\u200b", "\u00ad", "\u2060", "\ufeff", "\ufe0f", "\u3164"]
SEPARATORS = ["", "-", " ", ".", "/", " - ", "–", "ㅡ", "·", "_", ")(", "\n"]
BETWEEN = [
    *SEPARATORS,
    " 뒷자리 ",
    "이고 뒷자리는 ",
    " 뒤 ",
    " 다시 ",
    " 대시 ",
    " 하이픈 ",
    " 빼기 ",
    " dash ",
    ", 뒤 7자리 ",
]


birthdays = st.dates(min_value=date(1900, 1, 1), max_value=date(2099, 12, 31))
other_halves = st.from_regex(r"[1-8][0-9]{6}", fullmatch=True)


@st.composite
def spellings(draw):
    """A resident number as somebody may write it: in any digits, with signs and words within and between its halves."""
    birthday = draw(birthdays)
    style = draw(st.sampled_from(["%y%m%d", "%Y%m%d", "%y|%m|%d", "%Y|%m|%d"]))
    first = f"{birthday:{style}}".replace("|", draw(st.sampled_from(SEPARATORS)))
    rest = draw(other_halves)
    parting = draw(st.sampled_from([1, 3, 4, 7]))
    second = f"{rest[:parting]}{draw(st.sampled_from(SEPARATORS))}{rest[parting:]}"
    spelling = f"{first}{draw(st.sampled_from(BETWEEN))}{second}".replace("7자리", "일곱 자리")
    return draw(st.sampled_from(SIGNS)).join(
        spelling.translate(str.maketrans("0123456789", draw(st.sampled_from(SCRIPTS))))
    )


@given(spellings(), st.sampled_from(["{}", "번호 {}입니다", "2026-11-22 환자 {}, 전화 010-1234-5678", "({})"]))
@example("9 0 0 1 0 1 1 2 3 4 5 6 7", "{}")
@example("00-01-021000000", "{}")
@example("00. 01. 021000000", "{}")
def test_every_spelling_of_a_resident_number_is_seen(spelling, text):
    assert resembles_resident_number(text.format(spelling))


@given(
    st.dates(min_value=date(1900, 1, 1), max_value=date(2099, 12, 31)), st.from_regex(r"[1-8][0-9]{6}", fullmatch=True)
)
def test_every_resident_number_is_seen_digit_by_digit(birthday, rest):
    assert resembles_resident_number(" ".join(f"{birthday:%y%m%d}{rest}"))


# ── Through the forms ─────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def kcch(kcch_of_all, db):
    return DataController.objects.get()


def refused(kind, **words):
    """The errors that `words` meet. Nothing is stored."""
    found = errors(Answers(kind).check(**words))
    assert Enquiry.objects.count() == 0
    return found


@both_languages
@pytest.mark.parametrize(
    ("written", "sentence"),
    [
        ("010-123-4567", UNREADABLE),
        ("415-555-2671", UNKNOWN_COUNTRY),
        ("0081 90 1234 5678", DIALLING_PREFIX),
        ("1588-1234", CANNOT_BE_CALLED_BACK),
    ],
)
def test_the_phone_field_says_how_a_number_is_written(kcch, written, sentence, code):
    found = errors(Answers("appointment", code=code).check(phone=written))

    with override(code):
        assert found == {"phone": str(sentence)}


@pytest.mark.parametrize(
    ("code", "label"), [("ko", "전화번호(일본)"), ("en", "Phone number (Japan)")], ids=make.languages()
)
def test_the_check_page_names_the_country_of_a_number_abroad(kcch, code, label):
    page = Answers("appointment", code=code).check(phone="+81 90 1234 5678")

    told = dict(zip(page.texts(".answers dt"), page.texts(".answers dd"), strict=True))
    assert told[label] == "+81 90-1234-5678"


def test_a_number_at_home_is_shown_without_its_country():
    assert country_abroad("+821012345678") == ""


@pytest.mark.parametrize("written", ["０１０－１２３４－５６７８", "+82 (0)10 1234 5678", "+1 (415) 555-2671"])
def test_the_phone_field_takes(kcch, written):
    Answers("appointment").send(phone=written)

    assert Enquiry.objects.get().answers["phone"] == parse_telephone(written)


RESIDENT_NUMBER = "900101-1234567"


@pytest.mark.parametrize(
    ("kind", "field", "others"),
    [
        ("appointment", "message", {}),
        ("appointment", "email", {}),
        ("appointment", "other_language", {"preferred_language": "other"}),
        ("mediation", "what_happened", {}),
        ("mediation", "other_wish", {"wanted": ["other"]}),
    ],
)
def test_a_resident_number_is_refused_in_every_text_and_written_nowhere(kcch, caplog, kind, field, others):
    caplog.set_level(logging.DEBUG)
    caplog.handler.records.clear()
    written = f"{RESIDENT_NUMBER}@example.org" if field == "email" else f"제 번호는 {RESIDENT_NUMBER} 입니다."

    page = Answers(kind).send(**{field: written, **others})

    assert said("Remove what looks like a resident registration number.") in errors(page)[field]
    assert Enquiry.objects.count() == 0
    ours = [record.getMessage() for record in caplog.records if record.name != "django.db.backends"]
    assert [line for line in ours if RESIDENT_NUMBER in line] == []


@pytest.mark.parametrize("field", ["phone", "patient_name"])
def test_a_resident_number_is_no_name_and_no_telephone_number(kcch, field):
    assert list(refused("appointment", **{field: RESIDENT_NUMBER})) == [field]


@both_kinds
def test_a_way_to_reach_the_person_is_needed(kcch, kind):
    nothing = refused(kind, phone=None)
    no_mail = refused(kind, contact_by="email")

    assert list(nothing) == ["phone"]
    assert nothing["phone"] == said("Enter a phone number or an email address.")
    assert no_mail == {"email": said("You asked us to email you. Enter an email address.")}


@pytest.mark.parametrize(
    "written", ["name", "name@", "a b@example.org", "name@example.org\r\nBcc: x@y.org", "x" * 250 + "@a.org"]
)
def test_a_mail_address_that_cannot_be_is_refused(kcch, written):
    assert list(refused("appointment", email=written)) == ["email"]


def test_the_domain_of_a_mail_address_is_kept_in_small_letters(kcch):
    Answers("appointment").send(email="Hong@Example.ORG")

    assert Enquiry.objects.get().answers["email"] == "Hong@example.org"


def test_a_name_is_kept_in_one_form(kcch):
    Answers("appointment").send(patient_name="  Kim   O´Brien\u200b ")

    assert Enquiry.objects.get().answers["patient_name"] == "Kim O’Brien"


def test_a_name_keeps_the_letters_that_it_was_written_with(kcch):
    Answers("appointment").send(patient_name="Ｋｉｍ Ｍｉｎｓｕ")

    assert Enquiry.objects.get().answers["patient_name"] == "Ｋｉｍ Ｍｉｎｓｕ"


def test_who_writes_for_another_says_who_they_are_and_that_the_patient_knows(kcch):
    found = refused("appointment", is_patient="other")

    assert list(found) == ["requester_name", "relationship", "agree_behalf"]


def test_who_writes_for_another_is_received(kcch):
    Answers("appointment").send(is_patient="other", requester_name="홍판서", relationship="parent", agree_behalf="on")

    enquiry = Enquiry.objects.get()
    assert enquiry.answers["requester_name"] == "홍판서"
    assert enquiry.consents.filter(text__key="behalf", given=True).exists()


def test_what_only_another_would_say_is_not_kept_of_the_patient(kcch):
    Answers("appointment").send(requester_name="홍판서", relationship="parent", agree_behalf="on")

    enquiry = Enquiry.objects.get()
    assert "requester_name" not in enquiry.answers
    assert not enquiry.consents.filter(text__key="behalf").exists()


@pytest.mark.parametrize(
    ("kind", "words", "field"),
    [
        ("appointment", {"is_patient": "self"}, "under_14"),
        (
            "appointment",
            {"is_patient": "other", "requester_name": "홍", "relationship": "sibling", "agree_behalf": "on"},
            "relationship",
        ),
        ("mediation", {"applicant": "patient"}, "under_14"),
    ],
)
def test_for_a_child_only_a_representative_may_send(kcch, kind, words, field):
    assert refused(kind, under_14="yes", **words) == {
        field: said("A parent or legal representative must send this form for a child under 14.")
    }


def test_a_parent_is_told_which_answer_to_choose(kcch):
    assert refused("mediation", under_14="yes", applicant="family", patient_name="홍", agree_behalf="on") == {
        "under_14": said("If you are a parent who sends this for your child, choose “Legal representative” above.")
    }


def test_for_a_child_a_representative_is_received(kcch):
    Answers("appointment").send(
        under_14="yes", is_patient="other", requester_name="홍", relationship="parent", agree_behalf="on"
    )
    for applicant in ("legal_representative", "bereaved"):
        Answers("mediation").send(under_14="yes", applicant=applicant, patient_name="홍", agree_behalf="on")

    assert Enquiry.objects.count() == 3


FULL_WIDTH = str.maketrans("0123456789-", "０１２３４５６７８９－")


def weekday(after=1):
    day = timezone.localdate() + timedelta(days=after)
    while day.weekday() > 4:
        day += timedelta(days=1)
    return day


def test_a_day_is_asked_for_on_a_weekday_within_six_months(kcch):
    today = timezone.localdate()
    sunday = today + timedelta(days=7 + 6 - today.weekday())

    for day in (today, today - timedelta(days=1), sunday, today + timedelta(days=181)):
        assert refused("appointment", date_1=day.isoformat()) == {
            "date_1": said("Choose a day from Monday to Friday within the next 6 months that is not a public holiday.")
        }


@both_languages
@pytest.mark.parametrize("written", ["12/01/2026", "01.12.2026", "soon", "2026111", "26-12-01"])
def test_a_date_that_cannot_be_read_surely_is_told_how_to_write_it(kcch, written, code):
    sentence = said("Write the date as year, month and day, for example 2026-12-01.", code)

    assert errors(Answers("appointment", code=code).check(date_1=written)) == {"date_1": sentence}


def test_a_holiday_is_no_day_to_ask_for(kcch):
    Holiday.objects.create(day=weekday(10), name="설날")

    assert list(refused("appointment", date_1=weekday(10).isoformat())) == ["date_1"]


def test_two_days_differ(kcch):
    day = weekday().isoformat()

    assert list(refused("appointment", date_1=day, date_2=day)) == ["date_2"]
    assert list(refused("appointment", date_1=day, time_1="am", date_2=day, time_2="pm")) == ["date_2"]


def test_a_time_of_day_needs_its_date(kcch):
    sentence = said("Choose the date too, or leave the time of day open.")

    assert refused("appointment", time_1="am", time_2="pm") == {"date_1": sentence, "date_2": sentence}


def test_a_day_as_people_write_it_is_understood(kcch):
    day = weekday()

    written = [f"{day:%Y. %m. %d.}", f"{day:%Y/%m/%d}", f"{day:%Y%m%d}", f"{day:%Y-%m-%d}".translate(FULL_WIDTH)]

    for date_1 in written:
        Answers("appointment").send(date_1=date_1)

    assert [enquiry.answers["date_1"] for enquiry in Enquiry.objects.all()] == [day.isoformat()] * len(written)


@pytest.mark.parametrize(
    ("kind", "field", "limit"), [("appointment", "message", 500), ("mediation", "what_happened", 2000)]
)
def test_a_text_is_counted_as_a_person_counts(kcch, kind, field, limit):
    decomposed = "\u1112\u1161\u11ab"  # one syllable in three parts

    assert list(refused(kind, **{field: "가" * (limit + 1)})) == [field]
    Answers(kind).send(**{field: decomposed * limit})

    assert len(Enquiry.objects.get().answers[field]) == limit


def test_a_request_says_at_least_a_little_and_what_it_is_about(kcch):
    found = refused("mediation", what_happened="짧다", topic=None, wanted=None)

    assert list(found) == ["topic", "what_happened", "wanted"]


def test_the_time_of_a_request_is_not_in_the_future(kcch):
    today = timezone.localdate()
    later = refused("mediation", when_month="5")

    assert list(later) == ["when_year"]
    if today.month < 12:
        assert list(refused("mediation", when_year=str(today.year), when_month="12")) == ["when_month"]


def test_a_time_long_ago_is_met_with_a_word_and_not_blocked(kcch):
    patient = Answers("mediation")

    page = patient.check(when_year=str(timezone.localdate().year - 12))

    assert page.text(".notice p") == said(
        "This happened more than ten years ago. Outside agencies may no longer take it up, "
        "but you can still send the form."
    )


def test_a_time_before_the_oldest_year_can_be_told(kcch):
    patient = Answers("mediation")

    page = patient.check(when_year="earlier", when_month="5")
    patient.post(page.form("#enquiry"), "send")

    assert page.all(".notice p")
    told = dict(describe_answers(FORMS["mediation"], Enquiry.objects.get().answers))
    assert told[FORMS["mediation"].base_fields["when_year"].label] == said("Earlier")


def test_the_help_tells_how_long_an_agency_takes_a_request(kcch):
    told = Answers("mediation", code="en").read().text("#id_when_year_helptext")

    assert "within 3 years" in told
    assert "within 10 years" in told


HIDDEN = {
    "appointment": {"requester_name": "900101-1234567", "relationship": "nobody", "other_language": "가" * 41},
    "mediation": {"patient_name": "900101-1234567", "other_language": "가" * 41, "other_wish": "900101-1234567"},
}


@pytest.mark.parametrize("kind", HIDDEN)
def test_what_does_not_apply_to_ones_own_enquiry_is_ignored_whatever_it_holds(kcch, kind):
    Answers(kind).send(contact_by="email", email="hong@example.org", call_time=["morning"], **HIDDEN[kind])

    assert not {*HIDDEN[kind], "call_time"} & set(Enquiry.objects.get().answers)


@pytest.mark.parametrize("kind", HIDDEN)
def test_what_does_not_apply_comes_back_with_the_form(kcch, kind):
    page = Answers(kind).check(phone="", **HIDDEN[kind])

    [name, *_others] = HIDDEN[kind]
    assert page.attributes(f"#id_{name}", "value") == [HIDDEN[kind][name]]
    assert list(errors(page)) == ["phone"]


@pytest.mark.parametrize(
    ("who", "field"), [("self", "patient_name"), ("other", "requester_name"), (None, "requester_name")]
)
def test_a_browser_fills_in_only_the_name_of_who_sits_before_it(kcch, who, field):
    page = Answers("appointment").check(is_patient=who, agree_personal=None)

    assert page.attributes("[autocomplete=name]", "id") == [f"id_{field}"]


def test_a_name_that_is_too_long_is_told_so(kcch):
    sentence = said("This name is too long. Shorten it to at most 100 characters.")

    assert refused("appointment", patient_name="가" * 101) == {"patient_name": sentence}


@both_languages
def test_every_question_says_whether_it_must_be_answered(kcch, code):
    def marks(kind):
        page = Answers(kind, code=code).read()
        labels = {element.attrs["for"].removeprefix("id_"): element for element in page.all("label[for]")}
        return {name: label.query(".need")[0].to_text() for name, label in labels.items() if label.query(".need")}

    appointment, mediation = marks("appointment"), marks("mediation")
    one_of_two, if_it_applies = said("one of the two is required", code), said("required if it applies", code)
    assert [name for name, mark in appointment.items() if mark == one_of_two] == ["phone", "email"]
    assert [name for name, mark in appointment.items() if mark == if_it_applies] == [
        "requester_name",
        "relationship",
        "other_language",
    ]
    assert [name for name, mark in mediation.items() if mark == if_it_applies] == [
        "patient_name",
        "other_language",
        "other_wish",
    ]
    assert appointment["patient_name"] == said("required", code)
    assert appointment["message"] == said("optional", code)


def test_who_asks_about_rights_is_led_to_the_charter_of_that_hospital(kcch):
    assert Answers("mediation").read().all("#id_topic_helptext a") == []

    charter = make.published(make.charter(hospital=kcch.hospital))

    [link] = Answers("mediation").read().all("#id_topic_helptext a")
    assert (link.attrs["href"], link.attrs["target"]) == (charter.get_absolute_url(), "_blank")


def test_a_center_of_another_hospital_is_refused(kcch):
    receiving_hospital("smc")
    [other, *_clinics] = Answers("appointment", "smc").read().attributes("[name=center]", "value")

    assert list(refused("appointment", center=other)) == ["center"]


@both_kinds
@both_languages
def test_what_was_answered_is_said_in_words(kcch, kind, code):
    patient = Answers(kind, code=code)

    page = patient.check(needs=["wheelchair"])

    told = dict(zip(page.texts(".answers dt"), page.texts(".answers dd"), strict=True))
    assert told[said("Phone number", code)] == "010-1234-5678"
    assert told[said("Help you need", code)] == said("Wheelchair", code)
    assert told[said("Which language should we use?", code)] == "한국어"


def test_staff_read_what_is_stored_in_the_same_words(kcch):
    patient = Answers("appointment")
    page = patient.check()
    told = dict(zip(page.texts(".answers dt"), page.texts(".answers dd"), strict=True))
    patient.send()

    answers = describe_answers(FORMS["appointment"], Enquiry.objects.get().answers)

    assert {str(label): str(words) for label, words in answers}.items() <= told.items()
