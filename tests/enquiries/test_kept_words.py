"""What a patient has typed is never lost, whatever happens to the form."""

import time

import pytest
from django.db import OperationalError, connection

from hospital_site.enquiries.models import DataController, Enquiry
from hospital_site.enquiries.recipients import recipient_at
from hospital_site.publishing.pipeline import withdraw
from tests import make
from tests.enquiries.patients import (
    Patient,
    aged_token,
    both_kinds,
    each_kind_and_language,
    errors,
    receiving_hospital,
    said,
)
from tests.reading import filled_in, read

pytestmark = [pytest.mark.django_db, pytest.mark.same_on_every_database]


@pytest.fixture(autouse=True)
def kcch(kcch_of_all, db):
    return DataController.objects.get()


def typed(page):
    """What a form holds, apart from what the site put there itself."""
    words = page.form("#enquiry")
    return {name: value for name, value in words.items() if name not in ("csrfmiddlewaretoken", "token", "shown")}


@both_kinds
def test_an_expired_token_gives_the_form_back_with_every_word(kind):
    patient = Patient(kind)
    words = patient.filled()
    held = typed(patient.post(words, "edit"))
    patient.client.cookies["csrftoken"] = "another" * 4

    page = patient.post(words)

    assert (page.status, typed(page)) == (403, held)
    assert page.text("title").startswith("오류: ")
    assert page.text(".problems p") == said(
        "This page had been open for a long time, so it was not sent. Your words are still here: please send it again."
    )
    again = patient.post(page.form("#enquiry"))
    assert patient.post(again.form("#enquiry"), "send").status == 302


HOUR = 60 * 60


@each_kind_and_language
@pytest.mark.parametrize("step", ["check", "send"])
def test_a_form_that_was_open_for_half_a_day_comes_back_with_every_word_and_can_then_be_sent(kind, code, step):
    patient = Patient(kind, code=code)
    words = patient.filled(token=aged_token(kind, seconds=13 * HOUR))
    held = typed(patient.post(words, "edit"))

    page = patient.post(words, step)

    assert (page.status, typed(page), Enquiry.objects.count()) == (200, held, 0)
    assert page.text(".problems p") == said(
        "This page had been open for a long time, so it was not sent. Your words are still here: please send it again.",
        code,
    )
    assert len(page.all(".consent input[checked]")) == 2
    again = patient.post(page.form("#enquiry"))
    assert patient.post(again.form("#enquiry"), "send").status == 302


def test_a_slow_writer_has_hours_and_what_was_received_is_said_to_be_even_after_them(monkeypatch):
    patient = Patient("appointment")
    words = patient.filled(token=aged_token("appointment", seconds=11 * HOUR))
    sent = patient.post(words, "send")

    later = time.time() + 2 * HOUR
    monkeypatch.setattr("hospital_site.enquiries.forms.base.time.time", lambda: later)
    again = patient.post(words, "send")

    assert (sent.status, again.status, Enquiry.objects.count()) == (302, 302, 1)


@each_kind_and_language
def test_a_visitor_without_cookies_is_told_so_and_keeps_every_word(kind, code):
    patient = Patient(kind, code=code)
    words = patient.filled()
    held = typed(patient.post(words, "edit"))
    patient.client.cookies.clear()

    page = patient.post(words)

    assert (page.status, typed(page)) == (403, held)
    assert page.text(".problems p") == said(
        "Your browser did not send this site’s cookie, so the form was not sent. The form needs this one cookie; it is "
        "deleted when you close the browser. Allow cookies for this site, then send the form again: your words are "
        "still here.",
        code,
    )


@both_kinds
def test_changing_the_language_keeps_the_words_and_asks_for_consent_again(kind):
    patient = Patient(kind)
    words = patient.filled(email="Jose@EXAMPLE.org")
    [path] = patient.read().attributes(".languages button", "formaction")

    page = patient.post(words, "show", path)

    held = typed(page)
    given = {name: value for name, value in words.items() if name in held and not name.startswith("agree_")}
    assert {name: held[name] for name in given} == {
        name: value if isinstance(value, list) else [value] for name, value in given.items()
    }
    assert page.all(".consent input[checked]") == []
    assert page.attribute("html", "lang") == "en"
    assert Enquiry.objects.count() == 0


def change_language(patient, page):
    """Press the other language on `page`. → the answer"""
    [button] = page.all(".languages button")
    patient.code = button.attrs["lang"]
    return patient.post(page.form("#enquiry"), button.attrs["value"], button.attrs["formaction"])


