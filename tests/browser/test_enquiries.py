"""A patient at the forms in a real Chromium: by keyboard, without JavaScript, on narrow screens; axe at every step."""

import os
import shutil
import sqlite3
import subprocess
import sys
from base64 import b64decode
from contextlib import closing

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
# Both forms are one template and one script, and their sentences one catalogue: each form is tried in one language.
every_form_once = pytest.mark.parametrize(("kind", "code"), [("appointment", "ko"), ("mediation", "en")], ids=KINDS)
every_language = pytest.mark.parametrize("code", make.languages())


class Site:
    """A site whose hospitals receive both forms, and what a test may do behind its back."""

    def __init__(self, server):
        self.folder = server.log.parent
        self.address = f"http://127.0.0.1:{server.port}"
        self.environment = os.environ | {
            "MODE": "demonstration",
            "DATABASE_URL": f"sqlite:///{self.folder / 'site.sqlite3'}",
            "DJANGO_SETTINGS_MODULE": "tests.site.served",
            "STATIC_ROOT": str(self.folder / "static"),
        }

    def __str__(self):
        return self.address

    def run(self, *arguments):
        command = [sys.executable, *arguments]
        done = subprocess.run(command, cwd=settings.BASE_DIR, env=self.environment, check=True, capture_output=True)
        return done.stdout.decode().strip()

    def database(self, statement):
        with closing(sqlite3.connect(self.folder / "site.sqlite3", timeout=20)) as connection, connection:
            return connection.execute(statement).fetchall()

    def number_of_enquiries(self):
        return self.database("SELECT count(*) FROM enquiries_enquiry")[0][0]

    def count_from_nothing(self):
        shutil.rmtree(self.folder / "cache", ignore_errors=True)


@pytest.fixture(scope="module")
def opened_site(server):
    site = Site(server)
    site.run("manage.py", "demonstration_recipients")
    return site


@pytest.fixture
def site(opened_site):
    """The site, with limits that start from nothing and hospitals as they were."""
    opened_site.count_from_nothing()
    yield opened_site
    opened_site.database(
        "UPDATE enquiries_controller SET receives_appointments = 1, receives_requests = 1, appointment_days = 90, "
        "request_years = 3, telephone = ''"
    )


@pytest.fixture(scope="module")
def old_token(opened_site):
    """The token of each form of a hospital, opened a while ago, so that no test has to wait."""
    code = """
import django, time; django.setup()
from centers.models import Hospital; from hospital_site.enquiries.forms import FORMS, create_token
hospital = Hospital.objects.get(slug="kcch").pk
print(*[f"{kind} {create_token(kind, hospital, time.time() - 60)}" for kind in FORMS])
"""
    return dict(zip(*[iter(opened_site.run("-c", code).split())] * 2, strict=True))


def fill(page, kind, telephone):
    """What a patient answers, with mouse or finger."""
    if kind == "appointment":
        for choice in ("center_0", "visit_type_0", "is_patient_0"):
            page.check(f"#id_{choice}")
        page.fill("#id_patient_name", "홍길동")
        if page.locator("details.optional:not([open])").count():
            page.click("details.optional summary")
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


def press(page, button=NEXT):
    """Press a button of the form, and wait until the answer stands there, with the script or without."""
    page.evaluate("document.querySelector('main').dataset.before = ''")
    page.click(button)
    page.wait_for_selector("main:not([data-before])")


def at_the_form(page, site, kind, code, old_token, telephone):
    """A form filled in a while ago."""
    page.goto(f"{site}/{code}/enquiries/{kind}/kcch/")
    fill(page, kind, telephone)
    page.evaluate("token => { document.querySelector('#id_token').value = token }", old_token[kind])


def agree(page):
    page.check("#id_agree_personal")
    page.check("#id_agree_sensitive")


def fits(page):
    return page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")


