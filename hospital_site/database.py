"""When it is the database that cannot serve."""

from django.db import DatabaseError, InterfaceError, OperationalError

from hospital_site.logs import chain

# Of a standby, and of a database whose migrations are those of another release.
READ_ONLY_SQL_TRANSACTION, UNDEFINED_TABLE, UNDEFINED_COLUMN = "25006", "42P01", "42703"
CODES_OF_ANOTHER_STATE = {READ_ONLY_SQL_TRANSACTION, UNDEFINED_TABLE, UNDEFINED_COLUMN}


def is_away(exception):
    """Is it, or what led to it, a database that cannot serve now, rather than a mistake of ours?"""
    return any(
        isinstance(one, OperationalError | InterfaceError)
        or (isinstance(one, DatabaseError) and getattr(one.__cause__, "pgcode", None) in CODES_OF_ANOTHER_STATE)
        for one in chain(exception)
    )