@both_kinds
def test_changing_the_language_on_the_check_page_keeps_the_step_and_the_consents(kind):
    patient = Patient(kind)
    checked = patient.check()

    page = change_language(patient, checked)
    sent = patient.post(page.form("#enquiry"), "send")

    enquiry = Enquiry.objects.get()
    assert (page.attribute("html", "lang"), len(page.all(".answers")), sent.status) == ("en", 1, 302)
    assert page.texts(".answers dd").count(said("Not agreed", "en")) == (kind == "mediation")
    assert {consent.text.language for consent in enquiry.consents.select_related("text")} == {"ko"}  # as it was read
    assert set(enquiry.consents.filter(given=True).values_list("text__key", flat=True)) == {"personal", "sensitive"}


def test_a_consent_in_another_language_counts_for_nothing_once_its_text_has_changed():
    patient = Patient("appointment")
    checked = patient.check()
    DataController.objects.update(appointment_days=30)

    page = change_language(patient, checked)

    assert list(errors(page)) == ["agree_personal", "agree_sensitive"]


def test_a_form_shown_again_in_another_language_asks_for_consent_to_what_it_shows():
    patient = Patient("appointment")
    words = patient.check(email="hong@example.org").form("#enquiry")
    patient.code = "en"

    page = patient.post({**words, "phone": "1588-1234"})

    assert list(errors(page)) == ["phone"]
    assert page.all(".consent input[checked]") == []
    assert page.attribute("#id_shown", "value") == patient.read().attribute("#id_shown", "value")


@both_kinds
def test_the_buttons_of_the_languages_are_in_their_language(kind):
    patient = Patient(kind)

    for page in (patient.read(), patient.check()):
        assert page.attributes(".languages [lang]", "lang") == make.languages()
        assert page.texts(".languages [lang]") == ["한국어", "English"]


@both_kinds
def test_no_page_of_a_form_has_two_headings_of_the_first_order_even_to_who_only_counts(kind):
    patient = Patient(kind)
    checked = patient.check()
    sent = patient.post(checked.form("#enquiry"), "send")
    pages = [patient.read(), checked, patient.post({}), read(patient.client, sent.response["Location"])]

    assert [page.html.count("<h1") for page in pages] == [1] * len(pages)


@both_kinds
def test_a_form_reads_the_pages_of_its_hospital_once(kind, django_assert_num_queries):
    receiving_hospital("smc")
    contacts = make.contact_page()
    make.part(contacts, "helplines", kind="dispute", name_ko="기관", telephone="02-111-2222")
    make.published(contacts)
    patient = Patient(kind)
    words = patient.filled()

    with django_assert_num_queries(2):  # the pages, and who receives
        patient.read()
    with django_assert_num_queries(2):
        patient.post(words)

    this, other = (recipient_at("kcch"), *recipient_at("kcch").others)
    assert (len(this.page.centers[0].clinics), other.slug, other.page.centers) == (1, "smc", [])


def test_changing_the_hospital_keeps_the_words_and_clears_the_center():
    receiving_hospital("smc")
    patient = Patient("appointment")
    words = patient.filled()
    path = patient.read().attribute(".recipient button", "formaction")

    page = patient.post(words, "show", path)

    assert "/smc/" in path
    assert page.all("[name=center][checked]") == []
    assert page.attribute("#id_patient_name", "value") == "홍길동"


@both_kinds
def test_going_back_from_the_check_page_keeps_words_and_ticks(kind):
    patient = Patient(kind)
    words = patient.filled()
    checked = patient.post(words)

    page = patient.post(checked.form("#enquiry"), "edit")

    assert typed(page) == typed(patient.post(words, "edit"))
    assert len(page.all(".consent input[checked]")) == 2


def carried(page):
    """The words that a page carries for another try, without its own token."""
    held = filled_in(page, "#enquiry")
    return {name: value for name, value in held.items() if name != "csrfmiddlewaretoken"}


def as_carried(words):
    return {
        name: value if isinstance(value, list) else [value]
        for name, value in words.items()
        if name != "csrfmiddlewaretoken"
    }


@each_kind_and_language
@pytest.mark.parametrize("has_token", [True, False], ids=["with its token", "without its token"])
def test_a_form_that_was_closed_meanwhile_gives_the_words_back_and_a_number(kind, code, has_token):
    patient = Patient(kind, code=code)
    words = patient.filled(email="hong@example.org")
    DataController.objects.update(receives_appointments=False, receives_requests=False)
    if not has_token:
        patient.client.cookies.clear()

    page = patient.post(words, "send")

    assert (page.status, Enquiry.objects.count()) == (409, 0)
    assert carried(page) == as_carried(words)
    assert {"홍길동", "hong@example.org"} <= set(page.texts(".answers dd"))
    assert said("Meanwhile this hospital has stopped receiving this form here, so it was not sent.", code) in page.text(
        ".problems"
    )
    assert page.attributes(".problems a", "href") == ["tel:+82-2-970-2114"]


