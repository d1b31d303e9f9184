"""Storing translations: as drafts, by the same action as an editor's save, never over words that nobody has seen."""

import copy
from collections import defaultdict
from enum import StrEnum
from typing import NamedTuple

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from hospital_site.publishing.drafts import confirm_translation, pages_that_embed, record_edit
from hospital_site.publishing.models import page_at, page_models
from hospital_site.publishing.page_scopes import may_see
from hospital_site.publishing.permissions import languages_of
from hospital_site.publishing.pipeline import lock
from hospital_site.publishing.staleness import gap_of, names_of, note_edit, rows_of
from hospital_site.translations.units import State, Unit, digest_of, row_key, split_key
from hospital_site.typed_fields import TypedAdmin
from hospital_site.typed_text import whole_number


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
    result: Result
    sentence: str = ""  # why, where it was refused

    @property
    def is_done(self):
        return self.result in (Result.STORED, Result.CONFIRMED, Result.UNCHANGED)


def store(changes, *, by):
    """Store `changes` in the drafts. Return `{id of the unit: Outcome}`. Each page is one transaction and one edit."""
    by_page = defaultdict(list)
    for change in changes:
        by_page[change.id.partition("/")[0]].append(change)
    outcomes = {}
    for key in sorted(by_page):
        outcomes |= store_on_page(key, by_page[key], by=by)
    return outcomes


def page_named(key):
    """The page with the key `key`, which may be anything that stood in an address or a file."""
    kind, pk = split_key(key)
    is_kind = kind in {model.page_kind() for model in page_models()}
    return page_at(key) if is_kind and whole_number(pk) is not None else None


@transaction.atomic
def store_on_page(key, changes, *, by, reason=""):
    page = page_named(key)
    if page is None or not may_see(by, page):
        return {change.id: Outcome(Result.UNKNOWN) for change in changes}
    page = lock(page)
    was, embedding = page.draft_digest, list(pages_that_embed(page))
    rows = {row_key(row): row for row in rows_of(page)}
    before = {name: copy.copy(row) for name, row in rows.items()}
    outcomes, written, confirmed = {}, defaultdict(set), []
    for change in changes:
        unit = unit_named(change, page, rows)
        outcome = outcomes[change.id] = judge(change, unit, by=by)
        if outcome.result == Result.STORED:
            column = unit.column
            setattr(unit.row, column, cleaned_value(unit, change.text))
            written[row_key(unit.row)].add(column)
        elif outcome.result == Result.CONFIRMED:
            confirmed.append(unit)
    for name, columns in written.items():
        note_edit(rows[name], before[name])
        rows[name].save(update_fields=[*columns, "checked"])
    if written:
        record_edit(page, by=by, before=was, embedding=embedding, reason=reason)
    for unit in confirmed:
        confirm_translation(unit.row, unit.field, unit.language, page=page, by=by)
    return outcomes


def unit_named(change, page, rows):
    """The unit that `change` is about as it is now, or `None` if the page has no such text any more."""
    _page, *row, name = change.id.split("/")
    row = page if not row else rows.get(row[0])
    if row is None or len(change.id.split("/")) > 3 or name not in names_of(row):
        return None
    row = rows[row_key(row)]
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
    field = unit.model_field
    form_class = next(form for model, form in TypedAdmin.form_classes.items() if isinstance(field, model))
    return field.formfield(form_class=form_class, required=False).clean(text)
