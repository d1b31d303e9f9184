"""Two editors of one page at once: how a form notices that its page was saved meanwhile, and keeps both edits."""

import re
from collections import defaultdict

from django.core import signing
from django.http import QueryDict

from hospital_site.publishing.snapshots import NOT_CAPTURED, captured_fields, cleaned, dump, inline_model
from hospital_site.typed_text import clean_prose

SALT = "hospital_site.publishing.edit_conflicts"


def state_of(page):
    """Return what the form of `page` holds: its content, as `dump` returns it, and what is about the work on it."""
    return dump(page) | {name: getattr(page, name) for name in NOT_CAPTURED}


def signed_state(data):
    """Return the state that a form was opened with, signed for a hidden field of the form."""
    return signing.dumps(data, salt=SALT, compress=True)


def verified_state(text):
    """Return the content that the form was opened with, or `None` if the signature is not ours."""
    try:
        return cleaned(signing.loads(text, salt=SALT))
    except signing.BadSignature:
        return None


def has_conflict(model, opened, now):
    """Has anything that the form shows changed since it was opened?"""
    return form_state(model, opened) != form_state(model, now)


def form_state(model, data):
    """Return the values of the form of a page with the content `data`, and those of its inline forms by primary key."""
    return form_values(model, data), {name: inline_values(model, name, data) for name in model.inline_relations}


def inline_values(model, name, data):
    return {str(row["id"]): form_values(inline_model(model, name), row) for row in data.get(name, [])}


def form_values(model, data):
    """Return values as a browser sends them: `{"name_en": ["Resection"], "center": ["5"], "is_statutory": ["on"]}`."""
    values = {f.name: as_sent(data[f.attname]) for f in captured_fields(model) if f.attname in data}
    values |= {name: as_sent(data[name]) for name in NOT_CAPTURED if name in data}
    for name in getattr(model, "embedded_relations", []):
        values[name] = sorted(str(row["id"]) for row in data.get(name, []))
    return values


def as_sent(value):
    if isinstance(value, bool):
        return ["on"] if value else []
    return ["" if value is None else str(value)]


# ── Putting both together ─────────────────────────────────────────────────────────────────────────────────────────────


def merge_edits(model, posted, opened, now):
    """Return `posted`, the second editor's form, with the first editor's values where the second changed nothing."""
    sent = dict(posted.lists())
    take_over(sent, form_values(model, opened), form_values(model, now))
    for name in model.inline_relations:
        if f"{name}-TOTAL_FORMS" in sent:
            rows = merge_rows(take_rows(sent, name), *(inline_values(model, name, data) for data in (opened, now)))
            put_rows(sent, name, *rows)
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
    return sorted(" ".join(clean_prose(value).split()) for value in values)


def take_rows(sent, name):
    """The rows `name` of the form `sent`, in their order, each as `{field: values}`. They are no longer in `sent`."""
    rows = defaultdict(dict)
    for field in list(sent):
        if found := re.fullmatch(rf"{re.escape(name)}-(\d+)-(.+)", field):
            rows[int(found[1])][found[2]] = sent.pop(field)
    return [rows[place] for place in sorted(rows)]


def merge_rows(sent, opened, now):
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
