"""Dump and load an SQLite database: a gzipped database file, which `gunzip` and `sqlite3` read without this site."""

import gzip
import io
import sqlite3
import time
import zlib
from contextlib import closing, contextmanager

from django.conf import settings
from django.db import connection

from hospital_site.backups import BackupError, reason_of
from hospital_site.backups.sealing import unseal

NAME = "SQLite"
SUFFIX = ".sqlite3.gz.age"
MAGIC = b"\x1f\x8b"


@contextmanager
def dump():
    """Yield a stream of the whole database. It needs about four times the database in memory."""
    with closing(sqlite3.connect(":memory:")) as copy:
        connection.ensure_connection()
        connection.connection.backup(copy, progress=lock_timeout())
        copy.execute("PRAGMA temp_store = MEMORY")
        copy.execute("VACUUM")  # free pages may still hold what was destroyed
        plain = gzip.compress(copy.serialize(), 6)
    yield io.BytesIO(plain)


def load(path, keys):
    """Replace everything in the database with the backup at `path`, in one transaction."""
    plain = io.BytesIO()
    unseal(path, keys, plain)
    try:
        with closing(sqlite3.connect(":memory:")) as copy:
            if not deserialize(copy, plain.getvalue()):
                raise BackupError(f"{path} can be opened, but it is no sound copy of a database.")
            connection.ensure_connection()
            connection.connection.execute("PRAGMA busy_timeout = 0")  # `lock_timeout` waits instead
            copy.backup(connection.connection, progress=lock_timeout())
    except sqlite3.Error as error:
        raise BackupError(f"The backup cannot be put in place: {reason_of(error)}.") from error


def deserialize(copy, gzipped):
    """Read a gzipped database file into the connection `copy`, and return whether it is sound."""
    try:
        copy.deserialize(gzip.decompress(gzipped))
        return copy.execute("PRAGMA quick_check").fetchall() == [("ok",)]
    except (sqlite3.Error, OSError, EOFError, zlib.error):
        return False


def lock_timeout():
    """Return a progress callback that ends a copy after BACKUP_LOCK_TIMEOUT; Python alone waits forever."""
    end = time.monotonic() + settings.BACKUP_LOCK_TIMEOUT

    def check(status, _remaining, _total):
        if status in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED) and time.monotonic() > end:
            raise BackupError("Another process keeps the database locked.")

    return check