@both_kinds
@pytest.mark.parametrize("has_token", [True, False], ids=["with its token", "without its token"])
def test_a_hospital_that_left_the_site_gives_the_words_back_and_a_number(kind, has_token, kcch):
    patient = Patient(kind)
    words = patient.filled()
    withdraw(kcch.hospital, by="the test", reason="closed")
    if not has_token:
        patient.client.cookies.clear()

    page = patient.post(words, "send")

    assert (page.status, Enquiry.objects.count()) == (404, 0)
    assert carried(page) == as_carried(words)
    assert "홍길동" in page.texts(".answers dd")
    assert page.attributes(".problems a", "href") == ["tel:+82-2-970-2114"]


@each_kind_and_language
def test_a_form_that_is_too_large_comes_back_with_every_word(kind, code):
    patient = Patient(kind, code=code)
    field = "message" if kind == "appointment" else "what_happened"
    words = patient.filled(**{field: "가" * 60_000})

    page = patient.post(words, "send")

    assert (page.status, Enquiry.objects.count()) == (413, 0)
    assert page.form("#enquiry")[field] == ["가" * 60_000]
    assert page.text(".problems p") == said("The form was not sent: it holds far more text than a form can.", code)
    assert list(errors(page)) == [field]


def test_a_form_too_large_to_be_read_says_how_the_words_come_back():
    patient = Patient("mediation")

    page = patient.post(patient.filled(what_happened="가" * 400_000))

    assert (page.status, Enquiry.objects.count()) == (413, 0)
    assert said(
        "Your words are not lost: choose “Back” in your browser, and you will find them in the form. "
        "Shorten them there and send the form again."
    ) in page.text("main")


def test_the_words_on_the_page_stand_under_the_labels_of_their_own_form(kcch):
    def labels(kind, **words):
        patient = Patient(kind, code="en")
        filled = patient.filled(**words)
        DataController.objects.update(receives_appointments=False, receives_requests=False)
        page = patient.post(filled)
        DataController.objects.update(receives_appointments=True, receives_requests=True)
        return page.texts(".answers dt")

    assert "Patient’s name" in labels("appointment")
    assert "Patient’s name, if you are not the patient" in labels("mediation", patient_name="홍", applicant="family")


def test_the_words_on_the_page_are_what_was_written_and_not_what_was_chosen():
    patient = Patient("appointment")
    words = patient.filled(message="한마디")
    DataController.objects.update(receives_appointments=False)

    told = patient.post(words).texts(".answers dd")

    assert sorted(told) == ["010-1234-5678", "한마디", "홍길동"]


class Stopped:
    """A database that stops answering."""

    def __call__(self, execute, sql, params, many, context):
        raise OperationalError("the server closed the connection")


@each_kind_and_language
@pytest.mark.parametrize("step", ["check", "send"])
@pytest.mark.depends_on_database
def test_without_the_database_every_word_is_kept_for_another_try(kind, code, step):
    patient = Patient(kind, code=code)
    words = patient.filled(**({"message": "두 줄\n입니다."} if kind == "appointment" else {}))

    with connection.execute_wrapper(Stopped()):
        page = patient.post(words, step)

    assert page.status == 503
    assert carried(page) == as_carried(words)
    assert page.attribute("main form button", "value") == step
    assert patient.post(page.form("#enquiry"), step).status == {"check": 200, "send": 302}[step]


@both_kinds
@pytest.mark.parametrize("breaks", ["once", "for good"])
def test_after_a_mistake_of_this_site_every_word_is_kept_for_another_try(monkeypatch, kind, breaks):
    patient = Patient(kind)
    patient.client.raise_request_exception = False
    words = patient.filled()

    def fail(*args, **kwargs):
        raise ZeroDivisionError("Kim")

    with monkeypatch.context() as broken:
        broken.setattr("hospital_site.enquiries.views.send", fail)
        if breaks == "for good":
            broken.setattr("hospital_site.enquiries.views.try_again", fail)
        page = patient.post(words, "send")

    assert (page.status, "Kim" in page.html) == (500, False)
    if breaks == "once":
        assert carried(page) == as_carried(words)
        assert patient.post(page.form("#enquiry"), "send").status == 302


def test_what_a_database_error_says_stays_out_of_the_log(caplog):
    patient = Patient("appointment")
    words = patient.filled()

    with connection.execute_wrapper(Stopped()):
        patient.post(words, "send")

    assert [record.getMessage() for record in caplog.records if "enquir" in record.name] == [
        "An enquiry could not be handled: OperationalError"
    ]
