"""The steps of the workflow that somebody else has to know of."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class WorkflowNote(models.Model):
    """A step that was taken with a page, in the words of whoever took it, until another step settles it.

    It repeats an entry of the audit log, so that the front page need not search the log. `action` is one of
    `AuditEntry.Action` or of `workflow_notes`, `digest` that of the draft that the step was about. `for_account` is the
    primary key of the only account that it concerns, else `None`.
    """

    page = models.CharField(_("page"), max_length=100)
    action = models.CharField(_("what"), max_length=20)
    by = models.CharField(_("who"), max_length=150)
    account = models.BigIntegerField(_("account"), null=True, blank=True)
    for_account = models.BigIntegerField(_("for the account"), null=True, blank=True)
    at = models.DateTimeField(_("when"), default=timezone.now)
    reason = models.TextField(_("reason"), blank=True)
    digest = models.CharField(_("digest of the draft"), max_length=64, blank=True)

    class Meta:
        verbose_name = _("note of the workflow")
        verbose_name_plural = _("notes of the workflow")
        default_permissions = []
        ordering = ["-at", "-pk"]
        indexes = [
            models.Index(fields=["page", "action"], name="note_of_page"),
            models.Index(fields=["at"], name="note_by_time"),
        ]

    def __str__(self):
        return f"{self.page}: {self.action} by {self.by}"
