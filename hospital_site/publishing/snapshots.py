"""From a working row to the JSON of its edition, and from that JSON to what a template reads."""

import hashlib
import inspect
import json
from collections.abc import Callable
from functools import cache, partial
from types import FunctionType, MethodType
from typing import NamedTuple

from django.apps import apps
from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from modeltranslation.translator import NotRegistered, translator
from modeltranslation.utils import build_localized_fieldname, get_translation_fields

from hospital_site.publishing.models import Translated
from hospital_site.publishing.reads import note_page
from hospital_site.typed_text import clean_text


@cache
def translated_names(model):
    """Names of the translated fields of `model`, in the order of the model."""
    try:
        translated = translator.get_options_for_model(model).all_fields
    except NotRegistered:
        return []
    return [field.name for field in model._meta.concrete_fields if field.name in translated]


NOT_CAPTURED = {"source_language"}  # which is about the work on a page
SOURCE = "source_"  # how the columns that say where the texts come from begin


@cache
def captured_fields(model):
    """The columns of `model` that an edition holds: all that staff can edit, but modeltranslation's base columns.

    A base column holds whatever language was active when somebody saved, so nobody may rely on it.
    """
    base = {*translated_names(model), *NOT_CAPTURED}
    return [
        field
        for field in model._meta.concrete_fields
        if field.editable and not field.primary_key and field.name not in base
    ]


def is_in_head(field):
    """Is it a short column, such as a name, which other pages may show without having read the page?"""
    return not isinstance(field, models.TextField | models.JSONField)


@cache
def head_columns(model):
    return [field.attname for field in captured_fields(model) if is_in_head(field)]


def inline_model(model, name):
    """Return the model of the inline rows that `model` reaches as `name`."""
    return getattr(model, name).rel.related_model


def dump(page):
    """Return the content of an edition of `page`: its columns, its inline rows, and copies of its embedded rows.

    `{"slug": …, "name_ko": …, "name_en": …, "departments": [{"id": 5, "name_ko": …}, …], …}`, plain JSON. The `id` of a
    row is its primary key.
    """
    data = columns(page)
    for name in page.inline_relations:
        link = getattr(type(page), name).rel.field.name
        data[name] = [row_data(row, without=link) for row in getattr(page, name).all()]
    for name, fields in page.embedded_relations.items():
        data[name] = [row_data(row, only=localized(type(row), fields)) for row in getattr(page, name).all()]
    return data


def row_data(row, **which):
    """Return the content of one inline or embedded row, with its identity."""
    return {"id": row.pk, **columns(row, **which)}


def as_json(value):
    """Return `value` as it comes back from JSON: dates as text."""
    return json.loads(json.dumps(value, cls=DjangoJSONEncoder))


def columns(row, *, without=None, only=None):
    fields = [f for f in captured_fields(type(row)) if f.name != without and (only is None or f.name in only)]
    return as_json({field.attname: plain(field, field.value_from_object(row)) for field in fields})


def localized(model, names):
    """`["name"]` → `{"name_ko", "name_en"}` where the field is translated, else the name itself."""
    translated = translated_names(model)
    return {column for name in names for column in (get_translation_fields(name) if name in translated else [name])}


def plain(field, value):
    """Text is never `None` and always clean, so that saving a form unchanged changes no digest."""
    if isinstance(field, models.CharField | models.TextField):
        return clean_text(value or "")
    return value


def cleaned(data):
    """Return the content of an edition with clean texts. What was issued before texts were cleaned stays as it is."""
    if isinstance(data, dict):
        return {name: cleaned(value) for name, value in data.items()}
    if isinstance(data, list):
        return [cleaned(value) for value in data]
    return clean_text(data) if isinstance(data, str) else data


