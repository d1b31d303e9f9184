"""What publication checks read and return: the rows of a candidate, and findings about them."""

import re
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from django.conf import settings
from django.utils.functional import lazy
from django.utils.text import format_lazy
from django.utils.translation import get_language_info
from modeltranslation.utils import build_localized_fieldname, get_translation_fields

from hospital_site.publishing.differences import called_field, called_row, language_of
from hospital_site.publishing.snapshots import inline_model, translated_names

ERROR, CONFIRMATION, WARNING = LEVELS = "error", "confirmation", "warning"
CITATION = "source"


@dataclass(frozen=True)
class Finding:
    """One thing to correct (`error`), to confirm by itself (`confirmation`), or to look at again (`warning`).

    `field` is the name of the form field, in an inline row with the prefix of its form, such as
    `commitments-2-text_en`, so that a page can link to `#id_<field>`. `label` is what editors call it. `language` is
    `None` for columns that are the same in all languages. `key` names what is confirmed. `word` is one that translators
    find in their queue, with the form to take instead of it. What goes live on the day `settled_on` or later is without
    the finding.
    """

    level: str
    message: str
    field: str
    language: str | None
    label: str
    key: str = ""
    word: str = ""
    settled_on: date | None = None

    def __str__(self):
        return f"{self.label}: {self.message}"


@dataclass(frozen=True)
class Row:
    """The columns of a page or of one of its rows.

    `form` is the format of the names of its form fields, `label` what editors call the row. An embedded row is edited
    on another page.
    """

    model: type
    data: dict
    form: str = "{}"
    label: str = ""
    is_embedded: bool = False

    @cached_property
    def names(self):
        """The translated fields that the data has, but the line that cites the source and what is no prose."""
        left_out = {CITATION, *getattr(self.model, "independent_texts", [])}
        return [name for name in translated_names(self.model) if name not in left_out and self.has_field(name)]

    def has_field(self, name):
        return any(column in self.data for column in get_translation_fields(name))

    def text(self, name, code):
        return (self.data.get(build_localized_fieldname(name, code)) or "").strip()

    def texts(self, name):
        """Return `{language: text}` of the languages that have a text in the field `name`."""
        return {code: text for code in language_codes() if (text := self.text(name, code))}

    def has_source_words(self, name):
        """Does the field `name` hold a hospital's own words, which nobody may rewrite here?"""
        return name in getattr(self.model, "source_words", [])

    def finding(self, level, message, name, code=None, *, word=""):
        """Make a finding about the field `name`: in the language `code` where it is translated, or about a column."""
        is_translated = code and name in translated_names(self.model)
        column = build_localized_fieldname(name, code) if is_translated else name
        field = self.model._meta.get_field(column)
        label = called_field(field, self.label)
        return Finding(level, message, self.form.format(column), code or language_of(field), label, word=word)


def rows_in(candidate):
    """Yield the page itself, its inline rows, and the rows embedded from other pages."""
    model, data = candidate.model, candidate.data
    yield Row(model, data)
    for name in model.inline_relations:
        related = inline_model(model, name)
        for index, row in enumerate(data.get(name, [])):
            yield Row(related, row, f"{name}-{index}-{{}}", called_row(related, row, index + 1))
    for name in model.embedded_relations:
        field = model._meta.get_field(name)
        for row in data.get(name, []):
            label = called_row(field.related_model, row, called=field.verbose_name)
            yield Row(field.related_model, row, name, label, is_embedded=True)


def own_texts(row):
    """Return `[(field, language, text), …]` of a row that is edited on this page; of an embedded row nothing."""
    if row.is_embedded:
        return []
    return [(name, code, text) for name in row.names for code, text in row.texts(name).items()]


def page_text(rows, code):
    """Return all that the page itself says in the language `code`, one text a line."""
    return "\n".join(text for row in rows for _name, language, text in own_texts(row) if language == code)


def occurs(pattern, text):
    return re.search(pattern, text, re.IGNORECASE)


# ── Languages ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def language_codes():
    return list(dict(settings.LANGUAGES))


def name_of_language(code):
    return get_language_info(code)["name_translated"]


lazy_name_of_language = lazy(name_of_language, str)


def with_language(code, sentence, **values):
    """Fill the name of the language `code`, and `values`, into `sentence`, once it is shown."""
    return format_lazy(sentence, language=lazy_name_of_language(code), **values)
