"""The vocabulary of schema.org, as the package msgspec-schemaorg states it: types and what their properties take."""

import importlib
import re
from functools import cache

TEXT = {"str", "URL", "DataType", "date", "datetime", "int", "float", "bool", "time"}


@cache
def models():
    """All types. They take long to import, so that they are only where somebody asks."""
    return importlib.import_module("msgspec_schemaorg.models")


def faults(node, place="page"):
    """What schema.org does not know about `node` of a page's JSON-LD, as sentences."""
    kind = node.get("@type")
    model = getattr(models(), kind or "", None)
    if model is None:
        return [f"{place}: there is no type “{kind}”."]
    found = []
    for name, value in node.items():
        if name.startswith("@"):
            continue
        within = f"{place}.{name}"
        allowed = range_of(model, name)
        if not allowed:
            found.append(f"{within}: {kind} has no such property.")
        for one in value if isinstance(value, list) else [value]:
            found += faults_of_value(one, allowed, within)
    return found


def faults_of_value(value, allowed, place):
    if isinstance(value, dict):
        found = faults(value, place)
        if allowed and not allowed & family(value.get("@type")):
            found.append(f"{place}: a {value.get('@type')} cannot stand here, only {sorted(allowed)}.")
        return found
    if value in ("", None, []):
        return [f"{place}: is empty."]
    if not allowed or allowed & TEXT or is_address(value):
        return []
    return [f"{place}: a text cannot stand here, only {sorted(allowed)}."]


def is_address(value):
    """An address may stand for the thing that it leads to."""
    return isinstance(value, str) and value.startswith(("http://", "https://"))


def range_of(model, name):
    """The names of types that the property `name` of `model` takes; empty when it has no such property."""
    for ancestor in model.__mro__:
        annotation = vars(ancestor).get("__annotations__", {}).get(name)
        if annotation:
            return set(re.findall(r"\w+", str(annotation))) - {"Union", "List", "Optional", "None"}
    return set()


def family(kind):
    """`kind` and the types it is a special case of."""
    model = getattr(models(), kind or "", None)
    return {ancestor.__name__ for ancestor in model.__mro__} if model else set()
