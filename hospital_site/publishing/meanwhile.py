"""Two editors of one page at once: how a form notices that its page has changed meanwhile, and loses nobody's words."""

import re
from collections import defaultdict

from django.core import signing
from django.http import QueryDict

from hospital_site.publishing.snapshots import captured_fields, dump

SALT = "hospital_site.publishing.opened"


def state_of_forms(page):
    """What the form of `page` is filled with: its content, and its fields and those of its rows by primary key."""
    rows = {name: {str(row.pk): fields_of(row) for row in getattr(page, name).all()} for name in page.inline_relations}
    return {"data": dump(page), "fields": fields_of(page), "rows": rows}


def fields_of(row):
    """Its fields as a browser sends them: `{"name_en": ["Resection"], "center": ["5"], "is_statutory": ["on"]}`."""
    fields = [*captured_fields(type(row)), *row._meta.many_to_many]
    return {field.name: as_sent(field.value_from_object(row)) for field in fields}


def as_sent(value):
    if isinstance(value, bool):
        return ["on"] if value else []
    if isinstance(value, list):
        return sorted(str(row.pk) for row in value)
    return ["" if value is None else str(value)]


def sealed(state):
    return signing.dumps(state, salt=SALT, compress=True)


def unsealed(text):
    """The state that the form was opened with, or `None` where the seal is not ours."""
    try:
        return signing.loads(text, salt=SALT)
    except signing.BadSignature:
        return None


def is_same(opened, now):
    """Has nothing that stands on the form changed since it was opened?"""
    return (opened["fields"], opened["rows"]) == (now["fields"], now["rows"])


# ── Putting both together ─────────────────────────────────────────────────────────────────────────────────────────────


def merged(posted, opened, now):
    """The posted words of the second editor, with the first editor's where the second has changed nothing."""
    sent = dict(posted.lists())
    take_over(sent, opened["fields"], now["fields"])
    for name, rows in now["rows"].items():
        if f"{name}-TOTAL_FORMS" in sent:
            put_rows(sent, name, *merged_rows(take_rows(sent, name), opened["rows"].get(name, {}), rows))
    both = QueryDict(mutable=True)
    for field, values in sent.items():
        both.setlist(field, values)
    return both


def take_over(sent, opened, now):
    """Write the values of `now` into `sent` where it still says what stood there when the form was opened."""
    for field, values in now.items():
        if is_untouched(sent, opened, field):
            sent[field] = values


def is_untouched(sent, opened, field):
    return normal(sent.get(field, [])) == normal(opened.get(field, []))


def normal(values):
    return sorted(" ".join(value.split()) for value in values)


def take_rows(sent, name):
    """The rows `name` of the form `sent`, in their order, each as `{field: values}`. They are no longer in `sent`."""
    rows = defaultdict(dict)
    for field in list(sent):
        if found := re.fullmatch(rf"{re.escape(name)}-(\d+)-(.+)", field):
            rows[int(found[1])][found[2]] = sent.pop(field)
    return [rows[place] for place in sorted(rows)]


def merged_rows(sent, opened, now):
    """The rows that are there, with those that the first editor added, and the rows that are still to be made.

    A row that the first editor deleted goes, unless the second has rewritten it: then it becomes a new one.
    """
    there, new = {}, []
    for row in sent:
        [key] = row.get("id", [""])
        if key in now:
            take_over(row, opened.get(key, {}), now[key])
            there[key] = row
        elif key not in opened or is_rewritten(row, opened[key]):
            new.append(row | {"id": [""]})
    added = [fields | {"id": [key]} for key, fields in now.items() if key not in opened and key not in there]
    return [*there.values(), *added], new


def is_rewritten(row, opened):
    return "DELETE" not in row and not all(is_untouched(row, opened, field) for field in opened if field in row)


def put_rows(sent, name, there, new):
    sent[f"{name}-INITIAL_FORMS"], sent[f"{name}-TOTAL_FORMS"] = [str(len(there))], [str(len(there) + len(new))]
    for place, row in enumerate([*there, *new]):
        sent |= {f"{name}-{place}-{field}": values for field, values in row.items()}
