"""Queries whose SQL is written once in a process: Django takes longer to write it than a database to answer it."""

import json
from datetime import UTC, datetime
from functools import lru_cache, wraps
from hashlib import blake2b

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import JSONField

MOMENT = datetime(1000, 1, 1, tzinfo=UTC)


def prepared(build):
    """Make of a function that returns a queryset one that returns its rows, and writes the SQL once for each shape.

    Positional arguments are the shape. Keyword arguments are values to compare with: texts, keys, several of either,
    moments. The rows of a `values_list` of texts, numbers and JSON are tuples, which cost less than instances.
    """

    @wraps(build)
    def rows(*shape, **values):
        blanks = {name: blank_for(name, value) for name, value in values.items()}
        model, sql, parameters, json_names, columns = statement(build, shape, tuple(blanks.items()))
        if not sql:
            return []
        given = {}
        for name, value in values.items():
            if isinstance(value, list | tuple):
                given |= zip(blanks[name], value, strict=True)
            elif isinstance(value, datetime):
                given[as_parameter(MOMENT)] = as_parameter(value)
            else:
                given[blanks[name]] = value
        filled_in = [given.get(parameter, parameter) for parameter in parameters]
        if columns:
            return read_columns(sql, filled_in, [columns.index(name) for name in json_names])
        found = list(model.objects.raw(sql, filled_in))
        for row in found:
            row.__dict__.update({name: json.loads(getattr(row, name) or "null") for name in json_names})
        return found

    return rows


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


def blank_for(name, value):
    """Return what stands for `value` while the SQL is written. No key of a row is as low as the number for one."""
    if isinstance(value, list | tuple):
        return tuple(blank_for(f"{name} {place}", one) for place, one in enumerate(value))
    if isinstance(value, int):
        return -int.from_bytes(blake2b(name.encode(), digest_size=7).digest())
    return MOMENT if isinstance(value, datetime) else f"{{{name}}}"


def as_parameter(moment):
    return connection.ops.adapt_datetimefield_value(moment)
