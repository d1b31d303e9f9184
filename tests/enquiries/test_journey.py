"""Filling, checking, sending: what a patient meets, in both forms and both languages."""

import re
import time

import pytest
from django.test import Client

from hospital_site.enquiries import actions
from hospital_site.enquiries.consents import consent_statements
from hospital_site.enquiries.forms import FORMS
from hospital_site.enquiries.models import Consent, ConsentText, DataController, Enquiry, Notification
from hospital_site.publishing.pipeline import withdraw
from tests import make
from tests.enquiries.patients import (
    APPOINTMENT,
    Patient,
    aged_token,
    both_kinds,
    both_languages,
    each_kind_and_language,
    errors,
    receiving_hospital,
    said,
)
from tests.reading import Page, read

pytestmark = [pytest.mark.django_db, pytest.mark.same_on_every_database]


@pytest.fixture(autouse=True)
def kcch(kcch_of_all, db):
    return DataController.objects.get()


@both_languages
@both_kinds
def test_a_form_is_filled_checked_and_sent(kind, code):
    patient = Patient(kind, code=code)

    checked = patient.check()
    assert (checked.status, Enquiry.objects.count()) == (200, 0)
    assert "홍길동" in checked.html

    sent = patient.post(checked.form("#enquiry"), "send")

    enquiry = Enquiry.objects.get()
    done = read(patient.client, sent.response["Location"])
    assert (sent.status, done.text(".reference")) == (302, enquiry.reference)
    assert re.fullmatch(r"[AM]-[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{4}", enquiry.reference)
    assert (enquiry.kind, enquiry.language, enquiry.state) == (kind, code, "new")
    assert enquiry.answers["phone"] == "+821012345678"


@both_kinds
def test_both_languages_ask_the_same(kind):
    def asked(code):
        page = Patient(kind, code=code).read()
        fields = page.attributes("input[name], select[name], textarea[name]", "name")
        return fields, len(page.all("label")), len(page.all("legend")), len(page.all(".consent")), len(page.all("dt"))

    assert asked("ko") == asked("en")


@both_kinds
def test_both_languages_find_the_same_errors(kind):
    def found(code):
        patient = Patient(kind, code=code)
        return list(errors(patient.post(patient.open())))

    here, there = found("ko"), found("en")

    assert here == there
    assert len(here) > 5


@each_kind_and_language
def test_an_error_is_told_in_the_title_above_and_beside_the_field(kind, code):
    patient = Patient(kind, code=code)

    page = patient.check(agree_sensitive=None)

    assert page.text("title").startswith(said("Error: %(name)s", code).split("%")[0] if code == "en" else "오류: ")
    assert list(errors(page)) == ["agree_sensitive"]
    assert page.attributes(".problems a", "href") == ["#id_agree_sensitive"]
    assert (page.attribute(".problems", "role"), "autofocus" in page.all(".problems")[0].attrs) == ("alert", True)
    assert Enquiry.objects.count() == 0


@both_kinds
def test_every_link_of_the_error_summary_leads_to_a_field(kind):
    patient = Patient(kind)

    page = patient.post(patient.open())

    ids = page.attributes("[id]", "id")
    links = page.attributes(".problems a", "href")
    assert [link for link in links if link.removeprefix("#") not in ids] == []
    assert any(link.endswith("_0") for link in links)


def test_every_error_and_every_help_is_tied_to_its_field():
    patient = Patient("appointment")

    page = patient.post(patient.open())

    ids = set(page.attributes("[id]", "id"))
    tied = {name for value in page.attributes("[aria-describedby]", "aria-describedby") for name in value.split()}
    told = {element.attrs["id"] for element in page.all(".problem, .help") if "id" in element.attrs}
    assert tied <= ids
    assert told <= tied


def test_no_consent_is_ticked_beforehand_and_none_is_about_marketing():
    for kind, boxes in [
        ("appointment", ["personal", "sensitive", "behalf"]),
        ("mediation", ["personal", "sensitive", "department", "behalf"]),
    ]:
        page = Patient(kind).read()
        assert page.attributes(".consent input", "name") == [f"agree_{box}" for box in boxes]
        assert page.all(".consent input[checked]") == []


