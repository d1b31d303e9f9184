"""Which language a text is shown in: the page's own if it is there, honestly another one if not."""

from typing import NamedTuple

from django.conf import settings
from django.utils.translation import get_language
from modeltranslation.utils import build_localized_fieldname


class Spoken(NamedTuple):
    """Texts of one record, all in the one language `lang`; `is_other` when that is not the reader's."""

    texts: tuple[str, ...]
    lang: str
    is_other: bool

    @property
    def text(self):
        return self.texts[0]

    def __bool__(self):
        return any(self.texts)


def languages_by_preference():
    """The reader's language first, then the others in the order of the settings."""
    reader = get_language() or settings.LANGUAGE_CODE
    return sorted(dict(settings.LANGUAGES), key=lambda code: code != reader)


def in_language(row, field, code):
    return (getattr(row, build_localized_fieldname(field, code), None) or "").strip()


def spoken(row, *fields):
    """The `fields` of `row` in the first language that has all of them, else in the first that has any.

    `row` is an instance or a `Snapshot`. What no language has comes back as empty texts in the reader's language.
    """
    codes = languages_by_preference()
    versions = [Spoken(tuple(in_language(row, f, code) for f in fields), code, code != codes[0]) for code in codes]
    return next((v for v in versions if all(v.texts)), None) or next((v for v in versions if v), versions[0])
