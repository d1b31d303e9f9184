"""What can go wrong with a form, in a real Chromium: it is said, no word is lost, and axe finds nothing."""

from itertools import cycle

import pytest

from tests.browser.conftest import NARROW
from tests.browser.patients import FORMS, NEXT, at_the_form, every_language, fits, one_form, other_form, press
from tests.enquiries.patients import said


def untick(page, site, kind):
    page.uncheck("#id_agree_sensitive")


def write_a_wrong_number(page, site, kind):
    page.fill("#id_phone", "1588-1234")


def be_a_child(page, site, kind):
    page.check("#id_under_14_0")


def be_the_family_of_a_child(page, site, kind):
    page.check("#id_applicant_1")
    page.fill("#id_patient_name", "홍길동")
    page.check("#id_agree_behalf")
    page.check("#id_under_14_0")


def write_a_resident_number(page, site, kind):
    page.fill("#id_message" if kind == "appointment" else "#id_what_happened", "제 번호는 900101-1234567입니다.")


def leave_no_contact(page, site, kind):
    page.fill("#id_phone", "")


def come_back_at_once(page, site, kind):
    page.evaluate("document.querySelector('#id_token').value = ''")


def write_too_much(page, site, kind):
    page.fill("#id_message" if kind == "appointment" else "#id_what_happened", "가" * 60_000)


def write_more_than_can_be_read(page, site, kind):
    page.fill("#id_message" if kind == "appointment" else "#id_what_happened", "가" * 400_000)


def let_the_token_expire(page, site, kind):
    page.context.add_cookies([{"name": "csrftoken", "value": "another0" * 4, "url": str(site)}])


def refuse_cookies(page, site, kind):
    page.context.clear_cookies()


def change_the_texts(page, site, kind):
    site.database("UPDATE enquiries_controller SET appointment_days = 30, request_years = 1")


def close_the_form(page, site, kind):
    site.database(
        "UPDATE enquiries_controller SET receives_appointments = 0, receives_requests = 0, telephone = '02-1'"
    )


def be_too_many(page, site, kind):
    site.run("-c", COUNT_TO_THE_LIMIT)


# In this hour and in the next, which may begin meanwhile.
COUNT_TO_THE_LIMIT = """
import django, time; django.setup()
from django.core.cache import cache; from hospital_site.enquiries.rate_limits import POSTS_OF_AN_ADDRESS, counter_of
now = time.time()
for time.time in (lambda: now, lambda: now + 3_600):
    key, left = counter_of(POSTS_OF_AN_ADDRESS, "127.0.0.1")
    cache.set(key, POSTS_OF_AN_ADDRESS[1], timeout=left)
"""


PROBLEMS = {
    "a missing consent": (untick, "Tick this box if you agree. Without it the form cannot be sent."),
    "a wrong number": (
        write_a_wrong_number,
        "Numbers such as 1588-1234 belong to companies and cannot be called back. Enter your own number, for example "
        "010-1234-5678, or with “+” one outside Korea, for example +1 415 555 2671.",
    ),
    "a child": (be_a_child, "A parent or legal representative must send this form for a child under 14."),
    "a resident number": (write_a_resident_number, "Remove what looks like a resident registration number."),
    "no contact": (leave_no_contact, "Enter a phone number or an email address."),
    "too quick": (
        come_back_at_once,
        "The form came back very quickly. Please look it over, then send it again.",
    ),
    "too much": (write_too_much, "The form was not sent: it holds far more text than a form can."),
    "an expired token": (
        let_the_token_expire,
        "This page had been open for a long time, so it was not sent. Your words are still here: please send it again.",
    ),
    "no cookies": (
        refuse_cookies,
        "Your browser did not send this site’s cookie, so the form was not sent. The form needs this one cookie; it is "
        "deleted when you close the browser. Allow cookies for this site, then send the form again: your words are "
        "still here.",
    ),
    "changed texts": (change_the_texts, "This text has changed. Read it again, and tick the box if you agree."),
    "a closed form": (
        close_the_form,
        "Meanwhile this hospital has stopped receiving this form here, so it was not sent.",
    ),
    "too many": (
        be_too_many,
        "Too many forms came from the same internet connection within an hour, so none is taken for a while. "
        "Send it again in about an hour, or call the hospital.",
    ),
}


def told(page):
    return " ".join(page.inner_text("main").split())


def kept(page):
    """The words that the page holds for another try, telephone numbers as people write them."""
    fields = "[...document.querySelectorAll('main input, main textarea')]"
    return set(page.evaluate(f"{fields}.map(field => field.value)"))