@pytest.mark.parametrize(
    ("kind", "code", "view", "scheme", "hospital"),
    [
        ("appointment", "ko", "narrow", "light", "kcch"),
        ("appointment", "en", "desktop", "dark", "smc"),
        ("mediation", "ko", "phone", "dark", "smc"),
        ("mediation", "en", "narrow", "light", "kcch"),
    ],
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
    press(page)
    assert (axe(page), fits(page)) == ([], True)
    assert page.evaluate("document.activeElement.id") == "problems"
    assert page.title().startswith({"en": "Error: "}.get(code, "오류: "))

    # When a link of the summary is followed, then the focus is in that field, a group of choices included
    for link in page.locator(".problems a").all():
        link.click()
        assert page.evaluate("document.activeElement.matches(':target')"), link.inner_text()

    # When it is filled in, then the answers are shown to be checked
    fill(page, kind, telephone := next(telephones))
    press(page)
    assert (axe(page), fits(page)) == ([], True)
    assert telephone in page.inner_text(".answers")

    # When the language is changed here and back, then the answers are still there to be checked
    for _language in range(2):
        press(page, ".languages button")
        assert telephone in page.inner_text(".answers")
        assert (axe(page), fits(page)) == ([], True)

    # When the person goes back to change something, then the ticks are there too
    press(page, "button[value=edit]")
    assert page.is_checked("#id_agree_sensitive")
    assert "\n" in page.input_value("#id_message" if kind == "appointment" else "#id_what_happened")
    press(page)

    # When it is sent, then there is a number, and only the form's cookie
    press(page, "main button[value=send]")
    assert (axe(page), fits(page)) == ([], True)
    assert page.inner_text(".reference")[:2] == {"appointment": "A-", "mediation": "M-"}[kind]
    assert [(cookie["name"], cookie["expires"]) for cookie in context.cookies()] == [("csrftoken", -1)]
    context.close()


@pytest.fixture(scope="session")
def telephones():
    """A number for each person, so that nobody is stopped for another's sake."""
    return (f"010-{number:04}-5678" for number in range(2000, 9000))


@every_form_once
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

    page.wait_for_selector("#problems")
    assert f"/{code}/" in page.url


# ── The browser's own buttons ─────────────────────────────────────────────────────────────────────────────────────────


def focused(page):
    return page.evaluate(
        "document.activeElement.id || document.activeElement.value || document.activeElement.localName"
    )


@every_form_once
def test_back_finds_every_state_with_its_words_and_forward_too(site, open_page, axe, kind, code, telephones, old_token):
    # Given an error that was corrected, and the answers to be checked
    page = open_page("about:blank")
    at_the_form(page, site, kind, code, old_token, "1588-1234")
    press(page)
    assert focused(page) == "problems"
    page.fill("#id_phone", telephone := next(telephones))
    press(page)
    assert focused(page) == "h1"

    # When the person goes back, then the form with its error stands there, corrected, then the form before it
    page.go_back()
    assert (page.input_value("#id_phone"), page.locator("#problems").count()) == (telephone, 1)
    assert (page.is_checked("#id_agree_sensitive"), focused(page)) == (True, "check")
    assert page.title().startswith({"en": "Error: "}.get(code, "오류: "))
    assert axe(page) == []
    page.go_back()
    assert (page.input_value("#id_phone"), page.locator("#problems").count()) == ("1588-1234", 0)
    assert "\n" in page.input_value("#id_message" if kind == "appointment" else "#id_what_happened")

    # When the person goes forward again, then everything is there too, and can be sent
    page.go_forward()
    page.go_forward()
    assert telephone in page.inner_text(".answers")
    press(page, "main button[value=send]")
    assert page.inner_text(".reference")[1] == "-"


@every_form_once
def test_back_after_sending_says_that_it_was_sent(site, open_page, axe, kind, code, telephones, old_token):
    page = open_page("about:blank")
    at_the_form(page, site, kind, code, old_token, "1588-1234")
    press(page)
    page.fill("#id_phone", telephone := next(telephones))
    press(page)
    press(page, "main button[value=send]")
    number = page.inner_text(".reference")
    assert focused(page) == "h1"

    for _state in range(2):
        page.go_back()
        assert page.inner_text("h1") == said("This form has been sent", code)
        assert (page.inner_text(".reference"), page.locator("form").count()) == (number, 0)
        assert telephone not in page.content()
        assert focused(page) == "h1"
    assert (axe(page), fits(page)) == ([], True)

    page.go_forward()
    page.go_forward()
    assert number in page.inner_text(".lead")
    assert "/enquiries/sent/" in page.url
    page.reload()
    assert page.inner_text(".reference") == number
    for _state in range(2):
        page.go_back()
        assert page.inner_text("h1") == said("This form has been sent", code)
        assert (page.inner_text(".reference"), telephone in page.content()) == (number, False)
    page.go_forward()
    page.go_forward()
    assert "/enquiries/sent/" in page.url
    assert page.inner_text("h1") != said("This form has been sent", code)
    page.go_back()
    page.click("main a.arrowed")
    page.wait_for_selector("#enquiry")
    assert telephone not in page.content()


def field_of_text(kind):
    return "#id_message" if kind == "appointment" else "#id_what_happened"


@every_form_once
@pytest.mark.parametrize("step", ["form", "check"])
def test_a_change_of_the_language_is_a_state_that_back_and_forward_find(
    site, open_page, kind, code, step, telephones, old_token
):
    page = open_page("about:blank")
    at_the_form(page, site, kind, code, old_token, telephone := next(telephones))
    if step == "check":
        press(page)

    def shown():
        words = page.input_value("#id_phone") if step == "form" else page.inner_text(".answers")
        return page.evaluate("document.documentElement.lang"), telephone in words

    press(page, ".languages button")
    [other] = [language for language in make.languages() if language != code]
    assert shown() == (other, True)

    page.go_back()
    assert shown() == (code, True)
    page.go_forward()
    assert shown() == (other, True)
    assert f"/{other}/" in page.url
    if step == "form":
        assert "\n" in page.input_value(field_of_text(kind))
        agree(page)
        press(page)
    press(page, "main button[value=send]")
    assert page.inner_text(".reference")[1] == "-"


@every_form_once
def test_a_reload_finds_the_words_in_either_language_and_leaves_no_trace(
    site, open_page, kind, code, telephones, old_token
):
    page = open_page("about:blank")
    page.on("dialog", lambda dialog: dialog.accept())
    at_the_form(page, site, kind, code, old_token, telephone := next(telephones))

    def shown():
        page.wait_for_selector("#id_phone")
        assert page.evaluate("sessionStorage.length") == 0
        return (
            page.input_value("#id_phone"),
            "\n" in page.input_value(field_of_text(kind)),
            page.is_checked("#id_under_14_1"),
        )

    page.reload()
    assert (shown(), page.is_checked("#id_agree_personal")) == ((telephone, True, True), True)
    press(page, ".languages button")
    page.reload()
    assert (shown(), page.is_checked("#id_agree_personal")) == ((telephone, True, True), False)
    agree(page)
    press(page)
    page.reload()
    assert (shown(), page.is_checked("#id_agree_personal")) == ((telephone, True, True), True)

    # When it has been sent, then nothing is kept
    press(page)
    press(page, "main button[value=send]")
    page.reload()
    assert page.evaluate("sessionStorage.length") == 0


def test_what_is_kept_over_a_reload_is_nowhere_whole(site, open_page, telephones, old_token):
    page = open_page("about:blank")
    at_the_form(page, site, "appointment", "ko", old_token, telephone := next(telephones))

    page.goto(f"{site}/ko/")

    halves = page.evaluate("[sessionStorage.getItem('enquiry'), window.name]")
    mixed, noise = (b64decode(half) for half in halves)
    assert [telephone.encode() in half for half in (mixed, noise)] == [False, False]
    assert telephone.encode() in bytes(one ^ other for one, other in zip(mixed, noise, strict=False))
    page.goto(f"{site}/ko/enquiries/appointment/kcch/")
    assert page.evaluate("sessionStorage.length") == 0
    assert page.input_value("#id_phone") == ""


@every_form
def test_pressing_twice_sends_once(site, open_page, kind, telephones, old_token):
    page = open_page("about:blank")
    at_the_form(page, site, kind, "ko", old_token, next(telephones))
    press(page)
    before, asked = site.number_of_enquiries(), []
    page.on("request", lambda request: asked.append(request.method))

    page.dblclick("main button[value=send]")

    page.wait_for_selector(".reference")
    assert (site.number_of_enquiries() - before, asked.count("POST")) == (1, 1)


@every_form_once
def test_without_a_connection_every_word_stays_and_it_is_said(site, open_page, axe, kind, code, telephones, old_token):
    page = open_page("about:blank")
    at_the_form(page, site, kind, code, old_token, telephone := next(telephones))
    for button in (NEXT, "main button[value=send]"):
        page.context.set_offline(True)
        page.click(button)
        page.wait_for_selector(".unreachable:not([hidden])")
        assert page.evaluate("document.activeElement.matches('.unreachable')")
        assert page.inner_text(".unreachable p") == said(
            "No answer came, so the form may not have arrived. Your words are still on this page. Check your "
            "connection, then press the button again: the same form is never taken twice.",
            code,
        )
        assert (axe(page), fits(page)) == ([], True)
        assert telephone in page.content() or page.input_value("#id_phone") == telephone
        page.context.set_offline(False)
        press(page, button)

    assert page.inner_text(".reference")[1] == "-"


STRANGE = {
    "not HTML": {"status": 200, "content_type": "application/json", "body": "{}"},
    "another page": {"status": 200, "content_type": "text/html", "body": "<h1>Sign in to this network</h1>"},
}


@pytest.mark.parametrize("strange", STRANGE.values(), ids=STRANGE)
def test_a_strange_answer_lets_the_browser_send_the_form_itself(site, open_page, telephones, old_token, strange):
    page = open_page("about:blank")
    at_the_form(page, site, "appointment", "ko", old_token, telephone := next(telephones))
    page.route(
        "**/enquiries/**",
        lambda route: route.fulfill(**strange) if route.request.resource_type == "fetch" else route.continue_(),
    )

    press(page)

    assert telephone in page.inner_text(".answers")


def test_a_server_that_breaks_down_leaves_every_word_on_the_page(site, open_page, telephones, old_token):
    page = open_page("about:blank")
    at_the_form(page, site, "appointment", "ko", old_token, telephone := next(telephones))
    broken = {"status": 502, "content_type": "text/html", "body": "<h1>Bad gateway</h1>"}
    page.route("**/enquiries/**", lambda route: route.fulfill(**broken))

    page.click(NEXT)

    page.wait_for_selector(".unreachable:not([hidden])")
    assert page.input_value("#id_phone") == telephone


def test_a_link_to_a_field_is_no_state_of_its_own(site, open_page, old_token):
    page = open_page("about:blank")
    at_the_form(page, site, "appointment", "ko", old_token, "1588-1234")
    press(page)
    page.fill("#id_patient_name", "김철수")

    page.click(".problems a")
    page.go_back()
    assert page.input_value("#id_patient_name") == "김철수"
    page.go_back()
    assert (page.input_value("#id_patient_name"), page.locator("#problems").count()) == ("홍길동", 0)
    page.evaluate("history.go(2)")

    page.wait_for_selector("#problems")
    assert page.input_value("#id_patient_name") == "김철수"


def test_the_browser_asks_before_it_leaves_words_behind_and_not_before_it_dials(site, open_page, telephones, old_token):
    page, asked = open_page("about:blank"), []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.dismiss()))
    at_the_form(page, site, "mediation", "ko", old_token, next(telephones))
    press(page)

    page.click("footer nav a")
    page.wait_for_timeout(300)
    assert (asked, page.locator(".answers").count()) == (["beforeunload"], 1)
    press(page, "main button[value=send]")
    page.click("footer nav a")
    page.wait_for_url("**/patients-rights/")
    assert asked == ["beforeunload"]

    at_the_form(page, site, "mediation", "ko", old_token, next(telephones))
    press(page)
    page.click("footer a[href^='tel:']")
    page.wait_for_timeout(300)
    assert asked == ["beforeunload"]