@both_languages
@both_kinds
def test_the_consents_that_are_stored_are_the_words_that_were_shown(kind, code, kcch):
    patient = Patient(kind, code=code)
    shown = [squeezed(statement.to_text()) for statement in patient.read().all(".consent")]

    patient.send()

    stored = Consent.objects.filter(enquiry=Enquiry.objects.get()).select_related("text")
    assert [(consent.text.key, consent.given) for consent in stored if consent.given] == [
        ("personal", True),
        ("sensitive", True),
    ]
    for consent in stored:
        whole = next(text for text in shown if text.startswith(squeezed(consent.text.words.splitlines()[0])))
        rows = [line.removeprefix("- ").removeprefix("[ ] ") for line in consent.text.words.splitlines()]
        assert all(squeezed(part) in whole for row in rows for part in row.split(": ", 1)), (rows, whole)


def squeezed(text):
    return "".join(text.split())


@both_kinds
def test_a_consent_is_a_group_whose_box_is_described_by_all_that_is_agreed_to(kind):
    patient = Patient(kind)

    page = patient.check(agree_sensitive=None)

    box = page.attribute("#id_agree_sensitive", "aria-describedby")
    assert box == "id_agree_sensitive_error id_agree_sensitive_lead id_agree_sensitive_rows"
    assert page.attribute("#id_agree_behalf", "aria-describedby") == "id_agree_behalf_lead"
    legends = [" ".join(legend.to_text().split()) for legend in page.all("fieldset.consent legend")]
    assert legends[1] == f"민감정보 처리 {said('required')}"
    assert legends[-1].endswith(said("required if it applies"))


@each_kind_and_language
def test_what_makes_information_sensitive_is_stressed(kind, code):
    page = Patient(kind, code=code).read()

    assert page.texts(".consent .stressed") == [
        {"ko": "건강에 관한 정보(민감정보)"}.get(code, "information about health (sensitive information)")
    ]


def test_the_same_words_are_one_version_and_a_changed_period_makes_another(kcch):
    Patient("appointment").send()
    Patient("appointment", code="ko").send(phone="010-1111-2222")
    assert ConsentText.objects.count() == 2

    DataController.objects.update(appointment_days=30)
    Patient("appointment").send(phone="010-1111-3333")

    assert ConsentText.objects.count() == 4
    assert "30일" in ConsentText.objects.filter(key="personal").first().words


def test_a_consent_tells_the_outer_limit_of_what_is_never_closed(kcch):
    DataController.objects.update(unclosed_days=200, request_days=730)

    def told(kind, code):
        return Patient(kind, code=code).read().text("#id_agree_personal_rows")

    assert ("90일" in told("appointment", "ko"), "200일" in told("appointment", "ko")) == (True, True)
    assert ("3 years" in told("mediation", "en"), "2 years" in told("mediation", "en")) == (True, True)


@both_kinds
def test_a_consent_to_a_text_that_changed_meanwhile_counts_for_nothing(kind):
    patient = Patient(kind)
    words = patient.filled()
    DataController.objects.update(appointment_days=30, request_years=1)

    page = patient.post(words)

    assert list(errors(page)) == ["agree_personal", "agree_sensitive"]
    assert page.all(".consent input[checked]") == []
    assert "홍길동" in page.attributes("input[value]", "value")


def test_the_optional_consent_too_is_told_to_have_changed():
    patient = Patient("mediation")
    words = patient.filled(agree_department="on")
    *others, _department, behalf = words["shown"][0].split()

    page = patient.post({**words, "shown": " ".join([*others, behalf])})

    assert errors(page) == {
        "agree_department": said("This text has changed. Read it again, and tick the box if you agree.")
    }
    assert page.attributes(".consent input[checked]", "name") == ["agree_personal", "agree_sensitive"]


def test_a_consent_that_may_be_refused_is_stored_as_refused():
    Patient("mediation").send()

    assert {consent.text.key: consent.given for consent in Consent.objects.select_related("text")} == {
        "personal": True,
        "sensitive": True,
        "department": False,
    }


