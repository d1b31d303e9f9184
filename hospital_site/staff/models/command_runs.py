from datetime import timedelta

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

# The commands that run beside the server, and after how long without a run each is late: its interval in the README's
# table, and time to fail once or twice.
PATIENCE = {
    "send_notifications": timedelta(minutes=15),
    "clearsessions": timedelta(hours=4),
    "delete_expired_enquiries": timedelta(hours=30),
    "back_up": timedelta(hours=30),
    "load_holidays": timedelta(days=400),
}


class CommandRunQuerySet(models.QuerySet):
    def remember(self, name):
        """Notes that the command `name` has just ended well, if it is one of those that run beside the server."""
        if name in PATIENCE:
            self.filter(name=name).update(finished_at=timezone.now())

    def late(self):
        """The commands that have not ended well in time, never run ones among them. One query."""
        now = timezone.now()
        is_late = models.Q(finished_at=None)
        for name, patience in PATIENCE.items():
            is_late |= models.Q(name=name, finished_at__lt=now - patience)
        return self.filter(is_late, name__in=PATIENCE)


class CommandRun(models.Model):
    """When a command that runs beside the server has last ended well; empty before it has."""

    # Translators: The name of a program that runs beside the web server, in the head of a column.
    name = models.CharField(_("command"), max_length=50, primary_key=True)
    # Translators: The time at which such a program has last done its work, in the head of a column.
    finished_at = models.DateTimeField(_("ended well"), null=True)

    objects = CommandRunQuerySet.as_manager()

    class Meta:
        verbose_name = _("command beside the server")
        verbose_name_plural = _("commands beside the server")
        default_permissions = ["view"]
        ordering = ["name"]

    def __str__(self):
        return self.name
