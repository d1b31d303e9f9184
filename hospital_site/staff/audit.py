"""Writes the audit log."""

from django.contrib.auth.signals import user_logged_in, user_login_failed
from django.dispatch import receiver

from hospital_site.staff.models import AuditEntry


def record(action, *, by, page=None, before="", after="", reason="", findings=""):
    """Writes an entry that `by` (a user or a name) did `action`, to `page` where it concerns one. Returns the entry."""
    is_name = isinstance(by, str)
    return AuditEntry.objects.create(
        action=action,
        by=by if is_name else by.get_username(),
        account=None if is_name else by.pk,
        page=page.key if page else "",
        title=str(page)[:200] if page else "",
        before=before,
        after=after,
        reason=reason,
        findings=findings,
    )


@receiver(user_logged_in, dispatch_uid="audit_sign_in")
def record_sign_in(user, **kwargs):
    record(AuditEntry.Action.SIGN_IN, by=user)


@receiver(user_login_failed, dispatch_uid="audit_sign_in_failed")
def record_failed_sign_in(**kwargs):
    """Writes no user name: people type passwords into that field."""
    record(AuditEntry.Action.SIGN_IN_FAILED, by="")
