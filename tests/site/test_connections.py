"""The server and its PostgreSQL: connections are few whatever comes, and nobody waits without end."""

import os
import signal
import socket
import subprocess
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from urllib.parse import quote

import psycopg2
import pytest
from django.conf import settings
from django.db import connection
from psycopg2 import extensions

from hospital_site.patience import wait
from tests.site.test_served import SERVER, Server, first_folder, free_port, wait_for

pytestmark = pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite is no server.")

WORKERS, THREADS = 2, 4


@pytest.fixture
def server(transactional_db, tmp_path):
    """The server as in production, on the database of the tests."""
    database = connection.settings_dict
    address = f"postgres://{database['USER']}@{quote(database['HOST'], safe='')}/{database['NAME']}"
    environment = os.environ | {
        "MODE": "demonstration",
        "DATABASE_URL": address,
        "DATABASE_TIMEOUT": "2",
        "DJANGO_SETTINGS_MODULE": "tests.site.served",
        "STATIC_ROOT": str(tmp_path / "static"),
    }
    (tmp_path / "static").symlink_to(first_folder() / "static")
    port = free_port()
    with (tmp_path / "log").open("w") as log:
        command = [*SERVER, "--port", str(port)]
        process = subprocess.Popen(command, cwd=settings.BASE_DIR, env=environment, stdout=log, stderr=log)
        try:
            wait_for(port, process)
            yield Server(port, tmp_path / "log", process.pid)
        finally:
            process.terminate()
            process.wait(timeout=20)


def backends():
    """The process of each connection to this database but our own."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
        return [pid for (pid,) in cursor.fetchall()]


def test_a_burst_opens_no_more_connections_than_there_are_threads_and_leaves_those_beside(server):
    def ask(number):
        return server.get(f"/ko/centers/nothing-{number}/").status_code

    most = 0
    with ThreadPoolExecutor(40) as readers:
        answers = [readers.submit(ask, number) for number in range(100)]
        while not all(answer.done() for answer in answers):
            most = max(most, len(backends()))
            time.sleep(0.01)

    assert {answer.result() for answer in answers} == {404}
    beside = WORKERS + 1  # each has one that asks what is current, and one makes pages in advance
    assert 0 < most <= 2 * WORKERS * THREADS + beside  # PostgreSQL shows one that has just ended for a moment more
    deadline = time.monotonic() + 10
    while len(backends()) > beside and time.monotonic() < deadline:
        time.sleep(0.1)
    assert len(backends()) <= beside


@contextmanager
def silent_database():
    """The parameters of a database that takes connections and never says a word."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield {"host": "127.0.0.1", "port": server.getsockname()[1], "dbname": "site", "user": "site"}


@pytest.fixture
def patience(settings):
    settings.DATABASE_TIMEOUT = 1
    extensions.set_wait_callback(wait)
    yield
    extensions.set_wait_callback(None)


def test_a_database_that_hangs_is_given_up(patience, db):
    with silent_database() as parameters, pytest.raises(psycopg2.OperationalError, match="did not answer within 1 sec"):
        psycopg2.connect(**parameters)


def test_a_question_that_takes_too_long_is_given_up_and_its_connection_closed(patience, db):
    parameters = connection.get_connection_params()
    parameters = {name: parameters[name] for name in ("dbname", "user", "host")}
    other = psycopg2.connect(**parameters)
    pid = other.info.backend_pid

    with pytest.raises(psycopg2.OperationalError, match="did not answer"):
        other.cursor().execute("SELECT pg_sleep(30)")

    assert other.closed
    with connection.cursor() as cursor:  # it would sleep on, and the database of the tests could not be dropped
        cursor.execute("SELECT pg_terminate_backend(%s, 5000)", [pid])


def test_readers_get_a_sentence_while_postgresql_hangs_and_pages_when_it_is_back(server):
    assert server.get("/ko/centers/nothing/").status_code == 404
    postmaster = postmaster_of(connection)
    os.kill(postmaster, signal.SIGSTOP)
    try:
        hanging = server.get("/ko/centers/nothing-else/")
    finally:
        os.kill(postmaster, signal.SIGCONT)

    assert hanging.status_code == 503
    assert server.get("/ko/centers/nothing/").status_code == 404


def postmaster_of(database):
    with database.cursor() as cursor:
        cursor.execute("SELECT pg_read_file('postmaster.pid')")
        return int(cursor.fetchone()[0].split()[0])
