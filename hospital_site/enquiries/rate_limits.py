"""Rate limits of one address and one person, counted in the shared cache under keyed hashes for a day at most."""

import ipaddress
import time
from contextlib import contextmanager

from django.core.cache import cache

from hospital_site.enquiries.sealing import keyed_hash
from hospital_site.staff.network import client_ip, parse_address

LARGEST_FORM = 100_000  # bytes; the longest texts of both forms fit several times
HOUR, DAY = 3_600, 86_400

# (what is counted, times, seconds). A ward may share one address, so the limits of an address are wide.
# Anybody can write anybody’s number into a form, and nothing confirms it. So what is posted and refused counts for the
# address alone, and what is received counts for a contact together with the address that it came from: nobody can use
# up what a person may send from elsewhere. The desk sees which enquiries name the same contact.
POSTS_OF_AN_ADDRESS = ("posts", 120, HOUR)
ENQUIRIES_OF_AN_ADDRESS = ("enquiries", 40, DAY)
ENQUIRIES_OF_A_CONTACT = ("contact", 5, DAY)


def subscriber_of(address):
    """Return what one subscriber has: an IPv4 address, or the first half of an IPv6 address."""
    parsed = parse_address(address)
    if parsed is None:
        return address
    return str(ipaddress.ip_network((parsed, 64), strict=False)) if parsed.version == 6 else str(parsed)


def counter_of(limit, who):
    """Return the cache key under which `who` is counted now, and for how many more seconds."""
    what, _most, seconds = limit
    window, passed = divmod(int(time.time()), seconds)
    return f"{what}:{window}:{keyed_hash('limit', who)}", seconds - passed


def acquire(limit, who):
    """Count `who` once more and return True, or count nothing and return False when the limit is reached."""
    key, left = counter_of(limit, who)
    cache.add(key, 0, timeout=left)
    if add_to(key, 1) <= limit[1]:
        return True
    add_to(key, -1)
    return False


def release(limit, who):
    """Count `who` once less: what was counted did not happen."""
    add_to(counter_of(limit, who)[0], -1)


def add_to(key, times):
    """Return the counter after `times` were added, for all who count at one moment; 0 where it is gone by now."""
    try:
        return cache.incr(key, times)
    except ValueError:
        return 0


def count_post(request):
    """Count a post of this address. Returns whether it is still within the limit."""
    return acquire(POSTS_OF_AN_ADDRESS, subscriber_of(client_ip(request)))


def limits_for(request, form):
    """Yield the limits of a submission, and who is counted: its address, and each contact in it, from this address."""
    address = subscriber_of(client_ip(request))
    yield ENQUIRIES_OF_AN_ADDRESS, address
    for name in ("phone", "email"):
        if contact := form.cleaned_data.get(name):
            yield ENQUIRIES_OF_A_CONTACT, f"{form.recipient.hospital_id}:{address}:{contact.lower()}"


class LimitReached(Exception):
    """So much was sent from one address or by one person that nothing more is accepted today."""


@contextmanager
def count_submission(request, form):
    """Count one submission while it is stored; one that fails is not counted. Raises LimitReached."""
    acquired = []
    try:
        for limit, who in limits_for(request, form):
            if not acquire(limit, who):
                raise LimitReached
            acquired.append((limit, who))
        yield
    except BaseException:
        for limit, who in acquired:
            release(limit, who)
        raise


def is_too_large(request):
    return int(request.META.get("CONTENT_LENGTH") or 0) > LARGEST_FORM
