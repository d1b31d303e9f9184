"""Fixtures that build much with little: what the first test of a process wrote is written again for the others.

The same statements make the same rows where tables give the same numbers again: on SQLite a transaction that is rolled
back takes its numbers back too, on PostgreSQL the fixture does it.
"""

import pickle
import re
from functools import cache, wraps

from django.db import connection, transaction
from django.utils import timezone

CHANGES = re.compile(r"\s*(?:INSERT|UPDATE|DELETE|REPLACE|SAVEPOINT|RELEASE|ROLLBACK)\b", re.IGNORECASE)


def recorded(build):
    """Make of a fixture one that builds once for each state of the database that it begins with, and replays then.

    What it is given beside a `clock` counts as a part of that state. A `clock` is moved to where the fixture left it;
    where a clock stands still at an hour before the recording, it is built again. What is returned is a copy.
    """
    recordings = {}

    @wraps(build)
    def fixture(**given):
        clock = given.get("clock")
        begun = numbers_given(), *((name, value) for name, value in given.items() if name != "clock")
        hour = timezone.now()
        if begun in recordings and recordings[begun][0] <= hour:
            _hour, statements, made, now = recordings[begun]
            replay(statements)
        else:
            statements = []
            with connection.execute_wrapper(recorder(statements)):
                result = build(**given)
            now = clock and clock.now
            made = pickle.dumps(result)
            recordings[begun] = hour, ready_to_replay(statements), made, now
        if clock:
            clock.now = now
        return pickle.loads(made)

    return fixture


def numbers_given():
    """The number that each table gave last. On PostgreSQL those of rows that are gone are taken back first."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT name, seq FROM sqlite_sequence ORDER BY name" if is_sqlite() else take_numbers_back())
        return tuple(cursor.fetchall())


def is_sqlite():
    return connection.vendor == "sqlite"


@cache
def take_numbers_back():
    given = []
    for sequence in connection.introspection.sequence_list():
        name, table, column = (connection.ops.quote_name(sequence[each]) for each in ("name", "table", "column"))
        given.append(f"setval('{name}', (SELECT coalesce(max({column}), 0) + 1 FROM {table}), false)")
    return f"SELECT {', '.join(given)}"


def recorder(statements):
    def record(execute, sql, parameters, many, context):
        if CHANGES.match(sql):
            statements.append((sql, parameters, many))
        return execute(sql, parameters, many, context)

    return record


def ready_to_replay(statements):
    """The statements; for PostgreSQL with their parameters in one text, which is sent at once."""
    if is_sqlite():
        return statements
    with connection.cursor() as cursor:
        each = [(sql, row) for sql, rows, many in statements for row in (rows if many else [rows])]
        return [(b";".join(cursor.mogrify(sql, row) for sql, row in each).decode(), None, False)] if each else []


def replay(statements):
    with transaction.atomic(savepoint=False), connection.cursor() as cursor:
        for sql, parameters, many in statements:
            (cursor.executemany if many else cursor.execute)(sql, parameters)
            if is_sqlite():
                cursor.fetchall()
