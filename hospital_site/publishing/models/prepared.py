"""Queries whose SQL is written once in a process: Django takes longer to write it than a database to answer it."""

import json
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache, wraps
from hashlib import blake2b

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import JSONField

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
        model, sql, parameters, json_names, columns = statement(build, shape, tuple(blanks.items()))
        if not sql:
            return []
        parameters = filled_in(parameters, blanks, values)
        if columns:
            return read_columns(sql, parameters, [columns.index(name) for name in json_names])
        found = list(model.objects.raw(sql, parameters))
        for row in found:
            row.__dict__.update({name: json.loads(getattr(row, name) or "null") for name in json_names})
        return found

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
    """Return the model, the SQL with blanks among its parameters, the names of JSON annotations, and the columns.

    The columns are those of a `values_list`, else none. There is no SQL for a query that can find nothing, such as one
    for the rows of an empty list.
    """
    queryset = build(*shape, **dict(blanks))
    try:
        sql, parameters = queryset.query.sql_with_params()
    except EmptyResultSet:
        sql, parameters = "", ()
    annotations = queryset.query.annotation_select.items()
    json_names = [name for name, annotation in annotations if isinstance(annotation.output_field, JSONField)]
    columns = list(queryset.query.selected) if queryset._fields else []
    return queryset.model, sql, parameters, json_names, columns


def read_columns(sql, parameters, json_places):
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        found = cursor.fetchall()
    if not json_places:
        return found
    return [
        tuple(json.loads(value) if place in json_places else value for place, value in enumerate(row)) for row in found
    ]


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
