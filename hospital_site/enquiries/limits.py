"""How much one address and one person may send. Counted in the shared cache, under keyed hashes, for a day at most."""

import ipaddress
import os
import random
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings
from django.core.cache import cache
from django.core.cache.backends.base import DEFAULT_TIMEOUT
from django.core.cache.backends.filebased import FileBasedCache
from django.core.files import locks

from hospital_site.enquiries.sealing import keyed_hash
from hospital_site.staff.network import client_ip

LARGEST_FORM = 100_000  # bytes; the longest texts of both forms fit several times
HOUR, DAY = 3_600, 86_400

# (what is counted, times, seconds). A ward may share one address, so the limits of an address are wide.
POSTS_OF_AN_ADDRESS = ("posts", 120, HOUR)
ENQUIRIES_OF_AN_ADDRESS = ("enquiries", 40, DAY)
ENQUIRIES_OF_A_CONTACT = ("contact", 5, DAY)


class SharedCounters(FileBasedCache):
    """Files that all workers see. Not counted at every write, as Django would: a flood makes them many."""

    def add(self, key, value, timeout=DEFAULT_TIMEOUT, version=None):
        """Of all who add at one moment one succeeds: allauth counts sign-ins behind such a lock."""
        if self.has_key(key, version):
            return False
        self._createdir()
        descriptor, draft = tempfile.mkstemp(dir=self._dir)
        try:
            with os.fdopen(descriptor, "wb") as file:
                self._write_content(file, timeout, value)
            os.link(draft, self._key_to_file(key, version))
        except FileExistsError:
            return False
        finally:
            Path(draft).unlink()
        return True

    def _cull(self):
        if random.randrange(200) == 0:  # noqa: S311 - nobody gains by guessing
            super()._cull()


def household(address):
    """What one subscriber has: an IPv4 address, or the first half of an IPv6 address."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return address
    return str(ipaddress.ip_network((parsed, 64), strict=False)) if parsed.version == 6 else address


def key_of(limit, who):
    """Where `who` is counted now, and for how many more seconds."""
    what, _most, seconds = limit
    window, passed = divmod(int(time.time()), seconds)
    return f"{what}:{window}:{keyed_hash('limit', who)}", seconds - passed


@contextmanager
def one_at_a_time():
    """For all threads and workers of this machine: a counter that two read at once would count one too few."""
    settings.VAR_DIR.mkdir(parents=True, exist_ok=True)
    with (settings.VAR_DIR / "counting.lock").open("w") as file:
        locks.lock(file, locks.LOCK_EX)
        yield


def take(limit, who):
    """Count `who` once more and say so, or count nothing when the limit is reached."""
    key, left = key_of(limit, who)
    with one_at_a_time():
        times = cache.get(key, 0)
        if times >= limit[1]:
            return False
        cache.set(key, times + 1, timeout=left)
        return True


def give_back(limit, who):
    """Take one counting back: what it was counted for did not happen."""
    key, left = key_of(limit, who)
    with one_at_a_time():
        cache.set(key, max(0, cache.get(key, 0) - 1), timeout=left)


def may_post(request):
    """Count a post of this address, and say whether it is still within the limit."""
    return take(POSTS_OF_AN_ADDRESS, household(client_ip(request)))


def senders(request, form):
    """What a sending counts against: the address it comes from, and each contact in it at this hospital."""
    yield ENQUIRIES_OF_AN_ADDRESS, household(client_ip(request))
    for name in ("phone", "email"):
        if contact := form.cleaned_data.get(name):
            yield ENQUIRIES_OF_A_CONTACT, f"{form.desk.slug}:{contact.lower()}"


class Reached(Exception):
    """So much was sent from one address or by one person that nothing more is taken today."""


@contextmanager
def counted(request, form):
    """Count one sending while it is stored; `Reached` when the limit is. A sending that fails is not counted."""
    taken = []
    try:
        for limit, who in senders(request, form):
            if not take(limit, who):
                raise Reached
            taken.append((limit, who))
        yield
    except BaseException:
        for limit, who in taken:
            give_back(limit, who)
        raise


def is_too_large(request):
    return int(request.META.get("CONTENT_LENGTH") or 0) > LARGEST_FORM
