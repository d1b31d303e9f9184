"""From a working row to the JSON of its edition, and from that JSON to what a template reads."""

import hashlib
import inspect
import json
from functools import cache, partial
from types import FunctionType, MethodType

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from modeltranslation.translator import NotRegistered, translator
from modeltranslation.utils import get_translation_fields


@cache
def translated_names(model):
    """Names of the translated fields of `model`, in the order of the model."""
    try:
        translated = translator.get_options_for_model(model).all_fields
    except NotRegistered:
        return []
    return [field.name for field in model._meta.concrete_fields if field.name in translated]


@cache
def captured_fields(model):
    """The columns of `model` that an edition holds: all that staff can edit, but modeltranslation's base columns.

    A base column holds whatever language was active when somebody saved, so nobody may rely on it.
    """
    base = set(translated_names(model))
    return [
        field
        for field in model._meta.concrete_fields
        if field.editable and not field.primary_key and field.name not in base
    ]


def inline_model(model, name):
    """The model of the inline rows that `model` reaches as `name`."""
    return getattr(model, name).rel.related_model


def dump(page):
    """What an edition of `page` holds now: its columns, its parts, and what it copies from related rows.

    → `{"slug": …, "name_ko": …, "name_en": …, "departments": [{"name_ko": …}, …], …}`, plain JSON.
    """
    data = columns(page)
    for name in page.inline_relations:
        link = getattr(type(page), name).rel.field.name
        data[name] = [columns(row, without=link) for row in getattr(page, name).all()]
    for name, fields in page.embedded_relations.items():
        rows = getattr(page, name).all()
        data[name] = [columns(row, only=localized(type(row), fields)) for row in rows]
    return as_json(data)


def as_json(value):
    """`value` as it comes back from JSON: dates as text."""
    return json.loads(json.dumps(value, cls=DjangoJSONEncoder))


def columns(row, *, without=None, only=None):
    fields = [f for f in captured_fields(type(row)) if f.name != without and (only is None or f.name in only)]
    return {field.attname: plain(field, field.value_from_object(row)) for field in fields}


def localized(model, names):
    """`["name"]` → `{"name_ko", "name_en"}` where the field is translated, else the name itself."""
    translated = translated_names(model)
    return {column for name in names for column in (get_translation_fields(name) if name in translated else [name])}


def plain(field, value):
    """Text is never `None` and its lines end in one way, so that saving a form unchanged changes no digest."""
    if isinstance(field, models.CharField | models.TextField):
        return (value or "").replace("\r\n", "\n")
    return value


def digest(data):
    """The fingerprint of an edition's content: 64 hexadecimal digits, SHA-256 over its canonical JSON."""
    canonical = json.dumps(data, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()


def language_digest(data, code):
    """The fingerprint of the words of one language in an edition's content: what a clinician signs.

    Order, addresses and sources are no words, so changing them leaves a signature in force.
    """
    return digest(words_of(data, f"_{code}"))


def words_of(data, ending):
    words = {name: value for name, value in data.items() if name.endswith(ending) and not name.startswith("source_")}
    rows = {name: [words_of(row, ending) for row in value] for name, value in data.items() if isinstance(value, list)}
    return words | rows


class Snapshot:
    """An edition that looks like an instance of its model to a template, and is read-only.

    It has the captured columns, the model's own translated names, its parts, `get_x_display`, what the model lends, and
    the pages around it that its reading attached. It has no `save`, no `objects`, no relations: a template cannot reach
    the database through it. A field that is newer than the edition shows its default.
    """

    def __init__(self, model, data, **attached):
        self.__dict__.update(_model=model, _data=data, _attached=attached)

    def __setattr__(self, name, value):
        raise TypeError("A snapshot is read-only.")

    def attach(self, **attached):
        self._attached.update(attached)

    def __str__(self):
        return self._model.__str__(self)

    def __repr__(self):
        return f"<Snapshot of {self._model._meta.label}: {self}>"

    def __eq__(self, other):
        return isinstance(other, Snapshot) and (self._model, self._data) == (other._model, other._data)

    def __hash__(self):
        return hash((self._model, self._data.get("slug")))

    def __getattr__(self, name):
        model, data = self._model, self._data
        if name in self._attached:
            return self._attached[name]
        if name.startswith("__"):
            raise AttributeError(name)
        if name in getattr(model, "inline_relations", []):
            return [Snapshot(inline_model(model, name), row) for row in data.get(name, [])]
        if name in getattr(model, "embedded_relations", {}):
            return [Snapshot(model._meta.get_field(name).related_model, row) for row in data.get(name, [])]
        if name in translated_names(model):
            return inspect.getattr_static(model, name).__get__(self, model)
        if name in getattr(model, "snapshot_methods", []):
            return self._borrow(inspect.getattr_static(model, name))
        if name.startswith("get_") and name.endswith("_display"):
            return partial(choice_label, self, name.removeprefix("get_").removesuffix("_display"))
        for field in captured_fields(model):
            if field.attname == name:
                return field.to_python(data[name]) if name in data else field.get_default()
        raise AttributeError(f"The snapshot of {model._meta.label} has no “{name}”.")

    def _borrow(self, borrowed):
        if isinstance(borrowed, property):
            return borrowed.fget(self)
        if isinstance(borrowed, FunctionType):
            return MethodType(borrowed, self)
        return borrowed


def choice_label(snapshot, name):
    value = getattr(snapshot, name)
    return dict(snapshot._model._meta.get_field(name).flatchoices).get(value, value)
