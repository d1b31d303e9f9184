"""Replacing the database with a backup, without undoing what must hold in every database from now on.

What that is, is known to `hospital_site.enquiries.restore`; here it is saved beside the database before it is replaced,
and applied again afterwards, also where the command was killed in between.
"""

import io
import json
from contextlib import suppress

from django.contrib.sessions.models import Session
from django.core.management import call_command
from django.db import DatabaseError, connection
from django.db.migrations.exceptions import InconsistentMigrationHistory
from django.db.migrations.executor import MigrationExecutor

from hospital_site.backups import BackupError, reason_of
from hospital_site.backups.archive import DATABASES, atomic_write
from hospital_site.backups.sealing import unseal
from hospital_site.enquiries.restore import current_state, merge_states, parse_state, reapply
from hospital_site.staff.models import KeptForm

STATE_FILE = "destroyed-before-restoring.json"


class Head(io.RawIOBase):
    """A stream that keeps only the first bytes written to it."""

    content = b""

    def writable(self):
        return True

    def write(self, chunk):
        self.content = self.content or bytes(chunk[:8])
        return len(chunk)


def verify(path, keys):
    """Decrypt all of a backup without using it. Raises BackupError where it is damaged, or of another database."""
    head = Head()
    unseal(path, keys, head)
    ours = DATABASES[connection.vendor]
    found = next((database for database in DATABASES.values() if head.content.startswith(database.MAGIC)), None)
    if found is None:
        raise BackupError(f"{path} can be opened, but it is no backup of this site.")
    if found != ours:
        raise BackupError(f"{path} is of {found.NAME}, and DATABASE_URL names a database of {ours.NAME}.")


def has_tables():
    try:
        return bool(connection.introspection.table_names())
    except DatabaseError as error:
        raise unreadable(error) from error


def unreadable(error):
    return BackupError(
        f"The present database cannot be read: {reason_of(error)}. "
        "If it is lost, move it away and restore into a new one."
    )


def replace_database(path, keys):
    """Replace everything that the database holds with the backup at `path`, in one transaction."""
    try:
        DATABASES[connection.vendor].load(path, keys)
    finally:
        connection.close()


# ── What must hold after a restore too ────────────────────────────────────────────────────────────────────────────────


def save_state(folder):
    """Write the state that a backup may not have into `folder`, before the database is replaced."""
    try:
        state = merge_states(saved_state(folder), current_state())
    except DatabaseError as error:
        raise unreadable(error) from error
    try:
        with atomic_write(folder / STATE_FILE) as file:
            file.write(json.dumps(state).encode())
    except OSError as error:
        raise BackupError(f"The folder of backups cannot be used: {reason_of(error)}.") from error


def saved_state(folder):
    path = folder / STATE_FILE
    return parse_state(json.loads(path.read_text()) if path.exists() else {})


def discard_state(folder):
    """Delete the saved state where the database still has all of it, because nothing was replaced."""
    with suppress(DatabaseError):
        current = current_state()
        if merge_states(current, saved_state(folder)) == current:
            (folder / STATE_FILE).unlink()


def is_unfinished(folder):
    """Was a restore killed after the state was saved and before it was applied again?"""
    return (folder / STATE_FILE).exists()


def reapply_state(folder, report):
    """Migrate what was restored, end all sessions, and apply the saved state again. May be run again.

    `report` is called with a sentence about each step. Raises BackupError.
    """
    state = saved_state(folder)
    try:
        report(f"{migrate()} migrations applied.")
        Session.objects.all().delete()
        KeptForm.objects.all().delete()
        reapply(state, report)
    except (DatabaseError, InconsistentMigrationHistory) as error:
        raise BackupError(f"What was restored does not fit this release: {reason_of(error)}") from error
    (folder / STATE_FILE).unlink()


def migrate():
    """Apply the missing migrations, and return how many."""
    executor = MigrationExecutor(connection)
    missing = executor.migration_plan(executor.loader.graph.leaf_nodes())
    call_command("migrate", verbosity=0, interactive=False)
    return len(missing)
