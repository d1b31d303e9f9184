"""A patient at the forms, as the tests in Chromium play one, and the site that receives them."""

import os
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing

import pytest
from django.conf import settings

from tests import make

KINDS = ["appointment", "mediation"]
NEXT = "main form .buttons button:not(.quiet)[value]"

# Both forms are one template and one script, and their sentences one catalogue: what a browser makes of them is tried
# with one form in one language, and with the other form in the other language where it hangs on neither.
FORMS = [("appointment", "ko"), ("mediation", "en")]
every_form_once = pytest.mark.parametrize(("kind", "code"), FORMS, ids=KINDS)
one_form = pytest.mark.parametrize(("kind", "code"), FORMS[:1], ids=KINDS[:1])
other_form = pytest.mark.parametrize(("kind", "code"), FORMS[1:], ids=KINDS[1:])
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


def answers(kind, telephone):
    """What a patient chooses and writes, by the ids of the fields."""
    if kind == "appointment":
        chosen = ["center_0", "visit_type_0", "is_patient_0"]
        written = {"patient_name": "홍길동", "message": "두 줄로\n적은 말입니다."}
    else:
        chosen = ["applicant_0", "topic_1", "wanted_0"]
        written = {"applicant_name": "홍길동", "what_happened": "설명을 충분히\n듣지 못했습니다."}
    chosen += ["under_14_1", "contact_by_0", "preferred_language_0", "agree_personal", "agree_sensitive"]
    return [f"id_{name}" for name in chosen], {f"id_{name}": text for name, text in written.items()} | {
        "id_phone": telephone
    }


def fill(page, kind, telephone):
    """Answer as a patient does, with mouse or finger."""
    chosen, written = answers(kind, telephone)
    if page.locator("details.optional:not([open])").count():
        page.click("details.optional summary")
    for field, text in written.items():
        page.fill(f"#{field}", text)
    for choice in chosen:
        page.check(f"#{choice}")


FILL_AT_ONCE = """([chosen, written]) => {
    document.querySelectorAll("details.optional").forEach(details => { details.open = true; });
    chosen.forEach(id => document.getElementById(id).click());
    for (const [id, text] of Object.entries(written)) {
        const field = document.getElementById(id);
        field.value = text;
        ["input", "change"].forEach(name => field.dispatchEvent(new Event(name, {bubbles: true})));
    }
}"""


def press(page, button=NEXT):
    """Press a button of the form, and wait until the answer stands there, with the script or without."""
    page.evaluate("document.querySelector('main').dataset.before = ''")
    page.click(button)
    page.wait_for_selector("main:not([data-before])")


def at_the_form(page, site, kind, code, old_token, telephone):
    """A form filled in a while ago, for tests of what comes after."""
    page.goto(f"{site}/{code}/enquiries/{kind}/kcch/")
    page.evaluate(FILL_AT_ONCE, answers(kind, telephone))
    let_a_while_pass(page, old_token[kind])


def let_a_while_pass(page, token):
    """As if the form of `page` had been open as long as a person needs at least."""
    page.evaluate("token => { document.querySelector('#id_token').value = token }", token)


def agree(page):
    page.check("#id_agree_personal")
    page.check("#id_agree_sensitive")


def fits(page):
    return page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
