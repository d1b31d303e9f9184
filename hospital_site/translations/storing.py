"""Storing translations: as drafts, by the same action as an editor's save, never over words that nobody has seen."""

import copy
from collections import defaultdict
from enum import StrEnum
from functools import cache
from itertools import groupby, islice
from typing import NamedTuple

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import prefetch_related_objects
from django.utils.translation import gettext as _

from hospital_site.publishing.drafts import record_confirmation, record_translations
from hospital_site.publishing.models import page_at, page_models
from hospital_site.publishing.page_scopes import visible
from hospital_site.publishing.permissions import languages_of
from hospital_site.publishing.staleness import count_gaps, gap_of, mark_checked, names_of, note_edit, rows_of
from hospital_site.translations.units import State, Unit, digest_of, row_key, split_key
from hospital_site.typed_fields import TypedAdmin
from hospital_site.typed_text import whole_number

PAGES_LOCKED = 20  # at once: as many as are stored before anybody notices


class Change(NamedTuple):
    """What a translator says of the unit `id`: its new `text`, or without one that it is still correct.

    `seen` and `source_seen` are the digests of the translation and of the source that they had before them.
    """

    id: str
    language: str
    seen: str
    source_seen: str
    text: str | None = None


class Result(StrEnum):
    STORED = "stored"
    CONFIRMED = "confirmed"
    UNCHANGED = "unchanged"  # it says so already
    SOURCE_CHANGED = "source_changed"  # since it was seen
    TEXT_CHANGED = "text_changed"  # somebody else wrote another translation since
    REFUSED = "refused"
    UNKNOWN = "unknown"  # the page or the row is gone


class Outcome(NamedTuple):
    """What was done with a change: why not, where it was refused; where it was done, what stood there before.

    `checked_before` and `checked_after` are what the texts of its field were checked against.
    """

    result: Result
    sentence: str = ""
    before: str = ""
    checked_before: dict | None = None
    checked_after: dict | None = None

    @property
    def is_done(self):
        return self.result in (Result.STORED, Result.CONFIRMED, Result.UNCHANGED)


def store(changes, *, by):
    """Store `changes` in the drafts. Return `{id of the unit: Outcome}`. What is done on a page is one edit of it."""
    by_page = grouped(changes)
    outcomes = {}
    for keys in batches(by_page):
        with transaction.atomic():
            some = [change for key in keys for change in by_page[key]]
            outcomes |= store_on_pages(locked_pages(keys, by), some, by=by)
    return outcomes


def grouped(changes):
    by_page = defaultdict(list)
    for change in changes:
        by_page[change.id.partition("/")[0]].append(change)
    return by_page


def batches(keys):
    """Yield lists of some of the keys of pages `keys`, each of one kind: what is stored in one transaction."""
    for _kind, of_kind in groupby(sorted(keys), key=lambda key: split_key(key)[0]):
        while some := list(islice(of_kind, PAGES_LOCKED)):
            yield some


def page_named(key):
    """The page with the key `key`, which may be anything that stood in an address or a file."""
    kind, pk = split_key(key)
    is_kind = kind in {model.page_kind() for model in page_models()}
    return page_at(key) if is_kind and whole_number(pk) is not None else None


def locked_pages(keys, by):
    """Return `{key: page}` of the pages `keys`, all of one kind, that `by` may see, with their rows.

    They are held until the transaction ends, in the same order by everybody.
    """
    model = next((model for model in page_models() if model.page_kind() == split_key(keys[0])[0]), None)
    if model is None:
        return {}
    numbers = [number for key in keys if (number := whole_number(split_key(key)[1])) is not None]
    seen = list(visible(model.objects.filter(pk__in=numbers), by).values_list("pk", flat=True))
    pages = list(model._base_manager.select_for_update().filter(pk__in=seen).order_by("pk"))
    prefetch_related_objects(pages, *model.inline_relations, *model.embedded_relations)
    return {page.key: page for page in pages}


