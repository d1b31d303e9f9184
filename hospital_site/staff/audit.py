"""Writes the audit log."""

from django.contrib.auth import get_user_model
from django.contrib.auth.signals import user_logged_in, user_login_failed
from django.db.models import Q
from django.dispatch import receiver

from hospital_site.staff.models import AuditEntry
from hospital_site.staff.scopes import accounts_within, keys_within, scope_of


def record(action, *, by, page=None, before="", after="", reason="", findings="", data=None):
    """Writes an entry that `by` (a user or a name) did `action`, to `page` where it concerns one. Returns the entry.

    `data` is what a program may want to read of it, such as `about(user)`.
    """
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
        data=data or {},
    )


def about(holder, **more):
    """Returns the data of an entry about a user or a role, by its number, which stays when the name changes."""
    kind = "account" if isinstance(holder, get_user_model()) else "role"
    return {kind: holder.pk, "name": str(holder), **more}


def visible_entries(entries, user):
    """Returns those of the queryset `entries` that `user` may read.

    Whoever is limited to some pages reads what was done to these, and what concerns accounts that are limited to them.
    """
    scope = scope_of(user)
    if not scope or user.is_superuser:
        return entries
    accounts = accounts_within(scope)
    of_accounts = Q(data__account__in=accounts) | Q(data__account__isnull=True, account__in=accounts)
    is_seen = Q(page="") & of_accounts | Q(page__in=deleted_within(scope))
    for keys in keys_within(scope):
        is_seen |= Q(page__in=keys)
    return entries.filter(is_seen)


def deleted_within(scope):
    """Returns the keys of the pages within `scope` that were deleted: only their entries know where they stood."""
    deleted = AuditEntry.objects.filter(action=AuditEntry.Action.DELETE).values_list("page", "data")
    return [page for page, data in deleted if scope & set(data.get("ancestors", []))]


@receiver(user_logged_in, dispatch_uid="audit_sign_in")
def record_sign_in(user, **kwargs):
    record(AuditEntry.Action.SIGN_IN, by=user)


@receiver(user_login_failed, dispatch_uid="audit_sign_in_failed")
def record_failed_sign_in(**kwargs):
    """Writes no user name: people type passwords into that field."""
    record(AuditEntry.Action.SIGN_IN_FAILED, by="")
