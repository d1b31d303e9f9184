"""Sealed copies of the whole database: how they are made, how they go, and how the site comes back from one.

A backup is sealed for public keys; the machine that makes it cannot open it. No plain copy is ever written to a disk:
that of SQLite stays in memory, that of PostgreSQL in a pipe.
"""

import fcntl
import gzip
import io
import json
import os
import shutil
import sqlite3
import time
import zlib
from contextlib import closing, contextmanager, suppress
from datetime import UTC, datetime, timedelta
from subprocess import DEVNULL, PIPE, Popen
from tempfile import TemporaryFile
from typing import NamedTuple

import pyrage
from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.sessions.models import Session
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction
from django.db.backends.postgresql.client import DatabaseClient
from django.db.migrations.exceptions import InconsistentMigrationHistory
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone

from hospital_site import env
from hospital_site.enquiries.actions import SYSTEM, destroy, record
from hospital_site.enquiries.models import AccessRecord, Enquiry, Recusal
from hospital_site.enquiries.sealing import Unreadable
from hospital_site.enquiries.states import State

NAME = "site-%Y%m%dT%H%M%SZ"
UNFINISHED = ".unfinished"
MEMORY = "destroyed-before-restoring.json"
PATIENCE = 20  # seconds that somebody else may keep the database locked
DESTRUCTIONS = [AccessRecord.Action.DELETE, AccessRecord.Action.WITHDRAW, AccessRecord.Action.EXPIRE]
REASON = "Destroyed before a backup was restored."


class Kind(NamedTuple):
    """A kind of database. Its copy is what its own tools read, so that a backup can be opened without this site."""

    database: str
    ending: str
    beginning: bytes


KINDS = {
    "sqlite": Kind("SQLite", ".sqlite3.gz.age", b"\x1f\x8b"),
    "postgresql": Kind("PostgreSQL", ".pgdump.age", b"PGDMP"),
}


class Failed(Exception):
    """Why a backup cannot be made or restored, as a sentence."""


def reason_of(problem):
    """`[Errno 28] No space left on device` → `No space left on device`, also where a library has wrapped it.

    Only the first line: further ones may quote rows.
    """
    return str(problem).strip().split("\n")[0].rpartition("] ")[2]


# ── Keys ──────────────────────────────────────────────────────────────────────────────────────────────────────────────


def private(path, flags):
    return os.open(path, flags, 0o600)


def new_key(path):
    """Write a new secret key into the new file `path`. → the public key to seal for"""
    identity = pyrage.x25519.Identity.generate()
    try:
        with open(path, "x", opener=private) as file:
            file.write(f"# public key: {identity.to_public()}\n{identity}\n")
    except FileExistsError:
        raise Failed(f"{path} exists already. A key is never overwritten: some backup may need it.") from None
    except OSError as problem:
        raise Failed(f"The key cannot be written: {reason_of(problem)}.") from problem
    return identity.to_public()


def keys_in(path):
    """The secret keys in a file of `new_key` or of age-keygen."""
    try:
        lines = [line for line in path.read_text().split("\n") if line.strip() and not line.startswith("#")]
        keys = [pyrage.x25519.Identity.from_str(line.strip()) for line in lines]
    except OSError as problem:
        raise Failed(f"The key cannot be read: {reason_of(problem)}.") from problem
    except (pyrage.IdentityError, UnicodeDecodeError):
        keys = []
    if not keys:
        raise Failed(f"{path} is no file of a secret key: it has one line that begins with “AGE-SECRET-KEY-1”.")
    return keys


# ── Making ────────────────────────────────────────────────────────────────────────────────────────────────────────────


@contextmanager
def folder_for_one():
    """The folder of backups, for one command at a time. What a killed one left unfinished is removed."""
    folder = settings.BACKUP_FOLDER
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor = os.open(folder, os.O_RDONLY)
    except OSError as problem:
        raise Failed(f"The folder of backups cannot be used: {reason_of(problem)}.") from problem
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        for left in folder.glob(f"*{UNFINISHED}"):
            left.unlink()
        yield folder
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


@contextmanager
def whole(path):
    """A file to write that gets its name when all of it is on the disk, and else is not there."""
    unfinished = path.with_name(f"{path.name}{UNFINISHED}")
    try:
        with open(unfinished, "xb", opener=private) as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        unfinished.rename(path)
    finally:
        unfinished.unlink(missing_ok=True)


def recipients():
    if settings.BACKUP_RECIPIENTS:
        return settings.BACKUP_RECIPIENTS
    raise Failed(
        "BACKUP_RECIPIENTS is not set, so nobody could open a backup. "
        "“manage.py back_up --new-key FILE” makes a key and says what to set."
    )


