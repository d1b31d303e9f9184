"""The forms and the browser's own buttons in a real Chromium: back, forward, reload, and a line that fails."""

from base64 import b64decode

import pytest

from tests import make
from tests.browser.patients import NEXT, agree, at_the_form, fits, one_form, other_form, press
from tests.enquiries.patients import said


def focused(page):
    return page.evaluate(
        "document.activeElement.id || document.activeElement.value || document.activeElement.localName"
    )


@one_form
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


@other_form
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
        assert (page.inner_text(".reference"), page.locator("main form").count()) == (number, 0)
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


@one_form
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


@other_form
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


@one_form
def test_pressing_twice_sends_once(site, open_page, kind, code, telephones, old_token):
    page = open_page("about:blank")
    at_the_form(page, site, kind, code, old_token, next(telephones))
    press(page)
    before, asked = site.number_of_enquiries(), []
    page.on("request", lambda request: asked.append(request.method))

    page.dblclick("main button[value=send]")

    page.wait_for_selector(".reference")
    assert (site.number_of_enquiries() - before, asked.count("POST")) == (1, 1)


@other_form
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
            "connection, then press the button again: the same form is never accepted twice.",
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

    with page.expect_event("dialog"):
        page.click("footer nav a")
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


@other_form
def test_going_back_finds_the_words_without_the_script_too(site, open_page, kind, code, telephones, old_token):
    page = open_page("about:blank")
    page.route("**/js/forms*.js", lambda route: route.abort())
    at_the_form(page, site, kind, code, old_token, telephone := next(telephones))
    press(page)
    assert page.locator(".answers").is_visible()

    page.go_back()

    assert page.input_value("#id_phone") == telephone
