"""Backups: sealed, gone in time, and the whole site comes back from one, except for what was destroyed."""

import gzip
import os
import resource
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import count
from pathlib import Path
from urllib.parse import urlsplit

import dj_database_url
import psycopg2
import pyrage
import pytest
from django.conf import settings
from django.contrib.auth import get_user_model
from django.db import ConnectionHandler, connection
from django.utils import timezone

from hospital_site import backups
from hospital_site.enquiries import actions
from hospital_site.enquiries.models import Enquiry
from tests.enquiries.patients import Patient, receiving_hospital

CANARY = "canary-in-a-username"
IS_SQLITE = "sqlite" in settings.DATABASES["default"]["ENGINE"]
ENDINGS = [kind.ending for kind in backups.KINDS.values()]
ENDING = ENDINGS[0 if IS_SQLITE else 1]
only_sqlite = pytest.mark.skipif(not IS_SQLITE, reason="of SQLite only")
only_postgresql = pytest.mark.skipif(IS_SQLITE, reason="of PostgreSQL only")
NO_ROOM = 50_000  # bytes, which the files beside an SQLite database need
numbers = count(1)


# ── Sites with databases of their own ─────────────────────────────────────────────────────────────────────────────────


class Site:
    """A machine with a site: a database, a folder of backups, and commands that are processes."""

    def __init__(self, database_url, place, key):
        self.database_url, self.place, self.key = database_url, place, key
        self.folder = place / "backups"
        (place / "tmp").mkdir(parents=True, exist_ok=True)

    def start(self, *command, room=None, **environment):
        """A command, for which every file may have `room` bytes."""
        own = {
            "MODE": "test",
            "DATABASE_URL": self.database_url,
            "BACKUP_FOLDER": str(self.folder),
            "BACKUP_RECIPIENTS": recipient_of(self.key),
            "TMPDIR": str(self.place / "tmp"),
        }
        return subprocess.Popen(
            [sys.executable, "manage.py", *map(str, command)],
            cwd=settings.BASE_DIR,
            env=os.environ | own | environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            preexec_fn=room and partial(resource.setrlimit, resource.RLIMIT_FSIZE, (room, room)),
        )

    def run(self, *command, **environment):
        return finished(self.start(*command, **environment))

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
            for table in sorted(database.introspection.table_names(cursor)):
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


def finished(process):
    stdout, stderr = process.communicate(timeout=120)
    return subprocess.CompletedProcess(process.args, process.returncode, stdout, stderr)


def recipient_of(key):
    return str(backups.keys_in(key)[0].to_public())


def seal(words, key, path):
    path.write_bytes(pyrage.encrypt(words, [backups.keys_in(key)[0].to_public()]))
    return path


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
            made.append(f"{test_database}_{os.getpid()}_{next(numbers)}")
            cursor.execute(f'CREATE DATABASE "{made[-1]}"' + (f' TEMPLATE "{test_database}"' if filled else ""))
            return address._replace(path=f"/{made[-1]}").geturl()

        yield make
        for name in made:
            cursor.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


@pytest.fixture
def sites(transactional_db, tmp_path):
    """`sites()`: a site that holds what the test has stored so far. `sites(filled=False)`: a new machine."""
    key = tmp_path / "key"
    backups.new_key(key)
    with new_databases(tmp_path) as new_database:
        yield lambda filled=True: Site(new_database(filled), tmp_path / f"machine-{next(numbers)}", key)


@pytest.fixture(scope="module")
def quiet_site(django_db_setup, django_db_blocker, tmp_path_factory):
    """A site for tests that change nothing, with one backup of its own."""
    place = tmp_path_factory.mktemp("quiet")
    key = place / "key"
    backups.new_key(key)
    with django_db_blocker.unblock(), new_databases(place) as new_database:
        site = Site(new_database(True), place / "machine", key)
        site.grows(megabytes=1)
        site.back_up()
        yield site


@pytest.fixture
def enquiries(transactional_db):
    """Two enquiries at one hospital, and an account."""
    receiving_hospital("elsewhere")
    for number in (1, 2):
        Patient("appointment", "elsewhere").send(phone=f"010-1234-000{number}", message=f"words of patient {number}")
    get_user_model().objects.create(username=CANARY)
    return list(Enquiry.objects.order_by("pk"))


