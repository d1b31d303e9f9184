"""The server's patience with PostgreSQL: whoever waits for one that hangs gives up after `DATABASE_TIMEOUT`.

Commands beside the server (migrations, backups, restores) wait as long as it takes.
"""

import select
import threading
import time

from django.conf import settings

SHORT = 1.0  # seconds of patience while the database is known to be in trouble
STEP = 250  # milliseconds after which whoever waits looks whether it still makes sense

in_trouble = threading.Event()  # set while the database does not answer (`page_store.freshness`)
own = threading.local()  # a thread may have less patience: `own.patience = 1.0`


def limit_waits():
    """Lets every wait for PostgreSQL in this process, to connect or for an answer, end after `DATABASE_TIMEOUT`.

    While the database is `in_trouble` it ends after a moment, so that no thread of the server hangs with it.
    """
    from psycopg2.extensions import set_wait_callback  # a site on SQLite does without, and starts 25 ms earlier

    set_wait_callback(wait)


def wait(connection):
    """Waits until `connection` has its answer. Raises OperationalError, and the connection is closed, if none comes."""
    from psycopg2 import OperationalError
    from psycopg2.extensions import POLL_OK, POLL_READ

    started = time.monotonic()
    while (state := connection.poll()) != POLL_OK:
        poll = select.poll()
        poll.register(connection.fileno(), select.POLLIN if state == POLL_READ else select.POLLOUT)
        while not poll.poll(STEP):
            if time.monotonic() - started > patience():
                raise OperationalError(f"The database did not answer within {patience()} seconds.")


def patience():
    """Return for how many seconds this thread waits for an answer now."""
    longest = getattr(own, "patience", settings.DATABASE_TIMEOUT)
    return min(longest, SHORT) if in_trouble.is_set() else longest
