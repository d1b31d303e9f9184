"""The project's own configuration of nginx, in a real nginx: what it keeps, for whom, and what it does in an outage."""

import http.client
import os
import shutil
import socket
import subprocess
import threading
import time
from contextlib import closing
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client

from tests import make

pytestmark = [pytest.mark.django_db, pytest.mark.same_on_every_database]
FOLDER = settings.BASE_DIR / "deploy/nginx"
PUBLIC = "/ko/contact/"
PRIVATE = ["/ko/search/?q=cancer", "/ko/admin/login/", "/ko/enquiries/appointment/nowhere/", "/ko/preview/nothing/"]


class Upstream:
    """The application machine: it gives the answers of the site, and counts who asks."""

    def __init__(self):
        self.answers = {}
        self.asked = []
        upstream = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self):
                upstream.asked.append((self.path, self.headers.get("Accept-Encoding", "")))
                status, headers, body = upstream.answers[self.path]
                self.send_response(status)
                for name, value in {**headers, "Content-Length": str(len(body))}.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *args):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.port = self.server.server_port
        threading.Thread(target=self.server.serve_forever, args=(0.05,), daemon=True).start()

    def stop(self):
        self.server.shutdown()
        self.server.server_close()


@pytest.fixture
def upstream():
    upstream = Upstream()
    make.published(make.contact_page())
    client = Client()
    for path in (PUBLIC, *PRIVATE):
        response = client.get(path)
        upstream.answers[path] = response.status_code, dict(response.headers), response.content
    yield upstream
    upstream.stop()


@pytest.fixture
def nginx(upstream, tmp_path):
    """The port of an nginx that stands before `upstream` with the project's configuration."""
    program = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")
    if program is None:
        missing = "No nginx is installed. On Debian: apt-get install nginx"
        pytest.fail(missing) if connection.vendor == "postgresql" else pytest.skip(missing)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    cache = (FOLDER / "cache.conf").read_text().replace("/var/lib/nginx/hospital-site", str(tmp_path / "cache"))
    temporary = "\n".join(
        f"{name}_temp_path {tmp_path / name};" for name in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    configuration = tmp_path / "nginx.conf"
    user = "user root;" if os.geteuid() == 0 else ""
    configuration.write_text(
        f"""{user} daemon off; master_process off; pid {tmp_path / "pid"}; error_log {tmp_path / "errors"};
        events {{ }}
        http {{
            access_log off; {temporary}
            {cache}
            server {{
                listen 127.0.0.1:{port};
                add_header X-Cache $upstream_cache_status always;
                {(FOLDER / "cached.conf").read_text()}
                location / {{ proxy_pass http://127.0.0.1:{upstream.port}; }}
            }}
        }}"""
    )
    process = subprocess.Popen([program, "-c", str(configuration), "-e", str(tmp_path / "errors")])
    try:
        for _attempt in range(200):
            with socket.socket() as attempt:
                if attempt.connect_ex(("127.0.0.1", port)) == 0:
                    break
            assert process.poll() is None, (tmp_path / "errors").read_text()
            time.sleep(0.02)
        yield port
    finally:
        process.terminate()
        process.wait(timeout=10)


def get(port, path, **headers):
    """→ `(status, HIT or MISS or …, body)`"""
    with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=10)) as connection:
        connection.request("GET", path, headers={"Accept-Encoding": "", **headers})
        response = connection.getresponse()
        return response.status, response.headers.get("X-Cache"), response.read()


def test_a_published_page_is_asked_for_once(nginx, upstream):
    answers = [get(nginx, PUBLIC)[:2] for _reader in range(3)]

    assert answers == [(200, "MISS"), (200, "HIT"), (200, "HIT")]
    assert len(upstream.asked) == 1


def test_it_is_the_same_for_whoever_is_signed_in(nginx):
    get(nginx, PUBLIC)

    assert get(nginx, PUBLIC, Cookie="sessionid=abc")[:2] == (200, "HIT")


@pytest.mark.parametrize("path", PRIVATE)
def test_what_is_not_for_everybody_is_never_kept(nginx, upstream, path):
    assert [get(nginx, path)[1] for _time in range(2)] == ["MISS", "MISS"]
    assert len(upstream.asked) == 2


def test_browsers_share_what_is_kept_in_the_encodings_of_the_site(nginx, upstream):
    for accepted in ("gzip, deflate, br", "br;q=1.0, gzip", "br, zstd", "gzip, deflate", "identity", "br;q=0"):
        get(nginx, PUBLIC, **{"Accept-Encoding": accepted})

    assert sorted(encoding for _path, encoding in upstream.asked) == ["", "br", "gzip"]


def test_a_page_is_shown_when_no_application_machine_answers(nginx, upstream):
    """As after ten seconds: the site says so, and the test need not wait."""
    status, headers, body = upstream.answers[PUBLIC]
    assert "s-maxage=10" in headers["Cache-Control"]
    soon = headers["Cache-Control"].replace("s-maxage=10", "s-maxage=1")
    upstream.answers[PUBLIC] = status, {**headers, "Cache-Control": soon}, body
    get(nginx, PUBLIC)
    time.sleep(2.1)

    upstream.answers[PUBLIC] = 503, {"Cache-Control": "no-store"}, b""
    unwell = get(nginx, PUBLIC)
    upstream.stop()
    dead = get(nginx, PUBLIC)

    assert (unwell, dead) == ((200, "STALE", body), (200, "STALE", body))


def test_a_correction_is_at_every_reader_within_a_minute():
    """In nginx, then in a CDN (kept and shown once more while it asks), then in a browser that does so too."""
    response = Client().get(PUBLIC)
    said = dict(part.partition("=")[::2] for part in response["Cache-Control"].split(", "))
    kept, asking = int(said["s-maxage"]), int(said["stale-while-revalidate"])

    assert (kept <= 10, kept + asking <= 40, int(said["max-age"])) == (True, True, 0)
    assert kept + (kept + asking) + asking < 60
    assert int(said["stale-if-error"]) <= 24 * 60 * 60
