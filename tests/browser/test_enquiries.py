"""A patient at the forms in a real Chromium: by keyboard, without JavaScript, on narrow screens; axe at every step."""

import os
import subprocess
import sys

import pytest
from django.conf import settings

from tests import make
from tests.browser.conftest import DESKTOP, NARROW, PHONE
from tests.enquiries.patients import said

KINDS = ["appointment", "mediation"]
VIEWS = {"narrow": NARROW, "phone": PHONE, "desktop": DESKTOP}
NEXT = "main form .buttons button:not(.quiet)[value]"
A_WHILE = 3_500  # milliseconds that a person needs at least

every_form = pytest.mark.parametrize("kind", KINDS)
every_language = pytest.mark.parametrize("code", make.languages())


@pytest.fixture(scope="module")
def site(server):
    """The address of a site whose hospitals receive both forms."""
    environment = os.environ | {
        "MODE": "demonstration",
        "DATABASE_URL": f"sqlite:///{server.log.parent / 'site.sqlite3'}",
    }
    command = [sys.executable, "manage.py", "demonstration_desks"]
    subprocess.run(command, cwd=settings.BASE_DIR, env=environment, check=True, capture_output=True)
    return f"http://127.0.0.1:{server.port}"


def fill(page, kind, telephone):
    """What a patient answers, with mouse or finger."""
    if kind == "appointment":
        for choice in ("center_0", "visit_type_0", "is_patient_0"):
            page.check(f"#id_{choice}")
        page.fill("#id_patient_name", "홍길동")
        page.fill("#id_message", "두 줄로\n적은 말입니다.")
    else:
        for choice in ("applicant_0", "topic_1", "wanted_0"):
            page.check(f"#id_{choice}")
        page.fill("#id_applicant_name", "홍길동")
        page.fill("#id_what_happened", "설명을 충분히\n듣지 못했습니다.")
    page.fill("#id_phone", telephone)
    for choice in ("under_14_1", "contact_by_0", "preferred_language_0"):
        page.check(f"#id_{choice}")
    agree(page)


def agree(page):
    page.check("#id_agree_personal")
    page.check("#id_agree_sensitive")


def fits(page):
    return page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")


@every_form
@every_language
@pytest.mark.parametrize(
    ("view", "scheme", "hospital"), [("narrow", "light", "kcch"), ("desktop", "dark", "smc"), ("phone", "light", "smc")]
)
def test_the_whole_journey(site, chromium, axe, kind, code, view, scheme, hospital, telephones):
    context = chromium.new_context(viewport=VIEWS[view], color_scheme=scheme)
    page = context.new_page()
    page.goto(f"{site}/{code}/enquiries/{kind}/")
    assert (axe(page), fits(page)) == ([], True)

    # Given the form of the chosen hospital, nothing answered
    page.click(f"main a[href$='/{hospital}/']")
    assert (axe(page), fits(page)) == ([], True)

    # When it is sent on empty, then every error is told, and the summary has the focus
    page.wait_for_timeout(A_WHILE)
    page.click(NEXT)
    assert (axe(page), fits(page)) == ([], True)
    assert page.evaluate("document.activeElement.id") == "problems"
    assert page.title().startswith({"en": "Error: "}.get(code, "오류: "))

    # When a link of the summary is followed, then the focus is in that field, a group of choices included
    for link in page.locator(".problems a").all():
        link.click()
        assert page.evaluate("document.activeElement.matches(':target')"), link.inner_text()

    # When it is filled in, then the answers are shown to be checked
    fill(page, kind, telephone := next(telephones))
    page.click(NEXT)
    assert (axe(page), fits(page)) == ([], True)
    assert telephone in page.inner_text(".answers")

    # When the language is changed here, then every word comes along, and consent is asked for anew
    page.click(".languages button")
    assert page.input_value("#id_phone") == telephone
    assert not page.is_checked("#id_agree_personal")
    page.click(".languages button")
    agree(page)
    page.click(NEXT)

    # When the person goes back to change something, then the ticks are there too
    page.click("button[value=edit]")
    assert page.is_checked("#id_agree_sensitive")
    assert "\n" in page.input_value("#id_message" if kind == "appointment" else "#id_what_happened")
    page.click(NEXT)

    # When it is sent, then there is a number, and only the form's cookie
    page.click("main button[value=send]")
    assert (axe(page), fits(page)) == ([], True)
    assert page.inner_text(".reference")[:2] == {"appointment": "A-", "mediation": "M-"}[kind]
    assert [(cookie["name"], cookie["expires"]) for cookie in context.cookies()] == [("csrftoken", -1)]
    context.close()


