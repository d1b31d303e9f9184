"""Who has to know of which step of the workflow, and until when."""

from hospital_site.publishing.minor_edits import unconfirmed_minor_edits
from hospital_site.publishing.models import WorkflowNote
from hospital_site.staff.models import AuditEntry

Action = AuditEntry.Action
# Actions of notes about publications that are told apart: one that a clinical reviewer is asked to confirm, and one
# that brought back an earlier edition.
MINOR_EDIT, AGAIN = "minor_edit", "again"

# The steps that each step settles. A publication settles all.
SETTLES = {
    Action.SUBMIT: [Action.SUBMIT, Action.RETURN, Action.CANCEL, Action.RESTORE],
    Action.RETURN: [Action.SUBMIT, Action.RETURN, Action.CANCEL],
    Action.CANCEL: [Action.CANCEL, Action.PUBLISH, Action.SCHEDULE],
    Action.RESTORE: [Action.RESTORE],
    Action.WITHDRAW: [Action.WITHDRAW, AGAIN, Action.CANCEL, Action.PUBLISH, Action.SCHEDULE],
    AGAIN: [Action.WITHDRAW, AGAIN],
    Action.ANSWER: [],
}


def add_note(entry, **more):
    """Keep `entry` of the audit log before the eyes of whom it concerns. `more` says what the entry does not."""
    WorkflowNote.objects.filter(page=entry.page, action__in=SETTLES[more.get("action", entry.action)]).delete()
    return create_note(entry, **more)


def settle_all(entry):
    """After the publication `entry` nothing of the draft is open any more. Whoever submitted it is told of it."""
    notes = WorkflowNote.objects.filter(page=entry.page).exclude(action=MINOR_EDIT)
    submitted = notes.filter(action=Action.SUBMIT).exclude(account=None).first()
    notes.delete()
    if submitted:
        create_note(entry, for_account=submitted.account)


def settle_minor_edits(page):
    """Forget the notes of minor edits of `page` that patients do not read any more, or that somebody has confirmed."""
    waiting = {edition.digest for edition, _code, _earlier in unconfirmed_minor_edits(page)}
    WorkflowNote.objects.filter(page=page.key, action=MINOR_EDIT).exclude(digest__in=waiting).delete()


def create_note(entry, **more):
    names = ("page", "action", "by", "account", "at", "reason")
    kept = {name: getattr(entry, name) for name in names} | {"digest": entry.after or entry.before}
    return WorkflowNote.objects.create(**kept | more)


def reopen_submission(page, digest):
    """Let the draft with the `digest` wait for a publisher again. Returns the entry that submitted it, or `None`."""
    entry = AuditEntry.objects.of(page).filter(action=Action.SUBMIT, after=digest).first()
    if entry:
        WorkflowNote.objects.filter(page=entry.page, action=Action.SUBMIT).delete()
        create_note(entry)
    return entry
