"""A database as the migrations leave it, and the first content, kept in `var/` for runs of the same code.

On PostgreSQL the database is kept on the server of the run, as a template for its other processes.
"""

import fcntl
import os
import sqlite3
from contextlib import closing, contextmanager
from functools import cache
from hashlib import sha256

import psycopg2
from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.db import connection, transaction

FOLDER = settings.VAR_DIR / "migrated"
ROOMS = ("hospital_site", "centers", "patients_rights")


@cache
def path():
    """The file for this code: any other line of Python, content or requirement makes another one."""
    return FOLDER / f"{digest_of(*(f'{folder}/*.{ending}' for folder in ROOMS for ending in ('py', 'yaml')))}.sqlite3"


@cache
def first_site():
    """The folder of a site with the first content, for this code: its database and its static files."""
    return FOLDER / digest_of(*(f"{folder}/*" for folder in ROOMS), "locale/*.po", "static/*")


def digest_of(*patterns):
    digest = sha256((settings.BASE_DIR / "requirements-dev.txt").read_bytes())
    found = {file for pattern in patterns for file in files_of(*pattern.split("/"))}
    for file in sorted(found):
        digest.update(f"{file.relative_to(settings.BASE_DIR)} {file.stat().st_size} ".encode() + file.read_bytes())
    return digest.hexdigest()


def files_of(folder, name):
    files = (settings.BASE_DIR / folder).rglob(name)
    return [file for file in files if file.is_file() and "__pycache__" not in file.parts]


@cache
def turn():
    """The descriptor, open as long as this process, of the file that is locked by the one process that migrates."""
    FOLDER.mkdir(exist_ok=True)
    return os.open(FOLDER / f"turn-{connection.vendor}", os.O_WRONLY | os.O_CREAT)


def is_wanted():
    """Is there a database to copy? Of processes that begin at once the first one migrates; the others wait for it."""
    fcntl.flock(turn(), fcntl.LOCK_EX)
    is_kept = is_there()
    if is_kept:
        fcntl.flock(turn(), fcntl.LOCK_UN)
    return is_kept


def is_there():
    if connection.vendor == "sqlite":
        return path().exists()
    with server() as cursor:
        cursor.execute("SELECT FROM pg_database WHERE datname = %s", [template()])
        return cursor.rowcount == 1


@contextmanager
def server():
    """A cursor on the PostgreSQL server, beside every database that is copied."""
    with closing(psycopg2.connect(**connection.get_connection_params() | {"dbname": "postgres"})) as line:
        line.autocommit = True
        yield line.cursor()


def template():
    return f"migrated_{path().stem[:16]}"


def fill(sender, connection, **_more):
    """Copy what is ready into a new database of SQLite."""
    if connection.vendor == "sqlite" and not connection.introspection.table_names():
        with closing(sqlite3.connect(path())) as ready:
            ready.backup(connection.connection)


def keep():
    """Keep the database of this run, and none of other code."""
    if is_there():
        return
    if connection.vendor == "sqlite":
        keep_file()
    else:
        keep_template()
    fcntl.flock(turn(), fcntl.LOCK_UN)


def keep_file():
    for other in FOLDER.glob("*.sqlite3"):
        other.unlink(missing_ok=True)
    new = FOLDER / f"{os.getpid()}.new"
    with closing(sqlite3.connect(new)) as copy:
        connection.ensure_connection()
        connection.connection.backup(copy)
    new.replace(path())


def keep_template():
    connection.close()  # nobody may be there while it is copied
    with server() as cursor:
        cursor.execute("SELECT datname FROM pg_database WHERE starts_with(datname, 'migrated_')")
        for [other] in cursor.fetchall():
            cursor.execute(f"DROP DATABASE {other}")
        cursor.execute(f"CREATE DATABASE {template()} TEMPLATE {connection.settings_dict['NAME']}")


def as_it_is():
    """What puts the database back to how it is now."""
    put_back = (rows_of_sqlite if connection.vendor == "sqlite" else rows_of_postgresql)()

    def put_all_back():
        put_back()
        ContentType.objects.clear_cache()

    return put_all_back


def rows_of_sqlite():
    now = sqlite3.connect(":memory:", check_same_thread=False)
    connection.connection.backup(now)

    def put_back():
        connection.ensure_connection()
        now.backup(connection.connection)

    return put_back


def rows_of_postgresql():
    """Rows alone: numbers go on from where they were. Truncating many small tables would be slow."""
    names = connection.introspection.django_table_names(only_existing=True, include_views=False)
    tables = [connection.ops.quote_name(name) for name in names]
    now = {}
    with connection.cursor() as cursor:
        for table in tables:
            cursor.execute(f"SELECT each::text FROM {table} AS each")
            now[table] = [row for [row] in cursor.fetchall()]

    def put_back():
        with transaction.atomic(), connection.cursor() as cursor:
            deletions = [f"DELETE FROM {table}" for table in tables]
            cursor.execute(";".join(["SET LOCAL session_replication_role = replica", *deletions]))
            for table in filter(now.get, tables):
                cursor.execute(f"INSERT INTO {table} SELECT (each::{table}).* FROM unnest(%s) AS each", [now[table]])

    return put_back