ERASE = """
from hospital_site.enquiries import actions
from hospital_site.enquiries.models import Enquiry
actions.erase(Enquiry.objects.filter(reference="{0}"), by="desk", reason="asked by letter")
"""
FORGET = ERASE + "actions.forget(Enquiry.objects.get(reference='{0}'))"
WORDS_LEFT = """
SELECT reference, state, CASE WHEN answers IS NULL AND telephone_hash = '' THEN 'empty' ELSE 'sealed' END
FROM enquiries_enquiry ORDER BY id
"""


# ── Coming back ───────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_site_comes_back_on_a_new_machine_row_for_row(first_content, enquiries, sites):
    site, new = sites(), sites(filled=False)

    said = new.restore(site.back_up())

    assert new.rows() == site.rows()
    assert len(new.rows()["publishing_edition"]) > 20
    assert "0 migrations applied." in said
    assert "0 enquiries destroyed again." in said


def test_a_restored_site_goes_on_counting_where_it_was(enquiries, sites):
    site, new = sites(), sites(filled=False)
    new.restore(site.back_up())

    new.does("from django.contrib.auth.models import User; User.objects.create(username='later')")

    assert new.asks("SELECT username FROM auth_user ORDER BY id") == [(CANARY,), ("later",)]


def test_what_is_replaced_is_kept_in_a_backup_of_its_own(enquiries, sites):
    site = sites()
    before = site.back_up()
    site.asks("DELETE FROM auth_user")
    replaced = site.rows()

    said = site.restore(before, "--replace")

    assert site.asks("SELECT username FROM auth_user") == [(CANARY,)]
    [kept] = set(site.backups()) - {before}
    assert f"The present state is kept: {kept}" in said
    site.restore(kept, "--replace")
    assert site.rows() == replaced


def test_without_recipients_it_is_said_that_the_present_state_is_not_kept(enquiries, sites):
    site = sites()
    made = site.back_up()

    said = site.restore(made, "--replace", BACKUP_RECIPIENTS="")

    assert "The present state is not kept: BACKUP_RECIPIENTS is not set." in said
    assert site.backups() == [made]


def test_a_backup_of_an_earlier_release_is_brought_up_to_this_one(enquiries, sites):
    site, new = sites(), sites(filled=False)
    tables = set(site.rows())
    assert site.run("migrate", "sessions", "zero").returncode == 0
    earlier = site.back_up()

    said = new.restore(earlier)

    assert "1 migrations applied." in said
    assert set(new.rows()) == tables


def test_tables_that_only_a_later_release_has_are_gone_after_restoring_an_earlier_one(enquiries, sites):
    site = sites()
    earlier, before = site.back_up(), site.rows()
    site.asks("CREATE TABLE later (enquiry_id BIGINT REFERENCES enquiries_enquiry (id))")
    site.asks("INSERT INTO later SELECT id FROM enquiries_enquiry")

    site.restore(earlier, "--replace")

    assert site.rows() == before


def test_a_server_that_was_not_stopped_sees_what_was_restored(enquiries, sites):
    site = sites()
    before = site.back_up()
    site.asks("DELETE FROM auth_user")
    with site.connected() as database, database.cursor() as server:
        server.execute("SELECT count(*) FROM auth_user")
        assert server.fetchone() == (0,)

        site.restore(before, "--replace")

        server.execute("SELECT username FROM auth_user")
        assert server.fetchone() == (CANARY,)
        server.execute("DELETE FROM auth_user")
    assert site.asks("SELECT username FROM auth_user") == []


LOCK = {"sqlite": "BEGIN IMMEDIATE", "postgresql": "BEGIN; SELECT count(*) FROM enquiries_enquiry"}


