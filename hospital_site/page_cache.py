"""Published pages from memory, before Django is asked: fast, compressed once, and there while the database is not.

A page may be kept when its answer is marked public (`publishing.pages.public`). All kept pages are dropped as soon as
the editions in force differ from those they were made of; that is asked once per `FRESH_FOR`, not once per request.
A page that reads no query is the same with any; one that names what it reads is kept as it is without.
"""

import gzip
import hashlib
import logging
import threading
import time
from functools import lru_cache
from http import HTTPStatus
from typing import NamedTuple
from urllib.parse import parse_qsl

import brotli
from django.conf import settings
from django.db import DatabaseError, connection
from django.http.request import split_domain_port
from django.urls import Resolver404, resolve
from django.utils.translation import get_language_from_path, override

from hospital_site.publishing.models import Edition

FRESH_FOR = 0.3  # seconds that a worker may go on showing what another worker has just replaced
ROOM = 16 * 2**20  # bytes of kept pages per worker
LONGEST_HEADER = 200  # characters of Accept-Encoding that are read and remembered
NOT_REPEATED = {"content-length", "date", "connection"}

log = logging.getLogger(__name__)


class Kept(NamedTuple):
    """One answer: its headers, and its body in each encoding that a browser may accept."""

    headers: list[tuple[str, str]]
    etag: str
    bodies: dict[str, bytes]
    reads_query: bool

    @property
    def size(self):
        return sum(map(len, self.bodies.values()))


class PageCache:
    """A WSGI application in front of another one."""

    def __init__(self, application):
        self.application = application
        self.pages = {}
        self.size = 0
        self.stamp = None
        self.look_again_at = 0.0
        self.looking = threading.Lock()

    def __call__(self, environ, start_response):
        if environ["REQUEST_METHOD"] not in ("GET", "HEAD"):
            return self.application(environ, start_response)
        self.drop_what_is_replaced()
        host, _port = split_domain_port(environ.get("HTTP_HOST", ""))  # no page names either
        key = (scheme(environ), host, environ.get("PATH_INFO"))
        kept = self.pages.get(key)
        query = environ.get("QUERY_STRING")
        if query and (kept is None or kept.reads_query):
            is_redirected = settings.SECURE_SSL_REDIRECT and key[0] == "http"
            if is_redirected or not is_the_same_with(query, environ.get("PATH_INFO", "")):
                return self.application(environ, start_response)
            environ = {**environ, "QUERY_STRING": ""}
        if kept is None:
            stamp = self.stamp
            kept, answer = self.ask(environ, start_response)
            if kept is None:
                return answer
            if stamp == self.stamp:  # else something was published while this page was made, which may lack it
                self.keep(key, kept)
        return serve(kept, environ, start_response)

    def drop_what_is_replaced(self):
        now = time.monotonic()
        if now < self.look_again_at or not self.looking.acquire(blocking=False):
            return
        try:
            stamp = Edition.objects.stamp()
            if stamp != self.stamp:
                self.pages, self.size, self.stamp = {}, 0, stamp
        except DatabaseError:
            log.warning("The database does not answer. Kept pages are shown as they are.")
        finally:
            self.look_again_at = time.monotonic() + FRESH_FOR
            connection.close_if_unusable_or_obsolete()
            self.looking.release()

    def ask(self, environ, start_response):
        """The answer of Django: as a `Kept` when it may be kept, else ready to be sent on."""
        started = []
        answer = self.application(environ, lambda status, headers, exc_info=None: started.append((status, headers)))
        status, headers = started[0]
        if status != "200 OK" or not is_for_everybody(headers) or environ["REQUEST_METHOD"] == "HEAD":
            start_response(status, headers)
            return None, answer
        try:
            body = b"".join(answer)
        finally:
            answer.close()
        return kept_from(headers, body), None

    def keep(self, key, kept):
        if self.size + kept.size > ROOM:
            self.pages, self.size = {}, 0
        self.pages[key] = kept
        self.size += kept.size


def is_for_everybody(headers):
    said = {name.lower(): value for name, value in headers}
    return "public" in said.get("cache-control", "") and not {"set-cookie", "vary"} & set(said)


def kept_from(headers, body):
    digest = hashlib.sha256(body).hexdigest()[:32]
    headers = [(name, value) for name, value in headers if name.lower() not in NOT_REPEATED]
    bodies = {"br": brotli.compress(body, quality=9), "gzip": gzip.compress(body, 9, mtime=0), "": body}
    reads_query = any(name == "No-Vary-Search" for name, _value in headers)
    return Kept([*headers, ("Vary", "Accept-Encoding")], f'W/"{digest}"', bodies, reads_query)


def serve(kept, environ, start_response):
    if kept.etag in environ.get("HTTP_IF_NONE_MATCH", ""):
        start_response("304 Not Modified", [*kept.headers, ("ETag", kept.etag)])
        return [b""]
    encoding = best_encoding(environ.get("HTTP_ACCEPT_ENCODING", ""))
    body = kept.bodies[encoding]
    headers = [*kept.headers, ("ETag", kept.etag), ("Content-Length", str(len(body)))]
    if encoding:
        headers.append(("Content-Encoding", encoding))
    start_response(f"{HTTPStatus.OK.value} {HTTPStatus.OK.phrase}", headers)
    return [b"" if environ["REQUEST_METHOD"] == "HEAD" else body]


def scheme(environ):
    """Return `http` or `https` as Django decides it: a proxy that ends TLS says so in a header of its own."""
    if settings.SECURE_PROXY_SSL_HEADER:
        header, secure = settings.SECURE_PROXY_SSL_HEADER
        if (value := environ.get(header)) is not None:
            return "https" if value.split(",")[0].strip() == secure else "http"
    return environ["wsgi.url_scheme"]


def is_the_same_with(query, path):
    """Does `path` lead to a public page that reads nothing of `query`, so that the answer without it serves?"""
    try:
        path = path.encode("latin-1").decode()
        with override(get_language_from_path(path)):
            view = resolve(path).func
        named = {name for name, _value in parse_qsl(query, keep_blank_values=True)}
        return getattr(view, "is_public", False) and not named & view.reads
    except (Resolver404, ValueError):
        return False


def best_encoding(accepted):
    """Return the encoding for a header Accept-Encoding, of which only the beginning counts: browsers send few words."""
    return best_encoding_of(accepted[:LONGEST_HEADER])


@lru_cache(maxsize=256)
def best_encoding_of(accepted):
    """The best of our encodings that a browser accepts: `gzip, br;q=0` → `gzip`; empty for a plain body."""
    offers = [offer.replace(" ", "").lower().partition(";") for offer in accepted.split(",")]
    offered = {name for name, _semicolon, weight in offers if weight not in ("q=0", "q=0.0", "q=0.00", "q=0.000")}
    return next((encoding for encoding in ("br", "gzip") if encoding in offered), "")
