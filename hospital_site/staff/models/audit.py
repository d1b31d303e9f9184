"""The audit log: who did what to which page, when and why."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from hospital_site.staff.models.append_only import AppendOnly, AppendOnlyQuerySet


class AuditQuerySet(AppendOnlyQuerySet):
    def of(self, page):
        return self.filter(page=page.key)

    def edits(self):
        return self.filter(action__in=[AuditEntry.Action.EDIT, AuditEntry.Action.RESTORE])


class AuditEntry(AppendOnly):
    """One thing that one person did. No entry is ever changed or removed.

    `by` is the user name at that time. `account` is the primary key of the user, `None` for whoever has no account; it
    is no foreign key, so that the entries of a deleted user stay. `findings` are what the publication checks found in
    what was published. `data` is for programs: the account or role that an entry is about, what was added to its rights
    and removed from them, and where a deleted page stood.
    """

    class Action(models.TextChoices):
        EDIT = "edit", _("edited")
        RESTORE = "restore", _("copied an earlier version into the draft")
        STILL_CORRECT = "still_correct", _("confirmed a translation")
        SUBMIT = "submit", _("submitted for publishing")
        RETURN = "return", _("returned to the editors")
        PUBLISH = "publish", _("published")
        SCHEDULE = "schedule", _("scheduled")
        CANCEL = "cancel", _("cancelled scheduled publishing")
        WITHDRAW = "withdraw", _("withdrew")
        SIGN_OFF = "sign_off", _("signed the clinical review")
        LINK = "link", _("created a preview link")
        REVOKE = "revoke", _("revoked a preview link")
        OPENED = "opened", _("opened a preview link")
        ANSWER = "answer", _("answered a preview link")
        DELETE = "delete", _("deleted")
        PERMISSION = "permission", _("changed permissions")
        NEW_PASSWORD = "new_password", _("changed a password")
        SECOND_FACTOR = "second_factor", _("changed a second factor")
        SIGN_IN = "sign_in", _("signed in")
        SIGN_IN_FAILED = "sign_in_failed", _("failed to sign in")
        EXPORT = "export", _("exported the log")

    # Translators: heading of a column: date and time
    at = models.DateTimeField(_("when"), default=timezone.now, db_index=True)
    # Translators: heading of a column: the member of staff who did it
    by = models.CharField(_("who"), max_length=150)
    account = models.BigIntegerField(_("account"), null=True, blank=True)
    # Translators: heading of a column: what was done
    action = models.CharField(_("what"), max_length=20, choices=Action.choices)
    page = models.CharField(_("page"), max_length=100, blank=True)
    title = models.CharField(_("name of the page"), max_length=200, blank=True)
    before = models.CharField(_("digest before"), max_length=64, blank=True)
    after = models.CharField(_("digest after"), max_length=64, blank=True)
    reason = models.TextField(_("reason"), blank=True)
    findings = models.TextField(_("what was found"), blank=True)
    data = models.JSONField(_("details"), default=dict, blank=True)

    objects = AuditQuerySet.as_manager()

    class Meta:
        db_table = "publishing_auditentry"
        verbose_name = _("entry of the audit log")
        verbose_name_plural = _("audit log")
        ordering = ["-pk"]
        indexes = [models.Index(fields=["page", "action"], name="audit_of_page")]

    def __str__(self):
        return f"{self.at:%Y-%m-%d %H:%M} {self.by}: {self.get_action_display()}"