def test_a_notice_on_another_basis_has_no_box(kcch):
    DataController.objects.update(basis="contract")

    page = Patient("appointment", code="en").read()
    sent = Patient("appointment").send(agree_personal=None)

    assert page.attributes(".consent input", "name") == ["agree_sensitive", "agree_behalf"]
    notice = page.texts(".consent")[0]
    assert ("article 15, paragraph 1, item 4" in notice, "refuse" in notice) == (True, False)
    assert sent.status == 302
    assert list(Consent.objects.values_list("text__key", "given")) == [("personal", None), ("sensitive", True)]


def test_a_request_stands_on_consent_whatever_the_basis_of_appointments(kcch):
    DataController.objects.update(basis="contract")

    assert "agree_personal" in Patient("mediation").read().attributes(".consent input", "name")


def test_a_notice_that_changed_meanwhile_is_told(kcch):
    DataController.objects.update(basis="contract")
    patient = Patient("appointment")
    words = patient.filled(agree_personal=None)
    DataController.objects.update(unclosed_days=100)

    page = patient.post(words)

    assert errors(page) == {"agree_personal": said("This text has changed. Please read it again, then go on.")}
    assert page.attributes(".problems a", "href") == ["#id_agree_personal"]
    assert len(page.all("fieldset#id_agree_personal")) == 1
    assert patient.post(page.form("#enquiry")).all(".answers")


# ── One form is one enquiry ───────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.depends_on_database
@both_kinds
def test_sending_twice_makes_one_enquiry(kind):
    patient = Patient(kind)
    checked = patient.check().form("#enquiry")

    first, second = patient.post(checked, "send"), patient.post(checked, "send")

    assert Enquiry.objects.count() == Notification.objects.count() == 1
    references = [read(patient.client, answer.response["Location"]).text(".reference") for answer in (first, second)]
    assert references == [Enquiry.objects.get().reference] * 2


@pytest.mark.depends_on_database
def test_another_trouble_than_a_second_sending_loses_no_word(monkeypatch, kcch):
    Patient("appointment", REMOTE_ADDR="203.0.113.7").send()
    taken = Enquiry.objects.get().reference
    monkeypatch.setattr(actions, "generate_reference", lambda kind: taken)

    answer = Patient("appointment").send(patient_name="성춘향")

    assert answer.status == 503
    assert answer.form("#enquiry")["patient_name"] == ["성춘향"]


def test_other_words_sent_with_the_same_form_are_another_enquiry():
    patient = Patient("appointment")
    checked = patient.check().form("#enquiry")
    patient.post(checked, "send")

    patient.post({**checked, "message": ["잊은 말이 있습니다."]}, "send")

    assert Enquiry.objects.count() == 2


def test_two_people_with_the_same_words_are_two_enquiries():
    Patient("appointment").send()
    Patient("appointment").send()

    assert Enquiry.objects.count() == 2


def test_an_invalid_form_cannot_be_sent_past_the_check():
    patient = Patient("appointment")

    page = patient.post(patient.filled(agree_sensitive=None), "send")

    assert (page.status, Enquiry.objects.count()) == (200, 0)
    assert list(errors(page)) == ["agree_sensitive"]


# ── The page with the number ──────────────────────────────────────────────────────────────────────────────────────────


@each_kind_and_language
def test_the_last_page_tells_the_number_and_nothing_about_the_person(kind, code):
    patient = Patient(kind, code=code)

    page = read(patient.client, patient.send(email="hong@example.org").response["Location"])

    for personal in ("홍길동", "1234-5678", "12345678", "hong", "내과", "낱말 2"):
        assert personal not in page.text("main")
    assert "홍" not in page.text("title")


def test_the_last_page_opens_only_for_the_browser_that_sent_and_only_for_a_while(monkeypatch):
    patient = Patient("appointment")
    path = patient.send().response["Location"]
    assert patient.client.get(path).status_code == 200

    received = said("The hospital has received what you sent. You do not need to send it again.")
    elsewhere = read(Client(), path)
    assert (elsewhere.status, received in elsewhere.text("main")) == (410, False)
    later = time.time() + 31 * 60
    monkeypatch.setattr("django.core.signing.time.time", lambda: later)
    expired = read(patient.client, path)
    assert (expired.status, received in expired.text("main")) == (410, True)
    forged = read(patient.client, path.replace("sent/", "sent/x"))
    assert (forged.status, received in forged.text("main")) == (410, False)