@pytest.mark.parametrize(
    ("problem", "kind", "code"), [(problem, *form) for problem, form in zip(PROBLEMS, cycle(FORMS), strict=False)]
)
def test_axe_finds_nothing_at_a_problem(site, open_page, axe, kind, code, problem, telephones, old_token):
    page = open_page("about:blank", viewport=NARROW)
    at_the_form(page, site, kind, code, old_token, next(telephones))
    meet, sentence = PROBLEMS[problem]
    meet(page, site, kind)

    press(page)

    assert (axe(page), fits(page)) == ([], True)
    assert page.title().startswith({"en": "Error: "}.get(code, "오류: "))
    assert said(sentence, code) in told(page)
    assert "홍길동" in kept(page)


@one_form
def test_axe_finds_nothing_where_more_was_sent_than_can_be_read(
    site, open_page, axe, kind, code, telephones, old_token
):
    page = open_page("about:blank", viewport=NARROW)
    at_the_form(page, site, kind, code, old_token, telephone := next(telephones))
    write_more_than_can_be_read(page, site, kind)

    press(page)

    sentence = (
        "Your words are not lost: choose “Back” in your browser, and you will find them in the form. "
        "Shorten them there and send the form again."
    )
    assert said(sentence, code) in told(page)
    assert (axe(page), fits(page)) == ([], True)
    page.go_back()
    assert {"홍길동", telephone, "가" * 400_000} <= kept(page)


@every_language
def test_axe_finds_nothing_where_a_parent_chose_family(site, open_page, axe, code, telephones, old_token):
    page = open_page("about:blank", viewport=NARROW)
    at_the_form(page, site, "mediation", code, old_token, next(telephones))
    be_the_family_of_a_child(page, site, "mediation")

    press(page)

    assert page.inner_text("#id_under_14_error") == said(
        "If you are a parent who sends this for your child, choose “Legal representative” above.", code
    )
    assert (axe(page), fits(page)) == ([], True)


@pytest.mark.parametrize(("step", "kind", "code"), [("check", *FORMS[0]), ("send", *FORMS[1])], ids=["check", "send"])
def test_axe_finds_nothing_while_the_database_is_stopped(site, open_page, axe, kind, code, step, telephones, old_token):
    page = open_page("about:blank", viewport=NARROW)
    at_the_form(page, site, kind, code, old_token, telephone := next(telephones))
    button = NEXT
    if step == "send":
        press(page)
        button = "main button[value=send]"

    site.database("ALTER TABLE enquiries_controller RENAME TO away")
    try:
        press(page, button)
    finally:
        site.database("ALTER TABLE away RENAME TO enquiries_controller")

    assert said("What you sent could not be received just now.", code) in told(page)
    assert {"홍길동", telephone} <= kept(page)
    assert (axe(page), fits(page)) == ([], True)
    press(page, "main form .buttons button")
    assert page.locator(".answers" if step == "check" else ".reference").is_visible()


@other_form
def test_axe_finds_nothing_when_a_person_has_sent_enough_for_a_day(
    site, open_page, axe, kind, code, telephones, old_token
):
    page = open_page("about:blank", viewport=NARROW)
    at_the_form(page, site, kind, code, old_token, telephone := next(telephones))
    press(page)
    page.evaluate(
        """async name => {
        const form = document.querySelector("#enquiry");
        for (let times = 1; times <= 5; times++) {
            const body = new URLSearchParams(new FormData(form));
            body.set("step", "send");
            body.set(name, `홍길동 ${"가".repeat(times)}`);
            await fetch(form.action, {method: "POST", body});
        }
    }""",
        "patient_name" if kind == "appointment" else "applicant_name",
    )

    press(page, "main button[value=send]")

    sentence = (
        "You cannot send more today from the same contact or internet connection. "
        "Send it again tomorrow, or call the hospital."
    )
    assert said(sentence, code) in told(page)
    assert {"홍길동", telephone} <= kept(page)
    assert (axe(page), fits(page)) == ([], True)
    assert page.title().startswith({"en": "Error: "}.get(code, "오류: "))


@pytest.mark.parametrize(("code", "age"), [("ko", 0), ("en", 3_600)], ids=["of another browser", "over"])
def test_axe_finds_nothing_where_the_page_with_the_number_is_over(site, open_page, axe, code, age, old_token):
    page = open_page(f"{site}/{code}/enquiries/sent/{old_token[f'sent/{age}']}/", viewport=NARROW)

    assert page.inner_text("h1") == said("This page has expired", code)
    received = said("The hospital has received what you sent. You do not need to send it again.", code)
    assert (received in page.inner_text("main")) == bool(age)
    assert (axe(page), fits(page)) == ([], True)
