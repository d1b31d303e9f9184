"""Mail to staff that something arrived, kept in a table until it is sent."""

from datetime import timedelta

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from hospital_site.enquiries.models.enquiries import Enquiry


class NotificationQuerySet(models.QuerySet):
    def unsent(self):
        return self.filter(sent_at=None)

    def stuck(self, at=None):
        """Those not sent an hour after they were written: the mail server, or an address, needs attention."""
        return self.unsent().filter(created_at__lt=(at or timezone.now()) - timedelta(hours=1))

    def due(self, at=None):
        """Those to be sent now that no other run has claimed."""
        at = at or timezone.now()
        return self.unsent().filter(Q(claimed_until=None) | Q(claimed_until__lt=at), next_try_at__lte=at)


class Notification(models.Model):
    """A mail to staff that something arrived: stored with the enquiry in one transaction, sent later by a command."""

    enquiry = models.ForeignKey(Enquiry, models.CASCADE, related_name="notifications", verbose_name=_("enquiry"))
    recipient = models.EmailField(_("recipient"))
    message_id = models.CharField(max_length=120, unique=True)
    created_at = models.DateTimeField(_("written at"), default=timezone.now)
    next_try_at = models.DateTimeField(_("next try at"), default=timezone.now)
    claimed_until = models.DateTimeField(null=True, blank=True)
    # Translators: how often sending a mail was tried
    tries = models.PositiveIntegerField(_("tries"), default=0)
    sent_at = models.DateTimeField(_("sent at"), null=True, blank=True)
    problem = models.CharField(_("last problem"), max_length=200, blank=True)

    objects = NotificationQuerySet.as_manager()

    class Meta:
        verbose_name = _("notification")
        verbose_name_plural = _("notifications")
        ordering = ["pk"]
        default_permissions = ["view"]
        constraints = [
            models.UniqueConstraint(fields=["enquiry", "recipient"], name="a_recipient_is_told_once_of_an_enquiry")
        ]
        indexes = [models.Index(F("next_try_at"), condition=Q(sent_at=None), name="notification_unsent")]

    def __str__(self):
        return f"{self.enquiry} {self.created_at:%Y-%m-%d %H:%M}"
