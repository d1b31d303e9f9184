"""The log tells an operator what failed and where, once a minute while it lasts, and nothing of anybody."""

import json
import logging
from datetime import datetime

import psycopg2
import pytest
from django.db import DataError, InterfaceError, InternalError, OperationalError, ProgrammingError
from django.test import Client, override_settings
from django.urls import path

from hospital_site import logs, urls
from hospital_site.database import is_away
from hospital_site.errors import refusal
from tests.reading import Page

CANARY = "kanarie-vogel"
NUMBER = "0123456789abcdef0123456789abcdef"


class ReadOnly(psycopg2.DatabaseError):
    pgcode = "25006"


class Undefined(psycopg2.DatabaseError):
    pgcode = "42703"


def caused(error, cause):
    error.__cause__ = cause
    return error


AWAY = {
    "stopped": OperationalError(CANARY),
    "closed": InterfaceError(CANARY),
    "a standby": caused(InternalError(CANARY), ReadOnly()),
    "half migrated": caused(ProgrammingError(CANARY), Undefined()),
    "found while something else was done": caused(RuntimeError(CANARY), OperationalError()),
}
OURS = {
    "a mistake": KeyError(CANARY),
    "a wrong query": ProgrammingError(CANARY),
    "a wrong value": InternalError(CANARY),
}
failing = []


def fails(request, word):
    raise failing[-1]


urlpatterns = [path("fails/<str:word>/", fails), *urls.urlpatterns]
handler500 = "hospital_site.errors.server_error"


@pytest.fixture
def log():
    """Every line that a production would write."""
    written = []

    class Lines(logging.Handler):
        def emit(self, record):
            written.append(self.format(record))

    handler = Lines()
    handler.setFormatter(logs.JsonLines())
    handler.addFilter(logs.Repeats())
    watched = [logging.getLogger(name) for name in ("django.request", "django.security", "hospital_site")]
    for logger in watched:
        logger.addHandler(handler)
    yield written
    for logger in watched:
        logger.removeHandler(handler)


def ask(error, number=NUMBER):
    failing.append(error)
    with override_settings(ROOT_URLCONF=__name__):
        return Client(raise_request_exception=False).get(
            f"/fails/{CANARY}/", {"q": CANARY}, headers={"X-Request-ID": number, "Cookie": f"a={CANARY}"}
        )


def test_an_error_is_one_line_of_json_with_its_request_and_place(log):
    answer = ask(OURS["a mistake"])

    (line,) = log
    event = json.loads(line)
    assert "\n" not in line
    assert datetime.fromisoformat(event.pop("time")).tzinfo
    assert event.pop("places")[-1].startswith("test_logs.py:")
    assert event == {
        "level": "ERROR",
        "logger": "django.request",
        "message": "500 Internal Server Error (GET)",
        "request_id": NUMBER,
        "route": "fails/<str:word>/",
        "exception": ["KeyError"],
    }
    assert answer["X-Request-ID"] == NUMBER


@pytest.mark.parametrize("error", [*AWAY.values(), *OURS.values()], ids=[*AWAY, *OURS])
def test_a_line_holds_nothing_of_anybody(log, error):
    ask(error)

    assert len(log) == 1
    assert CANARY not in log[0]


@pytest.mark.parametrize("error", AWAY.values(), ids=AWAY)
def test_a_database_that_cannot_serve_now_is_503_and_says_when_to_come_back(error):
    answer = ask(error)

    assert (answer.status_code, answer["Retry-After"]) == (503, "30")


@pytest.mark.parametrize("error", OURS.values(), ids=OURS)
def test_a_mistake_of_ours_is_500(error):
    answer = ask(error)

    assert (answer.status_code, answer.get("Retry-After")) == (500, None)
    assert not is_away(DataError())


def record_of(error):
    return logging.LogRecord("django.request", logging.ERROR, "", 0, "x", None, (type(error), error, None))


def test_an_outage_is_one_line_a_minute_however_it_fails(monkeypatch):
    now, told = [1000.0], []
    monkeypatch.setattr(logs.time, "monotonic", lambda: now[0])
    repeats = logs.Repeats()
    for error in [*AWAY.values()] * 40:
        record = record_of(error)
        if repeats.filter(record):
            told.append(record.repeated)
        now[0] += 0.5

    assert told == [0, 119]


def test_mistakes_of_ours_are_told_one_by_one_until_they_are_a_flood():
    repeats = logs.Repeats()

    told = [repeats.filter(record_of(error)) for error in [KeyError(), ValueError()] for _time in range(30)]

    assert told == [*[True] * 20, *[False] * 10] * 2


def test_hostile_words_make_neither_more_kinds_than_fit_nor_long_lines():
    repeats, formatter = logs.Repeats(), logs.JsonLines()
    for number in range(3 * logs.MOST_KINDS):
        record = logging.LogRecord("x", logging.WARNING, "", 0, f"{number} \n" + "a" * 10_000, None, None)
        repeats.filter(record)

    assert len(repeats.minutes) <= logs.MOST_KINDS
    assert len(formatter.format(record)) < 1_000
    assert "\n" not in formatter.format(record)


@pytest.mark.parametrize(
    "given", ["", "short", "010-1234-5678", "kanarie-vogel-kanarie", f"{NUMBER}\r\nSet-Cookie: a=b", "a" * 65]
)
def test_a_request_without_a_number_that_looks_like_one_gets_its_own(given):
    numbers = {ask(KeyError(), given)["X-Request-ID"] for _time in range(2)}

    assert len(numbers) == 2
    assert given not in numbers


def test_a_reader_of_our_mistake_is_told_its_number_in_every_language(settings):
    page = Page(ask(KeyError()))

    assert page.texts("main section code") == [NUMBER] * len(settings.LANGUAGES)
    assert Page(refusal(404)).texts("main section code") == []


def test_what_is_kept_for_everybody_carries_nobodys_number(client):
    answer = logs.number_requests(lambda request: refusal(404))(type("Request", (), {"META": {}}))
    assert "X-Request-ID" in answer

    answer["Cache-Control"] = "public, max-age=0"
    del answer["X-Request-ID"]
    assert "X-Request-ID" not in logs.number_requests(lambda request: answer)(type("Request", (), {"META": {}}))
