"""Guessing at the door of the real server, whose two workers count together."""

import os
import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from http.cookiejar import CookieJar
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, build_opener

import pytest
from django.conf import settings

from tests.site.test_served import first_folder, server  # noqa: F401 - a server of this module's own

PASSWORD = "a long and secret sentence"
NAMES = ["kim", "lee"]
REFUSED, TOO_OFTEN = "You cannot sign in with this user name", "Too many attempts."
TOO_MANY_AT_ONCE = "Too much was sent from your network in a short time."


@pytest.fixture(scope="module")
def people(server):  # noqa: F811
    folder = server.log.parent
    environment = os.environ | {
        "MODE": "demonstration",
        "DATABASE_URL": f"sqlite:///{folder / 'site.sqlite3'}",
        "DJANGO_SETTINGS_MODULE": "tests.site.served",
        "STATIC_ROOT": str(folder / "static"),
    }
    command = [sys.executable, "-m", "tests.staff.sign_in_users", PASSWORD, *NAMES]
    subprocess.run(command, cwd=settings.BASE_DIR, env=environment, check=True)


class Door:
    """The page of signing in, opened by a browser that has never been here."""

    def __init__(self, server):  # noqa: F811
        self.address = f"http://127.0.0.1:{server.port}/en/admin/login/"
        self.browser = build_opener(HTTPCookieProcessor(CookieJar()))
        self.token = re.search(r'csrfmiddlewaretoken" value="(\w+)"', self.open())[1]

    def open(self, **words):
        data = urlencode(words | {"csrfmiddlewaretoken": self.token}).encode() if words else None
        try:
            return self.browser.open(self.address, data).read().decode()
        except HTTPError as refusal:
            return refusal.read().decode()

    def knock(self, name, password):
        """The sentence that answers this, or the headings of the page where it is none of those that a test expects."""
        page = self.open(username=name, password=password)
        expected = [sentence for sentence in (REFUSED, TOO_OFTEN, TOO_MANY_AT_ONCE) if sentence in page]
        return expected[0] if expected else " ".join(re.findall(r"<h1.*?</h1>", page, flags=re.DOTALL)) or page[:500]


def test_wrong_passwords_are_counted_by_all_workers_together(server, people):  # noqa: F811
    answers = [Door(server).knock("kim", "wrong") for _try in range(5)]

    assert answers == [REFUSED] * 5
    assert {Door(server).knock("kim", PASSWORD) for _try in range(4)} == {TOO_OFTEN}


def test_guesses_at_the_same_moment_are_counted_too(server, people):  # noqa: F811
    doors = [Door(server) for _number in range(16)]

    with ThreadPoolExecutor(len(doors)) as crowd:
        answers = list(crowd.map(lambda door: door.knock("lee", "wrong"), doors))

    # On a busy machine allauth gives up waiting for its lock on the counter, and counts nothing: that is refused too.
    assert set(answers) <= {REFUSED, TOO_OFTEN, TOO_MANY_AT_ONCE}
    assert 1 <= answers.count(REFUSED) <= 5