def test_a_restore_that_failed_leaves_nothing_behind_and_the_next_one_keeps_what_came_since(enquiries, sites):
    site = sites()
    before = site.back_up()
    site.does(ERASE.format(enquiries[0].reference))
    rows = site.rows()
    with site.connected() as database, database.cursor() as cursor:
        cursor.execute(LOCK[database.vendor])
        run = site.run("restore_backup", before, "--identity", site.key, "--replace", BACKUP_RECIPIENTS="")
        cursor.execute("ROLLBACK")
    assert run.returncode == 1
    assert ("keeps the database locked" if IS_SQLITE else "lock timeout") in run.stderr
    assert (site.rows(), (site.folder / backups.MEMORY).exists()) == (rows, False)
    site.asks("INSERT INTO auth_group (name) VALUES ('arrived meanwhile')")

    said = site.restore(before, "--replace")

    [kept] = set(site.backups()) - {before}
    assert f"The present state is kept: {kept}" in said
    site.restore(kept, "--replace")
    assert site.asks("SELECT count(*) FROM auth_group WHERE name = 'arrived meanwhile'") == [(1,)]
    assert [state for _reference, state, _words in site.asks(WORDS_LEFT)] == ["destroyed", "new"]


def test_the_present_state_is_kept_after_a_restore_that_was_killed_too(enquiries, sites):
    site = sites()
    before = site.back_up()
    (site.folder / backups.MEMORY).write_text("{}")

    said = site.restore(before, "--replace")

    [kept] = set(site.backups()) - {before}
    assert f"The present state is kept: {kept}" in said


# ── What must hold after a restore too ────────────────────────────────────────────────────────────────────────────────


SIGN_IN = """
from django.contrib.sessions.backends.db import SessionStore
session = SessionStore()
session["_auth_user_id"] = "1"
session.save()
"""


def test_a_session_that_was_ended_after_the_backup_opens_nothing_again(enquiries, sites):
    site = sites()
    site.does(SIGN_IN)
    before = site.back_up()
    site.asks("DELETE FROM django_session")

    site.restore(before, "--replace")

    assert site.asks("SELECT count(*) FROM django_session") == [(0,)]


ON_ONE = """
import datetime
from django.contrib.auth.models import User
from hospital_site.enquiries import actions
from hospital_site.enquiries.models import Enquiry, Recusal
enquiry = Enquiry.objects.get(reference="{0}")
"""
STOP = "actions.stop(enquiry, by='officer', asked_on=datetime.date(2026, 1, 2), reason='asked by letter')"
RECUSE = f"Recusal.objects.create(enquiry=enquiry, user=User.objects.get(username='{CANARY}'), by='officer')"
RECUSED = """
SELECT e.reference, u.username, r.by FROM enquiries_recusal r
JOIN enquiries_enquiry e ON e.id = r.enquiry_id JOIN auth_user u ON u.id = r.user_id
"""
LOGGED = "SELECT account, action, reference, reason FROM enquiries_accessrecord"


def test_what_a_person_stopped_after_the_backup_is_stopped_again_since_the_same_moment(enquiries, sites):
    stopped, other = (enquiry.reference for enquiry in enquiries)
    site = sites()
    before = site.back_up()
    site.does(ON_ONE.format(stopped) + STOP)
    since = dict(site.asks("SELECT reference, stopped_at FROM enquiries_enquiry"))

    said = site.restore(before, "--replace")

    assert dict(site.asks("SELECT reference, stopped_at FROM enquiries_enquiry")) == since
    assert (since[stopped] is None, since[other]) == (False, None)
    assert "1 enquiries stopped again." in said
    assert site.asks(LOGGED) == [("system", "stop", stopped, "Stopped before a backup was restored.")]


def test_whom_an_enquiry_was_hidden_from_after_the_backup_does_not_see_it_again(enquiries, sites):
    reference = enquiries[0].reference
    site = sites()
    before = site.back_up()
    site.does(ON_ONE.format(reference) + RECUSE)

    said = site.restore(before, "--replace")

    assert site.asks(RECUSED) == [(reference, CANARY, "officer")]
    assert "1 accounts kept away again from what is about them." in said
    assert site.asks(LOGGED) == [("system", "recuse", reference, CANARY)]


def test_what_the_backup_knew_itself_is_neither_doubled_nor_logged(enquiries, sites):
    reference = enquiries[0].reference
    site = sites()
    site.does(ON_ONE.format(reference) + RECUSE)
    site.does(ON_ONE.format(enquiries[1].reference) + STOP)
    before, rows = site.back_up(), site.rows()

    site.restore(before, "--replace")

    assert site.rows() == rows


