"""Checks of the links in texts: they lead somewhere, and to the same place in every language."""

import re
from urllib.parse import urlsplit

from django.conf import settings
from django.db import models
from django.http.request import validate_host
from django.urls import Resolver404, resolve
from django.utils.text import format_lazy
from django.utils.translation import get_language_info, override
from django.utils.translation import gettext_lazy as _

from hospital_site.publishing.models import Edition, without_language
from hospital_site.publishing.publication_checks.rows import ERROR, WARNING, language_codes, with_language
from hospital_site.publishing.snapshots import captured_fields

WEB_ADDRESS = r"(?:https?://|\bwww\.)[A-Za-z0-9.:\[\]-]+(?:/[A-Za-z0-9/_.~%#?&=+-]*)?"
TRAILING_PUNCTUATION = ".?&=+-"


def link_pattern():
    """Match web addresses, and paths that begin with a language of this site."""
    codes = "|".join(map(re.escape, language_codes()))
    return rf"{WEB_ADDRESS}|(?<![\w/.:])/(?:{codes})/[A-Za-z0-9/_.~%#?&=+-]*"


def links_in(text):
    return [match[0].rstrip(TRAILING_PUNCTUATION) for match in re.finditer(link_pattern(), text)]


def without_links(text):
    return re.sub(link_pattern(), " ", text)


# ── Links inside the site ─────────────────────────────────────────────────────────────────────────────────────────────


def broken_links(candidate, rows):
    for row in rows:
        for field in captured_fields(row.model):
            value = row.data.get(field.attname)
            if isinstance(value, str) and isinstance(field, models.CharField | models.TextField):
                for link in dict.fromkeys(filter(is_internal, links_in(value))):
                    if not is_open(candidate, urlsplit(link).path):
                        yield row.finding(ERROR, format_lazy(BROKEN_LINK, link=link), field.attname)


BROKEN_LINK = _("Patients find no page at {link}. Correct the address, or publish that page first.")


def is_internal(link):
    """Is `link` a path, or a whole address of one of the site's hosts?"""
    if link.startswith("/"):
        return True
    try:
        host = urlsplit(link).hostname
    except ValueError:
        return False
    return validate_host(host or "", [own for own in settings.ALLOWED_HOSTS if own != "*"])


def is_open(candidate, path):
    """Can patients open `path` now, or once the candidate is published?"""
    address = without_language(path or "/")
    if path.startswith(f"/{settings.STATIC_URL.strip('/')}/") or address == candidate.address:
        return True
    code = path.split("/")[1] if address != (path or "/") else settings.LANGUAGE_CODE
    match = resolved(path, code) or resolved(f"/{code}{address}", code)
    if not match or "admin" in match.app_names:
        return False
    return not (match.args or match.kwargs) or is_live(address if address.endswith("/") else f"{address}/")


def resolved(path, code):
    """Return the view of `path`, with a slash added at the end where it is missing, or `None`."""
    with override(code):
        for candidate in (path, f"{path}/"):
            try:
                return resolve(candidate)
            except Resolver404:
                continue
    return None


def is_live(address):
    """Is there a live page at `address`, and are all pages above it live?"""
    edition = Edition.objects.live().filter(address=address).first()
    if not edition:
        return False
    return Edition.objects.live().filter(page__in=edition.ancestors).count() == len(edition.ancestors)


# ── Websites ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def insecure_websites(row):
    """Find addresses that were stored before their fields took https:// only. They stay live until edited."""
    for field in row.model._meta.concrete_fields:
        if isinstance(field, models.URLField) and str(row.data.get(field.attname) or "").lower().startswith("http://"):
            yield row.finding(WARNING, INSECURE_WEBSITE, field.attname)


INSECURE_WEBSITE = _("Browsers warn of addresses with “http://”. Open the address with “https://”, and enter that one.")


# ── The same links in every language ──────────────────────────────────────────────────────────────────────────────────


def different_links(row):
    for name in row.names:
        texts = row.texts(name)
        first, *others = texts or [None]
        for code in others:
            here, there = destinations(texts[code]), destinations(texts[first])
            only_here = [link for destination, link in here.items() if destination not in there]
            only_there = [link for destination, link in there.items() if destination not in here]
            if only_here or only_there:
                values = {"here": ", ".join(only_here) or "–", "there": ", ".join(only_there) or "–"}
                yield row.finding(ERROR, with_language(first, LINKS_DIFFER, **values), name, code)


LINKS_DIFFER = _(
    "The links are not the same as in the other text ({language}). Only here: {here}. Only there: {there}."
)


def destinations(text):
    """Return `{destination: link}` of the links in `text`."""
    return {destination_of(link): link for link in links_in(text)}


def destination_of(link):
    """Return what remains of `link` without `https://www.` and without the parts that name a language.

    `https://www.example.org/english/help` and `https://example.org/korean/help` have one destination, and so have the
    pages of this site in all languages.
    """
    if is_internal(link):
        parts = urlsplit(link)
        return without_language(parts.path).rstrip("/"), parts.fragment
    names = {code: get_language_info(code)["name"].lower() for code in language_codes()}
    ignored = {"http:", "https:", "www", "", *names, *names.values(), *(name[:3] for name in names.values())}
    return tuple(part for part in re.split(r"[/.?&=_#-]", link.lower()) if part not in ignored)
