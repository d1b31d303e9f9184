"""What the fields of a sent form are called, for pages that show its text to be copied. Asks no database."""

import re

from django.core.exceptions import FieldDoesNotExist
from django.urls import Resolver404, resolve

NOT_TYPED = re.compile(r"opened|seen|.*-(?:TOTAL|INITIAL|MIN_NUM|MAX_NUM)_FORMS|.*-\d+-id")
OF_A_ROW = re.compile(r"(?P<rows>\w+)-(?P<number>\d+)-(?P<field>\w+)")


def labelled(path, fields):
    """Returns `[(label, text), …]` for what was typed into `fields`, `[(name, [value, …]), …]`."""
    model = model_at(path)
    return [
        (label_of(model, name), value)
        for name, values in fields
        if not NOT_TYPED.fullmatch(name)
        for value in values
        if value.strip()
    ]


def model_at(path):
    """Returns the model whose form in the admin is at `path`, or `None`."""
    try:
        view = resolve(path.partition("?")[0]).func
    except Resolver404:
        return None
    return view.model_admin.model if hasattr(view, "model_admin") else None


def label_of(model, name):
    """Returns the name that the form gives the field, such as “title [ko]” or “article 3: title [ko]”, else `name`."""
    if model is None:
        return name
    if row := OF_A_ROW.fullmatch(name):
        related = {relation.get_accessor_name(): relation.related_model for relation in model._meta.related_objects}
        if row["rows"] not in related:
            return name
        rows = related[row["rows"]]
        return f"{rows._meta.verbose_name} {int(row['number']) + 1}: {label_of(rows, row['field'])}"
    try:
        return model._meta.get_field(name).verbose_name
    except FieldDoesNotExist:
        return name
