"""The log: one line of JSON for each event, without personal data, and an outage in one line a minute.

A message of an exception may hold what somebody typed, and a path the key of a preview: types, places and routes stand
in their stead. `granian --log-config` uses the formatter too, before Django is set up.
"""

import json
import logging
import re
import secrets
import threading
import time
import traceback
from contextvars import ContextVar
from datetime import UTC, datetime
from pathlib import Path

MINUTE = 60
MOST_OF_ERRORS = 20  # lines a minute of one error of ours, each with the id of its request
MOST_KINDS = 500
LONGEST_MESSAGE = 300
INNERMOST = 6  # places of a trace that are told

request_id = ContextVar("request_id", default="")


def number_requests(get_response):
    """Gives each request the id that the proxy gave it, else one of its own, for the log and the reader of an error."""

    def middleware(request):
        given = request.META.get("HTTP_X_REQUEST_ID", "")
        number = given if re.fullmatch(r"[0-9a-fA-F-]{16,64}", given) else secrets.token_hex(16)
        before = request_id.set(number)
        try:
            response = get_response(request)
        finally:
            request_id.reset(before)
        if "public" not in response.get("Cache-Control", ""):  # what is kept is given to many
            response["X-Request-ID"] = number
        return response

    return middleware


class JsonLines(logging.Formatter):
    """Formats an event as one line: time, level, logger, message, and what is known of its request and exception."""

    def format(self, record):
        event = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": message_of(record)[:LONGEST_MESSAGE],
            "request_id": request_id.get(),
            "repeated": getattr(record, "repeated", 0),
            "route": route_of(record),
            "exception": [type(one).__name__ for one in chain(exception_of(record))],
            "places": places(exception_of(record)),
        }
        return json.dumps({name: value for name, value in event.items() if value}, ensure_ascii=False)


def message_of(record):
    """Django writes the path of a request behind what went wrong; its route takes the place."""
    request = getattr(record, "request", None)
    if request is None:
        return record.getMessage()
    what = record.args[0] if record.args else record.name
    return f"{getattr(record, 'status_code', '')} {what} ({request.method})".strip()


def route_of(record):
    match = getattr(getattr(record, "request", None), "resolver_match", None)
    return match.route if match else ""


def exception_of(record):
    return record.exc_info[1] if record.exc_info else None


def chain(exception):
    """Yields the exception and those that led to it."""
    seen = set()
    while exception is not None and id(exception) not in seen:
        seen.add(id(exception))
        yield exception
        exception = exception.__cause__ or exception.__context__


def places(exception):
    """Where it was raised, the innermost last: `["views.py:57 answer", …]`."""
    if exception is None:
        return []
    frames = traceback.extract_tb(exception.__traceback__)[-INNERMOST:]
    return [f"{Path(frame.filename).name}:{frame.lineno} {frame.name}" for frame in frames]


class Repeats(logging.Filter):
    """Lets the first lines of a kind pass in each minute. The first one after it says how many were withheld."""

    def __init__(self):
        super().__init__()
        self.minutes = {}  # by kind: when it began, how many passed, how many were withheld
        self.lock = threading.Lock()

    def filter(self, record):
        kind, most = kind_of(record)
        now = time.monotonic()
        with self.lock:
            began, passed, withheld = self.minutes.get(kind, (-MINUTE, 0, 0))
            if now - began >= MINUTE:
                if len(self.minutes) >= MOST_KINDS:
                    self.minutes.clear()
                record.repeated = withheld
                began, passed, withheld = now, 0, 0
            is_told = passed < most
            self.minutes[kind] = (began, passed + is_told, withheld + (not is_told))
        return is_told


def kind_of(record):
    """What counts as the same event, and how many lines of it a minute may have."""
    exception = exception_of(record)
    if getattr(record, "status_code", None) == 503 or (exception and is_outage(exception)):
        return "outage", 1
    if exception:
        return (record.name, type(exception).__name__, *places(exception)[-1:]), MOST_OF_ERRORS
    if hasattr(record, "request"):
        return (record.name, route_of(record)), MOST_OF_ERRORS
    return (record.name, record.levelno, record.getMessage()[:LONGEST_MESSAGE]), 1


def is_outage(exception):
    from hospital_site.database import is_away  # needs Django, which the formatter does not

    return is_away(exception)
