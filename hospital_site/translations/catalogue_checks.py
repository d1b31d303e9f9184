"""Checks that a catalogue must pass before patients read its translations."""

import re

from django.conf import settings

from hospital_site.translations import catalogues

PERCENT_PLACEHOLDER = re.compile(r"%(?:\((?P<name>\w+)\))?[-+#0]*\d*(?:\.\d+)?[sdifrxeg]|%%")
BRACE_PLACEHOLDER = re.compile(r"\{(?P<name>\w*)(?:[.\[!:][^{}]*)?\}")


def check(language):
    """Yield what is wrong with the translations of `language`, one sentence for a translator each.

    Obsolete translations do no harm: nothing reads them.
    """
    for entry in catalogues.read(language):
        if entry.obsolete:
            continue
        if entry.fuzzy:
            yield f"“{entry.msgid}” is fuzzy: Django leaves it out."
        elif any(catalogues.translations_of(entry)) or language != settings.SOURCE_LANGUAGE:
            yield from check_entry(entry)


def check_entry(entry):
    """Compare each form of a translation with the sentence it translates."""
    for number, translation in enumerate(forms := catalogues.translations_of(entry)):
        # The first form of several may be the singular's; a language with one form says every number with it.
        originals = {entry.msgid_plural or entry.msgid} | ({entry.msgid} if len(forms) > 1 else set())
        if not translation.strip():
            yield f"“{entry.msgid}” is not translated" + (f" in form {number}." if entry.msgid_plural else ".")
        elif placeholders(translation) not in map(placeholders, originals):
            yield f"“{entry.msgid}” and “{translation}” have different placeholders."
        elif outer_whitespace(translation) != outer_whitespace(entry.msgid):
            yield f"“{entry.msgid}” and “{translation}” begin or end with different white space."


def placeholders(text):
    """Return the placeholders of a text; one without a name counts as often as it occurs."""
    found = [match for pattern in [PERCENT_PLACEHOLDER, BRACE_PLACEHOLDER] for match in pattern.finditer(text)]
    named = {match[0] for match in found if match.groupdict().get("name")}
    return named, sorted(match[0] for match in found if match[0] not in named)


def outer_whitespace(text):
    return text[: len(text) - len(text.lstrip())], text[len(text.rstrip()) :]
