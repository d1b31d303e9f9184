"""The site as `make run` serves it: the real server, asked over a socket as no browser would ask."""

import fcntl
import gzip
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import NamedTuple

import brotli
import pytest
from django.conf import settings

from tests import make, ready_database
from tests.reading import Page

SET_UP = """
import django; django.setup()
from django.core.management import call_command
call_command("migrate", verbosity=0)
call_command("load_first_content", verbosity=0)
call_command("collectstatic", interactive=False, verbosity=0)
from django.db import connection; connection.close()
"""
LANGUAGES = make.languages()
SERVER = [sys.executable, "-m", "granian", "--interface", "wsgi", "hospital_site.wsgi:application"]
SERVER += [
    "--workers",
    "2",
    "--blocking-threads",
    "4",
    "--respawn-failed-workers",
    "--workers-kill-timeout",
    "2",
    "--host",
    "127.0.0.1",
]
SERVER += ["--log-level", "warning"]


class Server(NamedTuple):
    port: int
    log: object
    pid: int

    def send(self, request):
        """The answer to the bytes of `request`, whole, or nothing when the server hung up."""
        received = b""
        with socket.create_connection(("127.0.0.1", self.port), timeout=10) as line, suppress(ConnectionError):
            line.sendall(request)
            while chunk := line.recv(65536):
                received += chunk
        return received

    def get(self, path, *headers, method="GET"):
        lines = [f"{method} {path} HTTP/1.1", "Host: localhost", "Connection: close", *headers, "", ""]
        return Answer(self.send("\r\n".join(lines).encode("latin-1")))


class Answer:
    def __init__(self, received):
        head, _blank, self.body = received.partition(b"\r\n\r\n")
        first, *lines = head.decode("latin-1").split("\r\n")
        self.status_code = int(first.split()[1]) if first else None
        self.headers = {name.lower(): value for name, _colon, value in (line.partition(": ") for line in lines)}
        if self.headers.get("transfer-encoding") == "chunked":
            self.body = b"".join(re.split(rb"(?:^|\r\n)[0-9a-f]+\r\n", self.body)).removesuffix(b"\r\n")
        self.content = self.body


def environment_of(folder):
    return os.environ | {
        "MODE": "demonstration",
        "DATABASE_URL": f"sqlite:///{folder / 'site.sqlite3'}",
        "DJANGO_SETTINGS_MODULE": "tests.site.served",
        "STATIC_ROOT": str(folder / "static"),
    }