def test_a_recusal_and_a_stop_of_what_the_backup_does_not_hold_hinder_nothing(enquiries, sites):
    site, earlier = sites(), sites()
    earlier.does("from django.contrib.auth.models import User; User.objects.all().delete()")
    earlier.does(
        f"from hospital_site.enquiries.models import Enquiry; Enquiry.objects.get(pk={enquiries[0].pk}).delete()"
    )
    site.does(ON_ONE.format(enquiries[0].reference) + STOP)
    site.does(ON_ONE.format(enquiries[1].reference) + RECUSE)

    said = site.restore(earlier.back_up(), "--replace")

    assert "0 accounts kept away again" in said
    assert "0 enquiries stopped again." in said


def test_what_was_stopped_and_destroyed_is_destroyed_again(enquiries, sites):
    site = sites()
    before = site.back_up()
    site.does(ON_ONE.format(enquiries[0].reference) + STOP)
    stopped = site.back_up()
    site.restore(before, "--replace")
    site.does(ERASE.format(enquiries[0].reference))

    site.restore(stopped, "--replace")

    assert [state for _reference, state, _words in site.asks(WORDS_LEFT)] == ["destroyed", "new"]


def test_a_memory_of_the_earlier_form_is_understood(enquiries, sites):
    site, new = sites(), sites(filled=False)
    before = site.back_up()
    new.folder.mkdir()
    (new.folder / backups.MEMORY).write_text(f'{{"{enquiries[0].reference}": "delete"}}')

    new.restore(before)

    assert [state for _reference, state, _words in new.asks(WORDS_LEFT)] == ["destroyed", "new"]
    assert not (new.folder / backups.MEMORY).exists()


# ── What was destroyed stays destroyed ────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("deed", [ERASE, FORGET], ids=["erased", "erased, and its empty record dropped"])
def test_an_enquiry_that_was_destroyed_after_the_backup_is_destroyed_again(deed, enquiries, sites):
    gone, kept = (enquiry.reference for enquiry in enquiries)
    site = sites()
    before = site.back_up()
    site.does(deed.format(gone))

    said = site.restore(before, "--replace")

    assert site.asks(WORDS_LEFT) == [(gone, "destroyed", "empty"), (kept, "new", "sealed")]
    assert site.asks("SELECT count(*) FROM enquiries_consent")[0][0] == enquiries[1].consents.count()
    assert "1 enquiries destroyed again." in said
    assert site.asks("SELECT account, action, reference, reason FROM enquiries_accessrecord") == [
        ("system", "delete", gone, backups.REASON)
    ]


def test_it_stays_destroyed_when_first_a_backup_was_restored_that_never_held_it(enquiries, sites):
    site, earlier = sites(), sites()
    earlier.does("from hospital_site.enquiries.models import Enquiry; Enquiry.objects.all().delete()")
    holding_none, holding_both = earlier.back_up(), site.back_up()
    site.does(ERASE.format(enquiries[0].reference))

    site.restore(holding_none, "--replace")
    site.restore(holding_both, "--replace")

    assert [state for _reference, state, _words in site.asks(WORDS_LEFT)] == ["destroyed", "new"]


def test_a_backup_of_the_time_of_another_key_asks_for_that_key_and_destroys_again_without_it(enquiries, sites):
    site = sites()
    before = site.back_up()
    site.does(ERASE.format(enquiries[0].reference))
    asks = "Some enquiries are sealed with a key that is not in ENQUIRY_KEYS. Add the key of that time."

    assert asks not in site.restore(before, "--replace")
    assert asks in site.restore(before, "--replace", ENQUIRY_KEYS="another key " * 5)

    assert [state for _reference, state, _words in site.asks(WORDS_LEFT)] == ["destroyed", "new"]
    assert not (site.folder / backups.MEMORY).exists()


def test_what_expired_since_the_backup_is_destroyed(enquiries, sites):
    over = enquiries[0]
    for state in ("in_progress", "withdrawn", "closed"):
        actions.move(over, state, by="desk")
    Enquiry.objects.filter(pk=over.pk).update(ended_at=timezone.now() - timedelta(days=91))
    site, new = sites(), sites(filled=False)

    said = new.restore(site.back_up())

    assert new.asks("SELECT state FROM enquiries_enquiry ORDER BY id") == [("destroyed",), ("new",)]
    assert "1 enquiries destroyed, 0 empty records counted" in said


