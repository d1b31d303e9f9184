"""Sealed backups of the whole database, and the restore from one.

A backup is sealed for public keys, so the machine that creates it cannot open it. No plain copy is written to a disk:
that of SQLite stays in memory, that of PostgreSQL in a pipe.
"""


class BackupError(Exception):
    """A backup cannot be created or restored; the message is a sentence for the operator."""


def reason_of(error):
    """Return the message of an OS or database error: `[Errno 28] No space left on device` → `No space left on device`.

    Also where a library has wrapped it. Only the first line: further ones may quote rows.
    """
    return str(error).strip().split("\n")[0].rpartition("] ")[2]
