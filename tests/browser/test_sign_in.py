"""Signing in with a second factor in a real Chromium, at a desk where nobody works without one.

The browser comes to `localhost`, the only name without https at which it gives passkeys.
"""

import os
import re
import subprocess
import sys
import time
from itertools import count
from urllib.parse import urlsplit

import pytest
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.conf import settings

from tests.browser.conftest import DESKTOP, PHONE, RULES, RULES_OF_LOOK_AND_WORDS, fits_320_pixels
from tests.site.test_served import serving

PASSWORD = "a long and secret sentence"
NAMES = [f"kim-{number}" for number in range(20)]
LOOKS = {  # of which the elements are the same
    "Korean, light, wide": ("ko", "light", DESKTOP, RULES),
    "English, dark, phone": ("en", "dark", PHONE, RULES_OF_LOOK_AND_WORDS),
}
numbers = count()


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    """A server of this module's own, which asks everybody for a second factor."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SECOND_FACTOR", "true")
        with serving(tmp_path_factory, workers=1) as served:
            yield served


@pytest.fixture(scope="module")
def people(server):
    folder = server.log.parent
    environment = os.environ | {
        "MODE": "demonstration",
        "DATABASE_URL": f"sqlite:///{folder / 'site.sqlite3'}",
        "DJANGO_SETTINGS_MODULE": "tests.site.served",
        "STATIC_ROOT": str(folder / "static"),
    }
    command = [sys.executable, "-m", "tests.staff.sign_in_users", PASSWORD, *NAMES]
    subprocess.run(command, cwd=settings.BASE_DIR, env=environment, check=True)


class Kim:
    """Somebody new at the desk, in front of a browser that has never been here."""

    def __init__(self, server, open_page, language="ko", **options):
        self.name = NAMES[next(numbers)]
        self.base = f"http://localhost:{server.port}/{language}/admin/"
        self.page = open_page(self.base + "centers/treatment/", **options)
        self.secret = None

    def sign_in(self, password=PASSWORD):
        self.page.locator("#id_username").fill(self.name)
        self.page.locator("#id_password").fill(password)
        self.press()

    def press(self, selector="main input[type=submit]"):
        with self.page.expect_navigation():
            self.page.locator(selector).first.click()

    def open(self, path):
        self.page.goto(self.base + path)

    def set_up_app(self):
        self.open("security/app/")
        self.secret = self.page.locator("code.address").inner_text()
        self.page.locator("#id_code").fill(self.code())
        self.press()

    def add_passkey(self, name):
        self.open("security/passkeys/new/")
        self.page.locator("#id_name").fill(name)
        self.press("#passkey")

    def sign_out(self):
        self.page.locator("#header .account summary").click()
        self.press("#logout-form button")

    def code(self, steps=0):
        return format_hotp_value(hotp_value(self.secret, int(time.time()) // 30 + steps))

    @property
    def place(self):
        return urlsplit(self.page.url).path.partition("/admin/")[2]


@pytest.fixture
def kim(server, people, open_page):
    return lambda **options: Kim(server, open_page, **options)


def give_device(page, transport="internal"):
    """A device that keeps one passkey of each person and knows its owner, as Chromium plays it."""
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    device = {
        "protocol": "ctap2",
        "transport": transport,
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    session.send("WebAuthn.addVirtualAuthenticator", {"options": device})


def everywhere(kim):
    """Lead Kim through every page about signing in, and name each."""
    page = kim.page
    give_device(page)
    yield "sign in"
    kim.sign_in("wrong")
    yield "sign in, refused"
    kim.sign_in()
    yield "security, before anything is set up"
    kim.open("security/app/")
    kim.press()
    yield "app, without its code"
    kim.set_up_app()
    yield "recovery codes"
    kim.add_passkey("내 휴대전화")
    give_device(page, "usb")
    kim.add_passkey("A very long name of a key that somebody bought in a shop at the station")
    yield "security"
    for path in ["app/remove/", "recovery-codes/new/", "passkeys/new/", "confirm/code/", "confirm/passkey/"]:
        kim.open(f"security/{path}")
        yield path
    for number in range(2):
        kim.open("security/")
        page.locator(".passkeys a").nth(number).click()
        yield f"passkey, {number}"
    kim.open("auth/user/")
    yield "list of staff"
    other = page.locator("th.field-username a", has_text=re.compile(r"^kim-19$"))
    other.click()
    page.goto(page.url.partition("change/")[0] + "second-factor/")
    yield "take away"
    kim.sign_out()
    yield "signed out"
    kim.sign_in()
    yield "code"
    page.locator("#id_code").fill("000000")
    kim.press()
    yield "code, refused"


@pytest.mark.parametrize(("language", "color_scheme", "viewport", "rules"), LOOKS.values(), ids=LOOKS)
def test_every_page_of_signing_in_is_for_everybody(kim, axe, language, color_scheme, viewport, rules):
    somebody = kim(language=language, color_scheme=color_scheme, viewport=viewport)
    page, faults, hosts, complaints = somebody.page, [], set(), []
    page.on("request", lambda request: hosts.add(urlsplit(request.url).hostname))
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)

    for number, name in enumerate(everywhere(somebody)):
        if folder := os.environ.get("SCREENSHOTS"):
            page.screenshot(path=f"{folder}/{language}-{color_scheme}-{number:02}.png", full_page=True)
        faults += [(name, fault) for fault in axe(page, rules)]
        faults += [(name, "lang")] if page.locator("html").get_attribute("lang") != language else []
        faults += [(name, f"small: {small}") for small in page.evaluate(SMALL)] if name != "list of staff" else []
        faults += [] if fits_320_pixels(page) else [(name, "runs out")]
        page.set_viewport_size(viewport)

    assert (faults, hosts - {None}, complaints) == ([], {"localhost"}, [])


SMALL = """() => [...document.querySelectorAll(
    "main :is(input:not([type=hidden]), button, .button, .ways a), #header :is(summary, .languages a)"
)].filter(element => element.checkVisibility() && element.getBoundingClientRect().height < 43.9)
  .map(element => element.outerHTML)"""


def test_a_passkey_opens_the_desk_without_anything_typed(kim):
    somebody = kim()
    give_device(somebody.page)
    somebody.sign_in()
    somebody.add_passkey("my telephone")
    assert somebody.place == "security/recovery-codes/"
    somebody.sign_out()

    somebody.sign_in()
    somebody.press("#passkey")

    assert somebody.place == ""


def test_after_setting_up_one_goes_on_to_where_one_wanted(kim):
    somebody = kim()
    somebody.sign_in()
    assert somebody.place == "security/"
    somebody.set_up_app()

    somebody.press("#content a.default")

    assert somebody.place == "centers/treatment/"


def test_a_passkey_is_used_renamed_and_removed(kim):
    somebody = kim()
    give_device(somebody.page)
    somebody.sign_in()
    somebody.set_up_app()
    somebody.add_passkey("one")

    somebody.press(".passkeys a >> nth=0")
    somebody.page.locator("#id_name").fill("another")
    somebody.press()
    assert somebody.page.locator(".passkeys b").all_inner_texts() == ["another"]

    somebody.press(".passkeys a >> nth=1")
    somebody.press()
    assert somebody.page.locator(".passkeys").count() == 0


def test_whoever_only_has_a_keyboard_signs_in(kim):
    somebody = kim()
    somebody.sign_in()
    somebody.set_up_app()
    somebody.sign_out()
    keyboard = somebody.page.keyboard

    somebody.page.wait_for_selector("[name=username]:focus")
    keyboard.type(somebody.name)
    keyboard.press("Tab")
    keyboard.type(PASSWORD)
    with somebody.page.expect_navigation():
        keyboard.press("Enter")
    somebody.page.wait_for_selector("#id_code:focus")
    keyboard.type(somebody.code(steps=1))
    with somebody.page.expect_navigation():
        keyboard.press("Enter")

    assert somebody.place == ""


def test_without_javascript_an_app_is_enough(kim):
    somebody = kim(java_script_enabled=False)
    somebody.sign_in()
    somebody.set_up_app()
    assert somebody.page.locator(".codes li").count() == 10
    somebody.sign_out()

    somebody.sign_in()
    somebody.page.locator("#id_code").fill(somebody.code(steps=1))
    somebody.press()

    assert somebody.place == ""


def test_without_javascript_the_page_says_that_passkeys_need_it(kim):
    somebody = kim(java_script_enabled=False)
    somebody.sign_in()
    somebody.open("security/passkeys/new/")

    assert somebody.page.locator("noscript .state.warning").count() == 1


def test_where_a_browser_gives_no_passkey_the_page_says_so(kim):
    somebody = kim()
    somebody.base = somebody.base.replace("localhost", "127.0.0.1")  # an address that is no name
    somebody.open("")
    somebody.sign_in()
    somebody.open("security/passkeys/new/")
    assert not somebody.page.locator("#no-passkey").is_visible()

    somebody.page.locator("#passkey").click()

    somebody.page.locator("#no-passkey").wait_for(state="visible")


def test_what_is_pasted_into_the_fields_stays(kim):
    somebody = kim()
    page = somebody.page
    page.evaluate("document.querySelector('#id_username').value = 'pasted words'")
    page.locator("#id_username").press("ControlOrMeta+a")
    page.locator("#id_username").press("ControlOrMeta+c")

    page.locator("#id_password").press("ControlOrMeta+v")

    assert page.locator("#id_password").input_value() == "pasted words"
