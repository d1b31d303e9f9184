"""The folder of backups: creating one, and deleting those that are too old."""

import fcntl
import os
import sqlite3
import time
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

from django.conf import settings
from django.db import DatabaseError, connection
from django.utils import timezone

from hospital_site.backups import BackupError, postgresql, reason_of, sqlite
from hospital_site.backups.sealing import open_private, seal

DATABASES = {"sqlite": sqlite, "postgresql": postgresql}  # by Django's name of the vendor
NAME_FORMAT = "site-%Y%m%dT%H%M%SZ"
UNFINISHED_SUFFIX = ".unfinished"


@contextmanager
def locked_folder():
    """Yield the folder of backups, for one command at a time, without the files that a killed one left unfinished."""
    folder = settings.BACKUP_FOLDER
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor = os.open(folder, os.O_RDONLY)
    except OSError as error:
        raise BackupError(f"The folder of backups cannot be used: {reason_of(error)}.") from error
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        for unfinished in folder.glob(f"*{UNFINISHED_SUFFIX}"):
            unfinished.unlink()
        yield folder
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


@contextmanager
def atomic_write(path):
    """Yield a file that gets the name `path` once all of it is on the disk, and is removed otherwise."""
    unfinished = path.with_name(f"{path.name}{UNFINISHED_SUFFIX}")
    try:
        with open(unfinished, "xb", opener=open_private) as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        unfinished.rename(path)
    finally:
        unfinished.unlink(missing_ok=True)


def create_backup(folder):
    """Seal a copy of the whole database into a new file of `folder`, and return its path."""
    database = DATABASES[connection.vendor]
    path = unused_path(folder, database.SUFFIX)
    try:
        if not connection.introspection.table_names():
            raise BackupError("The database is empty: there is nothing to back up. Is DATABASE_URL the right one?")
        with atomic_write(path) as file, database.dump() as plain:
            seal(plain, file)
    except OSError as error:
        raise BackupError(f"The backup cannot be written: {reason_of(error)}.") from error
    except (DatabaseError, sqlite3.Error) as error:
        raise BackupError(f"The database cannot be copied: {reason_of(error)}.") from error
    return path


def unused_path(folder, suffix):
    """Return a path named after this second, or after the next one in which no backup was created."""
    while True:
        path = folder / f"{timezone.now():{NAME_FORMAT}}{suffix}"
        if not path.exists():
            return path
        time.sleep(0.1)


def delete_expired(folder):
    """Delete each backup on the day that is BACKUP_DAYS after its own, and return how many."""
    last = timezone.now().astimezone(UTC).date() - timedelta(days=settings.BACKUP_DAYS)
    expired = [path for path in folder.iterdir() if (created := created_on(path)) and created <= last]
    for path in expired:
        path.unlink()
    return len(expired)


def created_on(path):
    """Return the UTC day on which a backup was created, by its name; `None` for another file."""
    for database in DATABASES.values():
        try:
            return datetime.strptime(path.name, f"{NAME_FORMAT}{database.SUFFIX}").replace(tzinfo=UTC).date()
        except ValueError:
            continue
    return None