@pytest.fixture
def slow_line():
    """`slow_line(page, times=1)` → the requests of the form that are held up; those after them are not."""

    def slow_line(page, times=1):
        held = []
        page.route(
            "**/enquiries/appointment/**",
            lambda route: held.append(route) if len(held) < times else route.continue_(),
        )
        return held

    return slow_line


def test_going_back_gives_up_a_step_and_the_next_press_counts(site, open_page, telephones, old_token, slow_line):
    page = open_page("about:blank")
    at_the_form(page, site, "appointment", "ko", old_token, telephone := next(telephones))
    press(page)
    slow_line(page)
    page.click("button[value=edit]")
    page.wait_for_selector(".on-its-way:not([hidden])")

    with page.expect_event("requestfailed", timeout=5_000):
        page.go_back()

    assert page.input_value("#id_phone") == telephone
    page.fill("#id_patient_name", "김철수")
    press(page)
    assert "김철수" in page.inner_text(".answers")
    assert page.locator(".on-its-way:not([hidden]), .unreachable:not([hidden])").count() == 0
    press(page, "main button[value=send]")
    assert page.inner_text(".reference")[1] == "-"


def test_a_step_that_was_given_up_is_as_it_was_when_one_goes_forward(site, open_page, telephones, old_token, slow_line):
    page = open_page("about:blank")
    at_the_form(page, site, "appointment", "ko", old_token, telephone := next(telephones))
    press(page)
    slow_line(page)
    page.click("button[value=edit]")
    page.wait_for_selector(".on-its-way:not([hidden])")

    page.go_back()
    page.go_forward()
    page.wait_for_timeout(700)

    assert telephone in page.inner_text(".answers")
    assert page.locator(".on-its-way:not([hidden]), .unreachable:not([hidden])").count() == 0
    press(page, "button[value=edit]")
    assert page.input_value("#id_phone") == telephone


