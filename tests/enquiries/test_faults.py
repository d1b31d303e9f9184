"""Processes killed in the middle of anything: no enquiry and no notification is lost, and none is made twice."""

import json
import os
import random
import signal
import sqlite3
import subprocess
import sys
import time
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.db import connection

from tests.enquiries import mail_server

ROUNDS = 3


@pytest.fixture
def database_url(transactional_db, tmp_path):
    """The address of a database with our tables, for other processes: on SQLite a copy of the test's, in a file."""
    if connection.vendor != "sqlite":
        return urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{connection.settings_dict['NAME']}").geturl()
    path = tmp_path / "site.sqlite3"
    connection.ensure_connection()
    with sqlite3.connect(path) as copy:
        connection.connection.backup(copy)
    copy.close()
    return f"sqlite:///{path}"


@pytest.fixture
def start(database_url):
    """`start("send")`: a process of `tests.enquiries.killed` on the database."""
    running = []

    def run(role, **environment):
        own = {"DATABASE_URL": database_url, "DJANGO_SETTINGS_MODULE": "hospital_site.settings", **environment}
        command = [sys.executable, "-m", "tests.enquiries.killed", role]
        process = subprocess.Popen(
            command, cwd=settings.BASE_DIR, env=os.environ | own, stdout=subprocess.PIPE, text=True
        )
        running.append(process)
        return process

    yield run
    for process in running:
        process.kill()
        process.wait()
        process.stdout.close()


def kill(process):
    time.sleep(random.uniform(0, 0.1))
    process.send_signal(signal.SIGKILL)
    rest, _nothing = process.communicate()
    return rest


def counted(start):
    return json.loads(start("count").communicate(timeout=60)[0])


def test_what_a_patient_was_told_is_stored_with_its_notification_whenever_the_server_is_killed(start):
    told = []
    for _round in range(ROUNDS):
        server = start("send")
        told += [server.stdout.readline().strip() for _patient in range(random.randint(2, 6))]
        told += kill(server).split()

    found = counted(start)

    assert found["database"] == connection.vendor
    assert set(told) - set(found["references"]) == set()
    assert len(told) == len(set(told)) >= 2 * ROUNDS
    assert len(found["references"]) - len(told) <= ROUNDS  # at most the one in hand at each kill
    assert found["notified"] == len(found["notifications"]) == found["sendings"] == len(found["references"])
    assert found["consents"] == 2 * len(found["references"])


def test_mail_is_sent_though_the_command_is_killed_again_and_again(start, settings):
    server = start("send")
    for _patient in range(12):
        server.stdout.readline()
    kill(server)
    with mail_server.running(settings) as mailbox:
        environment = {"EMAIL_HOST": "127.0.0.1", "EMAIL_PORT": str(settings.EMAIL_PORT)}
        for _round in range(ROUNDS):
            before = len(mailbox.arrived)
            command = start("mail", **environment)
            while len(mailbox.arrived) < before + 2 and command.poll() is None:
                time.sleep(0.01)
            kill(command)
        start("mail", **environment).communicate(timeout=60)
        found = counted(start)

    arrived = [message_id.strip("<>") for message_id in mailbox.message_ids]
    assert found["unsent"] == 0
    assert set(arrived) == set(found["notifications"])  # none lost, none under a second name
    assert len(arrived) - len(set(arrived)) <= ROUNDS  # at most the one in hand at each kill, as the same mail