@pytest.fixture(scope="session")
def telephones():
    """A number for each person, so that nobody is stopped for another's sake."""
    return (f"010-{number:04}-5678" for number in range(2000, 9000))


@every_form
@every_language
def test_the_form_is_filled_in_by_keyboard_without_javascript(site, chromium, kind, code, telephones):
    context = chromium.new_context(viewport=NARROW, java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{site}/{code}/enquiries/{kind}/kcch/")
    page.wait_for_timeout(A_WHILE)
    answers = {
        "patient_name": "홍길동",
        "applicant_name": "홍길동",
        "phone": next(telephones),
        "what_happened": "설명을 충분히 듣지 못했습니다.",
    }
    if kind == "mediation":
        del answers["patient_name"]
    chosen = {"center", "visit_type", "is_patient", "applicant", "contact_by", "preferred_language", "topic", "wanted"}

    page.locator("#id_center_0, #id_applicant_0").first.focus()
    for _key in range(80):
        name = page.evaluate("document.activeElement.name")
        if name == "step":
            break
        if name in answers:
            page.keyboard.type(answers[name])
        elif name == "under_14":
            page.keyboard.press("ArrowDown")
        elif name in chosen or name in ("agree_personal", "agree_sensitive"):
            page.keyboard.press("Space")
            chosen.discard(name)
        page.keyboard.press("Tab")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert page.locator(".problems li").all_inner_texts() == []
    page.locator("main button[value=send]").press("Enter")

    assert page.inner_text(".reference")[1] == "-"
    context.close()


@every_language
def test_enter_in_a_field_goes_on_and_does_not_change_the_language(site, open_page, code):
    page = open_page(f"{site}/{code}/enquiries/appointment/kcch/")

    page.fill("#id_patient_name", "홍길동")
    page.press("#id_patient_name", "Enter")

    assert f"/{code}/" in page.url
    assert page.locator(".problems").is_visible()


@every_form
def test_going_back_in_the_browser_finds_the_words(site, open_page, kind, telephones):
    page = open_page(f"{site}/ko/enquiries/{kind}/kcch/")
    page.wait_for_timeout(A_WHILE)
    fill(page, kind, telephone := next(telephones))
    page.click(NEXT)
    assert page.locator(".answers").is_visible()

    page.go_back()

    assert page.input_value("#id_phone") == telephone


@every_language
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("path", ["/privacy/", "/privacy/kcch/", "/enquiries/appointment/", "/enquiries/mediation/"])
def test_axe_finds_nothing_on_the_pages_around(site, open_page, axe, code, scheme, path):
    page = open_page(f"{site}/{code}{path}", color_scheme=scheme, viewport=NARROW)

    assert (axe(page), fits(page)) == ([], True)


@every_language
def test_axe_finds_nothing_where_something_went_wrong(site, open_page, axe, code, telephones):
    page = open_page(f"{site}/{code}/enquiries/appointment/kcch/")
    fill(page, "appointment", telephone := next(telephones))
    page.context.clear_cookies()

    page.click(NEXT)

    assert axe(page) == []
    assert page.input_value("#id_phone") == telephone
    assert page.inner_text(".problems p") == said(
        "This page had been open for long, so it was not sent. Your words are still here: please send it again.", code
    )