def test_a_restore_that_is_killed_changes_nothing_or_is_finished_by_the_next_backup(enquiries, sites):
    gone = enquiries[0].reference
    site = sites()
    site.grows(megabytes=3)
    before = site.back_up()
    site.does(ERASE.format(gone))
    site.asks("DELETE FROM auth_user")
    memory = site.folder / backups.MEMORY

    def is_restored():
        return site.asks("SELECT username FROM auth_user") == [(CANARY,)]

    for moment, pause in [(memory.exists, 0), (memory.exists, 0.1), (is_restored, 0)]:
        replaced = site.rows()
        command = site.start("restore_backup", before, "--identity", site.key, "--replace", BACKUP_RECIPIENTS="")
        kill_after(command, moment, pause)
        assert memory.exists()
        assert is_restored() or (site.rows() == replaced and moment != is_restored)

        site.back_up()

        assert dict(site.asks("SELECT reference, state FROM enquiries_enquiry"))[gone] == "destroyed"
        assert not memory.exists()
        site.asks("DELETE FROM auth_user")


def kill_after(command, moment, pause):
    while not moment() and command.poll() is None:
        time.sleep(0.001)
    time.sleep(pause)
    command.send_signal(signal.SIGKILL)
    command.communicate()


# ── Sealed ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def opened(file, key):
    """What `age -d` and the database's own tools make of a backup."""
    plain = pyrage.decrypt(file.read_bytes(), backups.keys_in(key))
    if IS_SQLITE:
        return gzip.decompress(plain)
    return subprocess.run(["pg_restore", "--file=-"], input=plain, capture_output=True, check=True).stdout


def test_a_backup_tells_nothing_without_the_key(enquiries, sites):
    site = sites()
    words = [CANARY.encode(), b"enquiries_enquiry", enquiries[0].reference.encode(), b"PGDMP", b"SQLite format"]

    file = site.back_up()

    assert [word for word in words if word in file.read_bytes()] == []
    assert [word for word in words[:3] if word not in opened(file, site.key)] == []
    assert b"words of patient 1" not in opened(file, site.key)
    assert file.stat().st_mode & 0o777 == 0o600
    assert site.folder.stat().st_mode & 0o777 == 0o700


def test_a_backup_is_named_after_the_second_in_which_it_was_made(quiet_site):
    before = datetime.now(UTC).replace(microsecond=0)

    file = quiet_site.back_up()

    made = datetime.strptime(file.name, f"site-%Y%m%dT%H%M%SZ{ENDING}").replace(tzinfo=UTC)
    assert before <= made <= datetime.now(UTC)


@only_sqlite
def test_what_was_deleted_is_not_in_the_free_pages_of_a_copy(sites):
    site = sites()
    site.asks("CREATE TABLE letters (words TEXT)")
    with site.connected() as database, database.cursor() as cursor:
        cursor.execute("PRAGMA secure_delete = OFF")
        cursor.execute("INSERT INTO letters VALUES (%s)", [CANARY * 500])
        cursor.execute("DELETE FROM letters")

    file = site.back_up()

    assert any(CANARY.encode() in words for words in site_database(site))
    assert CANARY.encode() not in opened(file, site.key)


def site_database(site):
    path = Path(site.database_url.removeprefix("sqlite:///"))
    return [file.read_bytes() for file in path.parent.glob(f"{path.name}*")]


def test_a_backup_that_is_killed_leaves_no_backup_and_no_plain_copy(enquiries, sites):
    site = sites()
    site.grows(megabytes=10)

    for pause in (0, 0.05, 0.1, 0.2):
        command = site.start("back_up")
        kill_after(command, lambda: any(site.folder.glob("*.unfinished")), pause)

        assert site.backups() == []
        assert [name for name, words in site.files().items() if CANARY.encode() in words or b"PGDMP" in words] == []
        [left] = site.files().values()
        assert left[:21] in (b"", b"age-encryption.org/v1")

    made = site.back_up()

    assert list(site.folder.iterdir()) == [made]


