"""Processes killed in the middle of anything: no enquiry and no notification is lost, and none is made twice."""

import os
import random
import sqlite3
import time

import pytest
from django.db import connection

from hospital_site.enquiries.models import Enquiry, Notification
from tests.commands import processes
from tests.enquiries import killed, mail_server
from tests.enquiries.patients import receiving_hospital

ROUNDS = 3


@pytest.fixture
def kcch(transactional_db):
    return receiving_hospital("kcch").hospital


@pytest.fixture
def waiting(kcch):
    """Enquiries about each of which a mail waits."""
    for number in range(12):
        own = {"hospital": kcch, "kind": "appointment", "answers": {"phone": "+821012345678"}}
        enquiry = Enquiry.objects.create(reference=f"A-0000-{number:04}", idempotency_key=number, **own)
        Notification.objects.create(enquiry=enquiry, recipient="desk@example.org", message_id=f"{number}@enquiries")


@pytest.fixture
def start(kcch, tmp_path, monkeypatch, request):
    """`start(killed.send)`: a process on the database with our tables and what the test made, and what it tells.

    On SQLite the database is a copy of the test's, in a file.
    """
    running = []

    def run(role, *args):
        ours, theirs = processes.Pipe(duplex=False)
        process = processes.Process(target=killed.run, args=(role, database, theirs, *args))
        process.start()
        theirs.close()
        running.append((process, ours))
        return process, ours

    if "waiting" in request.fixturenames:
        request.getfixturevalue("waiting")
    database, url = connection.settings_dict["NAME"], os.environ.get("DATABASE_URL", "")
    if connection.vendor == "sqlite":
        database = tmp_path / "site.sqlite3"
        connection.ensure_connection()
        with sqlite3.connect(database) as copy:
            connection.connection.backup(copy)
        copy.close()
        url = f"sqlite:///{database}"
    monkeypatch.setenv("DATABASE_URL", url)
    yield run
    for process, pipe in running:
        process.kill()
        process.join()
        process.close()
        pipe.close()


def kill(process, pipe):
    """Kill it in the middle of anything. Returns what it had told by then."""
    time.sleep(random.uniform(0, 0.1))
    process.kill()
    process.join()
    told = []
    while True:
        try:
            told.append(pipe.recv())
        except (EOFError, OSError):
            return told


def counted(start):
    _process, pipe = start(killed.tell)
    return pipe.recv()


def test_what_a_patient_was_told_is_stored_with_its_notification_whenever_the_server_is_killed(start):
    told = []
    for _round in range(ROUNDS):
        server, pipe = start(killed.send)
        told += [pipe.recv() for _patient in range(random.randint(2, 4))]
        told += kill(server, pipe)

    found = counted(start)

    assert found["database"] == connection.vendor
    assert set(told) - set(found["references"]) == set()
    assert len(told) == len(set(told)) >= 2 * ROUNDS
    assert len(found["references"]) - len(told) <= ROUNDS  # at most the one in hand at each kill
    assert found["notified"] == len(found["notifications"]) == found["sendings"] == len(found["references"])
    assert found["consents"] == 2 * len(found["references"])


@pytest.mark.usefixtures("waiting")
def test_mail_is_sent_though_the_command_is_killed_again_and_again(start, settings):
    with mail_server.running(settings) as mailbox:
        for _round in range(ROUNDS):
            before = len(mailbox.arrived)
            command, pipe = start(killed.mail, settings.EMAIL_PORT)
            while len(mailbox.arrived) < before + 2 and command.is_alive():
                time.sleep(0.01)
            kill(command, pipe)
        last, _pipe = start(killed.mail, settings.EMAIL_PORT)
        last.join(timeout=60)
        found = counted(start)

    arrived = [message_id.strip("<>") for message_id in mailbox.message_ids]
    assert (found["unsent"], len(found["notifications"])) == (0, 12)
    assert set(arrived) == set(found["notifications"])  # none lost, none under a second name
    assert len(arrived) - len(set(arrived)) <= ROUNDS  # at most the one in hand at each kill, as the same mail
