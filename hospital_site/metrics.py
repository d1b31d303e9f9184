"""Figures for Prometheus at `/metrics`: what each worker answered, what waits, what is late, what the content needs.

Each worker counts in its memory and writes its counts into a file of its own every few seconds; whichever worker is
asked adds up nothing: it shows the files. A worker that takes the place of a dead one takes its file too, from zero.
Files of the library’s own (mapped into memory) would kill the workers where the disk is full.
"""

import fcntl
import json
import os
import threading
import time
from bisect import bisect_left
from itertools import count, product
from pathlib import Path
from typing import NamedTuple

from django.conf import settings

SEEN = "hospital_site.route"  # in the WSGI environment: a list into which Django puts the route
KEPT = "(kept)"  # the route of what was answered before Django
BOUNDS = [0.005, 0.025, 0.1, 0.5, 2.5, 10.0]  # seconds
WRITTEN_EVERY = 5  # seconds
MOST_WORKERS = 64
METHODS = {"GET", "HEAD", "POST"}


class Metered:
    """A WSGI application in front of another one: it counts and times what that one answers.

    `kept` returns `(status, headers, body)` where that one need not be asked. That takes microseconds, of which a
    clock and a lock would be a good part: it counts as within the first of `BOUNDS`, and as no time.
    """

    def __init__(self, application, counts, kept=lambda environ: None):
        self.application = application
        self.counts = counts
        self.kept = kept

    def __call__(self, environ, start_response):
        if answer := self.kept(environ):
            status, headers, body = answer
            start_response(status, headers)
            self.counts.kept[environ["REQUEST_METHOD"], status].add()
            return body
        began = time.perf_counter()
        route = environ[SEEN] = []
        started = []

        def note(status, headers, exc_info=None):
            started.append(status)
            return start_response(status, headers)

        try:
            return self.application(environ, note)
        finally:
            status = started[-1][:3] if started else "500"
            self.counts.add(
                route[-1] if route else KEPT, environ["REQUEST_METHOD"], status, time.perf_counter() - began
            )


def note_routes(get_response):
    """Tells `Metered` which route of the URL configuration a request took."""

    def middleware(request):
        response = get_response(request)
        seen = request.environ.get(SEEN)
        if seen is not None:
            seen.append(route_of(request))
        return response

    return middleware


def route_of(request):
    if request.resolver_match:
        return request.resolver_match.route
    return settings.STATIC_URL if request.path_info.startswith(settings.STATIC_URL) else "(none)"


class Counts:
    """What one worker has answered since it started, in memory and in a file of `folder`."""

    def __init__(self, folder):
        self.folder = folder
        self.requests = {}  # by (route, method, status)
        self.times = {}  # by route: how many within each of BOUNDS and beyond, and seconds in all
        self.kept = {key: Counter() for key in product(("GET", "HEAD"), ("200 OK", "304 Not Modified"))}
        self.lock = threading.Lock()
        self.place = None
        self.is_changed = False
        self.writer = None

    def add(self, route, method, status, seconds):
        key = (route, method if method in METHODS else "other", status)
        with self.lock:
            self.requests[key] = self.requests.get(key, 0) + 1
            times = self.times_of(route)
            times[bisect_left(BOUNDS, seconds)] += 1
            times[-1] += seconds
            self.is_changed = True
            if self.writer is None:
                self.writer = threading.Thread(target=self.go_on_writing, daemon=True)
                self.writer.start()

    def times_of(self, route):
        return self.times.setdefault(route, [0] * (len(BOUNDS) + 1) + [0.0])

    def add_kept(self):
        """Add what was answered from memory since the last time."""
        with self.lock:
            for (method, status), counter in self.kept.items():
                if number := counter.take():
                    key = (KEPT, method, status[:3])
                    self.requests[key] = self.requests.get(key, 0) + number
                    self.times_of(KEPT)[0] += number
                    self.is_changed = True

    def go_on_writing(self):
        while True:
            self.add_kept()
            if self.is_changed:
                self.is_changed = False
                self.write()
            time.sleep(WRITTEN_EVERY)

    def write(self):
        """Writes the counts. Where that fails the file stays as it was: figures never go back."""
        self.add_kept()
        with self.lock:
            counts = {"requests": [[*key, number] for key, number in self.requests.items()], "times": self.times}
            text = json.dumps(counts | {"process": own_process()})
        try:
            self.place = self.place or take_place(self.folder)
            draft = self.folder / f"{self.place.name}.draft"
            draft.write_text(text)
            draft.replace(self.folder / f"{self.place.name}.json")
        except OSError:
            return


class Counter:
    """What threads count without a lock: one `add` is one step of the interpreter, and so is a look at the number."""

    def __init__(self):
        self.add = count().__next__
        self.taken = 0

    def take(self):
        """Return how often `add` was called since the last time."""
        now = self.add()
        number, self.taken = now - self.taken, now + 1
        return number


class Place(NamedTuple):
    """The number of a worker among those of this machine: no other one has it as long as its lock is open."""

    name: str
    lock: int


def take_place(folder):
    folder.mkdir(parents=True, exist_ok=True)
    for number in range(MOST_WORKERS):
        lock = os.open(folder / f"{number}.lock", os.O_RDONLY | os.O_CREAT, 0o600)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return Place(str(number), lock)
        except BlockingIOError:
            os.close(lock)
    raise OSError("More workers than places.")


def own_process():
    """The resident bytes and open descriptors of this worker; nothing where the system does not say."""
    own = Path("/proc/self")
    if not own.exists():
        return {}
    pages = int((own / "statm").read_text().split()[1])
    return {"memory": pages * os.sysconf("SC_PAGE_SIZE"), "descriptors": sum(1 for _one in (own / "fd").iterdir())}


def written_counts(folder):
    """Yields the number and the counts of each worker."""
    for path in sorted(folder.glob("*.json")):
        yield path.stem, json.loads(path.read_text())


COUNTS = Counts(settings.VAR_DIR / "metrics")
