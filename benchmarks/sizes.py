"""Queries, milliseconds of CPU and bytes of every kind of page on a site of 25, 500 and 2 350 pages.

    MODE=demonstration .venv/bin/python benchmarks/sizes.py [SIZE …]

The pages are copies of the published hospitals with all that is below them, each hospital under another address.
Nothing of that stays: the transaction is rolled back.
"""

import os
import sys
import time
from copy import copy
from itertools import count
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hospital_site.settings")

import django

django.setup()

from django.db import connection, transaction  # models need the set-up above
from django.test import Client
from django.test.utils import CaptureQueriesContext

from hospital_site.management.commands.measure import addresses
from hospital_site.publishing.models import Edition

SIZES = [25, 500, 2350]
ROUNDS = 10
HOSPITAL = "centers.hospital"
OTHERS = [
    "/sitemap.xml",
    "/ko/contact/",
    "/ko/a-z/illnesses/",
    "/ko/a-z/tests/",
    "/ko/a-z/treatments/",
    "/ko/enquiries/appointment/",
    "/ko/enquiries/mediation/",
    "/ko/enquiries/mediation/smc/",
    "/ko/privacy/",
]
FAR = 100_000  # beyond the numbers of pages that exist


def main(sizes):
    client, rows = Client(headers={"host": "localhost"}), {}
    with transaction.atomic():
        live = [
            edition for edition in Edition.objects.live() if edition.ancestors or edition.kind == "centers.hospital"
        ]
        copies, size = copies_of(live), len(live)
        paths = {f"{name} {code}": path for name, code, path in addresses() if code == "ko"}
        paths |= {path.removeprefix("/ko/"): path for path in OTHERS}
        for wanted in sizes:
            while size < wanted:
                next(copies).save_base(raw=True, force_insert=True)
                size += 1
            with connection.cursor() as cursor:
                cursor.execute("ANALYZE")
            for name, cell in measured(client, paths).items():
                rows.setdefault(name, []).append(cell)
        transaction.set_rollback(True)
    print(f"{'pages':<34}{''.join(f'{size:>28}' for size in sizes)}{'times':>8}")
    for name, cells in rows.items():
        shown = "".join(f"{queries:>4} queries {ms:>7.1f} {size / 1000:>5.0f} kB" for queries, ms, size in cells)
        print(f"{name:<34}{shown}{cells[-1][1] / cells[0][1]:>8.1f}")


def copies_of(live):
    for number in count(1):
        for edition in sorted(live, key=lambda edition: len(edition.ancestors)):
            yield moved(edition, number)


def moved(edition, number):
    """Return an unsaved copy of `edition`, below the copies of the pages above it."""
    made = copy(edition)
    made.pk, made._state = None, copy(edition._state)
    made.page, *made.ancestors = (key_of(key, number) for key in [edition.page, *edition.ancestors])
    made.parent = made.ancestors[-1] if made.ancestors else ""
    _start, part, slug, *rest = edition.address.split("/")
    made.address = "/".join(["", part, f"{slug}-{number}", *rest])
    made.position = edition.position + 10 * number
    return made


def key_of(key, number):
    kind, own = key.split(":")
    return f"{kind}:{int(own) + number * FAR}"


def measured(client, paths):
    """Return `(queries, milliseconds of CPU, bytes)` by name. The pages take turns; the best of each counts."""
    found, times = {}, {name: [] for name in paths}
    for name, path in paths.items():
        client.get(path)
        with CaptureQueriesContext(connection) as queries:
            response = client.get(path)
        found[name] = len(queries.captured_queries), len(response.content)
    for name, path in [*paths.items()] * ROUNDS:
        started = time.process_time()
        client.get(path)
        times[name].append((time.process_time() - started) * 1000)
    return {name: (asked, min(times[name]), size) for name, (asked, size) in found.items()}


if __name__ == "__main__":
    main([int(size) for size in sys.argv[1:]] or SIZES)
