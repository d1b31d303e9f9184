"""Processes that die in the middle of publishing: `DATABASE_URL=… python -m tests.desk.publish_and_die`.

Each is killed, some by themselves with SIGKILL before their n-th change of the database (what is read between two of
them leaves nothing behind), some from outside at any moment. On PostgreSQL, which keeps a transaction by itself, every
fourth change stands for all. Prints what was found in the database after each death, as JSON.
"""

import json
import os
import signal
import sys
from functools import partial
from random import Random

import django

KILLED_FROM_OUTSIDE = 8


def main():
    django.setup()
    from django.db import connection

    from tests import make

    page = make.center(name_ko="낱말 0", name_en="Words 0")
    for number in (1, 2):
        make.part(page, "commitments", text_ko="낱말 0", text_en="Words 0", position=number)
    make.published(make.signed(make.in_sync(page)))
    edit(page, 1)
    outcome = {"database": connection.vendor, "publishing": die_everywhere(page, publish)}
    schedule(page)
    outcome["withdrawing"] = die_everywhere(page, withdraw)
    outcome["from outside"], number = [], page.editions().count()
    for seed in range(100):
        outcome["from outside"].append(killed_from_outside(page, Random(seed)))
        if seed >= KILLED_FROM_OUTSIDE and page.editions().count() > number:  # on a busy machine most die early
            break
    json.dump(outcome, sys.stdout)


# ── What the processes do ─────────────────────────────────────────────────────────────────────────────────────────────


def edit(page, number):
    """Give every text of the draft the same number, so that a mixture would show."""
    from django.db import transaction

    from hospital_site.publishing import drafts

    with transaction.atomic():
        page.refresh_from_db()
        before = page.draft_digest
        page.name_ko, page.name_en = f"낱말 {number}", f"Words {number}"
        page.save()
        page.commitments.update(text_ko=page.name_ko, text_en=page.name_en)
        drafts.record_edit(page, by="editor", before=before)


def publish(page):
    from hospital_site.publishing import pipeline

    pipeline.publish(page, by="publisher", reason="A typing error.")


def schedule(page):
    from datetime import timedelta

    from django.utils import timezone

    from hospital_site.publishing import pipeline

    for days in (1, 2):
        edit(page, 1 + days)
        pipeline.publish(page, by="publisher", live_from=timezone.now() + timedelta(days=days))


def withdraw(page):
    from hospital_site.publishing import pipeline

    pipeline.withdraw(page, by="publisher", reason="It closed.")


def publish_on_and_on(page, seconds):
    from hospital_site.publishing import pipeline

    signal.setitimer(signal.ITIMER_PROF, seconds)
    page.refresh_from_db()
    number = int(page.name_en.split()[1])
    while True:
        number += 1
        edit(page, number)
        pipeline.publish(page, by="publisher")


# ── How they die ──────────────────────────────────────────────────────────────────────────────────────────────────────


def die_everywhere(page, action):
    """Do `action` again and again, each time killed some changes later, until it comes to its end."""
    from django.db import connection

    before, after, change = state(page), [], 1
    while os.WIFSIGNALED(status := in_a_process(partial(killed_before, change, action, page))):
        after.append([os.WTERMSIG(status), state(page)])
        change += 1 if connection.vendor == "sqlite" else 4
    return {"before": before, "after each death": after, "status": status, "at the end": state(page)}


def killed_before(change, action, page):
    from django.db import connection

    from tests.recorded import CHANGES

    changes = 0

    def count(execute, sql, *more):
        nonlocal changes
        changes += CHANGES.match(sql) is not None
        if changes == change:
            os.kill(os.getpid(), signal.SIGKILL)
        return execute(sql, *more)

    with connection.execute_wrapper(count):
        action(page)


def killed_from_outside(page, random):
    """The kernel ends it after so much processor time, so that a busy machine changes nothing."""
    status = in_a_process(partial(publish_on_and_on, page, random.uniform(0.02, 0.25)))
    return [os.WTERMSIG(status), state(page)]


def in_a_process(work):
    _process, status = os.waitpid(start(work), 0)
    return status


def start(work):
    from django.db import connections

    connections.close_all()
    sys.stdout.flush()
    process = os.fork()
    if process == 0:
        try:
            work()
        except BaseException as problem:  # whatever it is, the test wants to see it
            sys.stderr.write(repr(problem))
            sys.stderr.flush()
            os._exit(1)
        os._exit(0)
    return process


# ── What is found afterwards ──────────────────────────────────────────────────────────────────────────────────────────


def state(page):
    """All that publishing writes, as JSON."""
    from hospital_site.publishing.models import SignOff
    from hospital_site.publishing.snapshots import digest
    from hospital_site.staff.models import AuditEntry

    page.refresh_from_db()
    editions = list(page.editions().order_by("number"))
    live = page.editions().live().first()
    return {
        "numbers": [edition.number for edition in editions],
        "texts": [sorted(set(numbers_in(edition.data))) for edition in editions],
        "cancelled": [edition.number for edition in editions if edition.cancelled_at],
        "digests are right": all(e.digest == (digest(e.data) if e.data else "") for e in editions),
        "live": live and live.number,
        "signatures": SignOff.objects.filter(page=page.key).count(),
        "log": list(AuditEntry.objects.of(page).order_by("pk").values_list("action", flat=True)),
        "draft": page.name_ko,
        "rows of the draft": sorted(set(page.commitments.values_list("text_ko", flat=True))),
    }


def numbers_in(data):
    if data is None:
        return []
    rows = [text for row in data["commitments"] for text in (row["text_ko"], row["text_en"])]
    return [text.split()[1] for text in (data["name_ko"], data["name_en"], *rows)]


if __name__ == "__main__":
    main()
