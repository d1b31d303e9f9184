"""The addresses that the URL configuration holds."""

import re

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


def parameters(route):
    """The names of what can be filled into `route`."""
    return re.findall(r"<(?:\w+:)?(\w+)>", route)


def filled(route, values):
    """The address of `route` with `values`, by name; a parameter without one says `nowhere`, a number 1."""
    route = re.sub(r"\^?\(\?P<app_label>(\w+).*?\)", r"\1", route)
    route = re.sub(r"\(\?P(<\w+>).*?\)(?=/|\$)", r"\1", route)
    route = re.sub(r"<(int:)?(?:\w+:)?(\w+)>", lambda m: str(values.get(m[2], "1" if m[1] else "nowhere")), route)
    return "/" + route.replace("^", "").rstrip("$")
