"""Queries whose SQL is written once in a process: Django takes longer to write it than a database to answer it."""

import json
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from functools import cache, lru_cache, partial, wraps
from hashlib import blake2b

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import JSONField, Value
from django.db.models.base import ModelState

MOMENT = datetime(1000, 1, 1, tzinfo=UTC)


class Written(Exception):
    """The SQL of a query that was about to be sent."""


def prepared(build):
    """Make of a function that returns a queryset one that returns its rows, and writes the SQL once for each shape.

    Positional arguments are the shape. Keyword arguments are values to compare with: texts, keys, several of either,
    moments, days. The rows of a `values_list` of texts, numbers and JSON are tuples, which cost less than instances.
    """

    @wraps(build)
    def rows(*shape, **values):
        blanks = blanks_for(values)
        row_of, sql, parameters, converters = statement(build, shape, tuple(blanks.items()))
        if not sql:
            return []
        with connection.cursor() as cursor:
            cursor.execute(sql, filled_in(parameters, blanks, values))
            found = cursor.fetchall()
        if not any(converters):
            return list(map(row_of, found))
        return [
            row_of([convert(value) if convert else value for convert, value in zip(converters, row, strict=True)])
            for row in found
        ]

    return rows


def prepared_counts(build):
    """The same for a function that returns a queryset and counts of its rows by name: one that returns the numbers."""

    @wraps(build)
    def numbers(*shape, **values):
        blanks = blanks_for(values)
        names, sql, parameters = statement_of_counts(build, shape, tuple(blanks.items()))
        if not sql:
            return dict.fromkeys(names, 0)
        with connection.cursor() as cursor:
            cursor.execute(sql, filled_in(parameters, blanks, values))
            return dict(zip(names, cursor.fetchone(), strict=True))

    return numbers


@lru_cache(maxsize=500)
def statement(build, shape, blanks):
    """Return what makes a row of values, the SQL with blanks among its parameters, and what converts each value.

    There is no SQL for a query that can find nothing, such as one for the rows of an empty list.
    """
    queryset = build(*shape, **dict(blanks))
    compiler = queryset.query.get_compiler(connection=connection)
    try:
        sql, parameters = compiler.as_sql()
    except EmptyResultSet:
        return None, "", (), []
    expressions = [expression for expression, _sql, _alias in compiler.select]
    if queryset._fields:
        is_json = [isinstance(expression.output_field, JSONField) for expression in expressions]
        return tuple, sql, parameters, [json.loads if one else None for one in is_json]
    names = [alias or expression.target.attname for expression, _sql, alias in compiler.select]
    return partial(instance, queryset.model, names), sql, parameters, list(map(converter, expressions))


def instance(model, names, values):
    """Return an instance as `Model.from_db` does, which would call a hundred functions and send signals for each."""
    made = model.__new__(model)
    made._state = ModelState()
    made._state.adding, made._state.db = False, connection.alias
    made.__dict__.update(zip(names, values, strict=True))
    return made


def converter(expression):
    """Return what makes of a value in the database one in Python, `None` where it is the same."""
    return converter_of_field(expression.output_field) if converters_of(expression) else None


@cache
def converter_of_field(field):
    """The same text is read once, such as the content of an edition. What is returned is shared: change nothing."""

    @lru_cache(maxsize=300)
    def convert(value):
        expression = Value(None, output_field=field)
        for function in converters_of(expression):
            value = function(value, expression, connection)
        return value

    return convert


def converters_of(expression):
    return [*connection.ops.get_db_converters(expression), *expression.get_db_converters(connection)]


@lru_cache(maxsize=500)
def statement_of_counts(build, shape, blanks):
    """Return the names of the counts, the SQL with blanks among its parameters, and these."""
    queryset, counts = build(*shape, **dict(blanks))
    try:
        with only_written():
            queryset.aggregate(**counts)
    except Written as written:
        return list(counts), *written.args
    return list(counts), "", ()


@contextmanager
def only_written():
    """Within, no query is sent, nor counted as one: `Written` is raised in its place."""
    is_counted, connection.force_debug_cursor = connection.force_debug_cursor, False
    try:
        with connection.execute_wrapper(raise_written):
            yield
    finally:
        connection.force_debug_cursor = is_counted


def raise_written(execute, sql, parameters, many, context):
    raise Written(sql, parameters)


def blanks_for(values):
    return {name: blank_for(name, value, place) for place, (name, value) in enumerate(values.items())}


def blank_for(name, value, place):
    """Return what stands for `value` while the SQL is written. No key of a row is as low as the number for one."""
    if isinstance(value, list | tuple):
        return tuple(blank_for(f"{name} {number}", one, place) for number, one in enumerate(value))
    if isinstance(value, int):
        return -int.from_bytes(blake2b(name.encode(), digest_size=7).digest())
    if isinstance(value, date):  # or a moment
        return (MOMENT if isinstance(value, datetime) else MOMENT.date()) + timedelta(days=place)
    return f"{{{name}}}"


def filled_in(parameters, blanks, values):
    """Return `parameters` with the values in place of their blanks."""
    given = {}
    for name, value in values.items():
        if isinstance(value, list | tuple):
            given |= zip(blanks[name], value, strict=True)
        else:
            given[as_parameter(blanks[name])] = as_parameter(value)
    return [given.get(parameter, parameter) for parameter in parameters]


def as_parameter(value):
    if isinstance(value, datetime):
        return connection.ops.adapt_datetimefield_value(value)
    return connection.ops.adapt_datefield_value(value) if isinstance(value, date) else value
