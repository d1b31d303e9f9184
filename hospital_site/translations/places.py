"""Finds the pages on which a sentence of the interface stands, by rendering them for a visitor or for staff.

Nothing is left of it: an account made for it, its session and what pages log is rolled back. In production only what
patients see is rendered.
"""

from functools import partial
from html import unescape
from http import HTTPStatus

from django.conf import settings
from django.contrib import admin
from django.contrib.auth import get_user_model
from django.db import transaction
from django.test import Client
from django.urls import URLPattern, get_resolver, reverse
from django.utils.crypto import get_random_string
from django.utils.translation import override

from hospital_site.publishing.models import page_models
from hospital_site.publishing.reading import EditionReader, in_order
from hospital_site.translations.in_place import find, sentences

HEADERS = {"host": "localhost"}
MOST = 3  # addresses named of one kind of page


def find_places(wanted):
    """Yield the addresses at which the sentence `wanted` stands, in the first language; some of each kind of page.

    It must stand at that address in every language, so that a text that two sentences share in one tells them apart.
    """
    found = {}
    with transaction.atomic():
        clients = [Client(headers=HEADERS, raise_request_exception=False)]
        if not settings.PRODUCTION:
            clients.append(Client(headers=HEADERS, raise_request_exception=False))
            clients[-1].force_login(get_user_model().objects.create_superuser(get_random_string(30)))
        for kind, paths in every_address().items():
            for by_language in paths:
                if found.get(kind, 0) < MOST and stands_at(clients, by_language, wanted):
                    found[kind] = found.get(kind, 0) + 1
                    yield by_language[settings.LANGUAGE_CODE]
        transaction.set_rollback(True)


def stands_at(clients, by_language, wanted):
    """Whether `wanted` stands at an address in every language; `by_language` is `{code: path}`."""
    return all(
        any(match for sentence in named(wanted, code) for match in sentence.matches(html, unescape(html)))
        and any(wanted == sentence.msgid for found in find(html, code).values() for sentence in found)
        for code, path in by_language.items()
        for html in [html_at(clients, path)]
    )


def named(msgid, language):
    return [sentence for sentence in sentences(language) if sentence.msgid == msgid]


def html_at(clients, path):
    """Return the HTML that the first of `clients` is shown at `path`; nothing where none is shown a page."""
    for client in clients:
        with transaction.atomic():
            response = client.get(path)
        kind = response.headers.get("Content-Type", "")
        if response.status_code == HTTPStatus.OK and not response.streaming and kind.startswith("text/html"):
            return response.content.decode()
    return ""


def every_address():
    """Return `{kind of page: [{language: path}]}`: of all views without arguments, live pages, the newest records."""
    kinds, seen = {}, set()
    for kind, address in every_view():
        paths = {}
        for code, _name in settings.LANGUAGES:
            with override(code):
                paths[code] = address()
        if tuple(paths.values()) not in seen:
            seen.add(tuple(paths.values()))
            kinds.setdefault(kind, []).append(paths)
    return kinds


def every_view():
    """Yield `(kind of page, function that returns its path in the active language)`."""
    for name, pattern in named_patterns(get_resolver().url_patterns):
        if not pattern.pattern.converters and not pattern.pattern.regex.groups and "logout" not in name:
            yield name, partial(reverse, name)
    for page in in_order(EditionReader().tree(*page_models())):
        yield page.edition.kind, page.get_absolute_url
    for model, model_admin in admin.site._registry.items():
        first = model.objects.order_by("-pk").first()
        for name, pattern in named_patterns(model_admin.urls) if first else []:
            if set(pattern.pattern.converters) == {"object_id"}:
                yield name, partial(reverse, f"admin:{name}", kwargs={"object_id": first.pk})


def named_patterns(patterns, namespace=""):
    for pattern in patterns:
        if not isinstance(pattern, URLPattern):
            inner = f"{namespace}{pattern.namespace}:" if pattern.namespace else namespace
            yield from named_patterns(pattern.url_patterns, inner)
        elif pattern.name:
            yield f"{namespace}{pattern.name}", pattern


def files_of(wanted):
    """Return the files of the code in which the sentence stands, and nothing where there is no such sentence."""
    return sorted(
        {
            path
            for sentence in sentences(settings.SOURCE_LANGUAGE)
            if sentence.msgid == wanted
            for path in sentence.files
        }
    )
