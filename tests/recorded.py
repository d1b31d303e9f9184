"""Fixtures that build much with little: what the first test of a process wrote is written again for the others.

On SQLite a transaction that is rolled back takes its numbers back too, so that the same statements make the same rows.
Elsewhere the fixture builds each time.
"""

import pickle
import re
from functools import wraps

from django.db import connection
from django.utils import timezone

REAL_CLOCK = timezone.now
CHANGES = re.compile(r"\s*(?:INSERT|UPDATE|DELETE|REPLACE|SAVEPOINT|RELEASE|ROLLBACK)\b", re.IGNORECASE)


def recorded(build):
    """Make of a fixture one that builds once for each state of the database that it begins with, and replays then.

    A `clock` is moved to where the fixture left it. What is returned is a copy.
    """
    recordings = {}

    @wraps(build)
    def fixture(**given):
        clock = given.get("clock")
        is_at_another_hour = not clock and timezone.now is not REAL_CLOCK
        if connection.vendor != "sqlite" or is_at_another_hour:
            return build(**given)
        begun = numbers_given()
        if begun in recordings:
            statements, made, now = recordings[begun]
            replay(statements)
        else:
            statements = []
            with connection.execute_wrapper(recorder(statements)):
                result = build(**given)
            now = clock and clock.now
            made = pickle.dumps(result)
            recordings[begun] = statements, made, now
        if clock:
            clock.now = now
        return pickle.loads(made)

    return fixture


def numbers_given():
    """How many rows each table has ever had."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT name, seq FROM sqlite_sequence ORDER BY name")
        return tuple(cursor.fetchall())


def recorder(statements):
    def record(execute, sql, parameters, many, context):
        if CHANGES.match(sql):
            statements.append((sql, parameters, many))
        return execute(sql, parameters, many, context)

    return record


def replay(statements):
    with connection.cursor() as cursor:
        for sql, parameters, many in statements:
            (cursor.executemany if many else cursor.execute)(sql, parameters)
            cursor.fetchall()
