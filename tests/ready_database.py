"""A database as the migrations leave it, and the first content, kept in `var/` for runs of the same code."""

import fcntl
import sqlite3
from contextlib import closing
from functools import cache
from hashlib import sha256
from os import getpid

from django.conf import settings
from django.db import connection

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
    """The file that is locked by the one process that migrates."""
    FOLDER.mkdir(exist_ok=True)
    return (FOLDER / "turn").open("w")


def is_wanted():
    """Is there a database to copy? Of processes that begin at once the first one migrates; the others wait for it."""
    if connection.vendor != "sqlite":
        return False
    fcntl.flock(turn(), fcntl.LOCK_EX)
    if path().exists():
        fcntl.flock(turn(), fcntl.LOCK_UN)
    return path().exists()


def fill(sender, connection, **_more):
    """Copy what is ready into a new database."""
    if not connection.introspection.table_names():
        with closing(sqlite3.connect(path())) as ready:
            ready.backup(connection.connection)


def keep():
    """Keep the database of this run, and none of other code."""
    if connection.vendor != "sqlite" or path().exists():
        return
    for other in FOLDER.glob("*.sqlite3"):
        other.unlink(missing_ok=True)
    new = FOLDER / f"{getpid()}.new"
    with closing(sqlite3.connect(new)) as copy:
        connection.ensure_connection()
        connection.connection.backup(copy)
    new.replace(path())
    fcntl.flock(turn(), fcntl.LOCK_UN)
