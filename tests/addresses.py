"""The addresses that the URL configuration holds."""

import re
from inspect import unwrap

from django.urls import URLPattern, get_resolver
from django.utils.translation import override

STAFF = "ko/admin/"


def every_pattern(patterns=None, before=""):
    """Yield `(route, pattern)` of every address, in Korean where it stands below a language."""
    for pattern in get_resolver().url_patterns if patterns is None else patterns:
        with override("ko"):
            route = before + str(pattern.pattern)
        if isinstance(pattern, URLPattern):
            yield route, pattern
        else:
            yield from every_pattern(pattern.url_patterns, route)


def code_of(callback):
    """The functions that answer, and that decide who is answered: kinds of rows may have them in common."""
    view = unwrap(callback)
    its = type(getattr(callback, "model_admin", getattr(view, "__self__", None)))
    names = [name for name in dir(its) if name.startswith("has_") or name in ("get_queryset", "get_object")]
    return getattr(view, "__func__", view), *(getattr(its, name) for name in names)


def parameters(route):
    """The names of what can be filled into `route`."""
    return re.findall(r"<(?:\w+:)?(\w+)>", route)


def filled(route, values):
    """The address of `route` with `values`, by name; a parameter without one says `nowhere`, a number 1."""
    route = re.sub(r"\^?\(\?P<app_label>(\w+).*?\)", r"\1", route)
    route = re.sub(r"\(\?P(<\w+>).*?\)(?=/|\$)", r"\1", route)
    route = re.sub(r"<(int:)?(?:\w+:)?(\w+)>", lambda m: str(values.get(m[2], "1" if m[1] else "nowhere")), route)
    return "/" + route.replace("^", "").rstrip("$")