def first_folder():
    """A database with the first content, and the static files: made once, and the same for every server and run."""
    folder = ready_database.first_site()
    folder.parent.mkdir(exist_ok=True)
    with (folder.parent / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (folder / "done").exists():
            for other in folder.parent.glob("*/"):
                shutil.rmtree(other)
            folder.mkdir()
            if ready_database.path().exists():
                shutil.copy(ready_database.path(), folder / "site.sqlite3")
            command, own = [sys.executable, "-c", SET_UP], environment_of(folder)
            subprocess.run(command, cwd=settings.BASE_DIR, env=own, check=True)
            (folder / "done").touch()
    return folder


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    with serving(tmp_path_factory) as served:
        yield served


@contextmanager
def serving(tmp_path_factory, workers=2):
    """Granian on a free port, showing the first content from a database of its own."""
    first, folder = first_folder(), tmp_path_factory.mktemp("served")
    shutil.copy(first / "site.sqlite3", folder)
    (folder / "static").symlink_to(first / "static")
    environment = environment_of(folder)
    port = free_port()
    command = [*SERVER, "--workers", str(workers), "--port", str(port)]
    with (folder / "log").open("w+") as log:
        process = subprocess.Popen(command, cwd=settings.BASE_DIR, env=environment, stdout=log, stderr=log)
        try:
            wait_for(port, process)
            yield Server(port, folder / "log", process.pid)
        finally:
            process.terminate()
            process.wait(timeout=20)


def free_port():
    with socket.socket() as trial:
        trial.bind(("127.0.0.1", 0))
        return trial.getsockname()[1]


def wait_for(port, process):
    for _attempt in range(600):
        with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
            return
        assert process.poll() is None, "The server ended before it answered."
        time.sleep(0.1)
    raise AssertionError("The server did not answer within a minute.")


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_site_is_served_in_every_language(server, language):
    page = Page(server.get(f"/{language}/"))

    assert (page.status, page.attribute("html", "lang")) == (200, language)
    assert page.errors == []


# What the server itself decodes, or answers from files. What reaches the views stands in `test_hostile_requests`.
HOSTILE = {
    "two slashes": ("//", 404),
    "another site": ("//evil.example/", 404),
    "zero byte": ("/ko/%00", 404),
    "invalid UTF-8": ("/ko/%ff%fe", 404),
    "path upwards": ("/../../etc/passwd", 404),
    "path upwards in disguise": ("/static/%2e%2e/%2e%2e/etc/passwd", 404),
    "path upwards in a static file": ("/static/..%2f..%2fhospital_site/settings.py", 404),
    "long path": (f"/ko/{'a' * 5_000}", 404),
    "long query": (f"/ko/?{'a' * 50_000}", 200),
    "zero byte in a query": ("/ko/?q=%00", 200),
    "secret file": ("/.git/config", 404),
    "database": ("/var/site.sqlite3", 404),
}


@pytest.mark.parametrize(("path", "status"), HOSTILE.values(), ids=HOSTILE)
def test_a_hostile_path_is_answered_in_peace(server, path, status):
    answer = server.get(path)

    assert answer.status_code == status
    assert "evil" not in str(answer.headers)
    if status == 404:
        assert Page(answer).attributes("main section", "lang") == LANGUAGES


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE", "TRACE", "OPTIONS", "CONNECTED", "NONSENSE"])
def test_a_wrong_method_is_refused(server, method):
    answer = server.get("/ko/", method=method)

    assert 400 <= answer.status_code < 500
    assert b"Traceback" not in answer.body


def test_a_post_without_its_token_is_refused_in_every_language(server):
    answer = server.get("/ko/", "Content-Length: 3", "Content-Type: application/x-www-form-urlencoded", method="POST")

    assert answer.status_code in (403, 405)


@pytest.mark.parametrize("host", ["evil.example", "localhost.evil.example", "localhost@evil.example", "a b", ""])
def test_a_host_that_is_not_ours_is_refused(server, host):
    request = f"GET /ko/ HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n"

    answer = Answer(server.send(request.encode()))

    assert answer.status_code == 400
    assert b"evil" not in answer.body


RAW = {
    "nothing but noise": b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n",
    "half a request": b"GET /ko/ HT\r\n\r\n",
    "no host": b"GET /ko/ HTTP/1.0\r\n\r\n",
    "bytes in the path": b"GET /ko/\xff\xfe HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n",
    "a zero in the path": b"GET /ko/\x00 HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n",
    "a zero in a header": b"GET /ko/ HTTP/1.1\r\nHost: localhost\r\nCookie: a=\x00\r\nConnection: close\r\n\r\n",
    "an endless path": b"GET /" + b"a" * 200_000 + b" HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n",
    "an endless header": b"GET / HTTP/1.1\r\nHost: localhost\r\nX: " + b"a" * 2_000_000 + b"\r\n\r\n",
    "very many headers": b"GET / HTTP/1.1\r\nHost: localhost\r\n" + b"X: a\r\n" * 5_000 + b"\r\n",
    "two lengths": b"POST /ko/ HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nabc",
    "a length below zero": b"POST /ko/ HTTP/1.1\r\nHost: localhost\r\nContent-Length: -1\r\n\r\n",
    "broken chunks": b"POST /ko/ HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
    "another site's address": b"GET http://evil.example/ HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n",
}


@pytest.mark.parametrize("request_", RAW.values(), ids=RAW)
def test_what_is_no_request_is_refused_or_left_unanswered(server, request_):
    received = server.send(request_)

    assert Answer(received).status_code in (None, *range(400, 500))
    assert b"Traceback" not in received
    assert server.get("/ko/").status_code == 200


@pytest.mark.parametrize(
    ("accepted", "unpack"),
    [("br, gzip", brotli.decompress), ("gzip", gzip.decompress), ("identity", bytes)],
    ids=["Brotli", "gzip", "plain"],
)
def test_a_page_comes_as_the_browser_can_read_it(server, accepted, unpack):
    plain = server.get("/ko/centers/")

    answer = server.get("/ko/centers/", f"Accept-Encoding: {accepted}")

    assert unpack(answer.body) == plain.body
    assert answer.headers["vary"] == "Accept-Encoding"


def test_a_page_that_did_not_change_is_not_sent_again(server):
    tag = server.get("/ko/centers/").headers["etag"]

    answer = server.get("/ko/centers/", f"If-None-Match: {tag}")

    assert (answer.status_code, answer.body) == (304, b"")


def test_the_head_of_a_page_has_no_body(server):
    answer = server.get("/ko/centers/", method="HEAD")

    assert (answer.status_code, answer.body) == (200, b"")


def test_a_worker_that_dies_is_replaced_while_the_others_answer(server):
    assert server.get("/ko/centers/").status_code == 200
    workers = children_of(server.pid)
    os.kill(workers[0], signal.SIGKILL)
    while workers[0] in children_of(server.pid):
        time.sleep(0.01)

    # What had reached the worker that died is lost with it; nothing else is.
    answers = [server.get("/ko/centers/").status_code for _turn in range(20)]
    assert answers.count(200) >= 18
    assert set(answers) <= {200, None}
    deadline = time.monotonic() + 60
    while len(set(children_of(server.pid)) - {workers[0]}) < len(workers):
        assert time.monotonic() < deadline
        time.sleep(0.1)
    assert [server.get("/ko/centers/").status_code for _turn in range(20)] == [200] * 20


def children_of(pid):
    """The processes that `pid` has started and that are alive."""
    found = []
    for status in Path("/proc").glob("[0-9]*/status"):
        with suppress(OSError):  # it has ended meanwhile
            said = status.read_text()
            if f"PPid:\t{pid}\n" in said and "State:\tZ" not in said:
                found.append(int(status.parent.name))
    return found


def test_the_log_of_all_this_tells_of_no_error_of_ours(server):
    log = server.log.read_text()

    assert [word for word in ["Internal Server Error", "panicked", "Exception in"] if word in log] == []
