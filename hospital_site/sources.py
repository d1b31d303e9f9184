"""Where the texts come from: the documents of the first content, and the language that a page was written in."""

import re
from functools import cache
from pathlib import Path
from types import SimpleNamespace

from django.conf import settings

from hospital_site.publishing.snapshots import SOURCE, languages_written, text_columns
from hospital_site.yaml_files import read_yaml

SOURCES = Path(__file__).with_suffix(".yaml")
FILE_NAME = r"[\w-]+\.(?:csv|docx?|html?|hwpx?|json|md|pdf|txt|xlsx?|ya?ml)\b"
FILE_IN_BRACKETS = re.compile(rf"\s*\([^()]*{FILE_NAME}[^()]*\)", re.IGNORECASE)


@cache
def first_sources():
    """The source documents, the corrections made to them, and what was added: lists of rows, by name."""
    content = read_yaml(SOURCES)
    return {name: [SimpleNamespace(**row) for row in rows] for name, rows in content.items()}


def without_files(source):
    """Return the line `source` as patients read it: files and their lines, in brackets, are for staff.

    It is empty where a file is all that is named.
    """
    shown = FILE_IN_BRACKETS.sub("", source)
    return "" if re.search(FILE_NAME, shown, re.IGNORECASE) else shown


def changes_signs_only(correction):
    """Were the words right, and only a capital letter or a punctuation mark wrong?"""
    original, corrected = (re.findall(r"\w+", text.casefold()) for text in (correction.original, correction.corrected))
    return original == corrected


def original_language(data):
    """Return the code of the language that the page with the content `data` was written in, or `None` if unknown.

    It is that of the documents if the page names one of them as its source, or the only language that the page has.
    """
    sources = " ".join(data[name] or "" for name in text_columns(data) if name.startswith(SOURCE))
    if any(document.file in sources for document in first_sources()["documents"]):
        return settings.SOURCE_LANGUAGE
    written = languages_written(data)
    return written[0] if len(written) == 1 else None