@each_kind_and_language
def test_the_last_page_tells_the_number_though_the_hospital_has_left_the_site_meanwhile(kind, code, kcch):
    DataController.objects.update(answer_days=7, first_contact_days=7)
    patient = Patient(kind, code=code)
    path = patient.send().response["Location"]

    withdraw(kcch.hospital, by="the test", reason="closed")

    page = read(patient.client, path)
    assert (page.status, page.text(".reference")) == (200, Enquiry.objects.get().reference)
    assert page.all(".eyebrow") == []
    assert ("None" in page.text("main"), "7" in page.text(".prose"), "02-970-2114" in page.text("main")) == (
        False,
        True,
        True,
    )


@both_languages
@pytest.mark.parametrize("place", ["form", "sent"])
def test_the_agencies_are_those_of_a_charter_until_the_one_record_of_the_contact_page(kcch, code, place):
    def numbers():
        patient = Patient("mediation", code=code)
        page = patient.read() if place == "form" else read(patient.client, patient.send().response["Location"])
        return page.attributes("main .prose li a[href^=tel]", "href")

    none = numbers()
    charter = make.charter()  # of another hospital: these agencies are no hospital's own
    make.part(charter, "agencies", name_ko="조정 기관", name_en="Agency", telephone="02-111-2222")
    make.published(charter)
    of_the_charter = numbers()
    contacts = make.contact_page()
    k_medi = {"name_ko": "의료중재원", "name_en": "K-medi", "telephone": "1670-2545", "from_abroad": "+82-2-6210-0080"}
    make.part(contacts, "helplines", kind="dispute", certainty="B", **k_medi)
    make.part(contacts, "helplines", kind="costs", name_ko="상담", name_en="Advice", telephone="129")
    make.published(contacts)

    assert (none, of_the_charter) == ([], ["tel:+82-2-111-2222"])
    assert numbers() == ["tel:16702545", "tel:+82-2-6210-0080"]


# ── Between the person and the server ─────────────────────────────────────────────────────────────────────────────────


@both_kinds
def test_every_answer_is_kept_nowhere_and_sets_only_the_cookie_of_the_form(kind):
    patient = Patient(kind)
    checked = patient.check()
    sent = patient.post(checked.form("#enquiry"), "send")
    answers = [patient.read(), checked, patient.post({}), sent, read(patient.client, sent.response["Location"])]

    assert {answer.response["Cache-Control"] for answer in answers} == {"no-store"}
    assert {answer.response["Referrer-Policy"] for answer in answers} == {"same-origin"}
    assert {name for answer in answers for name in answer.response.cookies} <= {"csrftoken"}
    assert patient.client.cookies["csrftoken"]["max-age"] == ""


@both_kinds
def test_no_answer_asks_another_host_or_runs_a_script(kind):
    page = Patient(kind).read()

    assert page.all("script:not([src])") == page.all("[style]") == page.all("[onclick]") == []
    assert [src for src in page.attributes("[src]", "src") if not src.startswith("/static/")] == []
    assert page.response["Content-Security-Policy"].count("form-action 'self'") == 1


# ── Which hospital ────────────────────────────────────────────────────────────────────────────────────────────────────


@both_kinds
def test_the_hospital_is_chosen_first(kind):
    receiving_hospital("smc")

    page = read(Client(), f"/ko/enquiries/{kind}/")

    assert page.attributes(".card a", "href") == [f"/ko/enquiries/{kind}/{slug}/" for slug in ("kcch", "smc")]


@both_kinds
def test_a_hospital_that_receives_nothing_says_so_and_takes_nothing(kind):
    patient = Patient(kind)
    words = patient.filled()
    DataController.objects.update(receives_appointments=False, receives_requests=False)

    closed = patient.read()
    patient.post(words, "send")

    assert "02-970-2114" in closed.text("main")
    assert (closed.status, closed.all("main form"), Enquiry.objects.count()) == (200, [], 0)