def test_what_was_sent_is_waited_for_after_going_back_and_a_press_is_told_so(
    site, open_page, telephones, old_token, slow_line
):
    page = open_page("about:blank")
    at_the_form(page, site, "appointment", "ko", old_token, next(telephones))
    press(page)
    before, held = site.number_of_enquiries(), slow_line(page)
    page.click("main button[value=send]")
    page.go_back()
    assert page.locator(".on-its-way:not([hidden])").count() == 0

    page.click(NEXT)

    assert page.locator(".on-its-way:not([hidden])").is_visible()
    held[0].continue_()
    page.wait_for_selector(".reference")
    assert site.number_of_enquiries() - before == 1


def test_a_sending_that_fails_after_going_back_changes_nothing_and_can_be_repeated(
    site, open_page, telephones, old_token, slow_line
):
    page = open_page("about:blank")
    at_the_form(page, site, "appointment", "ko", old_token, telephone := next(telephones))
    press(page)
    held = slow_line(page)
    page.click("main button[value=send]")
    page.go_back()
    page.click(NEXT)
    page.wait_for_selector(".on-its-way:not([hidden])")

    held[0].fulfill(status=502, content_type="text/html", body="<h1>Bad gateway</h1>")

    page.wait_for_selector(".on-its-way", state="hidden")
    assert page.input_value("#id_phone") == telephone
    page.go_forward()
    press(page, "main button[value=send]")
    assert page.inner_text(".reference")[1] == "-"