def digest(data):
    """Return the fingerprint of an edition's content: 64 hexadecimal digits, SHA-256 over its canonical JSON.

    The identity of rows is no content, and neither is an empty field that was added later: editions that were written
    without them keep their digest.
    """
    canonical = json.dumps(content_of(data), ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()


def content_of(data):
    later = columns_added_later()
    return {
        name: [content_of(row) for row in value] if isinstance(value, list) else value
        for name, value in data.items()
        if name != "id" and (value or name not in later)
    }


@cache
def columns_added_later():
    """Return the names of all columns that an `added_later` of a model names."""
    models_with_texts = [model for model in apps.get_models() if issubclass(model, Translated)]
    return frozenset(column for model in models_with_texts for column in localized(model, model.added_later))


def language_digest(data, code):
    """Return the fingerprint of the texts of one language in an edition's content: what a clinician signs.

    Order, addresses and sources are no texts, so changing them leaves a signature valid.
    """
    return digest(texts_in(data, code))


def language_digests(data):
    """Return `{language: fingerprint}` of the texts in an edition's content."""
    return {code: language_digest(data, code) for code in dict(settings.LANGUAGES)}


def texts_in(data, code):
    """Return the texts of `data` in one language, and those of its rows."""
    texts = {name: data[name] for name in text_columns(data, [code]) if not name.startswith(SOURCE)}
    rows = {name: value for name, value in data.items() if isinstance(value, list)}
    return texts | {name: [found for row in value if (found := texts_in(row, code))] for name, value in rows.items()}


def text_columns(data, codes=None):
    """Return the names of the columns of `data` that hold a text in one of the languages `codes` (all)."""
    endings = tuple(build_localized_fieldname("", code) for code in codes or dict(settings.LANGUAGES))
    # A language may be called “id”, as the keys of other rows end.
    return [name for name in data if name.endswith(endings) and not isinstance(data[name], int)]


class Snapshot:
    """An edition that looks like an instance of its model to a template, and is read-only.

    It has the captured columns, the model's own translated names, its rows, `get_x_display`, the `snapshot_methods` of
    the model, and the pages around it that its reader attached. It has no `save`, no `objects`, no relations: a
    template cannot reach the database through it. A field that is newer than the edition has its default.

    A row has its identity as `pk`, which is `None` in editions older than identities; templates must not print it.
    Snapshots are equal when their content and the identities of their rows are equal.
    """

    def __init__(self, model, data, **attached):
        at_hand = texts_of_head(model) if "edition" in attached else text_fields(model)
        self.__dict__.update({name: data[name] for name in at_hand & data.keys()}, _model=model, _data=data)
        self.__dict__.update(attached)

    def __setattr__(self, name, value):
        raise TypeError("A snapshot is read-only.")

    def attach(self, **attached):
        self.__dict__.update(attached)

    def __str__(self):
        return self._model.__str__(self)

    def __repr__(self):
        return f"<Snapshot of {self._model._meta.label}: {self}>"

    def __eq__(self, other):
        return isinstance(other, Snapshot) and (self._model, self._data) == (other._model, other._data)

    def __hash__(self):
        return hash((self._model, self._data.get("slug")))

    def __getattr__(self, name):
        """Return what is not attached, and keep what is the same in every language."""
        if name.startswith("__"):
            raise AttributeError(name)
        if (read := reading_of(self._model, name)) is None:
            raise AttributeError(f"The snapshot of {self._model._meta.label} has no “{name}”.")
        kept = self.__dict__
        if read.is_beyond_head and (edition := kept.get("edition")):
            note_page(edition)
            kept = kept.setdefault("_beyond_head", {})  # so that each reading is noted
            if name in kept:
                return kept[name]
        value = read.function(self)
        if read.is_kept:
            kept[name] = value
        return value

    def _number(self, name, rows):
        """Give `rows` their number among all inline rows, by which the edition names what is out of date."""
        edition, inline = vars(self).get("edition"), getattr(self._model, "inline_relations", [])
        if edition is not None and edition.stale and name in inline:
            start = 1 + sum(len(self._data.get(before, [])) for before in inline[: inline.index(name)])
            for number, row in enumerate(rows, start):
                row.attach(edition=edition, row_number=number)


@cache
def text_fields(model):
    """Return the names of the columns of `model` that are in JSON what they are in Python."""
    return frozenset(f.attname for f in captured_fields(model) if isinstance(f, models.CharField | models.TextField))


@cache
def texts_of_head(model):
    """Return those that other pages may show without having read the page."""
    return text_fields(model).intersection(head_columns(model))


class Reading(NamedTuple):
    """How snapshots of a model read one name; what `is_kept` is the same whenever it is asked for."""

    function: Callable
    is_kept: bool
    is_beyond_head: bool = False


@cache
def reading_of(model, name):
    """Return the `Reading` of `name` by snapshots of `model`, `None` where they have no such name."""
    if name in [*getattr(model, "inline_relations", []), *getattr(model, "embedded_relations", [])]:
        return Reading(partial(rows_of, name, model._meta.get_field(name).related_model), True, True)
    if name in translated_names(model):
        return Reading(partial(inspect.getattr_static(model, name).__get__, owner=model), is_kept=False)
    if name in getattr(model, "snapshot_methods", []):
        return Reading(partial(borrow, inspect.getattr_static(model, name)), is_kept=False)
    if name.startswith("get_") and name.endswith("_display"):
        column = name.removeprefix("get_").removesuffix("_display")
        labels = dict(model._meta.get_field(column).flatchoices)
        return Reading(lambda snapshot: partial(choice_label, snapshot, column, labels), is_kept=False)
    field = next((field for field in captured_fields(model) if field.attname == name), None)
    return field and Reading(partial(column_value, field), True, not is_in_head(field))


def rows_of(name, row_model, snapshot):
    rows = [Snapshot(row_model, row, pk=row.get("id")) for row in snapshot._data.get(name, [])]
    snapshot._number(name, rows)
    return rows


def borrow(borrowed, snapshot):
    if isinstance(borrowed, property):
        return borrowed.fget(snapshot)
    if isinstance(borrowed, FunctionType):
        return MethodType(borrowed, snapshot)
    return borrowed


def column_value(field, snapshot):
    data = snapshot._data
    return field.to_python(data[field.attname]) if field.attname in data else field.get_default()


def choice_label(snapshot, name, labels):
    value = getattr(snapshot, name)
    return labels.get(value, value)


def languages_written(data):
    """Return the codes of the languages in which the page with the content `data` has any text of its own."""
    return [code for code in dict(settings.LANGUAGES) if any(map(str.strip, own_texts_in(data, code)))]


def own_texts_in(data, code):
    ending = build_localized_fieldname("", code)
    of_language = ((name, text) for name, text in data.items() if name.endswith(ending) and isinstance(text, str))
    return (text for name, text in of_language if not name.startswith(SOURCE))
