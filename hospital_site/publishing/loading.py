"""From the JSON of an edition back to working rows: the inverse of `dump`, also used for the first content."""

from django.core.exceptions import ObjectDoesNotExist
from django.db import models, transaction

from hospital_site.publishing.models import Editable
from hospital_site.publishing.row_matching import match_rows
from hospital_site.publishing.snapshots import captured_fields, cleaned, inline_model, localized, row_data
from hospital_site.publishing.staleness import mark_all_checked, rows_of


def missing_relations(model, data):
    """Yield the foreign keys of `model` and its inline rows that point, in `data`, to rows which no longer exist.

    An edition outlives the pages that it belonged to. `restore` writes what it is given, so its caller checks this
    first.
    """
    for field in captured_fields(model):
        pk = data.get(field.attname) if isinstance(field, models.ForeignKey) else None
        if pk is not None and not field.related_model._base_manager.filter(pk=pk).exists():
            yield field
    for name in getattr(model, "inline_relations", []):
        for row in data.get(name, []):
            yield from missing_relations(inline_model(model, name), row)


@transaction.atomic
def restore(page, data):
    """Write `data`, as `dump` returns it, into the working rows of `page`. Its texts are cleaned.

    What `data` does not name stays, such as the texts of a language or a field that is younger than the edition.
    """
    data = cleaned(data)
    fill(page, data)
    page.save()
    for name in page.inline_relations:
        if name in data:
            restore_rows(page, name, data[name])
    for name, fields in page.embedded_relations.items():
        if name in data:
            getattr(page, name).set(matching_rows(page, name, fields[0], data[name]))


def fill(row, data):
    for field in captured_fields(type(row)):
        if field.attname in data:
            setattr(row, field.attname, field.to_python(data[field.attname]))


def restore_rows(page, name, records):
    """Make the inline rows `name` of `page` be `records`, in their order.

    A row that still exists stays the same row, with everything that points to it and what its texts were last checked
    against. A row that was deleted comes back under its old primary key, if that is free.
    """
    model = inline_model(type(page), name)
    link = getattr(type(page), name).rel.field.name
    existing = list(getattr(page, name).all())
    pairs = match_rows([row_data(row, without=link) for row in existing], records)
    kept = {new: existing[old] for new, old in pairs.items()}
    rows = getattr(page, name).all()
    rows.exclude(pk__in=[row.pk for row in kept.values()]).delete()
    rows._raw_delete(rows.db)  # Kept rows may swap unique values. What points to them is checked at the commit.
    for new, record in enumerate(records):
        row = kept.get(new) or new_row(model, page, link, record)
        if hasattr(row, "position"):
            row.position = new + 1
        fill(row, record)
        row.save(force_insert=True)


def new_row(model, page, link, record):
    return model(pk=free_key(model, record.get("id")), source_language=page.source_language, **{link: page})


def free_key(model, pk):
    return None if model._base_manager.filter(pk=pk).exists() else pk


def embeddable_rows(page, name):
    """Return the rows that `page` may hold in its embedded relation `name`: those that belong to a page above it.

    Two hospitals may each have a Radiology; a clinic works with that of its own.
    """
    rows = page._meta.get_field(name).related_model._base_manager.all()
    try:
        ancestors = page.ancestors()
    except ObjectDoesNotExist:  # The page does not have its parent yet.
        return rows.none()
    owners = {f.name: above for f in rows.model._meta.fields for above in ancestors if f.related_model is type(above)}
    return rows.filter(**owners) if owners else rows.none()


def matching_rows(page, name, field, records):
    """Return the rows that `records` were copied from, or that the first content calls `records`.

    Rows that were deleted since, or belong to another hospital, are left out.
    """
    model = page._meta.get_field(name).related_model
    columns = sorted(localized(model, [field]))
    rows = list(embeddable_rows(page, name))
    named = [dict.fromkeys(columns, record) if isinstance(record, str) else record for record in records]
    pairs = match_rows(*([narrowed(row, columns) for row in side] for side in (map(row_data, rows), named)))
    return [rows[old] for old in pairs.values()]


def narrowed(row, columns):
    return {name: value for name, value in row.items() if name in ("id", *columns)}


def create(model, record, position=1, **above):
    """Make a page of kind `model` and all pages below it from a nested `record`. Return them, the top first.

    Pages below stand in `record` under the accessors of the model, such as `clinics`. `above` are the pages above it.
    """
    links = {name: row for name, row in above.items() if name in {field.name for field in model._meta.fields}}
    page = model(**links)
    if hasattr(page, "position"):
        page.position = position
    restore(page, record)
    for row in rows_of(page):
        mark_all_checked(row)
        row.save()
    made = [page]
    for relation in model._meta.related_objects:
        below = relation.related_model
        if issubclass(below, Editable) and relation.field.name in below.parents:
            for place, child in enumerate(record.get(relation.get_accessor_name(), []), start=1):
                made += create(below, child, place, **above, **{model._meta.model_name: page})
    return made
