"""The language in which a text is shown: the reader's if the text has it, another one otherwise, and named as such."""

from functools import cache
from typing import NamedTuple

from django.conf import settings
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from modeltranslation.utils import build_localized_fieldname

column_of = cache(build_localized_fieldname)


class Localized(NamedTuple):
    """Texts of one record, all in the one language `lang`; `is_other` when that is not the reader's."""

    texts: tuple[str, ...]
    lang: str
    is_other: bool

    @property
    def text(self):
        return self.texts[0]

    def __bool__(self):
        return any(self.texts)


def language_choices():
    """The languages of the site, and first none of them. Called, so that a new language changes no migration."""
    return [("", _("as usual")), *settings.LANGUAGES]


def languages_by_preference():
    """Language codes: the reader's first, then the others in the order of the settings."""
    reader = get_language() or settings.LANGUAGE_CODE
    return sorted(dict(settings.LANGUAGES), key=reader.__ne__)


def in_language(row, field, code):
    return (getattr(row, column_of(field, code), None) or "").strip()


def localized(row, *fields):
    """The `fields` of `row` in the first language that has all of them, else in the first that has any.

    `row` is an instance or a `Snapshot`. Returns empty texts in the reader's language where no language has any.
    """
    reader = get_language() or settings.LANGUAGE_CODE
    texts = tuple([in_language(row, field, reader) for field in fields])
    if all(texts):
        return Localized(texts, reader, is_other=False)
    codes = languages_by_preference()
    versions = [Localized(tuple(in_language(row, f, code) for f in fields), code, code != codes[0]) for code in codes]
    return next((v for v in versions if all(v.texts)), None) or next((v for v in versions if v), versions[0])
