"""Sites with databases of their own, whose commands are processes."""

import gzip
import os
import sqlite3
import subprocess
import time
from contextlib import closing, contextmanager
from itertools import count
from urllib.parse import urlsplit

import dj_database_url
import psycopg2
import pyrage
import pytest
from django.conf import settings
from django.db import ConnectionHandler, connection

from hospital_site.backups import archive, sealing
from tests.commands import Command

CANARY = "canary-in-a-username"
IS_SQLITE = "sqlite" in settings.DATABASES["default"]["ENGINE"]
SUFFIXES = [database.SUFFIX for database in archive.DATABASES.values()]
SUFFIX = SUFFIXES[0 if IS_SQLITE else 1]
only_sqlite = pytest.mark.skipif(not IS_SQLITE, reason="of SQLite only")
only_postgresql = pytest.mark.skipif(IS_SQLITE, reason="of PostgreSQL only")
NO_ROOM = 50_000  # bytes, which the files beside an SQLite database need
numbers = count(1)


class Site:
    """A machine with a site: a database, a folder of backups, and commands that are processes."""

    def __init__(self, database_url, place, key):
        self.database_url, self.place, self.key = database_url, place, key
        self.folder = place / "backups"
        (place / "tmp").mkdir(parents=True, exist_ok=True)

    def start(self, *command, room=None, **environment):
        """A command, for which every file may have `room` bytes."""
        environment = {
            **os.environ,
            "MODE": "test",
            "DATABASE_URL": self.database_url,
            "BACKUP_FOLDER": str(self.folder),
            "BACKUP_RECIPIENTS": recipient_of(self.key),
            "TMPDIR": str(self.place / "tmp"),
            **environment,
        }
        unchecked = [] if command[0] == "shell" else ["--skip-checks"]  # `make check` does that, and it takes long
        return Command([*command, *unchecked], environment, self.place.parent, room)

    def run(self, *command, **environment):
        return self.start(*command, **environment).finished()

    def back_up(self, **environment):
        """→ the new file"""
        before = set(self.backups())
        run = self.run("back_up", **environment)
        assert (run.returncode, run.stderr) == (0, "")
        [made] = set(self.backups()) - before
        return made

    def restore(self, file, *options, **environment):
        run = self.run("restore_backup", file, "--identity", self.key, *options, **environment)
        assert (run.returncode, run.stderr) == (0, "")
        return run.stdout

    def does(self, code):
        """Run Python of the site, as its server would."""
        run = self.run("shell", "--no-imports", "-c", code)
        assert (run.returncode, run.stderr) == (0, "")
        return run.stdout.strip()

    def backups(self):
        return sorted(self.folder.glob("*.age"))

    def files(self):
        return {path.relative_to(self.place): path.read_bytes() for path in self.place.rglob("*") if path.is_file()}

    @contextmanager
    def connected(self):
        """A connection to the database that knows nothing of the site."""
        options = {"OPTIONS": {"timeout": 20}} if IS_SQLITE else {}
        database = ConnectionHandler({"default": dj_database_url.parse(self.database_url) | options})["default"]
        try:
            yield database
        finally:
            database.close()

    def rows(self):
        with self.connected() as database, database.cursor() as cursor:
            found = {}
            # When commands have run is another matter than what they keep.
            for table in sorted({*database.introspection.table_names(cursor)} - {"staff_commandrun"}):
                cursor.execute(f'SELECT * FROM "{table}"')
                found[table] = sorted(map(repr, cursor.fetchall()))
        return found

    def asks(self, question, *values):
        with self.connected() as database, database.cursor() as cursor:
            cursor.execute(question, values)
            return cursor.fetchall() if cursor.description else []

    def grows(self, megabytes):
        """Words that cannot be pressed together, so that a backup takes its time."""
        self.asks("CREATE TABLE ballast (words TEXT)")
        with self.connected() as database, database.cursor() as cursor, transaction_on(database):
            for _row in range(megabytes * 20):
                cursor.execute("INSERT INTO ballast VALUES (%s)", [os.urandom(25_000).hex()])


@contextmanager
def transaction_on(database):
    database.set_autocommit(False)
    yield
    database.commit()
    database.set_autocommit(True)


def recipient_of(key):
    return str(sealing.read_keys(key)[0].to_public())


def seal(words, key, path):
    path.write_bytes(pyrage.encrypt(words, [sealing.read_keys(key)[0].to_public()]))
    return path


def opened(file, key):
    """What `age -d` and the database's own tools make of a backup."""
    plain = pyrage.decrypt(file.read_bytes(), sealing.read_keys(key))
    if IS_SQLITE:
        return gzip.decompress(plain)
    return subprocess.run(["pg_restore", "--file=-"], input=plain, capture_output=True, check=True).stdout


@contextmanager
def new_databases(folder):
    """`make(filled=True)`: the address of a database that holds what the test's own one does, or nothing."""
    if IS_SQLITE:

        def make(filled):
            path = folder / f"{next(numbers)}.sqlite3"
            if filled:
                connection.ensure_connection()
                with sqlite3.connect(path) as copy:
                    connection.connection.backup(copy)
                copy.execute("PRAGMA journal_mode = WAL")
                copy.close()
            return f"sqlite:///{path}"

        yield make
        return

    address, made = urlsplit(os.environ["DATABASE_URL"]), []
    test_database = connection.settings_dict["NAME"]
    with closing(psycopg2.connect(address.geturl())) as server, closing(server.cursor()) as cursor:
        server.autocommit = True

        def make(filled):
            connection.close()
            copied = f' TEMPLATE "{test_database}" STRATEGY FILE_COPY'  # cheaper than through the log of the server
            made.append(f"{test_database}_{os.getpid()}_{next(numbers)}")
            cursor.execute(f'CREATE DATABASE "{made[-1]}"' + (copied if filled else ""))
            return address._replace(path=f"/{made[-1]}").geturl()

        yield make
        for name in made:
            cursor.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


def kill_after(command, moment, pause):
    """Kill `command` after `moment`. Returns its exit code: 0 when it had ended before."""
    while not moment() and command.poll() is None:
        time.sleep(0.001)
    time.sleep(pause)
    command.kill()
    return command.poll()


def in_front(folder, name, script):
    """PATH with a program of our own in front of all others."""
    (folder / "programs").mkdir()
    program = folder / "programs" / name
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(0o755)
    return f"{program.parent}:{os.environ['PATH']}"


def assert_refused(run, sentence):
    assert run.returncode != 0
    assert run.stderr.startswith(sentence)
    assert run.stderr.count("\n") == 1
    assert run.stdout == ""
