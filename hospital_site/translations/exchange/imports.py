"""Importing a file: kept as sorted, applied as drafts by the same action as an editor's save, and undone as one."""

from collections import defaultdict
from itertools import groupby, islice

from django.db import transaction
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from hospital_site.publishing.drafts import record_translations
from hospital_site.publishing.permissions import languages_of
from hospital_site.translations.exchange.kinds import CLEAN, Kind
from hospital_site.translations.exchange.records import source_digest
from hospital_site.translations.exchange.refusals import Unreadable
from hospital_site.translations.models import FileText, TranslationFile
from hospital_site.translations.storing import (
    Change,
    Result,
    batches,
    locked_pages,
    may_change,
    rows_by_key,
    store_on_pages,
    unit_named,
)
from hospital_site.translations.units import digest_of

TEXTS_AT_ONCE = 500
AFTERWARDS = {
    Result.SOURCE_CHANGED: Kind.SOURCE_CHANGED,
    Result.TEXT_CHANGED: Kind.TEXT_CHANGED,
    Result.UNKNOWN: Kind.UNKNOWN,
    Result.UNCHANGED: Kind.UNCHANGED,
    Result.REFUSED: Kind.FAULTY,
}
Outcome = FileText.Outcome
APPLIED = [Outcome.STORED, Outcome.CONFIRMED]
DECIDED_FIELDS = ["kind", "outcome", "before", "checked_before", "checked_after", "remarks"]


@transaction.atomic
def keep(name, language, found, *, by):
    """Keep the `Sorted` texts `found` as a file that `by` sent. Returns it; nothing is stored in drafts."""
    file = TranslationFile.objects.create(name=name[-100:], language=language, by=by.get_username(), account=by.pk)
    found = iter(found)
    while some := list(islice(found, TEXTS_AT_ONCE)):
        FileText.objects.bulk_create(text_of(file, one) for one in some if one.kind != Kind.UNCHANGED)
        file.unchanged += sum(one.kind == Kind.UNCHANGED for one in some)
    file.save(update_fields=["unchanged"])
    return file


def text_of(file, found):
    return FileText(
        file=file,
        line=found.line,
        page=found.id.partition("/")[0][:100],
        unit=found.id[:200],
        label=(f"{found.unit.page} · {found.unit.label}" if found.unit else "")[:300],
        kind=found.kind,
        source=found.source,
        text=found.text,
        seen=found.seen,
        remarks=dict(found.remarks),
    )


# ── Applying ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def apply(file, *, by, progress=None):
    """Store what is clean in `file`, batch by batch. What has changed meanwhile becomes a conflict. May run twice."""
    for keys in batches(pages_with(file.texts.filter(kind__in=CLEAN, outcome=Outcome.OPEN))):
        number = apply_pages(file, keys, by=by)
        if progress:
            progress(number)
    TranslationFile.objects.filter(pk=file.pk, applied_at=None).update(applied_at=timezone.now())


def pages_with(texts):
    return texts.order_by("page").values_list("page", flat=True).distinct()


@transaction.atomic
def apply_pages(file, keys, *, by):
    pages = locked_pages(keys, by)
    texts = list(file.texts.select_for_update().filter(page__in=keys, kind__in=CLEAN, outcome=Outcome.OPEN))
    changes = [change_of(text, file.language) for text in texts]
    outcomes = store_on_pages(pages, changes, by=by, reason=reason_of(file))
    for text in texts:
        done = outcomes[text.unit]
        if done.result in (Result.STORED, Result.CONFIRMED):
            text.outcome = str(done.result)
            text.before, text.checked_before, text.checked_after = done.before, done.checked_before, done.checked_after
        else:
            text.kind = AFTERWARDS[done.result]
            text.remarks = {get_language(): [done.sentence]} if done.sentence else {}
    FileText.objects.bulk_create(texts, update_conflicts=True, unique_fields=["pk"], update_fields=DECIDED_FIELDS)
    return len(texts)


def reason_of(file):
    return f"file of translations {file.pk}"


def change_of(text, language):
    known = {"seen": text.seen, "source_seen": source_digest(text.source)}
    return Change(text.unit, language, text=None if text.kind == Kind.CONFIRMED else text.text, **known)


# ── Undoing ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def undo(file, *, by, progress=None):
    """Bring back what stood there before `file` was applied, but where somebody has written since.

    Returns `(number of texts brought back, number of those that were left)`.
    """
    undone = left = 0
    for keys in batches(pages_with(file.texts.filter(outcome__in=APPLIED))):
        number, others = undo_pages(file, keys, by=by)
        undone, left = undone + number, left + others
        if progress:
            progress(number + others)
    TranslationFile.objects.filter(pk=file.pk).update(undone_at=timezone.now())
    return undone, left


@transaction.atomic
def undo_pages(file, keys, *, by):
    pages = locked_pages(keys, by)
    texts = list(file.texts.select_for_update().filter(page__in=keys, outcome__in=APPLIED).order_by("page", "pk"))
    undone, edited = [], []
    for key, of_page in groupby(texts, key=lambda text: text.page):
        page, columns = pages.get(key), defaultdict(set)
        rows = rows_by_key(page) if page else {}
        for text in of_page:
            unit = unit_named(change_of(text, file.language), page, rows) if page else None
            if unit and may_undo(by, unit) and digest_of(text.text) == unit.digest:
                bring_back(unit, text)
                columns[unit.row].add(unit.column)
                undone.append(text.pk)
        for row, names in columns.items():
            row.save(update_fields=[*names, "checked"])
        edited += [page] if columns else []
    record_translations(edited, by=by, reason=f"{reason_of(file)} undone")
    file.texts.filter(pk__in=undone).update(outcome=Outcome.UNDONE)
    return len(undone), len(texts) - len(undone)


def may_undo(user, unit):
    return unit.language in languages_of(user) and all(may_change(user, row) for row in (unit.page, unit.row))


def bring_back(unit, text):
    """What was noted of the other languages of the field since stays."""
    row, now = unit.row, unit.row.checked.get(unit.field, {})
    setattr(row, unit.column, text.before)
    before = text.checked_before or {}
    own = {unit.language: before.get(unit.language, {})}
    row.checked = {**row.checked, unit.field: before if now == text.checked_after else {**now, **own}}


# ── From the bytes of a file ──────────────────────────────────────────────────────────────────────────────────────────


def refuse_others(head, site, languages, language=None):
    """Raise `Unreadable` for a file of another site, or of another language than `language`, if given."""
    if head.site and head.site != site:
        raise Unreadable(
            _("The file is of another site: %(other)s. This one is %(site)s.")
            % {
                "other": head.site,
                "site": site,
            }
        )
    if head.language not in languages:
        raise Unreadable(_("The file does not say of which language of this site its translations are."))
    if language and head.language != language:
        raise Unreadable(
            _("The file is of another language (%(other)s): send it in the queue of that language.")
            % {
                "other": languages[head.language],
            }
        )