def store_on_pages(pages, changes, *, by, reason=""):
    """Store `changes` on the locked `pages`. Return `{id of the unit: Outcome}`. Each row is saved once."""
    outcomes, edited, confirmed = {}, [], []
    for key, of_page in grouped(changes).items():
        page = pages.get(key)
        if page is None:
            outcomes |= {change.id: Outcome(Result.UNKNOWN) for change in of_page}
            continue
        found, columns = write_into(page, of_page, by=by)
        for row, names in columns.items():
            row.save(update_fields=[*names, "checked"])
        outcomes |= found
        if any(columns.values()):
            edited.append(page)
        elif columns:
            confirmed.append(page)
    record_translations(edited, by=by, reason=reason)
    count_gaps(*confirmed)
    return outcomes


def write_into(page, changes, *, by):
    """Write what is to be stored of `changes` into the rows of `page`, which are not saved.

    Returns `({id of the unit: Outcome}, {row: names of its columns that are to be saved besides what was checked})`.
    """
    rows, outcomes, columns = rows_by_key(page), {}, defaultdict(set)
    for change in changes:
        if change.id in outcomes:
            continue
        unit = unit_named(change, page, rows)
        outcome = judge(change, unit, by=by)
        if outcome.result in (Result.STORED, Result.CONFIRMED):
            row, name, text, checked = unit.row, unit.field, unit.text, unit.row.checked.get(unit.field, {})
            if outcome.result == Result.STORED:
                before = copy.copy(row)
                setattr(row, unit.column, cleaned_value(unit, change.text))
                note_edit(row, before, [name])
                columns[row].add(unit.column)
            else:
                mark_checked(row, name, unit.language)
                record_confirmation(row, name, unit.language, page=page, by=by)
                columns[row] |= set()
            outcome = outcome._replace(before=text, checked_before=checked, checked_after=row.checked.get(name, {}))
        outcomes[change.id] = outcome
    return outcomes, columns


def rows_by_key(page):
    return {row_key(row): row for row in rows_of(page)}


def unit_named(change, page, rows):
    """The unit that `change` is about as it is now, or `None` if the page has no such text any more."""
    _page, *row, name = change.id.split("/")
    row = page if not row else rows.get(row[0])
    if row is None or len(change.id.split("/")) > 3 or name not in names_of(row):
        return None
    return Unit(page, row, name, change.language, gap_of(row, name, change.language), State.IN_WORK)


def judge(change, unit, *, by):
    """What is to be done with `change`, and if it is to be refused, why."""
    if unit is None:
        return Outcome(Result.UNKNOWN)
    if change.language not in languages_of(by) or not all(may_change(by, row) for row in (unit.page, unit.row)):
        return Outcome(Result.REFUSED, _("You do not have the right to do this"))
    is_confirmation = change.text is None
    if not is_confirmation and digest_of(change.text) == unit.digest:
        return Outcome(Result.UNCHANGED)
    if change.source_seen != unit.source_digest:
        return Outcome(Result.SOURCE_CHANGED)
    if change.seen != unit.digest:
        return Outcome(Result.TEXT_CHANGED)
    if is_confirmation:
        return Outcome(Result.CONFIRMED if unit.gap and unit.text else Result.UNCHANGED)
    if not change.text.strip():
        sentence = _("Nothing was stored: a translation is emptied in the form of its page only.")
        return Outcome(Result.REFUSED, sentence)
    try:
        cleaned_value(unit, change.text)
    except ValidationError as error:
        return Outcome(Result.REFUSED, " ".join(error.messages))
    return Outcome(Result.STORED)


def may_change(user, row):
    return user.has_perm(f"{row._meta.app_label}.change_{row._meta.model_name}")


def cleaned_value(unit, text):
    """Return `text` as the form of the page would store it, or raise a `ValidationError`."""
    return form_field(unit.model_field).clean(text)


@cache
def form_field(field):
    form_class = next(form for model, form in TypedAdmin.form_classes.items() if isinstance(field, model))
    return field.formfield(form_class=form_class, required=False)
