"""What the forms take and what they refuse."""

import logging
from datetime import timedelta

import pytest
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from hospital_site.enquiries.forms import FORMS, described
from hospital_site.enquiries.models import Enquiry, Holiday
from hospital_site.enquiries.personal import is_name, readable_telephone, resembles_resident_number, telephone_of
from tests.enquiries.patients import Patient, both_kinds, both_languages, errors, receiving_hospital, said

TELEPHONE_ERROR = "Check the phone number, for example 010-1234-5678 or +1 415 555 2671."


@pytest.mark.parametrize(
    ("written", "whole", "readable"),
    [
        ("０１０－１２３４－５６７８", "+821012345678", "010-1234-5678"),
        ("+82 (0)10 1234 5678", "+821012345678", "010-1234-5678"),
        ("+1 (415) 555-2671", "+14155552671", "+1 415-555-2671"),
        ("010.1234.5678", "+821012345678", "010-1234-5678"),
        ("001 82 10 1234 5678", "+821012345678", "010-1234-5678"),
        ("00700-82-10-1234-5678", "+821012345678", "010-1234-5678"),
        ("011-123-4567", "+82111234567", "011-123-4567"),
        ("02-123-4567", "+8221234567", "02-123-4567"),
        ("031-123-4567", "+82311234567", "031-123-4567"),
        ("070-1234-5678", "+827012345678", "070-1234-5678"),
        ("0505-123-4567", "+825051234567", "050-5123-4567"),
        ("+44 20 7946 0958", "+442079460958", "+44 20 7946 0958"),
    ],
)
def test_a_number_that_can_be_called_is_kept_whole(written, whole, readable):
    assert (telephone_of(written), readable_telephone(whole)) == (whole, readable)


@pytest.mark.parametrize(
    "written",
    ["1588-1234", "1670-2545", "1800-1234", "010-123-4567", "119", "+0123456789", "전화 주세요", "1" * 40, "+"],
)
def test_a_number_that_cannot_be_called_back_is_refused(written):
    assert telephone_of(written) is None


@pytest.mark.parametrize(
    "name",
    ["이", "홍길동", "Kim, Min-su (John)", "O’Brien", "José", "Владимир", "محمد", "王・李", "Nguyễn Thị Ánh", "S. K."],
)
def test_a_name_in_any_script_is_a_name(name):
    assert is_name(name)


@pytest.mark.parametrize("name", ["", "김1", "😀", "www.spam.com", "spam.com", "-", "가\n나", "a" * 101, "A@b"])
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
    ],
)
def test_a_resident_number_is_seen_however_it_is_written(text):
    assert resembles_resident_number(text)


@pytest.mark.parametrize(
    "text", ["010-1234-5678", "2026-11-22", "901301-1234567", "900101-9234567", "1234567890123456"]
)
def test_another_number_is_left_alone(text):
    assert not resembles_resident_number(text)


@given(st.text(max_size=200))
def test_any_text_is_judged_without_a_crash(text):
    resembles_resident_number(text)
    is_name(text)
    telephone_of(text)


# ── Through the forms ─────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def kcch(db):
    return receiving_hospital("kcch")


def refused(kind, **words):
    """The errors that `words` meet. Nothing is stored."""
    found = errors(Patient(kind).check(**words))
    assert Enquiry.objects.count() == 0
    return found


@both_languages
@pytest.mark.parametrize("written", ["1588-1234", "010-123-4567"])
def test_the_phone_field_says_how_a_number_is_written(kcch, written, code):
    found = errors(Patient("appointment", code=code).check(phone=written))

    assert found == {"phone": said(TELEPHONE_ERROR, code)}


@pytest.mark.parametrize("written", ["０１０－１２３４－５６７８", "+82 (0)10 1234 5678", "+1 (415) 555-2671"])
def test_the_phone_field_takes(kcch, written):
    Patient("appointment").send(phone=written)

    assert Enquiry.objects.get().answers["phone"] == telephone_of(written)


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

    page = Patient(kind).send(**{field: written, **others})

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
    assert list(no_mail) == ["email"]


@pytest.mark.parametrize(
    "written", ["name", "name@", "a b@example.org", "name@example.org\r\nBcc: x@y.org", "x" * 250 + "@a.org"]
)
def test_a_mail_address_that_cannot_be_is_refused(kcch, written):
    assert list(refused("appointment", email=written)) == ["email"]


def test_the_domain_of_a_mail_address_is_kept_in_small_letters(kcch):
    Patient("appointment").send(email="Hong@Example.ORG")

    assert Enquiry.objects.get().answers["email"] == "Hong@example.org"


