"""Dump and load a PostgreSQL database: pg_dump's own format, which `pg_restore` reads without this site."""

import shutil
from contextlib import contextmanager, suppress
from subprocess import DEVNULL, PIPE, Popen
from tempfile import TemporaryFile

from django.conf import settings
from django.db import connection
from django.db.backends.postgresql.client import DatabaseClient

from hospital_site import env
from hospital_site.backups import BackupError
from hospital_site.backups.sealing import unseal

NAME = "PostgreSQL"
SUFFIX = ".pgdump.age"
MAGIC = b"PGDMP"


@contextmanager
def dump():
    """Yield a stream of the whole database."""
    refuse_pooler()
    with TemporaryFile() as stderr:
        with start("pg_dump", "--format=custom", stdout=PIPE, stderr=stderr) as pg_dump:
            yield pg_dump.stdout
        if pg_dump.returncode:
            raise BackupError(f"pg_dump failed: {first_line(stderr)}")


def load(path, keys):
    """Replace everything in the database with the backup at `path`, in one transaction.

    pg_restore writes SQL, psql runs it, and COMMIT is sent only after all of it: what is cut short has not happened.
    `pg_restore --clean` alone would fail at tables that only a later release has; they are dropped here too.
    """
    tables = ", ".join(map(connection.ops.quote_name, connection.introspection.table_names()))
    drop = f"DROP TABLE {tables} CASCADE;" if tables else ""
    to_sql = [path_of("pg_restore"), "--clean", "--if-exists", "--no-owner", "--file=-"]
    run = ["psql", "--no-psqlrc", "--quiet", "--set=ON_ERROR_STOP=1"]
    refuse_pooler()
    connection.close()
    is_complete = False
    with TemporaryFile() as stderr:
        with start(*run, stdin=PIPE, stdout=DEVNULL, stderr=stderr) as psql, suppress(OSError, BackupError):
            psql.stdin.write(f"BEGIN; SET LOCAL lock_timeout = '{settings.BACKUP_LOCK_TIMEOUT}s'; {drop}\n".encode())
            with Popen(to_sql, stdin=PIPE, stdout=psql.stdin, stderr=stderr, bufsize=0) as pg_restore:  # noqa: S603
                unseal(path, keys, pg_restore.stdin)
            if pg_restore.returncode == 0:
                psql.stdin.write(b"\nCOMMIT;\n")
                is_complete = True
        if psql.returncode or not is_complete:
            raise BackupError(f"The backup cannot be put in place: {first_line(stderr)}")
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")  # a dump has no statistics, without which queries on many pages are planned badly


def refuse_pooler():
    """Raises BackupError where PgBouncer or the like stands between.

    What pg_dump and psql set for their session, such as an empty search path, would stay in one that others get.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        if cursor.fetchone()[0] != connection.connection.info.backend_pid:
            raise BackupError(
                "DATABASE_URL leads to a pooler such as PgBouncer, whose sessions a backup would spoil for the site. "
                "Give this command the address of PostgreSQL itself."
            )


def start(program, *arguments, **pipes):
    """Start a program of PostgreSQL on our database. The environment has the password, where `ps` does not show it."""
    arguments = [*arguments, "--no-password"]
    command, own = DatabaseClient.settings_to_cmd_args_env(connection.settings_dict, arguments)
    command[0] = path_of(program)
    return Popen(command, env=env.for_program(**(own or {})), bufsize=0, **pipes)  # noqa: S603


def path_of(program):
    if path := shutil.which(program):
        return path
    raise BackupError(f"{program} is not installed on this machine. On Debian: apt-get install postgresql-client")


def first_line(stderr):
    stderr.seek(0)
    return stderr.readline().decode(errors="replace").strip() or "it does not say why."