def make(folder):
    """Seal a copy of the whole database into a new file of `folder`. → its path"""
    path = unused_path(folder)
    try:
        if not connection.introspection.table_names():
            raise Failed("The database is empty: there is nothing to back up. Is DATABASE_URL the right one?")
        with whole(path) as file, COPIES[connection.vendor]() as plain:
            pyrage.encrypt_io(plain, file, recipients())
    except (OSError, pyrage.EncryptError) as problem:
        raise Failed(f"The backup cannot be written: {reason_of(problem)}.") from problem
    except (DatabaseError, sqlite3.Error) as problem:
        raise Failed(f"The database cannot be copied: {reason_of(problem)}.") from problem
    return path


def unused_path(folder):
    """Named after this second, or after the next one in which no backup was made."""
    while True:
        path = folder / f"{timezone.now():{NAME}}{KINDS[connection.vendor].ending}"
        if not path.exists():
            return path
        time.sleep(0.1)


@contextmanager
def copy_of_sqlite():
    with closing(sqlite3.connect(":memory:")) as copy:
        connection.ensure_connection()
        connection.connection.backup(copy, progress=patience())
        copy.execute("PRAGMA temp_store = MEMORY")
        copy.execute("VACUUM")  # free pages may still hold what was destroyed
        plain = gzip.compress(copy.serialize(), 6)
    yield io.BytesIO(plain)


@contextmanager
def copy_of_postgresql():
    with TemporaryFile() as complaints:
        with at_our_database("pg_dump", "--format=custom", stdout=PIPE, stderr=complaints) as pg_dump:
            yield pg_dump.stdout
        if pg_dump.returncode:
            raise Failed(f"pg_dump failed: {first_line(complaints)}")


COPIES = {"sqlite": copy_of_sqlite, "postgresql": copy_of_postgresql}


def at_our_database(name, *arguments, **pipes):
    """Start a program of PostgreSQL. It learns the password from its environment, where `ps` does not show it."""
    arguments = [*arguments, "--no-password"]
    command, own = DatabaseClient.settings_to_cmd_args_env(connection.settings_dict, arguments)
    command[0] = path_of(name)
    return Popen(command, env=env.for_program(**(own or {})), bufsize=0, **pipes)  # noqa: S603


def path_of(name):
    if path := shutil.which(name):
        return path
    raise Failed(f"{name} is not installed on this machine. On Debian: apt-get install postgresql-client")


def first_line(complaints):
    complaints.seek(0)
    return complaints.readline().decode(errors="replace").strip() or "it does not say why."


def expire(folder):
    """Delete each backup on the day that BACKUP_DAYS after it was made. → how many"""
    last = timezone.now().astimezone(UTC).date() - timedelta(days=settings.BACKUP_DAYS)
    old = [path for path in folder.iterdir() if (made := day_of(path)) and made <= last]
    for path in old:
        path.unlink()
    return len(old)


def day_of(path):
    """The UTC day on which a backup was made, by its name; `None` for another file."""
    for kind in KINDS.values():
        try:
            return datetime.strptime(path.name, f"{NAME}{kind.ending}").replace(tzinfo=UTC).date()
        except ValueError:
            continue
    return None


# ── Opening ───────────────────────────────────────────────────────────────────────────────────────────────────────────


class Beginning(io.RawIOBase):
    """Takes a whole opened backup and keeps how it begins."""

    kept = b""

    def writable(self):
        return True

    def write(self, part):
        self.kept = self.kept or bytes(part[:8])
        return len(part)


def prove(path, keys):
    """Open all of a backup for nothing, so that nothing is replaced by half of one or by one of another database."""
    beginning = Beginning()
    unseal(path, keys, beginning)
    ours = KINDS[connection.vendor]
    theirs = [kind for kind in KINDS.values() if beginning.kept.startswith(kind.beginning)]
    if not theirs:
        raise Failed(f"{path} can be opened, but it is no backup of this site.")
    if theirs != [ours]:
        raise Failed(f"{path} is of {theirs[0].database}, and DATABASE_URL names a database of {ours.database}.")


def unseal(path, keys, into):
    try:
        with path.open("rb") as file:
            pyrage.decrypt_io(file, into, keys)
    except pyrage.DecryptError as problem:
        if "No matching keys" in str(problem):
            raise Failed(f"{path} is sealed for other keys than the one given.") from problem
        raise Failed(f"{path} is damaged, or no backup.") from problem
    except OSError as problem:
        if problem.errno is None:  # of age, not of the disk
            raise Failed(f"{path} is damaged or cut short.") from problem
        raise Failed(f"The backup cannot be read: {reason_of(problem)}.") from problem


