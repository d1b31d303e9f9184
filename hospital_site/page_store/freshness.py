"""Asking the database what is current: beside the requests, in a thread of its own, so that none waits for it.

While requests come, the question is asked every `FRESH_FOR` seconds; one that is not answered in time counts as
unanswered, and whoever else waits for the database then waits for a moment only (`patience.limit_waits`).
"""

import logging
import threading
import time
from contextlib import contextmanager

from django.db import DatabaseError, connection

from hospital_site.page_store.site_state import read_state
from hospital_site.patience import in_trouble, own
from hospital_site.publishing.models import Edition
from hospital_site.publishing.reads import OTHERS

FRESH_FOR = 0.3  # seconds that a worker may go on showing what has just been replaced
IDLE_AFTER = 10  # seconds without a request after which the question is asked more seldom
IDLE_FOR = 5
PATIENCE = 1.0  # seconds for an answer, after which the database counts as away
LONGEST_READING = 20  # seconds for the state of a large site
RETRY_AFTER = 1.0  # seconds until a database that is away is asked again
OUTAGE = 24 * 60 * 60  # seconds that pages are shown of which no database says that they are current

log = logging.getLogger(__name__)


class Freshness:
    """What is current, as this worker last heard: `state`, a `SiteState`, or `None` before the first answer.

    Until `fresh_until`, a moment of the monotonic clock, no request need care. `looks_beside` is off where each
    request is to look for itself, as in tests.
    """

    def __init__(self, disk, looks_beside=True):
        self.disk = disk
        self.looks_beside = looks_beside
        self.state = None
        self.stamp = None
        self.is_away = False
        self.fresh_until = float("-inf")
        self.heard_at = 0.0  # by the clock of the wall, which goes on while nobody runs
        self.is_wanted = False  # set by every request
        self.wanted_at = 0.0
        self.wake = threading.Event()
        self.looked = threading.Event()
        self.changed = threading.Event()
        self.beside = [self.run]  # what runs in threads of its own from the first request on
        self.starting = threading.Lock()

    # ── For requests ──────────────────────────────────────────────────────────────────────────────────────────────────

    def catch_up(self):
        """Let somebody look, and wait for that as long as a database that answers takes: after a pause, or a start."""
        if not self.looks_beside:
            self.look()
            return
        self.start()
        if not self.is_away:
            self.looked.clear()
            self.wake.set()
            if time.monotonic() > self.fresh_until:
                self.looked.wait(PATIENCE)

    def may_show(self):
        """May what is kept be shown although the database is away? For a day: a page may have been withdrawn since."""
        return time.time() - (self.heard_at or self.disk.confirmed_at()) < OUTAGE

    # ── Beside them ───────────────────────────────────────────────────────────────────────────────────────────────────

    def start(self):
        with self.starting:
            work, self.beside = self.beside, []
            for function in work:
                threading.Thread(target=function, daemon=True).start()

    def run(self):
        own.patience = PATIENCE
        while True:
            self.look()
            now = time.monotonic()
            if self.is_wanted:
                self.is_wanted, self.wanted_at = False, now
            if is_idle := now - self.wanted_at > IDLE_AFTER:
                self.fresh_until = now + FRESH_FOR  # the first request after a pause waits for an answer
            self.wake.wait(RETRY_AFTER if self.is_away else IDLE_FOR if is_idle else FRESH_FOR)
            self.wake.clear()

    def look(self):
        started = time.monotonic()
        try:
            self.ask_again_if_cut_off(started)
            self.heard_at = time.time()
            self.fresh_until = time.monotonic() + PATIENCE + 2 * FRESH_FOR
            if self.is_away:
                log.warning("The database answers again.")
            self.is_away = False
            in_trouble.clear()
        except DatabaseError:
            if not self.is_away:
                log.warning("The database does not answer. Kept pages are shown as they are.")
            self.is_away = True
            in_trouble.set()
            self.let_go()
            if self.state is not None and not self.may_show():
                self.state = None
        finally:
            self.looked.set()

    def ask_again_if_cut_off(self, started):
        """A server that was restarted has cut the connection: that is no outage."""
        try:
            self.ask()
        except DatabaseError:
            if time.monotonic() - started > PATIENCE / 2 or not self.looks_beside or self.is_away:
                raise
            self.let_go()
            self.ask()

    def ask(self):
        stamp = Edition.objects.stamp(), [function() for function in OTHERS.values()]
        if stamp != self.stamp:
            self.fresh_until = time.monotonic() + LONGEST_READING  # nobody is to wait for the whole state
            with own_patience(LONGEST_READING):
                self.state = read_state(self.state)
            self.stamp = stamp
            self.changed.set()

    def let_go(self):
        if self.looks_beside:
            connection.close()


@contextmanager
def own_patience(seconds):
    before = dict(vars(own))
    own.patience = seconds
    try:
        yield
    finally:
        vars(own).clear()
        vars(own).update(before)
