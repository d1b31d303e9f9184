"""From the JSON of an edition back to working rows: the inverse of `dump`, also used for the first content."""

from itertools import zip_longest

from django.db import transaction
from modeltranslation.utils import get_translation_fields

from hospital_site.publishing.models import Editable
from hospital_site.publishing.snapshots import captured_fields, part_model
from hospital_site.publishing.staleness import mark_all_checked, rows_of


@transaction.atomic
def restore(page, data):
    """Write `data`, as `dump` gives it, into the working rows of `page`. What `data` does not name stays."""
    fill(page, data)
    page.save()
    for name in page.parts:
        if name in data:
            restore_parts(page, name, data[name])
    for name, fields in page.copied.items():
        if name in data:
            getattr(page, name).set(matching_rows(page, name, fields[0], data[name]))


def fill(row, data):
    for field in captured_fields(type(row)):
        if field.attname in data:
            setattr(row, field.attname, field.to_python(data[field.attname]))


def restore_parts(page, name, records):
    """Make the rows `name` of `page` be `records`, in their order. What each was last checked against is kept."""
    model = part_model(type(page), name)
    link = getattr(type(page), name).rel.field.name
    checked = [row.checked for row in getattr(page, name).all()]
    getattr(page, name).all().delete()
    for place, (record, known) in enumerate(zip_longest(records, checked[: len(records)], fillvalue={}), start=1):
        part = model(**{link: page}, checked=known)
        if hasattr(part, "position"):
            part.position = place
        fill(part, record)
        part.save()


def matching_rows(page, name, field, records):
    """The rows that `records` were copied from, by their names. What has been renamed or removed since is left out.

    Only rows of the pages above count: two hospitals may each have a Radiology.
    """
    model = page._meta.get_field(name).related_model
    owners = {f.name: above for f in model._meta.fields for above in page.ancestors() if f.related_model is type(above)}
    candidates = model.objects.filter(**owners)
    columns = get_translation_fields(field)
    wanted = [{record} if isinstance(record, str) else {record[column] for column in columns} for record in records]
    return [row for row in candidates if any(names <= {getattr(row, c) or "" for c in columns} for names in wanted)]


def create(model, record, position=1, **above):
    """Make a page of kind `model` and all pages below it from a nested `record`. Returns them, the top first.

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
