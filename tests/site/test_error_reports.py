"""What a report of an error sends elsewhere holds nothing of patients, staff or the inside of this machine."""

import json
import logging
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import brotli
import pytest
import sentry_sdk
from django.test import Client, override_settings
from django.urls import path

from hospital_site import error_reports, urls
from hospital_site.logs import Repeats

CANARIES = ["kanarie-pad", "kanarie-vraag", "kanarie-formulier", "kanarie-koekje", "kanarie-kop", "kanarie-waarde"]
CANARIES += ["kanarie-naam", "kanarie-logregel", "203.0.113.77"]
NUMBER = "0123456789abcdef0123456789abcdef"


def fails(request, word):
    name = "kanarie-naam"
    logging.getLogger("hospital_site").error("Something failed: %s", "kanarie-logregel")
    raise ValueError(f"kanarie-waarde {request.POST['message']} {name}")


urlpatterns = [path("fails/<str:word>/", fails), *urls.urlpatterns]
handler500 = "hospital_site.errors.server_error"


@pytest.fixture
def sink(settings):
    """What was sent to a Sentry of our own, on this machine."""
    received = []

    class Sink(BaseHTTPRequestHandler):
        def do_POST(self):
            body = self.rfile.read(int(self.headers["Content-Length"]))
            received.append((str(self.headers), body))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *args):
            pass

    with HTTPServer(("127.0.0.1", 0), Sink) as server:
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        settings.SENTRY_DSN = f"http://key@127.0.0.1:{server.server_port}/1"
        error_reports.repeats = Repeats()
        error_reports.start()
        yield received
        sentry_sdk.init()
        server.shutdown()


def test_a_report_says_what_failed_and_where_and_nothing_else(sink):
    with override_settings(ROOT_URLCONF=__name__):
        Client(raise_request_exception=False).post(
            "/fails/kanarie-pad/?q=kanarie-vraag",
            {"message": "kanarie-formulier"},
            headers={"Cookie": "a=kanarie-koekje", "User-Agent": "kanarie-kop", "X-Request-ID": NUMBER},
            REMOTE_ADDR="203.0.113.77",
        )
    sentry_sdk.flush(5)

    sent = [brotli.decompress(body).decode() for _headers, body in sink]
    events = [json.loads(line) for envelope in sent for line in envelope.splitlines() if '"level"' in line]
    assert [word for word in CANARIES for envelope in sent if word in envelope] == []
    line, failure = sorted(events, key=lambda event: event["logger"], reverse=True)
    assert line["message"] == "Something failed: %s"
    assert failure["exception"]["values"][-1]["type"] == "ValueError"
    assert failure["exception"]["values"][-1]["stacktrace"]["frames"][-1]["function"] == "fails"
    assert failure["tags"] == {"request_id": NUMBER, "route": "fails/<str:word>/"}
    assert {name for event in events for name in event} <= {
        *("event_id", "timestamp", "level", "logger", "platform"),
        *("message", "exception", "tags"),
    }


def test_without_an_address_nothing_is_loaded_or_sent(settings, monkeypatch):
    settings.SENTRY_DSN = ""
    monkeypatch.setattr(sentry_sdk, "init", lambda **options: pytest.fail("It was started."))

    error_reports.start()
