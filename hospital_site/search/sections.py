"""Which sections the pages of a kind have, and which fixed pages there are. Apps above register theirs when ready."""

from collections.abc import Callable
from functools import cache
from typing import NamedTuple

from django.conf import settings
from django.urls import reverse
from django.utils.translation import override

from hospital_site.publishing.languages import in_language
from hospital_site.publishing.snapshots import translated_names


class Section(NamedTuple):
    """One section of a page: its fixed `anchor`, and what stands in it.

    `heading` is a sentence of the interface, or names a field of the page that comes before it. `fields` are fields of
    the page, `names` fields that are found like its title, and `rows` the accessor of rows with their `row_fields`.
    With `row_anchor`, a function of a row and its number, each row is a passage of its own under its `row_heading`.
    What stands in a section of more `weight` comes first among pages that only mention a word.
    """

    anchor: str = ""
    heading: object = ""
    heading_field: str = ""
    fields: list = []
    names: list = []
    rows: str = ""
    row_fields: list = []
    row_heading: str = ""
    row_anchor: Callable | None = None
    weight: float = 1.0


class FixedPage(NamedTuple):
    """A page that is no edition, such as a form or a list: its address, its title, and the words that lead to it.

    A list, such as that of all tests, is what a reader wants who asks for nothing else.
    """

    name: str
    args: tuple
    title: object
    words: object
    is_list: bool = False

    def url(self):
        return reverse(self.name, args=self.args)


sections = {}
fixed_pages = []


def register_sections(model, its_sections):
    sections[model.page_kind()] = its_sections


def register_fixed_page(name, *args, title, words="", is_list=False):
    """`words` are sentences of the interface: the forms that people type, separated by commas."""
    fixed_pages.append(FixedPage(name, args, title, words, is_list))


def sections_of(model):
    """Return the sections of the pages of `model`; one of all their texts where no app has registered any."""
    return sections.get(model.page_kind()) or [Section(fields=texts_of(model))]


def texts_of(model):
    apart = {title_field(model), "source", *model.independent_texts, *model.headings}
    return [name for name in translated_names(model) if name not in apart]


@cache
def title_field(model):
    """Return the field that is the title of the pages of `model`."""
    return next(name for name in ("name", "title") if name in translated_names(model))


@cache
def weights():
    """Return the weights of the sections by kind of page and anchor, where they are not 1."""
    return {(kind, one.anchor): one.weight for kind, some in sections.items() for one in some if one.weight != 1}


@cache
def interface_headings():
    """Return `{kind: {anchor: {code: heading}}}` of the headings that are sentences of the interface."""
    found = {}
    for kind, its_sections in sections.items():
        for section in its_sections:
            if section.heading:
                found.setdefault(kind, {})[section.anchor] = in_every_language(section.heading)
    return found


def in_every_language(sentence):
    found = {}
    for code in dict(settings.LANGUAGES):
        with override(code):
            found[code] = str(sentence)
    return found


def text_in(row, name, code):
    """Return the text of the field `name` of `row`: in the language `code` where it is translated."""
    if name in translated_names(row._model):
        return in_language(row, name, code)
    return str(getattr(row, name) or "")
