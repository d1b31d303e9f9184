"""A patient at the forms in a real Chromium: by keyboard, without JavaScript, on narrow screens; axe at every step."""

import pytest

from tests.browser.conftest import DESKTOP, NARROW, PHONE, RULES, RULES_OF_LOOK_AND_WORDS
from tests.browser.patients import every_form_once, every_language, fill, fits, let_a_while_pass, press

VIEWS = {"narrow": NARROW, "phone": PHONE, "desktop": DESKTOP}


@pytest.mark.parametrize(
    ("kind", "code", "view", "scheme", "hospital", "rules"),
    [
        ("appointment", "ko", "narrow", "light", "kcch", RULES),
        ("appointment", "en", "desktop", "dark", "smc", RULES_OF_LOOK_AND_WORDS),
        ("mediation", "ko", "phone", "dark", "smc", RULES_OF_LOOK_AND_WORDS),
        ("mediation", "en", "narrow", "light", "kcch", RULES),
    ],
    ids=["appointment, ko", "appointment, en", "mediation, ko", "mediation, en"],
)
def test_the_whole_journey(site, chromium, axe, kind, code, view, scheme, hospital, rules, telephones, old_token):
    context = chromium.new_context(viewport=VIEWS[view], color_scheme=scheme)
    page = context.new_page()
    page.goto(f"{site}/{code}/enquiries/{kind}/")
    assert (axe(page, rules), fits(page)) == ([], True)

    # Given the form of the chosen hospital, nothing answered
    page.click(f"main a[href$='/{hospital}/']")
    assert (axe(page, rules), fits(page)) == ([], True)

    # When it is sent on empty, then every error is told, and the summary has the focus
    let_a_while_pass(page, old_token[f"{kind}/{hospital}"])
    press(page)
    assert (axe(page, rules), fits(page)) == ([], True)
    assert page.evaluate("document.activeElement.id") == "problems"
    assert page.title().startswith({"en": "Error: "}.get(code, "오류: "))

    # When a link of the summary is followed, then the focus is in that field, a group of choices included
    for link in page.locator(".problems a").all():
        link.click()
        assert page.evaluate("document.activeElement.matches(':target')"), link.inner_text()

    # When it is filled in, then the answers are shown to be checked
    fill(page, kind, telephone := next(telephones))
    press(page)
    assert (axe(page, rules), fits(page)) == ([], True)
    assert telephone in page.inner_text(".answers")

    # When the language is changed here and back, then the answers are still there to be checked
    for _language in range(2):
        press(page, ".languages button")
        assert telephone in page.inner_text(".answers")
        assert (axe(page, rules), fits(page)) == ([], True)

    # When the person goes back to change something, then the ticks are there too
    press(page, "button[value=edit]")
    assert page.is_checked("#id_agree_sensitive")
    assert "\n" in page.input_value("#id_message" if kind == "appointment" else "#id_what_happened")
    press(page)

    # When it is sent, then there is a number, and only the form's cookie
    press(page, "main button[value=send]")
    assert (axe(page, rules), fits(page)) == ([], True)
    assert page.inner_text(".reference")[:2] == {"appointment": "A-", "mediation": "M-"}[kind]
    assert [(cookie["name"], cookie["expires"]) for cookie in context.cookies()] == [("csrftoken", -1)]
    context.close()


@every_form_once
def test_the_form_is_filled_in_by_keyboard_without_javascript(site, chromium, kind, code, telephones, old_token):
    context = chromium.new_context(viewport=NARROW, java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{site}/{code}/enquiries/{kind}/kcch/")
    let_a_while_pass(page, old_token[kind])
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


# ── The pages around ──────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("code", "scheme", "rules"), [("ko", "light", RULES), ("en", "dark", RULES_OF_LOOK_AND_WORDS)], ids=["ko", "en"]
)
@pytest.mark.parametrize("path", ["/privacy/", "/privacy/kcch/", "/enquiries/appointment/", "/enquiries/mediation/"])
def test_axe_finds_nothing_on_the_pages_around(site, look_at, axe, code, scheme, rules, path):
    page, _traffic = look_at(f"{site}/{code}{path}", NARROW, scheme)

    assert (axe(page, rules), fits(page)) == ([], True)