def test_a_hospital_without_a_number_says_so():
    DataController.objects.update(telephone="")

    page = Patient("appointment").read()

    assert said("The hospital has not given its telephone number for this site yet.") in page.text("main")
    assert page.all("main a[href^='tel:']:not([href='tel:119'])") == []


@pytest.mark.parametrize("is_open", [True, False], ids=["a form", "a closed form"])
def test_a_hospital_with_a_number_on_its_page_only_is_not_said_to_have_none(kcch, is_open):
    DataController.objects.update(telephone="", receives_appointments=is_open)
    make.part(kcch.hospital, "contacts", name_ko="대표 전화", telephone="02-970-1234")
    make.published(kcch.hospital)

    page = Patient("appointment").read()

    assert page.all("main a[href^='tel:']:not([href='tel:119'])") != []
    assert "02-970-1234" in page.text("main")
    assert "싣지 못했습니다" not in page.text("main")


def test_an_unknown_hospital_or_form_is_not_found():
    assert Client().get("/ko/enquiries/appointment/nowhere/").status_code == 404
    assert Client().get("/ko/enquiries/complaint/kcch/").status_code == 404


# ── Robots ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_trap_is_out_of_sight_and_what_fills_it_is_told_and_not_stored():
    patient = Patient("appointment")

    page = patient.post(patient.filled(website="https://spam.example"), "send")

    assert Enquiry.objects.count() == 0
    assert list(errors(page)) == ["website"]
    assert patient.read().attribute(".trap", "aria-hidden") == "true"
    assert patient.read().attribute("#id_website", "tabindex") == "-1"


@pytest.mark.parametrize(
    "token",
    [
        lambda: aged_token("appointment", seconds=0),
        lambda: aged_token("appointment", seconds=-3600),
        lambda: aged_token("mediation"),
        lambda: receiving_hospital("smc") and aged_token("appointment", "smc"),
        lambda: "",
        lambda: "forged",
    ],
    ids=["just opened", "too early", "of another form", "of another hospital", "empty", "forged"],
)
def test_a_form_that_comes_back_at_once_or_with_the_token_of_another_is_shown_again(token):
    patient = Patient("appointment")

    page = patient.post(patient.filled(token=token()), "send")

    assert (page.status, Enquiry.objects.count()) == (200, 0)
    assert page.texts(".problems li") == [
        said("The form came back very quickly. Please look it over, then send it again.")
    ]
    assert page.attribute("#id_patient_name", "value") == "홍길동"


def test_a_form_is_received_where_the_clock_is_behind_that_of_the_machine_which_showed_it():
    patient = Patient("appointment")

    patient.post(patient.filled(token=aged_token("appointment", seconds=-40)), "send")

    assert Enquiry.objects.count() == 1


def test_a_hospital_without_a_live_center_does_not_ask_for_one(kcch):
    for center in kcch.hospital.centers.all():
        withdraw(center, by="the test", reason="closed")
    patient = Patient("appointment")
    held = {**patient.open(), **APPOINTMENT}

    page = patient.read()
    checked = patient.post(held)
    sent = patient.post(checked.form("#enquiry"), "send")

    assert page.all("[name=center], #div_id_center") == []
    assert said("Which center or clinic?") not in page.text("main")
    assert (sent.status, "center" in Enquiry.objects.get().answers) == (302, False)


def test_unknown_fields_are_ignored():
    Patient("appointment").send(resident_number="x", state="closed")

    assert set(Enquiry.objects.get().answers) <= set(FORMS["appointment"].base_fields)


@both_languages
def test_the_texts_of_both_languages_have_the_same_parts(code, kcch):
    for kind in FORMS:
        here = consent_statements(kind, code, hospital="H", controller=kcch)
        there = consent_statements(kind, "en", hospital="H", controller=kcch)
        assert [(s.key, len(s.rows), [r.important for r in s.rows]) for s in here] == [
            (s.key, len(s.rows), [r.important for r in s.rows]) for s in there
        ]


def test_a_page_that_is_no_form_is_refused_as_usual_without_its_token():
    assert Page(Client(enforce_csrf_checks=True).post("/ko/admin/login/", {})).status == 403