# ── Restoring ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def holds_something():
    try:
        return bool(connection.introspection.table_names())
    except DatabaseError as problem:
        raise unreadable(problem) from problem


def unreadable(problem):
    return Failed(
        f"The present database cannot be read: {reason_of(problem)}. "
        "If it is lost, move it away and restore into a new one."
    )


def put_in_place(path, keys):
    """Replace everything that the database holds, in one transaction."""
    try:
        PLACES[connection.vendor](path, keys)
    except sqlite3.Error as problem:
        raise Failed(f"The backup cannot be put in place: {reason_of(problem)}.") from problem
    finally:
        connection.close()


def into_sqlite(path, keys):
    plain = io.BytesIO()
    unseal(path, keys, plain)
    with closing(sqlite3.connect(":memory:")) as copy:
        try:
            copy.deserialize(gzip.decompress(plain.getvalue()))
            sound = copy.execute("PRAGMA quick_check").fetchall() == [("ok",)]
        except (sqlite3.Error, OSError, EOFError, zlib.error):
            sound = False
        if not sound:
            raise Failed(f"{path} can be opened, but it is no sound copy of a database.")
        connection.ensure_connection()
        copy.backup(connection.connection, progress=patience())


def patience():
    """Python would wait without end for somebody who is writing."""
    end = time.monotonic() + PATIENCE

    def look(status, _left, _total):
        if status in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED) and time.monotonic() > end:
            raise Failed("Another process keeps the database locked.")

    return look


def into_postgresql(path, keys):
    """pg_restore writes SQL, psql runs it, and COMMIT is said only after all of it: what is cut short has not happened.

    `pg_restore --clean` alone would stumble over tables that only a later release has; they go here too.
    """
    tables = ", ".join(map(connection.ops.quote_name, connection.introspection.table_names()))
    drop = f"DROP TABLE {tables} CASCADE;" if tables else ""
    to_sql = [path_of("pg_restore"), "--clean", "--if-exists", "--no-owner", "--file=-"]
    run = ["psql", "--no-psqlrc", "--quiet", "--set=ON_ERROR_STOP=1"]
    connection.close()
    complete = False
    with TemporaryFile() as complaints:
        with at_our_database(*run, stdin=PIPE, stdout=DEVNULL, stderr=complaints) as psql, suppress(OSError, Failed):
            psql.stdin.write(f"BEGIN; SET LOCAL lock_timeout = '{PATIENCE}s'; {drop}\n".encode())
            with Popen(to_sql, stdin=PIPE, stdout=psql.stdin, stderr=complaints, bufsize=0) as pg_restore:  # noqa: S603
                unseal(path, keys, pg_restore.stdin)
            if pg_restore.returncode == 0:
                psql.stdin.write(b"\nCOMMIT;\n")
                complete = True
        if psql.returncode or not complete:
            raise Failed(f"The backup cannot be put in place: {first_line(complaints)}")


PLACES = {"sqlite": into_sqlite, "postgresql": into_postgresql}


# ── What must hold after a restore too ────────────────────────────────────────────────────────────────────────────────


def known():
    """What the database knows and an older one may not, as far as it has our tables.

    `{"destroyed": {reference: action}, "stopped": {reference: since when}, "recused": [[reference, account, by]]}`
    """
    tables = connection.introspection.table_names()
    stopped, recused = {}, []
    if Recusal._meta.db_table in tables:
        stopped = dict(Enquiry.objects.exclude(stopped_at=None).values_list("reference", "stopped_at"))
        recused = Recusal.objects.values_list("enquiry__reference", "user__username", "by")
    return {
        "destroyed": destroyed(tables),
        "stopped": {reference: at.isoformat() for reference, at in stopped.items()},
        "recused": [list(one) for one in recused],
    }


def destroyed(tables):
    found = {}
    if Enquiry._meta.db_table in tables:
        stubs = Enquiry.objects.filter(state=State.DESTROYED).values_list("reference", flat=True)
        found |= dict.fromkeys(stubs, AccessRecord.Action.EXPIRE.value)
    if AccessRecord._meta.db_table in tables:
        log = AccessRecord.objects.filter(action__in=DESTRUCTIONS).exclude(reference="").order_by("pk")
        found |= dict(log.values_list("reference", "action"))
    return found


