"""Published pages before Django is asked: from memory, from the disk, and made once where neither has them.

A page may be kept when its answer is marked public (`publishing.pages.public`). It is the same for every host that is
ours and with every query that it does not read.
"""

from functools import lru_cache
from operator import itemgetter
from time import monotonic
from urllib.parse import parse_qsl

from django.conf import settings
from django.http.request import split_domain_port, validate_host
from django.urls import Resolver404, resolve
from django.utils.translation import get_language_from_path, override

from hospital_site.page_store.disk import Disk
from hospital_site.page_store.freshness import Freshness
from hospital_site.page_store.kept import Kept
from hospital_site.page_store.memory import Memory
from hospital_site.page_store.release import release
from hospital_site.publishing import reads

ROOM = 16 * 2**20  # bytes of kept pages in the memory of a worker
LONGEST_HOST = 300
READING = ("GET", "HEAD")
ANSWERS, LARGEST_ANSWER = 500, 16_000  # how many, and of how many bytes, are prepared as they are sent
# What a kept answer depends on, besides what `behind_proxies` names and `If-None-Match`. Every browser says all of it.
ASKED_BY = ["REQUEST_METHOD", "wsgi.url_scheme", "HTTP_HOST", "PATH_INFO", "QUERY_STRING", "HTTP_ACCEPT_ENCODING"]


class PageStore:
    """A WSGI application in front of another one.

    `is_trusted` returns whether the peer of an environ is a proxy of ours, for requests that come past `proxies`.
    """

    def __init__(self, application, folder=None, *, looks_beside=True, is_trusted=lambda environ: True):
        self.application = application
        self.question = itemgetter(*ASKED_BY, *behind_proxies())
        self.memory = Memory(ROOM)
        self.disk = Disk(folder or settings.PAGES_DIR, release(), settings.PAGES_MIB * 2**20)
        self.freshness = Freshness(self.disk, looks_beside)
        self.is_ours = lru_cache(maxsize=256)(is_ours)
        self.is_believed = lru_cache(maxsize=256)(lambda peer: is_trusted({"REMOTE_ADDR": peer}))

    def from_memory(self, environ):
        """Return `(status, headers, body)` of a page that is in memory and current, else `None`.

        Nearly every request ends here, before `proxies` has read what stands in front of this server.
        """
        freshness = self.freshness
        if monotonic() > freshness.fresh_until:
            return None
        freshness.is_wanted = True
        try:
            question = self.question(environ), environ.get("HTTP_IF_NONE_MATCH")
        except KeyError:
            return None
        state, answers = self.memory.prepared
        if state is freshness.state and (answer := answers.get(question)):
            return answer
        return self.prepare(question, freshness.state, environ)

    def prepare(self, question, state, environ):
        """Return the answer of a page that is known to be current in `state`, and put it where it is found at once."""
        if state is None:
            return None
        answers = self.memory.answers_in(state)  # before the look-up: a page that goes meanwhile takes them along
        is_proxied = settings.SECURE_PROXY_SSL_HEADER and self.is_believed(environ["REMOTE_ADDR"])
        key = (scheme(environ) if is_proxied else environ["wsgi.url_scheme"], environ["PATH_INFO"])
        kept = self.memory.find(key)
        if environ["QUERY_STRING"] or kept is None or kept.state is not state:
            return None
        if environ["REQUEST_METHOD"] not in READING or not self.is_ours(environ["HTTP_HOST"]):
            return None
        self.memory.use(key)
        answer = kept.answer(environ)
        asked, known = question
        if sum(map(len, asked)) + len(known or "") + len(answer[2][0]) < LARGEST_ANSWER:
            if len(answers) >= ANSWERS:
                answers.clear()
            answers[question] = answer
        return answer

    def __call__(self, environ, start_response):
        if answer := self.from_memory(environ):
            return send(answer, start_response)
        freshness = self.freshness
        freshness.is_wanted = True
        if monotonic() > freshness.fresh_until:
            freshness.catch_up()
        if environ["REQUEST_METHOD"] not in READING or not self.is_ours(environ.get("HTTP_HOST")):
            return self.application(environ, start_response)
        key = (scheme(environ), environ.get("PATH_INFO", ""))
        kept = self.find(key)
        if kept is None or (kept.reads_query and environ.get("QUERY_STRING")):
            return self.make(key, environ, start_response)
        self.memory.use(key)
        return send(kept.answer(environ), start_response)

    def find(self, key):
        """Return the page if it is kept and current, or if nobody can say so: `None` otherwise."""
        kept = self.memory.find(key)
        if kept is not None and self.is_current(kept):
            return kept
        on_disk = self.disk.read(key)
        if on_disk is not None and self.is_current(on_disk):
            self.memory.add(on_disk)
            return on_disk
        return None

    def is_current(self, kept):
        state = self.freshness.state
        if state is None:
            return self.freshness.may_show()
        if kept.state is not state:
            if kept.version != state.version(kept.reads):
                return False
            kept.state = state
        return True

    def make(self, key, environ, start_response):
        """Ask Django, and keep what may be kept."""
        query = environ.get("QUERY_STRING")
        path = environ.get("PATH_INFO", "")
        if query:
            is_redirected = settings.SECURE_SSL_REDIRECT and key[0] == "http"
            if is_redirected or not is_the_same_with(query, path):
                return self.application(environ, start_response)
            environ = {**environ, "QUERY_STRING": ""}
            if kept := self.find(key):
                return send(kept.answer(environ), start_response)
        kept, status, headers, answer = self.render(key, environ)
        if status >= "500" and (as_it_was := self.last_resort(key)):
            close(answer)
            kept = as_it_was
        return send(kept.answer(environ) if kept else (status, headers, answer), start_response)

    def last_resort(self, key):
        """Return the page as it was, where the site cannot make it anew; nothing that was withdrawn since."""
        kept, state = self.memory.find(key) or self.disk.read(key), self.freshness.state
        is_shown = kept and self.freshness.may_show() and not (state and state.is_withdrawn(kept.reads))
        return kept if is_shown else None

    def render(self, key, environ):
        """Return `(kept, status, headers, answer)` of Django; `kept` is a `Kept` where the answer may be kept."""
        state = self.freshness.state  # what is read from now on is at least as new
        started = []
        with reads.collect() as names:
            answer = self.application(environ, lambda status, headers, exc_info=None: started.append((status, headers)))
        status, headers = started[0]
        if status != "200 OK" or not is_for_everybody(headers) or environ["REQUEST_METHOD"] == "HEAD":
            return None, status, headers, answer
        try:
            body = b"".join(answer)
        finally:
            close(answer)
        names = sorted(names)
        kept = Kept.from_answer(key, headers, body, names, state.version(names) if state else "")
        if state:
            kept.state = state
            self.memory.add(kept)
            self.disk.write(kept)
        return kept, status, headers, [body]


