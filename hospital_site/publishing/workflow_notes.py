"""Who has to know of which step of the workflow, and until when."""

from hospital_site.publishing.models import WorkflowNote
from hospital_site.staff.models import AuditEntry

Action = AuditEntry.Action

# The steps that each step settles. A publication settles all.
SETTLES = {
    Action.SUBMIT: [Action.SUBMIT, Action.RETURN, Action.CANCEL],
    Action.RETURN: [Action.SUBMIT, Action.RETURN, Action.CANCEL],
    Action.CANCEL: [Action.CANCEL, Action.PUBLISH, Action.SCHEDULE],
    Action.WITHDRAW: [Action.WITHDRAW, Action.CANCEL, Action.PUBLISH, Action.SCHEDULE],
    Action.ANSWER: [],
}


def add_note(entry, *, by="", reason=""):
    """Keep `entry` of the audit log before the eyes of whom it concerns. `by` and `reason` say more than the entry."""
    WorkflowNote.objects.filter(page=entry.page, action__in=SETTLES[entry.action]).delete()
    return create_note(entry, by=by or entry.by, reason=reason or entry.reason)


def settle_all(entry):
    """After the publication `entry` nothing is open any more. Whoever submitted the draft is told of it."""
    notes = WorkflowNote.objects.filter(page=entry.page)
    submitted = notes.filter(action=Action.SUBMIT).exclude(account=None).first()
    notes.delete()
    if submitted:
        create_note(entry, for_account=submitted.account)


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
