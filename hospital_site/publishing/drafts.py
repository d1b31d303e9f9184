"""What happens to a draft before it is published: edits, requests to publish, returns, confirmed translations."""

from django.db import transaction
from django.utils.translation import gettext as _

from hospital_site.publishing.candidates import compose
from hospital_site.publishing.loading import restore
from hospital_site.publishing.models import page_models
from hospital_site.publishing.pipeline import Action, lock, name_of
from hospital_site.publishing.policy import Refused, assess, refuse_a_deleted_parent, refuse_a_place_out_of_scope
from hospital_site.publishing.snapshots import digest, dump, inline_model, translated_names
from hospital_site.publishing.staleness import count_gaps, mark_checked, mark_checked_except
from hospital_site.publishing.workflow_notes import add_note
from hospital_site.staff.audit import record
from hospital_site.staff.models import AuditEntry


@transaction.atomic
def submit(page, *, by, reason=""):
    """Ask for the draft to be published. Another edit takes the request back."""
    page = lock(page)
    candidate = compose(page)
    assessment = assess(candidate)
    if assessment.refusals:
        raise Refused(assessment.refusals[0], assessment)
    note_submission(page, candidate.digest, by=by)
    add_note(record(Action.SUBMIT, by=by, page=page, after=candidate.digest, reason=reason))


@transaction.atomic
def return_to_editors(page, *, by, reason):
    """Return a draft to its editors, with the reason."""
    page = lock(page)
    note_submission(page)
    add_note(record(Action.RETURN, by=by, page=page, before=page.draft_digest, reason=reason))


@transaction.atomic
def copy_into_draft(page, number, *, by, reason):
    """Write the earlier edition `number` of `page` into its draft, over what stands there. Patients see no change."""
    page = lock(page)
    earlier = page.editions().get(number=number)
    if earlier.is_withdrawal:
        raise Refused(_("This version records a withdrawal and has no text to copy."))
    refuse_a_deleted_parent(earlier)
    refuse_a_place_out_of_scope(earlier, by)
    before = digest(dump(page))
    embedding = list(pages_that_embed(page))
    restore(page, earlier.data)
    mark_checked_except(page, earlier.stale)
    record_edit(page, by=by, before=before, action=Action.RESTORE, reason=reason, embedding=embedding)


@transaction.atomic
def confirm_translation(row, name, code, *, page, by):
    """Note that the text of `name` in the language `code` is still correct. Nothing that patients see changes."""
    lock(page)
    mark_checked(row, name, code)
    row.save(update_fields=["checked"])
    count_gaps(page)
    record_confirmation(row, name, code, page=page, by=by)


def record_confirmation(row, name, code, *, page, by):
    record(Action.STILL_CORRECT, by=by, page=page, reason=f"{row._meta.verbose_name} · {name} · {code}")


def record_edit(page, *, by, before, action=Action.EDIT, reason="", embedding=()):
    """Note that `by` changed the draft of `page`, whose digest was `before`. The caller holds the transaction.

    Pages that embed `page` or rows of it, as a clinic embeds departments, were changed with it; so were those of
    `embedding`, which embedded rows before the edit.
    """
    after = note_draft(page)
    if after == before:
        return
    entry = record(action, by=by, page=page, before=before, after=after, reason=reason)
    if action == Action.RESTORE:
        add_note(entry)
    record_embedded(page, {one.key: one for one in [*embedding, *pages_that_embed(page)]}.values(), by=by)


def record_translations(pages, *, by, reason=""):
    """Note that `by` changed texts of `pages` and nothing else. They are locked, and their digests are those before."""
    for page, after in zip(pages, note_drafts(pages), strict=True):
        if after != page.draft_digest:
            record(Action.EDIT, by=by, page=page, before=page.draft_digest, after=after, reason=reason)
            record_embedded(page, pages_that_embed(page, texts_only=True), by=by)


def record_embedded(page, embedding, *, by):
    """Note that `by` changed the drafts of `embedding` with that of `page`."""
    for other in embedding:
        was = other.draft_digest
        now = note_draft(other)
        if now != was:
            record(Action.EDIT, by=by, page=other, before=was, after=now, reason=str(page))


def note_draft(page):
    """Store the digest of the draft and the gaps in its translations, for lists. Returns the digest."""
    return note_drafts([page])[0]


def note_drafts(pages):
    digests = [digest(dump(page)) for page in pages]
    for page, now in zip(pages, digests, strict=True):
        type(page)._base_manager.filter(pk=page.pk).update(draft_digest=now)
    count_gaps(*pages)
    return digests


def deleted_drafts(model):
    """Return the addresses of the drafts of kind `model` that somebody has deleted: no command brings them back.

    Entries of earlier versions hold no address but the title.
    """
    deletions = AuditEntry.objects.filter(action=Action.DELETE, page__startswith=f"{model.page_kind()}:")
    return {entry.data.get("address", entry.title) for entry in deletions}


def note_submission(page, draft="", *, by=""):
    """Store which draft was submitted for publishing and by whom; without a digest, that none is waiting."""
    type(page)._base_manager.filter(pk=page.pk).update(submitted_digest=draft, submitted_by=name_of(by))


def pages_that_embed(page, *, texts_only=False):
    """Yield the pages that embed `page` or rows of it; those that embed texts of theirs only, if so asked."""
    links = {inline_model(type(page), name): getattr(type(page), name).rel.field.name for name in page.inline_relations}
    for model in page_models():
        for name, fields in model.embedded_relations.items():
            embedded = model._meta.get_field(name).related_model
            if texts_only and not set(fields) & set(translated_names(embedded)):
                continue
            if embedded is type(page):
                yield from model.objects.filter(**{name: page})
            elif link := links.get(embedded):
                yield from model.objects.filter(**{f"{name}__{link}": page}).distinct()
