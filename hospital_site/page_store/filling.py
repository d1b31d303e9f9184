"""Making every live page before somebody asks for it: at start, and anew what a publication has changed.

One worker of a machine does it, beside its requests and slower than it could. It begins at the live pages and goes on
along their links, so that whatever readers can reach is there while the database is not.
"""

import html
import logging
import os
import re
import threading
import time
from collections import deque
from io import BytesIO
from sys import intern
from typing import NamedTuple
from urllib.parse import unquote, urlsplit

from django.conf import settings
from django.db import close_old_connections
from django.http.request import validate_host

from hospital_site.page_store.serving import close, is_public

LINK = re.compile(rb'\bhref="(/[^"#?]*)')
LOCK_EVERY = 10  # seconds between two attempts to become the one that fills
UPKEEP_EVERY = 60  # seconds
TOUCH_EVERY = 600
REST = 1.0  # seconds of rest for each second of work
FULL = 0.9  # of the room, from which on nothing is made that nobody has asked for
NICENESS = 10

log = logging.getLogger(__name__)


class Unavailable(Exception):
    """The site has no database just now."""


class Known(NamedTuple):
    """What the one that fills knows of a page without reading its file."""

    reads: tuple
    version: str
    etag: str


class Filler:
    """Fills `store` for as long as this process lives, and lets `purges` tell a CDN what has changed."""

    def __init__(self, store, purges=None):
        self.store = store
        self.freshness = store.freshness
        self.purges = purges
        self.known = {}  # by path
        self.rest = REST
        self.filled = None  # the state that was last gone through to its end
        self.has_changed = False
        self.upkeep_at = self.touch_at = 0.0

    def run(self):
        set_low_priority()
        while (lock := self.store.disk.lock()) is None:
            time.sleep(LOCK_EVERY)
            self.touch()
        with lock:
            while True:
                self.freshness.changed.wait(LOCK_EVERY)
                self.freshness.changed.clear()
                self.upkeep()
                self.touch()
                try:
                    self.round()
                except Exception:  # whatever it is, pages are made when somebody asks for them
                    log.exception("Pages could not be made in advance.")

    def round(self):
        """Make what is missing or not current, until a state has been gone through to its end, or nothing can be."""
        while (state := self.freshness.state) is not self.filled and not self.freshness.is_away:
            for path in self.paths(state):
                if self.freshness.state is not state or self.freshness.is_away or not self.fill(path, state):
                    break
            else:
                self.filled = state
            if self.has_changed:
                self.has_changed = False
                self.purges.send_due()
            close_old_connections()
            if self.freshness.state is state:
                return

    def paths(self, state):
        """Yield the path of every page: first what has just changed, then what is live, then what these link to."""
        codes = settings.OPEN_LANGUAGES
        changed = [path for path, known in self.known.items() if known.version != state.version(known.reads)]
        self.queue = deque(changed)
        self.queue.extend(f"/{code}/" for code in codes)
        self.queue.extend(f"/{code}{address}" for address in state.addresses() for code in codes)
        self.queue.extend(self.known)
        self.seen = set()
        while self.queue:
            path = self.queue.popleft()
            if path not in self.seen:
                self.seen.add(path)
                yield path

    def fill(self, path, state):
        """Let the page be kept, if it is one, and put what it links to into the queue. Can the site make pages now?"""
        known = self.known.get(path)
        if known and known.version == state.version(known.reads):
            return True
        started = time.monotonic()
        try:
            kept = self.make(path, is_known=known is not None)
        except Unavailable:
            return False
        if known and (kept is None or known.etag != kept.etag):
            self.queue_purge(path)
        if kept is None:
            self.known.pop(path, None)
            return True
        self.known[path] = Known(tuple(map(intern, kept.reads)), kept.version, kept.etag)
        for link in set(links_of(kept.body())) - self.seen:
            if is_public(link):
                self.queue.append(link)
            else:
                self.seen.add(link)
        time.sleep((time.monotonic() - started) * self.rest)
        return True

    def queue_purge(self, path):
        if self.purges:
            self.purges.queue(path)
            self.has_changed = True

    def make(self, path, is_known):
        """Return the page as it is current: from the disk, or rendered; `None` where there is none any more.

        Raises Unavailable where the site cannot say: what is kept stays.
        """
        store, key = self.store, (own_scheme(), path)
        kept = store.disk.read(key)
        if kept and store.is_current(kept):
            return kept
        if kept is None and not is_known and store.disk.used > store.disk.room * FULL:
            return None
        made, status, _headers, answer = store.render(key, environ_of(path))
        if made is None:
            close(answer)
            if status.startswith("503"):
                raise Unavailable
            store.disk.remove(key)
            store.memory.remove(key)
        return made

    def upkeep(self):
        now = time.monotonic()
        if now > self.upkeep_at:
            self.upkeep_at = now + UPKEEP_EVERY
            self.store.disk.prune()
            if self.freshness.heard_at and not self.freshness.is_away:
                self.store.disk.confirm()

    def touch(self):
        """The pages that this worker has in memory are used, though nobody reads their files."""
        now = time.monotonic()
        if now > self.touch_at:
            self.touch_at = now + TOUCH_EVERY
            self.store.disk.touch(list(self.store.memory.pages))


def set_low_priority():
    try:
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), NICENESS)
    except OSError:
        log.info("Pages are made in advance at the priority of requests.")


def own_scheme():
    return "https" if settings.SECURE_SSL_REDIRECT or settings.SITE_ADDRESS.startswith("https:") else "http"


def own_host():
    """Return the host of the site's own address, or the first that is allowed."""
    host = urlsplit(settings.SITE_ADDRESS).netloc
    allowed = [name.lstrip(".") for name in settings.ALLOWED_HOSTS if name != "*"]
    return host if validate_host(urlsplit(settings.SITE_ADDRESS).hostname, settings.ALLOWED_HOSTS) else allowed[0]


def environ_of(path):
    """Return the WSGI environ of a request for `path` as a proxy would send it."""
    environ = {
        "REQUEST_METHOD": "GET",
        "PATH_INFO": path,
        "QUERY_STRING": "",
        "SERVER_NAME": "localhost",
        "SERVER_PORT": "80",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "HTTP_HOST": own_host(),
        "REMOTE_ADDR": "127.0.0.1",
        "wsgi.url_scheme": own_scheme(),
        "wsgi.input": BytesIO(),
    }
    if settings.SECURE_PROXY_SSL_HEADER:
        environ[settings.SECURE_PROXY_SSL_HEADER[0]] = own_scheme()
    return environ


def links_of(body):
    """Yield the paths within this site that an HTML page links to, as WSGI writes them."""
    for link in LINK.findall(body):
        yield unquote(html.unescape(link.decode())).encode().decode("latin-1")
