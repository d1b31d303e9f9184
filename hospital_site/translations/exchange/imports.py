"""Importing a file: kept as sorted, applied as drafts by the same action as an editor's save, and undone as one."""

import copy
from itertools import islice

from django.db import transaction
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from hospital_site.publishing.drafts import pages_that_embed, record_edit
from hospital_site.publishing.page_scopes import may_see
from hospital_site.publishing.permissions import languages_of
from hospital_site.publishing.pipeline import lock
from hospital_site.publishing.staleness import rows_of
from hospital_site.translations.exchange.kinds import CLEAN, Kind
from hospital_site.translations.exchange.records import source_digest
from hospital_site.translations.exchange.refusals import Unreadable
from hospital_site.translations.models import FileText, TranslationFile
from hospital_site.translations.storing import (
    Change,
    Result,
    may_change,
    page_named,
    store_on_page,
    unit_named,
)
from hospital_site.translations.units import digest_of, row_key

TEXTS_AT_ONCE = 500
AFTERWARDS = {
    Result.SOURCE_CHANGED: Kind.SOURCE_CHANGED,
    Result.TEXT_CHANGED: Kind.TEXT_CHANGED,
    Result.UNKNOWN: Kind.UNKNOWN,
    Result.UNCHANGED: Kind.UNCHANGED,
    Result.REFUSED: Kind.FAULTY,
}
Outcome = FileText.Outcome


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
    """Store what is clean in `file`, page by page. What has changed meanwhile becomes a conflict. May run twice."""
    for page in pages_with(file.texts.filter(kind__in=CLEAN, outcome=Outcome.OPEN)):
        number = apply_page(file, page, by=by)
        if progress:
            progress(number)
    TranslationFile.objects.filter(pk=file.pk, applied_at=None).update(applied_at=timezone.now())


def pages_with(texts):
    return list(texts.order_by("page").values_list("page", flat=True).distinct())


@transaction.atomic
def apply_page(file, key, *, by):
    page = page_named(key)
    if page is not None and may_see(by, page):
        page = lock(page)
    texts = list(file.texts.select_for_update().filter(page=key, kind__in=CLEAN, outcome=Outcome.OPEN))
    before = states_of(page, texts, file.language)
    outcomes = store_on_page(key, [change_of(text, file.language) for text in texts], by=by, reason=reason_of(file))
    after = states_of(page, texts, file.language)
    for text in texts:
        result, sentence = outcomes[text.unit]
        if result in (Result.STORED, Result.CONFIRMED):
            text.outcome = str(result)
            text.before, text.checked_before = before[text.unit]
            text.checked_after = after[text.unit][1]
        else:
            text.kind = AFTERWARDS[result]
            text.remarks = {get_language(): [sentence]} if sentence else {}
    FileText.objects.bulk_update(texts, ["kind", "outcome", "before", "checked_before", "checked_after", "remarks"])
    return len(texts)


def reason_of(file):
    return f"file of translations {file.pk}"


def change_of(text, language):
    known = {"seen": text.seen, "source_seen": source_digest(text.source)}
    return Change(text.unit, language, text=None if text.kind == Kind.CONFIRMED else text.text, **known)


def states_of(page, texts, language):
    """Return `{id: (translation, what the texts of its field were checked against)}` as stored now."""
    if page is None:
        return {}
    rows = {row_key(row): row for row in rows_of(type(page)._base_manager.get(pk=page.pk))}
    units = {text.unit: unit_named(change_of(text, language), page, rows) for text in texts}
    return {
        name: (unit.text, copy.deepcopy(unit.row.checked.get(unit.field, {}))) for name, unit in units.items() if unit
    }


# ── Undoing ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def undo(file, *, by, progress=None):
    """Bring back what stood there before `file` was applied, but where somebody has written since.

    Returns `(number of texts brought back, number of those that were left)`.
    """
    undone = left = 0
    for key in pages_with(file.texts.filter(outcome__in=[Outcome.STORED, Outcome.CONFIRMED])):
        number, others = undo_page(file, key, by=by)
        undone, left = undone + number, left + others
        if progress:
            progress(number + others)
    TranslationFile.objects.filter(pk=file.pk).update(undone_at=timezone.now())
    return undone, left


@transaction.atomic
def undo_page(file, key, *, by):
    page = page_named(key)
    texts = list(file.texts.filter(page=key, outcome__in=[Outcome.STORED, Outcome.CONFIRMED]))
    if page is None or not may_see(by, page):
        return 0, len(texts)
    page = lock(page)
    was, embedding = page.draft_digest, list(pages_that_embed(page))
    rows = {row_key(row): row for row in rows_of(page)}
    undone, written = [], set()
    for text in texts:
        unit = unit_named(change_of(text, file.language), page, rows)
        if unit is None or not may_undo(by, unit) or digest_of(text.text) != unit.digest:
            continue
        bring_back(unit, text)
        written.add(row_key(unit.row))
        text.outcome = Outcome.UNDONE
        undone.append(text)
    for name in written:
        rows[name].save()
    if undone:
        record_edit(page, by=by, before=was, embedding=embedding, reason=f"{reason_of(file)} undone")
    FileText.objects.bulk_update(undone, ["outcome"])
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
