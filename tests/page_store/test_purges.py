"""A CDN is told which pages have changed, again and again until it has heard it."""

import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from io import StringIO

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.core.management import CommandError, call_command

from hospital_site import env
from hospital_site.page_store import purges
from hospital_site.page_store.models import Purge

pytestmark = [pytest.mark.django_db, pytest.mark.same_on_every_database]
PATH = "/ko/centers/심장/"


@pytest.fixture
def cdn(settings):
    """What a CDN was asked: `(method, address, key)`. It answers with `cdn.status`."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            server.asked.append((self.command, self.path, self.headers.get("Key")))
            self.send_response(server.status)
            self.end_headers()

        do_PURGE = do_POST

        def log_message(self, *args):
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    server.asked, server.status = [], 200
    settings.SITE_ADDRESS = "https://www.example.org"
    settings.PURGE_URL = f"http://127.0.0.1:{server.server_port}/purge?url={{url}}"
    settings.PURGE_HEADER = "Key: for-the-cdn"
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


@pytest.mark.depends_on_database
def test_a_changed_page_is_told_by_its_whole_address(cdn):
    purges.queue(PATH)

    assert purges.send_due() == (1, 0)
    address = "https%3A%2F%2Fwww.example.org%2Fko%2Fcenters%2F%25EC%258B%25AC%25EC%259E%25A5%2F"
    assert cdn.asked == [("POST", f"/purge?url={address}", "for-the-cdn")]
    assert not Purge.objects.exists()


def test_or_by_the_method_and_the_path_that_the_operator_sets(cdn, settings):
    settings.PURGE_URL = settings.PURGE_URL.replace("/purge?url={url}", "{path}")
    settings.PURGE_METHOD = "PURGE"
    purges.queue("/en/")

    purges.send_due()

    assert cdn.asked == [("PURGE", "/en/", "for-the-cdn")]


def test_an_address_that_changed_twice_is_told_once(cdn):
    purges.queue(PATH)
    purges.queue(PATH)

    assert (purges.send_due(), len(cdn.asked)) == ((1, 0), 1)


@pytest.mark.depends_on_database
def test_what_a_cdn_refuses_is_tried_again_later_and_given_up_when_it_is_useless(cdn, clock):
    cdn.status = 500
    purges.queue(PATH)

    tries = []
    for minutes in (0, 0, 1, 2):
        clock.forward(minutes=minutes)
        tries.append(purges.send_due())

    assert tries == [(0, 1), (0, 0), (0, 1), (0, 1)]
    assert Purge.objects.get().problem == "HTTPError 500"
    clock.forward(hours=25)
    assert purges.send_due() == (0, 0)


def test_the_command_says_what_waits(cdn):
    cdn.status = 500
    purges.queue(PATH)

    with pytest.raises(CommandError, match="tried again"):
        call_command("send_purges", stdout=(said := StringIO()))

    assert said.getvalue() == "0 sent, 1 failed, 1 waiting.\n"


def test_without_a_cdn_nothing_is_queued():
    purges.queue(PATH)

    assert not Purge.objects.exists()


@pytest.mark.parametrize(
    "written", ["https://cdn.example/", "ftp://cdn.example/{url}", "https://cdn.example/{key}", "{"]
)
def test_an_address_that_names_no_page_stops_the_start(monkeypatch, written):
    monkeypatch.setenv("PURGE_URL", written)

    with pytest.raises(ImproperlyConfigured, match="PURGE_URL cannot be read"):
        env.purge_address("PURGE_URL")