def test_two_who_back_up_at_once_make_a_backup_each(quiet_site):
    before = len(quiet_site.backups())
    both = [quiet_site.start("back_up") for _command in range(2)]

    assert [finished(command).returncode for command in both] == [0, 0]

    assert len(quiet_site.backups()) == before + 2


def test_the_site_goes_on_writing_while_a_backup_is_made(sites):
    site, new = sites(), sites(filled=False)
    site.grows(megabytes=10)
    site.asks("CREATE TABLE pairs (words TEXT)")
    waits = []
    command = site.start("back_up")
    with site.connected() as database, database.cursor() as cursor:
        while command.poll() is None:
            started = time.monotonic()
            with transaction_on(database):
                cursor.execute("INSERT INTO pairs VALUES ('one')")
                cursor.execute("INSERT INTO pairs VALUES ('two')")
            waits.append((started, time.monotonic() - started))
            time.sleep(0.005)

    assert finished(command).returncode == 0
    [file] = site.backups()
    assert max(wait for _started, wait in waits) < 1
    new.restore(file)
    written, copied = (s.asks("SELECT count(*) FROM pairs")[0][0] for s in (site, new))
    assert 0 < copied < written == 2 * len(waits)
    assert copied % 2 == 0


@only_postgresql
def test_the_password_is_on_no_command_line(sites, tmp_path):
    site = sites()
    address = urlsplit(site.database_url)
    site.database_url = address._replace(netloc=address.netloc.replace("site@", "site:password@")).geturl()
    seen = tmp_path / "seen"
    programs = in_front(tmp_path, "pg_dump", f'echo "$PGPASSWORD: $*" > {seen}; exec {shutil.which("pg_dump")} "$@"')

    site.back_up(PATH=programs)

    assert seen.read_text().startswith("password: -U site ")
    assert seen.read_text().count("password") == seen.read_text().count("--no-password") + 1


def in_front(folder, name, script):
    """PATH with a program of our own in front of all others."""
    (folder / "programs").mkdir()
    program = folder / "programs" / name
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(0o755)
    return f"{program.parent}:{os.environ['PATH']}"


# ── Gone in time ──────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(("days", "kept", "gone"), [("30", 29, 30), ("7", 6, 7)])
def test_a_backup_is_deleted_on_its_last_day_and_nothing_else_is(days, kept, gone, quiet_site, tmp_path):
    site = Site(quiet_site.database_url, tmp_path, quiet_site.key)
    site.folder.mkdir()
    old = [old_backup(site.folder, age, ending) for age in (gone, gone + 300) for ending in ENDINGS]
    others = [old_backup(site.folder, kept, ENDING), old_backup(site.folder, gone, ".txt"), site.folder / "notes.age"]
    others[-1].touch()

    run = site.run("back_up", BACKUP_DAYS=days)

    left = set(site.folder.iterdir())
    assert set(others) < left
    assert len(left) == len(others) + 1
    assert run.stdout.strip().endswith(f"{len(old)} old backups deleted.")


def old_backup(folder, days, ending):
    path = folder / f"{datetime.now(UTC) - timedelta(days=days):{backups.NAME}}{ending}"
    path.touch()
    return path


def test_old_backups_go_also_on_a_day_on_which_no_new_one_can_be_made(quiet_site, tmp_path):
    site = Site(quiet_site.database_url, tmp_path, quiet_site.key)
    site.folder.mkdir()
    old_backup(site.folder, 30, ENDING)

    run = site.run("back_up", room=NO_ROOM)

    assert run.returncode == 1
    assert list(site.folder.iterdir()) == []


# ── Refused in a sentence, and nothing is changed ─────────────────────────────────────────────────────────────────────