def remember(folder):
    """Write down outside the database what it knows, before it is replaced by one that may not."""
    try:
        memory = merged(remembered(folder), known())
    except DatabaseError as problem:
        raise unreadable(problem) from problem
    try:
        with whole(folder / MEMORY) as file:
            file.write(json.dumps(memory).encode())
    except OSError as problem:
        raise Failed(f"The folder of backups cannot be used: {reason_of(problem)}.") from problem


def remembered(folder):
    path = folder / MEMORY
    memory = json.loads(path.read_text()) if path.exists() else {}
    if "destroyed" not in memory:  # as written when nothing else was remembered
        memory = {"destroyed": memory}
    return {"stopped": {}, "recused": []} | memory


def merged(before, now):
    return {
        "destroyed": before["destroyed"] | now["destroyed"],
        "stopped": now["stopped"] | before["stopped"],
        "recused": before["recused"] + [one for one in now["recused"] if one not in before["recused"]],
    }


def forget_what_is_known(folder):
    """Take the memory away where the database still knows all of it: nothing was replaced, and the site goes on."""
    with suppress(DatabaseError):
        now = known()
        if merged(now, remembered(folder)) == now:
            (folder / MEMORY).unlink()


def is_unfinished(folder):
    """Was a restore killed between putting the backup in place and its end?"""
    return (folder / MEMORY).exists()


def finish(folder, say):
    """Bring what was restored up to this release, and make hold again what held before. May be run again."""
    memory = remembered(folder)
    try:
        say(f"{bring_up_to_date()} migrations applied.")
        Session.objects.all().delete()
        say(f"{recuse_again(memory['recused'])} accounts kept away again from what is about them.")
        say(f"{stop_again(memory['stopped'])} enquiries stopped again.")
        say(f"{destroy_again(memory['destroyed'])} enquiries destroyed again.")
        say(delete_expired())
    except (DatabaseError, InconsistentMigrationHistory) as problem:
        raise Failed(f"What was restored does not fit this release: {reason_of(problem)}") from problem
    if not can_be_read():
        say("Some enquiries are sealed with a key that is not in ENQUIRY_KEYS. Add the key of that time.")
    (folder / MEMORY).unlink()


def bring_up_to_date():
    executor = MigrationExecutor(connection)
    missing = executor.migration_plan(executor.loader.graph.leaf_nodes())
    call_command("migrate", verbosity=0, interactive=False)
    return len(missing)


def delete_expired():
    """→ what the command said, also what it complains of when its work is done: that hinders no restore"""
    said = io.StringIO()
    try:
        call_command("delete_expired_enquiries", stdout=said)
    except CommandError as complaint:
        said.write(str(complaint))
    return said.getvalue().strip()


def can_be_read():
    try:
        for _answers in Enquiry.objects.exclude(state=State.DESTROYED).values_list("answers").iterator():
            pass
    except Unreadable:
        return False
    return True


@transaction.atomic
def recuse_again(recused):
    """Keep away from an enquiry whom it is about, where both are here. → how many"""
    number = 0
    for reference, account, by in recused:
        enquiry = Enquiry.objects.defer("answers").filter(reference=reference).first()
        user = get_user_model().objects.filter(username=account).first()
        if enquiry and user and Recusal.objects.get_or_create(enquiry=enquiry, user=user, defaults={"by": by})[1]:
            record(AccessRecord.Action.RECUSE, by=SYSTEM, enquiry=enquiry, reason=account)
            number += 1
    return number


@transaction.atomic
def stop_again(stopped):
    """Stop the work on what people had asked to be stopped. → how many"""
    again = Enquiry.objects.filter(reference__in=stopped, stopped_at=None).exclude(state=State.DESTROYED)
    enquiries = list(again.defer("answers"))
    for enquiry in enquiries:
        enquiry.stopped_at = datetime.fromisoformat(stopped[enquiry.reference])
        enquiry.save(update_fields=["stopped_at"])
        record(AccessRecord.Action.STOP, by=SYSTEM, enquiry=enquiry, reason="Stopped before a backup was restored.")
    return len(enquiries)


def destroy_again(known):
    """Destroy what `known` names, and log all of it here, so that the next restore knows it too. → how many"""
    here = destroyed(connection.introspection.table_names())
    living = dict(Enquiry.objects.exclude(state=State.DESTROYED).values_list("reference", "pk"))
    again = {reference: action for reference, action in (here | known).items() if reference in living}
    for reference, action in again.items():
        with transaction.atomic():
            enquiry = destroy(Enquiry(pk=living[reference]))
            record(action, by=SYSTEM, enquiry=enquiry, reason=REASON)
    for reference in known.keys() - here.keys() - living.keys():
        AccessRecord.objects.create(account=SYSTEM, action=known[reference], reference=reference, reason=REASON)
    return len(again)