def test_a_name_is_kept_in_one_form(kcch):
    Patient("appointment").send(patient_name="  Ｋｉｍ   Minsu ")

    assert Enquiry.objects.get().answers["patient_name"] == "Kim Minsu"


def test_who_writes_for_another_says_who_they_are_and_that_the_patient_knows(kcch):
    found = refused("appointment", is_patient="other")

    assert list(found) == ["requester_name", "relationship", "agree_behalf"]


def test_who_writes_for_another_is_received(kcch):
    Patient("appointment").send(is_patient="other", requester_name="홍판서", relationship="parent", agree_behalf="on")

    enquiry = Enquiry.objects.get()
    assert enquiry.answers["requester_name"] == "홍판서"
    assert enquiry.consents.filter(text__box="behalf", given=True).exists()


def test_what_only_another_would_say_is_not_kept_of_the_patient(kcch):
    Patient("appointment").send(requester_name="홍판서", relationship="parent", agree_behalf="on")

    enquiry = Enquiry.objects.get()
    assert "requester_name" not in enquiry.answers
    assert not enquiry.consents.filter(text__box="behalf").exists()


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
        ("mediation", {"applicant": "family", "patient_name": "홍", "agree_behalf": "on"}, "under_14"),
    ],
)
def test_for_a_child_only_a_representative_may_send(kcch, kind, words, field):
    assert refused(kind, under_14="yes", **words) == {
        field: said("A parent or legal representative must send this form.")
    }


def test_for_a_child_a_representative_is_received(kcch):
    Patient("appointment").send(
        under_14="yes", is_patient="other", requester_name="홍", relationship="parent", agree_behalf="on"
    )
    Patient("mediation").send(under_14="yes", applicant="legal_representative", patient_name="홍", agree_behalf="on")

    assert Enquiry.objects.count() == 2


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
            "date_1": said("Choose a weekday within the next 6 months.")
        }
    assert refused("appointment", date_1="soon") == {"date_1": said("Choose a weekday within the next 6 months.")}


def test_a_holiday_is_no_day_to_ask_for(kcch):
    Holiday.objects.create(day=weekday(10), name="설날")

    assert list(refused("appointment", date_1=weekday(10).isoformat())) == ["date_1"]


def test_two_days_differ(kcch):
    day = weekday().isoformat()

    assert list(refused("appointment", date_1=day, date_2=day)) == ["date_2"]


def test_a_day_as_people_write_it_is_understood(kcch):
    day = weekday()

    Patient("appointment").send(date_1=f"{day:%Y. %m. %d.}", time_1="am")

    assert Enquiry.objects.get().answers["date_1"] == day.isoformat()


@pytest.mark.parametrize(
    ("kind", "field", "limit"), [("appointment", "message", 500), ("mediation", "what_happened", 2000)]
)
def test_a_text_is_counted_as_a_person_counts(kcch, kind, field, limit):
    decomposed = "\u1112\u1161\u11ab"  # one syllable in three parts

    assert list(refused(kind, **{field: "가" * (limit + 1)})) == [field]
    Patient(kind).send(**{field: decomposed * limit})

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
    patient = Patient("mediation")

    page = patient.check(when_year=str(timezone.localdate().year - 12))

    assert page.text(".notice p") == said(
        "You write about something more than ten years ago. Outside agencies may no longer take it up. "
        "You can send the form all the same."
    )


def test_a_center_of_another_hospital_is_refused(kcch):
    receiving_hospital("smc")
    [other, *_clinics] = Patient("appointment", "smc").read().attributes("[name=center]", "value")

    assert list(refused("appointment", center=other)) == ["center"]


@both_kinds
@both_languages
def test_what_was_answered_is_said_in_words(kcch, kind, code):
    patient = Patient(kind, code=code)

    page = patient.check(needs=["wheelchair"])

    told = dict(zip(page.texts(".answers dt"), page.texts(".answers dd"), strict=True))
    assert told[said("Phone number", code)] == "010-1234-5678"
    assert told[said("Help you need", code)] == said("Wheelchair", code)
    assert told[said("Which language should we use?", code)] == "한국어"


def test_staff_read_what_is_stored_in_the_same_words(kcch):
    patient = Patient("appointment")
    page = patient.check()
    told = dict(zip(page.texts(".answers dt"), page.texts(".answers dd"), strict=True))
    patient.send()

    answers = described(FORMS["appointment"], Enquiry.objects.get().answers)

    assert {str(label): str(words) for label, words in answers}.items() <= told.items()
