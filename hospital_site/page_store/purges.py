"""Telling a CDN which pages have changed: late perhaps, but never lost while it matters.

`PURGE_URL` names whom to tell. Addresses are queued in a table, sent at once by the worker that has made the page anew,
and tried again by `manage.py send_purges`. One machine's purge serves all, and a second one does no harm.
"""

import logging
from http.client import HTTPException
from urllib.parse import quote
from urllib.request import Request, urlopen

from django.conf import settings
from django.db import DatabaseError
from django.db.models import F
from django.utils import timezone

from hospital_site.enquiries.outbox import pause_after
from hospital_site.page_store.models import CLAIM, Purge

TIMEOUT = 10  # seconds

log = logging.getLogger(__name__)


def queue(path):
    """Note that the page at `path` has changed."""
    if settings.PURGE_URL:
        try:
            Purge.objects.create(address=path)
        except DatabaseError as problem:
            log.warning("A changed page could not be queued for the CDN: %s", type(problem).__name__)


def send_due():
    """Send what is due, each address once. Returns how many were sent and how many failed."""
    Purge.objects.useless().delete()
    sent = failed = 0
    for address in Purge.objects.due().order_by().values_list("address", flat=True).distinct():
        rows = Purge.objects.due().filter(address=address)
        keys = list(rows.values_list("pk", flat=True))
        now = timezone.now()
        if not rows.filter(pk__in=keys).update(claimed_until=now + CLAIM, tries=F("tries") + 1):
            continue  # another run was first
        ours = Purge.objects.filter(pk__in=keys)
        if problem := send(address):
            failed += 1
            for purge in ours:
                Purge.objects.filter(pk=purge.pk).update(
                    problem=problem, claimed_until=None, next_try_at=now + pause_after(purge.tries)
                )
        else:
            sent += 1
            ours.delete()
    return sent, failed


def send(path):
    """Tell the CDN. Returns the name of the error, empty on success."""
    address = f"{settings.SITE_ADDRESS}{quote(path)}"
    url = settings.PURGE_URL.format(url=quote(address, safe=""), path=quote(path))
    header, _colon, value = settings.PURGE_HEADER.partition(":")
    headers = {header.strip(): value.strip()} if header else {}
    try:
        with urlopen(Request(url, headers=headers, method=settings.PURGE_METHOD), timeout=TIMEOUT):  # noqa: S310 (set by the operator)
            return ""
    except (OSError, HTTPException, ValueError) as problem:
        return f"{type(problem).__name__} {getattr(problem, 'code', '')}".strip()
