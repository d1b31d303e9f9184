"""The language in which a text is shown: the reader's if the text has it, another one otherwise, and named as such."""

from functools import cache
from typing import NamedTuple

from django.conf import settings
from django.utils.html import format_html
from django.utils.translation import get_language, get_language_info
from django.utils.translation import gettext_lazy as _
from modeltranslation.utils import build_localized_fieldname

column_of = cache(build_localized_fieldname)

NEVER_CHECKED = "never checked"  # in place of the day since which a translation is out of date


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
    return [("", _("default")), *settings.LANGUAGES]


def shown_languages():
    """Codes of the languages that patients read; for staff who look at one in preparation, that one too."""
    return [code for code in dict(settings.LANGUAGES) if code in settings.OPEN_LANGUAGES or code == get_language()]


def hidden_languages():
    """Codes of the languages in preparation, without that of staff who look at one."""
    shown = shown_languages()
    return tuple(code for code in dict(settings.LANGUAGES) if code not in shown)


def in_preparation(code):
    """Is it a language of the site that patients do not read yet?"""
    return code in dict(settings.LANGUAGES) and code not in settings.OPEN_LANGUAGES


def languages_by_preference(reader=None):
    """Codes of the languages that a reader is shown: their own first, then what `FALLBACK_LANGUAGES` gives them."""
    reader = reader or get_language() or settings.LANGUAGE_CODE
    fallbacks = settings.FALLBACK_LANGUAGES.get(reader, settings.FALLBACK_LANGUAGES["default"])
    ordered = dict.fromkeys([reader, *fallbacks, *dict(settings.LANGUAGES)])
    return [code for code in ordered if code == reader or code in settings.OPEN_LANGUAGES]


def attributes_of(code):
    """The attributes of an element in the language `code`, and its direction on a site that has both."""
    right_to_left = {each: get_language_info(each)["bidi"] for each in dict(settings.LANGUAGES)}
    if len(set(right_to_left.values())) == 1:
        return format_html('lang="{}"', code)
    return format_html('lang="{}" dir="{}"', code, "rtl" if right_to_left.get(code) else "ltr")


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
