"""An editor whose session ends in the middle of writing, in a real Chromium."""

import os
import subprocess
import sys

import pytest
from django.conf import settings
from playwright.sync_api import expect

from tests.browser.conftest import fits_320_pixels

PASSWORD = "a long and secret sentence"
TYPED = "수술 여섯 시간 전부터 금식하십시오."
END_SESSIONS = """
import django; django.setup()
from datetime import timedelta
from django.contrib.sessions.models import Session
from django.utils import timezone
Session.objects.update(expire_date=timezone.now() - timedelta(minutes=1))
"""


def run(server, *command):
    folder = server.log.parent
    environment = os.environ | {
        "MODE": "demonstration",
        "DATABASE_URL": f"sqlite:///{folder / 'site.sqlite3'}",
        "DJANGO_SETTINGS_MODULE": "tests.site.served",
        "STATIC_ROOT": str(folder / "static"),
    }
    subprocess.run([sys.executable, *command], cwd=settings.BASE_DIR, env=environment, check=True)


@pytest.fixture(scope="module")
def editor(server):
    run(server, "-m", "tests.staff.sign_in_users", PASSWORD, "writer")


def sign_in(page):
    page.locator("#id_username").fill("writer")
    page.locator("#id_password").fill(PASSWORD)
    with page.expect_navigation():
        page.locator("main input[type=submit]").click()


@pytest.mark.usefixtures("editor")
def test_an_editor_whose_session_ends_while_writing_finds_the_text_after_signing_in(server, open_page, axe):
    page = open_page(f"http://127.0.0.1:{server.port}/ko/admin/centers/center/")
    questions = []
    page.on("dialog", lambda dialog: (questions.append(dialog.type), dialog.dismiss()))
    sign_in(page)
    page.goto(f"http://127.0.0.1:{server.port}/ko/admin/centers/center/1/change/")
    field = page.locator("#id_name_ko")
    field.wait_for()

    # Leaving without a change asks nothing; with unsaved text the browser asks first.
    page.locator("a[aria-current=page]").first.click()
    assert questions == []
    saved = field.input_value()
    field.fill(TYPED)
    page.locator("nav.tools a", has_text="미리보기").first.click()
    expect(field).to_have_value(TYPED)
    assert questions == ["beforeunload"]

    # The session ends before it is saved.
    run(server, "-c", END_SESSIONS)
    with page.expect_navigation():
        page.locator("#center_form [name=_continue], #center_form [name=_save]").first.click()
    expect(page.locator(".messagelist")).to_be_visible()
    assert axe(page) == []
    sign_in(page)

    # The text is in the form again, is not saved, and leaving it asks.
    expect(field).to_have_value(TYPED)
    expect(page.locator("[data-unsaved]")).to_be_visible()
    assert axe(page) == []
    assert fits_320_pixels(page)
    page.set_viewport_size({"width": 1280, "height": 900})
    page.locator("nav.tools a", has_text="미리보기").first.click()
    assert questions == ["beforeunload", "beforeunload"]

    with page.expect_navigation():
        page.locator("#center_form [name=_continue], #center_form [name=_save]").first.click()
    page.go_back()
    page.goto(page.url.partition("?")[0])
    expect(field).to_have_value(TYPED)
    assert saved != TYPED
    assert len(questions) == 2


@pytest.mark.usefixtures("editor")
def test_a_session_that_is_about_to_end_is_renewed_by_one_button(server, open_page, axe):
    page = open_page(f"http://127.0.0.1:{server.port}/ko/admin/centers/center/")
    sign_in(page)
    left = {"soon": {"left": 120, "is_last": False}}
    page.route(
        "**/admin/session/",
        lambda route: route.fulfill(json=left["soon"]) if route.request.method == "GET" else route.continue_(),
    )
    page.clock.install()
    page.reload()

    page.clock.fast_forward("12:00")
    warning = page.locator("[data-warning]")
    expect(warning.locator("button")).to_be_visible()
    assert axe(page) == []
    warning.locator("button").click()

    expect(warning).to_have_text("로그인이 유지됩니다.")
