"""From the JSON of an edition back to working rows: the inverse of `dump`, also used for the first content."""

from functools import partial

from django.db import transaction
from modeltranslation.utils import get_translation_fields

from hospital_site.publishing.models import Editable
from hospital_site.publishing.snapshots import captured_fields, inline_model
from hospital_site.publishing.staleness import CODES, mark_all_checked, names_of, rows_of, words


@transaction.atomic
def restore(page, data):
    """Write `data`, as `dump` gives it, into the working rows of `page`. What `data` does not name stays."""
    fill(page, data)
    page.save()
    for name in page.inline_relations:
        if name in data:
            restore_parts(page, name, data[name])
    for name, fields in page.embedded_relations.items():
        if name in data:
            getattr(page, name).set(matching_rows(page, name, fields[0], data[name]))


def fill(row, data):
    for field in captured_fields(type(row)):
        if field.attname in data:
            setattr(row, field.attname, field.to_python(data[field.attname]))


def restore_parts(page, name, records):
    """Make the rows `name` of `page` be `records`, in their order.

    A row that is still there, by its words, stays the same row for pages that name it, and keeps what its texts were
    last checked against. One that comes back counts as checked.
    """
    model = inline_model(type(page), name)
    link = getattr(type(page), name).rel.field.name
    there = list(getattr(page, name).all())
    named_by = {row.pk: pages_that_name(row) for row in there}
    getattr(page, name).all().delete()
    for place, record in enumerate(records, start=1):
        part = model(**{link: page})
        if hasattr(part, "position"):
            part.position = place
        fill(part, record)
        same = max(there, key=partial(shared_words, part), default=None)
        if same and shared_words(part, same):
            there.remove(same)
            part.pk, part.checked = same.pk, same.checked
        else:
            mark_all_checked(part)
        part.save(force_insert=True)
        for accessor, pages in named_by.get(part.pk, []):
            getattr(part, accessor).set(pages)


def pages_that_name(row):
    """The rows that hold `row` in a many-to-many field, by its accessors: `[("clinics", [clinic, …])]`."""
    accessors = [field.get_accessor_name() for field in row._meta.related_objects if field.many_to_many]
    return [(accessor, list(getattr(row, accessor).all())) for accessor in accessors]


def shared_words(row, other):
    """How many texts two rows have in common."""
    texts = [(words(row, name, code), words(other, name, code)) for name in names_of(row) for code in CODES]
    return sum(bool(mine) and mine == others for mine, others in texts)


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
