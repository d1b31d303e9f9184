"""What the templates of the admin need to know of a field."""

from types import SimpleNamespace
from urllib.parse import urlencode

from django import template
from django.core.exceptions import FieldDoesNotExist
from django.utils.translation import get_language_info
from modeltranslation.fields import TranslationField

from hospital_site.publishing.admin_links import queue_url
from hospital_site.publishing.staleness import names_of

register = template.Library()


@register.filter
def text_of(field):
    """What a form says of one `field` of a line, or `None` where the field holds no text in one language.

    `language` and `dir` of the text; `is_to_read` where the person may not write it, with `words`, `label`, `chip`.
    """
    form = field.form if field.is_readonly else field.field.form
    column = column_of(form, field.field["name"] if field.is_readonly else field.field.name)
    if column is None:
        return None
    language = get_language_info(column.language)
    is_to_read = field.is_readonly or field.field.field.disabled
    return SimpleNamespace(
        language=language["code"],
        dir="rtl" if language["bidi"] else "ltr",
        is_to_read=is_to_read,
        words=getattr(form.instance, column.name) if is_to_read else None,
        label=field.field["label"] if field.is_readonly else field.field.label,
        chip=chip_of(form.instance, column) if field.is_readonly else "",
    )


def column_of(form, name):
    """The column of one language behind the field `name`, or `None`."""
    model = getattr(getattr(form, "_meta", None), "model", None)
    try:
        column = model and model._meta.get_field(name)
    except FieldDoesNotExist:
        return None
    return column if isinstance(column, TranslationField) else None


def chip_of(row, column):
    """The chip of a text that the person only reads."""
    from hospital_site.publishing.forms import chip  # Django loads all tags with the first page; forms take 60 ms

    name = column.translated_field.name
    if not row.pk or name not in names_of(row):
        return ""
    return chip(row, name, column.language, SimpleNamespace(disabled=True))


@register.simple_tag
def queue_of(page, language, word):
    """`{% queue_of page "ko" "word" as address %}`: the texts of `page` with `word` in the queue of a language."""
    address = queue_url(language, page, "all")
    return f"{address}&{urlencode({'term': word})}" if address else ""