REFUSED_BACKUPS = {
    "no recipient": ({"BACKUP_RECIPIENTS": ""}, "CommandError: BACKUP_RECIPIENTS is not set, so nobody could open"),
    "a wrong recipient": (
        {"BACKUP_RECIPIENTS": "age1nonsense"},
        "The site cannot start: BACKUP_RECIPIENTS holds something that is not a public key; write keys that",
    ),
    "too many days": (
        {"BACKUP_DAYS": "31"},
        "The site cannot start: BACKUP_DAYS is “31”; write a number from 1 to 30.",
    ),
    "no days": ({"BACKUP_DAYS": "0"}, "The site cannot start: BACKUP_DAYS is “0”; write a number from 1 to 30."),
    "a folder that is a file": (
        {"BACKUP_FOLDER": "manage.py"},
        "CommandError: The folder of backups cannot be used: File exists",
    ),
    "a folder that cannot be made": (
        {"BACKUP_FOLDER": "/proc/backups"},
        "CommandError: The folder of backups cannot be used: No such file or directory",
    ),
    "a full disk": ({"room": NO_ROOM}, "CommandError: The backup cannot be written: File too large."),
    "no database": (
        {"DATABASE_URL": "sqlite:////proc/site.sqlite3" if IS_SQLITE else "postgres:///none?host=/proc"},
        f"CommandError: The database cannot be copied: {'unable to open' if IS_SQLITE else 'connection to server'}",
    ),
}


@pytest.mark.parametrize(("how", "sentence"), REFUSED_BACKUPS.values(), ids=REFUSED_BACKUPS)
def test_a_backup_is_refused_for(how, sentence, quiet_site):
    files, rows = quiet_site.files(), quiet_site.rows()

    run = quiet_site.run("back_up", **how)

    assert_refused(run, sentence)
    assert (quiet_site.files(), quiet_site.rows()) == (files, rows)


def assert_refused(run, sentence):
    assert run.returncode != 0
    assert run.stderr.startswith(sentence)
    assert run.stderr.count("\n") == 1
    assert run.stdout == ""


def test_a_wrong_recipient_is_not_repeated_since_it_may_be_a_secret_key(quiet_site):
    secret = quiet_site.key.read_text().split("\n")[1]

    run = quiet_site.run("back_up", BACKUP_RECIPIENTS=secret)

    assert_refused(run, "The site cannot start: BACKUP_RECIPIENTS holds something")
    assert secret not in run.stderr


def test_an_empty_database_is_not_backed_up(sites):
    site = sites(filled=False)

    run = site.run("back_up")

    assert_refused(
        run, "CommandError: The database is empty: there is nothing to back up. Is DATABASE_URL the right one?"
    )
    assert site.backups() == []


@only_postgresql
@pytest.mark.parametrize(
    ("script", "sentence"),
    [
        (
            'echo "pg_dump: error: server version mismatch" >&2; exit 1',
            "pg_dump failed: pg_dump: error: server version",
        ),
        ("head -c 100000 /dev/urandom; exit 1", "pg_dump failed: it does not say why."),
    ],
    ids=["at once", "in the middle"],
)
def test_a_pg_dump_that_fails_leaves_no_backup(script, sentence, quiet_site, tmp_path):
    files = quiet_site.files()

    run = quiet_site.run("back_up", PATH=in_front(tmp_path, "pg_dump", script))

    assert_refused(run, f"CommandError: {sentence}")
    assert quiet_site.files() == files


@only_postgresql
@pytest.mark.parametrize(
    ("command", "program"),
    [(["back_up"], "pg_dump"), (["restore_backup", "--replace"], "pg_restore")],
    ids=["backup", "restore"],
)
def test_missing_programs_are_named(command, program, quiet_site, tmp_path):
    rows, environment = quiet_site.rows(), {"PATH": str(tmp_path), "BACKUP_RECIPIENTS": ""}
    if command == ["back_up"]:
        environment.pop("BACKUP_RECIPIENTS")
    else:
        command = [*command, quiet_site.backups()[0], "--identity", quiet_site.key]

    run = quiet_site.run(*command, **environment)

    assert run.returncode == 1
    assert run.stderr.startswith(f"CommandError: {program} is not installed on this machine.")
    assert quiet_site.rows() == rows


def changed(site, place, change):
    path = place / "changed.age"
    path.write_bytes(change(bytearray(site.backups()[0].read_bytes())))
    return path