@every_form
def test_going_back_finds_the_words_without_the_script_too(site, open_page, kind, telephones):
    page = open_page("about:blank")
    page.route("**/js/forms*.js", lambda route: route.abort())
    page.goto(f"{site}/ko/enquiries/{kind}/kcch/")
    page.wait_for_timeout(A_WHILE)
    fill(page, kind, telephone := next(telephones))
    press(page)
    assert page.locator(".answers").is_visible()

    page.go_back()

    assert page.input_value("#id_phone") == telephone


# ── What can go wrong ─────────────────────────────────────────────────────────────────────────────────────────────────


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
    page.evaluate(
        """async path => {
        for (let times = 0; times < 120; times++) await fetch(path, {method: "POST", body: new URLSearchParams()});
    }""",
        page.url,
    )


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
        "This page had been open for long, so it was not sent. Your words are still here: please send it again.",
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


@every_form_once
@pytest.mark.parametrize("problem", PROBLEMS)
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


@every_form_once
def test_axe_finds_nothing_where_more_was_sent_than_can_be_read(
    site, open_page, axe, kind, code, telephones, old_token
):
    page = open_page("about:blank", viewport=NARROW)
    at_the_form(page, site, kind, code, old_token, telephone := next(telephones))
    write_more_than_can_be_read(page, site, kind)

    press(page)

    sentence = (
        "Your words are not lost: choose “Back” in your browser, and you find them in the form. "
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


@every_form_once
@pytest.mark.parametrize("step", ["check", "send"])
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


@every_form_once
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


@every_language
@pytest.mark.parametrize("age", [0, 3_600], ids=["of another browser", "over"])
def test_axe_finds_nothing_where_the_page_with_the_number_is_over(site, open_page, axe, code, age):
    lines = [
        "import django, time; django.setup()",
        "from django.core import signing; from hospital_site.enquiries.views import SENT",
        f"now = time.time(); time.time = lambda: now - {age}",
        "print(signing.dumps(['A-0000-0000', 'x'], salt=SENT))",
    ]
    token = site.run("-c", "; ".join(lines))

    page = open_page(f"{site}/{code}/enquiries/sent/{token}/", viewport=NARROW)

    assert page.inner_text("h1") == said("This page is over", code)
    received = said("The hospital has received what you sent. You do not need to send it again.", code)
    assert (received in page.inner_text("main")) == bool(age)
    assert (axe(page), fits(page)) == ([], True)


# ── The pages around ──────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(("code", "scheme"), [("ko", "light"), ("en", "dark")])
@pytest.mark.parametrize("path", ["/privacy/", "/privacy/kcch/", "/enquiries/appointment/", "/enquiries/mediation/"])
def test_axe_finds_nothing_on_the_pages_around(site, open_page, axe, code, scheme, path):
    page = open_page(f"{site}/{code}{path}", color_scheme=scheme, viewport=NARROW)

    assert (axe(page), fits(page)) == ([], True)
