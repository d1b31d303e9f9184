"""Queries whose SQL is written once in a process: Django takes longer to write it than a database to answer it."""

import json
from datetime import UTC, datetime
from functools import lru_cache, wraps

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import JSONField

MOMENT = datetime(1000, 1, 1, tzinfo=UTC)


def prepared(build):
    """Make of a function that returns a queryset one that returns its rows, and writes the SQL once for each shape.

    Positional arguments are the shape. Keyword arguments are values to compare with: texts, several texts, moments.
    """

    @wraps(build)
    def rows(*shape, **values):
        blanks = {name: blank_for(name, value) for name, value in values.items()}
        model, sql, parameters, json_names = statement(build, shape, tuple(blanks.items()))
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
        found = list(model.objects.raw(sql, [given.get(parameter, parameter) for parameter in parameters]))
        for row in found:
            row.__dict__.update({name: json.loads(getattr(row, name) or "null") for name in json_names})
        return found

    return rows


@lru_cache(maxsize=500)
def statement(build, shape, blanks):
    """Return the model, the SQL with blanks among its parameters, and the names of annotations that are JSON.

    There is no SQL for a query that can find nothing, such as one for the rows of an empty list.
    """
    queryset = build(*shape, **dict(blanks))
    try:
        sql, parameters = queryset.query.sql_with_params()
    except EmptyResultSet:
        sql, parameters = "", ()
    annotations = queryset.query.annotation_select.items()
    json_names = [name for name, annotation in annotations if isinstance(annotation.output_field, JSONField)]
    return queryset.model, sql, parameters, json_names


def blank_for(name, value):
    """Return what stands for `value` while the SQL is written."""
    if isinstance(value, list | tuple):
        return tuple(f"{{{name} {place}}}" for place in range(len(value)))
    return MOMENT if isinstance(value, datetime) else f"{{{name}}}"


def as_parameter(moment):
    return connection.ops.adapt_datetimefield_value(moment)
