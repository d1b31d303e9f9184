"""Cleaning of what was stored before typed texts were cleaned, for migrations: it works on their historical models.

See decision 0014. What patients read stays as it is: lists and tables are left to the next edit.
"""

from django.apps import apps as present_apps
from django.conf import settings
from django.core.exceptions import FieldDoesNotExist
from django.db import models
from modeltranslation.utils import build_localized_fieldname

from hospital_site.publishing.models import Editable
from hospital_site.publishing.snapshots import (
    NOT_CAPTURED,
    as_json,
    cleaned,
    digest,
    inline_model,
    language_digest,
    translated_names,
)
from hospital_site.publishing.staleness import NOT_COMPARED, gap_of, normal
from hospital_site.typed_text import clean_text

CODES = list(dict(settings.LANGUAGES))


def clean_pages(apps, label):
    """Clean all rows of the app `label`, and keep every digest in step: nothing counts as edited or unsigned."""
    then = {model._meta.model_name for model in apps.get_models() if model._meta.app_label == label}
    present = present_apps.get_app_config(label).get_models()
    kinds = [kind for kind in present if issubclass(kind, Editable) and kind._meta.model_name in then]
    pages = {kind: apps.get_model(label, kind.__name__).objects for kind in kinds}
    renewed = {}
    for kind in kinds:
        for page in pages[kind].all():
            before = stored_content(kind, page)
            if cleaned(before) != before:
                renewed[page] = before
    for model in apps.get_models():
        if model._meta.app_label == label:
            clean_rows(model)
    for page, before in renewed.items():
        renew_draft(apps, page, before)
    for kind in kinds:
        for page in pages[kind].all():
            count_gaps(apps, kind, page)


def clean_rows(model, clean=clean_text, names=None):
    """Clean the text columns of `model`, or those of `names`, and what its translations were last checked against."""
    columns = [field for field in model._meta.fields if is_text(field) and (names is None or field.name in names)]
    for row in model._base_manager.iterator():
        found = {field.attname: clean_value(field, row, clean) for field in columns}
        if hasattr(row, "checked"):
            found["checked"] = checked_anew(row)
        changed = {name: value for name, value in found.items() if value != getattr(row, name)}
        if changed:
            model._base_manager.filter(pk=row.pk).update(**changed)


def is_text(field):
    return isinstance(field, models.CharField | models.TextField) and not field.choices


def clean_value(field, row, clean):
    before = getattr(row, field.attname)
    after = clean(before) if before else before
    is_too_long = after and field.max_length and len(after) > field.max_length  # a few letters are composed of two
    return before if is_too_long else after


def checked_anew(row):
    """What `row` was checked against, in the form that it has now."""

    def renew(name, code, text):
        now = getattr(row, build_localized_fieldname(name, code), None) or ""
        return normal(now if " ".join(now.split()) == text else text)

    return {
        name: {code: {c: renew(name, c, text) for c, text in others.items()} for code, others in by_code.items()}
        for name, by_code in row.checked.items()
    }


def count_gaps(apps, kind, page):
    """Count anew what lists say of translations: one that differed by such signs only is no longer stale."""
    rows = [(kind, page)]
    for name in kind.inline_relations:
        if hasattr(page, name):
            rows += [(inline_model(kind, name), row) for row in getattr(page, name).all()]
    names = [(row, name) for model, row in rows for name in compared(model) if hasattr(row, name)]
    states = apps.get_model("publishing", "TranslationState").objects.filter(page=key_of(page))
    for code in CODES:
        kinds = [gap.kind for row, name in names if (gap := gap_of(row, name, code))]
        states.filter(language=code).update(missing=kinds.count("missing"), stale=kinds.count("stale"))


def compared(model):
    return [name for name in translated_names(model) if name not in NOT_COMPARED]


def key_of(page):
    return f"{page._meta.label_lower}:{page.pk}"


# ── Digests ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def stored_content(kind, page):
    """Return what `dump` returned of `page`, a historical instance of the model `kind`, before it cleaned texts."""
    data = stored_columns(page)
    for name in kind.inline_relations:
        if hasattr(page, name):
            link = getattr(kind, name).rel.field.name
            data[name] = [stored_columns(row, without=link) for row in getattr(page, name).all()]
    for name, fields in kind.embedded_relations.items():
        if hasattr(page, name):
            endings = ["", *(build_localized_fieldname("", code) for code in CODES)]
            only = {f"{field}{ending}" for field in fields for ending in endings}
            data[name] = [stored_columns(row, only=only) for row in getattr(page, name).all()]
    return data


def stored_columns(row, *, without=None, only=None):
    without = {without, *NOT_CAPTURED}
    fields = [
        field
        for field in row._meta.concrete_fields
        if field.editable and not field.primary_key and not is_base_column(field) and field.name not in without
    ]
    values = {field: field.value_from_object(row) for field in fields if only is None or field.name in only}
    return as_json(
        {
            field.attname: (value or "").replace("\r\n", "\n")
            if isinstance(field, models.CharField | models.TextField)
            else value
            for field, value in values.items()
        }
    )


def is_base_column(field):
    """Is it the column of modeltranslation beside those of the languages?"""
    try:
        field.model._meta.get_field(build_localized_fieldname(field.name, CODES[0]))
    except FieldDoesNotExist:
        return False
    return True


def renew_draft(apps, page, before):
    """Store the digests of the cleaned draft of `page` wherever those of its content `before` stand."""
    old, new = digest(before), digest(cleaned(before))
    rows = type(page)._base_manager.filter(pk=page.pk)
    for column in ("draft_digest", "submitted_digest"):
        rows.filter(**{column: old}).update(**{column: new})
    key = key_of(page)
    links = apps.get_model("publishing", "PreviewLink").objects.filter(page=key, answered_digest=old)
    links.update(answered_digest=new)
    renew_signatures(apps, key, before, CODES)


def renew_signatures(apps, key, before, codes):
    signatures = apps.get_model("publishing", "SignOff").objects.filter(page=key)
    for code in codes:
        old, new = language_digest(before, code), language_digest(cleaned(before), code)
        signatures.filter(language=code, digest=old).update(digest=new)


def renew_edition(apps, edition):
    """Give `edition` the digests of its cleaned content. The content itself stays as it was issued."""
    before, after = edition.data, cleaned(edition.data)
    if before is None or before == after:
        return
    renew_signatures(apps, edition.page, before, edition.language_digests)
    by_language = {
        code: language_digest(after, code) if language_digest(before, code) == known else known
        for code, known in edition.language_digests.items()
    }
    whole = digest(after) if digest(before) == edition.digest else edition.digest
    type(edition)._base_manager.filter(pk=edition.pk).update(digest=whole, language_digests=by_language)
