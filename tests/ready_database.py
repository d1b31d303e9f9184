"""A database as the migrations leave it, kept in `var/` for the next run that has the same code."""

import sqlite3
from contextlib import closing
from functools import cache
from hashlib import sha256
from os import getpid

from django.conf import settings
from django.db import connection

FOLDER = settings.VAR_DIR / "migrated"


@cache
def path():
    """The file for this code: any other line of Python, content or requirement makes another one."""
    sources = [settings.BASE_DIR / "requirements-dev.txt"]
    for folder in ("hospital_site", "centers", "patients_rights"):
        sources += [file for ending in ("py", "yaml") for file in (settings.BASE_DIR / folder).rglob(f"*.{ending}")]
    digest = sha256()
    for file in sorted(sources):
        digest.update(f"{file.relative_to(settings.BASE_DIR)} {file.stat().st_size} ".encode() + file.read_bytes())
    return FOLDER / f"{digest.hexdigest()}.sqlite3"


def is_wanted():
    return connection.vendor == "sqlite" and path().exists()


def fill(sender, connection, **_more):
    """Copy what is ready into a new database."""
    if not connection.introspection.table_names():
        with closing(sqlite3.connect(path())) as ready:
            ready.backup(connection.connection)


def keep():
    """Keep the database of this run, and none of other code."""
    if connection.vendor != "sqlite" or path().exists():
        return
    FOLDER.mkdir(exist_ok=True)
    for other in FOLDER.glob("*.sqlite3"):
        other.unlink(missing_ok=True)
    new = FOLDER / f"{getpid()}.new"
    with closing(sqlite3.connect(new)) as copy:
        connection.ensure_connection()
        connection.connection.backup(copy)
    new.replace(path())