def send(answer, start_response):
    status, headers, body = answer
    start_response(status, headers)
    return body


def is_ours(host):
    domain, _port = split_domain_port(host) if host and len(host) < LONGEST_HOST else ("", "")
    return bool(domain) and validate_host(domain, settings.ALLOWED_HOSTS)


def close(answer):
    getattr(answer, "close", lambda: None)()


def is_for_everybody(headers):
    said = {name.lower(): value for name, value in headers}
    return "public" in said.get("cache-control", "") and not {"set-cookie", "vary"} & set(said)


def behind_proxies():
    return [settings.SECURE_PROXY_SSL_HEADER[0], "REMOTE_ADDR"] if settings.SECURE_PROXY_SSL_HEADER else []


def scheme(environ):
    """Return `http` or `https` as Django decides it: a proxy that ends TLS says so in a header of its own."""
    if settings.SECURE_PROXY_SSL_HEADER:
        header, secure = settings.SECURE_PROXY_SSL_HEADER
        if (value := environ.get(header)) is not None:
            return "https" if value.split(",")[0].strip() == secure else "http"
    return environ["wsgi.url_scheme"]


def is_public(path):
    """Return the view of the public page at `path`, or `None`."""
    try:
        path = path.encode("latin-1").decode()
        with override(get_language_from_path(path)):
            view = resolve(path).func
    except (Resolver404, ValueError):
        return None
    return view if getattr(view, "is_public", False) else None


def is_the_same_with(query, path):
    """Does `path` lead to a public page that reads nothing of `query`, so that the answer without it serves?"""
    view = is_public(path)
    try:
        named = {name for name, _value in parse_qsl(query, keep_blank_values=True)}
    except ValueError:
        return False
    return view is not None and not named & view.reads