def flipped(words):
    words[len(words) // 2] ^= 1
    return words


def another_key(site, place):
    backups.new_key(place / "other")
    return place / "other"


def sealed_words(words, site, place):
    return seal(words, site.key, place / "words.age")


OF_THE_OTHER_KIND = b"PGDMP\x01" if IS_SQLITE else gzip.compress(b"SQLite format 3\x00")
REFUSED_RESTORES = {
    "a damaged file": ({"file": partial(changed, change=flipped)}, "{file} is damaged or cut short."),
    "a file cut short": ({"file": partial(changed, change=lambda f: f[:-1])}, "{file} is damaged or cut short."),
    "a file cut at a seam": (
        {"file": partial(changed, change=lambda f: f[: 216 + 65552])},
        "{file} is damaged or cut short.",
    ),
    "a file cut in its head": (
        {"file": partial(changed, change=lambda f: f[:100])},
        "{file} is damaged, or no backup.",
    ),
    "an empty file": ({"file": partial(changed, change=lambda f: b"")}, "{file} is damaged, or no backup."),
    "any other file": ({"file": lambda site, place: Path("manage.py")}, "{file} is damaged, or no backup."),
    "no file": ({"file": lambda site, place: place / "none"}, "The backup cannot be read: No such file or directory"),
    "a sealed letter": (
        {"file": partial(sealed_words, b"Dear")},
        "{file} can be opened, but it is no backup of this site.",
    ),
    "another database": ({"file": partial(sealed_words, OF_THE_OTHER_KIND)}, "{file} is of "),
    "only the beginning of a copy": (
        {"file": partial(sealed_words, gzip.compress(b"SQLite format 3\x00") if IS_SQLITE else b"PGDMP\x01")},
        "{file} can be opened, but it is no sound copy"
        if IS_SQLITE
        else "The backup cannot be put in place: pg_restore:",
    ),
    "another key": ({"key": another_key}, "{file} is sealed for other keys than the one given."),
    "no key": ({"key": lambda site, place: place / "none"}, "The key cannot be read: No such file or directory"),
    "a file without a key": ({"key": lambda site, place: Path("manage.py")}, "{key} is no file of a secret key"),
}


@pytest.mark.parametrize(("given", "sentence"), REFUSED_RESTORES.values(), ids=REFUSED_RESTORES)
def test_a_restore_is_refused_for(given, sentence, quiet_site, tmp_path):
    rows = quiet_site.rows()
    file = given["file"](quiet_site, tmp_path) if "file" in given else quiet_site.backups()[0]
    key = given["key"](quiet_site, tmp_path) if "key" in given else quiet_site.key

    run = quiet_site.run("restore_backup", file, "--identity", key, "--replace", BACKUP_RECIPIENTS="")

    assert run.returncode == 1
    assert run.stderr.startswith(f"CommandError: {sentence.format(file=file, key=key)}")
    assert run.stderr.count("\n") == 1
    assert "is in place" not in run.stdout
    assert quiet_site.rows() == rows


def test_a_database_that_holds_something_is_not_replaced_by_accident(quiet_site):
    files, rows = quiet_site.files(), quiet_site.rows()

    run = quiet_site.run("restore_backup", quiet_site.backups()[0], "--identity", quiet_site.key)

    assert_refused(run, "CommandError: The database holds something already. Add --replace if all of it may go.")
    assert (quiet_site.files(), quiet_site.rows()) == (files, rows)


# ── Keys ──────────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_key_is_made_without_other_tools_and_never_overwritten(quiet_site, tmp_path):
    key = tmp_path / "key"

    run = quiet_site.run("back_up", "--new-key", key)
    again = quiet_site.run("back_up", "--new-key", key)

    assert run.stdout.strip().endswith(f"Set BACKUP_RECIPIENTS={recipient_of(key)}")
    assert "AGE-SECRET-KEY" not in run.stdout
    assert key.stat().st_mode & 0o777 == 0o600
    assert_refused(again, f"CommandError: {key} exists already. A key is never overwritten")
    assert run.stdout.strip().endswith(recipient_of(key))


def test_each_of_several_keys_opens_a_backup(quiet_site, tmp_path):
    backups.new_key(tmp_path / "other")

    file = quiet_site.back_up(BACKUP_RECIPIENTS=f"{recipient_of(quiet_site.key)},{recipient_of(tmp_path / 'other')}")

    keys = [backups.keys_in(path) for path in (quiet_site.key, tmp_path / "other")]
    assert pyrage.decrypt(file.read_bytes(), keys[0]) == pyrage.decrypt(file.read_bytes(), keys[1])
