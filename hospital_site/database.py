"""The server's patience with PostgreSQL: whoever waits for one that hangs gives up after `DATABASE_TIMEOUT`.

Commands beside the server (migrations, backups, restores) wait as long as it takes.
"""

import select
import time

import psycopg2
from django.conf import settings
from django.db import DatabaseError, InterfaceError, OperationalError
from psycopg2 import errorcodes, extensions

from hospital_site.logs import chain

# Of a standby, and of a database whose migrations are those of another release.
CODES_OF_ANOTHER_STATE = {
    errorcodes.READ_ONLY_SQL_TRANSACTION,
    errorcodes.UNDEFINED_TABLE,
    errorcodes.UNDEFINED_COLUMN,
}


def limit_waits():
    """Lets every wait for PostgreSQL in this process, to connect or for an answer, end after `DATABASE_TIMEOUT`."""
    extensions.set_wait_callback(wait)


def wait(connection):
    """Waits until `connection` has its answer. Raises OperationalError, and the connection is closed, if none comes."""
    ends_at = time.monotonic() + settings.DATABASE_TIMEOUT
    while (state := connection.poll()) != extensions.POLL_OK:
        left = ends_at - time.monotonic()
        if left <= 0:
            raise psycopg2.OperationalError(f"The database did not answer within {settings.DATABASE_TIMEOUT} seconds.")
        poll = select.poll()
        poll.register(connection.fileno(), select.POLLIN if state == extensions.POLL_READ else select.POLLOUT)
        poll.poll(left * 1000)


def is_away(exception):
    """Is it, or what led to it, a database that cannot serve now, rather than a mistake of ours?"""
    return any(
        isinstance(one, OperationalError | InterfaceError)
        or (isinstance(one, DatabaseError) and getattr(one.__cause__, "pgcode", None) in CODES_OF_ANOTHER_STATE)
        for one in chain(exception)
    )
