"""Extracts the sentences of the interface from Python files and templates, with Babel."""

import io
from functools import cache

import polib
from babel.messages.catalog import Catalog
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir, extract_python
from django.conf import settings
from django.utils.translation.template import templatize

from hospital_site.translations.usage import in_python, in_template, is_short

KEYWORDS = {name + ending: arguments for name, arguments in DEFAULT_KEYWORDS.items() for ending in ["", "_lazy"]}
KEYWORDS |= {"gettext_noop": None}
MOST_USAGES = 3


def extract():
    """Return all sentences as a sorted `polib.POFile` without translations: places, translators' comments, flags.

    A short sentence that nobody wrote a comment for says how it is used instead.
    """
    sentences, found_usages = Catalog(), {}
    for folder in our_folders():
        for path, line, text, comments, context in extract_from_dir(
            settings.BASE_DIR / folder,
            [("**.py", "python"), ("**.html", extract_template), ("**.txt", extract_template)],
            keywords=KEYWORDS,
            comment_tags=["Translators:"],
            strip_comment_tags=True,
        ):
            place = f"{folder}/{path}"
            refuse_other_plural(sentences.get(text, context), text, place)
            sentences.add(text, locations=[(place, "")], auto_comments=comments, context=context)
            msgid = text[0] if isinstance(text, tuple) else text
            if is_short(msgid) and (usage := usages(place).of(line, msgid)):
                found_usages.setdefault((msgid, context), {})[usage] = None
    usages.cache_clear()
    template = polib.POFile(wrapwidth=0)
    template.extend(sorted((entry_of(message) for message in sentences if message.id), key=identity))
    for entry in template:
        entry.comment = entry.comment or "\n".join(
            list(found_usages.get((entry.msgid, entry.msgctxt), {}))[:MOST_USAGES]
        )
    return template


@cache
def usages(place):
    source = (settings.BASE_DIR / place).read_text(encoding="utf-8")
    return in_python(source) if place.endswith(".py") else in_template(source)


def our_folders():
    """The folders of our own apps and templates; those of installed packages are not below the project."""
    return sorted({app.partition(".")[0] for app in settings.INSTALLED_APPS} | {"templates"})


def extract_template(file, keywords, comment_tags, options):
    """Babel's extraction method for Django templates."""
    python = templatize(file.read().decode(), file.name)
    # The indentation of HTML would be a syntax error in Python.
    lines = "\n".join(line.lstrip() for line in python.splitlines())
    return extract_python(io.BytesIO(lines.encode()), keywords, comment_tags, options)


def refuse_other_plural(known, text, place):
    """A catalogue has one place for a sentence, so one plural; Babel would keep the first one it meets."""
    if known and known.id != text:
        others = " ".join(path for path, _line in known.locations)
        raise ValueError(
            f"“{known.id if isinstance(known.id, str) else known.id[0]}” has two plurals, in {others} and in {place}. "
            "Use one of them, or tell the two apart by a context (pgettext)."
        )


def entry_of(message):
    """Convert a Babel message into a polib entry."""
    msgid, plural = message.id if isinstance(message.id, tuple) else (message.id, "")
    return polib.POEntry(
        msgid=msgid,
        msgid_plural=plural,
        msgstr_plural={0: "", 1: ""} if plural else {},
        msgctxt=message.context,
        comment="\n".join(message.auto_comments),
        occurrences=message.locations,
        flags=sorted(message.flags),
    )


def identity(entry):
    """What tells a sentence from every other; also the order of the catalogues."""
    return entry.msgid, entry.msgid_plural, entry.msgctxt or ""
