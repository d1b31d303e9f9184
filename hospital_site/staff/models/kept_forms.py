"""Forms of staff that could not be saved, kept until their authors have signed in again."""

from datetime import timedelta

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class KeptFormQuerySet(models.QuerySet):
    def expired(self):
        return self.filter(at__lte=timezone.now() - KeptForm.KEPT_FOR)

    def available_to(self, user):
        return self.filter(user=user, at__gt=timezone.now() - KeptForm.KEPT_FOR)


class KeptForm(models.Model):
    """What an account wrote into a form and could not save, encrypted. See decision 0015."""

    KEPT_FOR = timedelta(hours=1)
    LARGEST = 256 * 1024  # bytes before encryption
    MOST = 20  # of one account

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", verbose_name=_("person"))
    at = models.DateTimeField(_("when"), default=timezone.now, db_index=True)
    sealed = models.BinaryField(_("encrypted form"))

    objects = KeptFormQuerySet.as_manager()

    class Meta:
        verbose_name = _("form that was not saved")
        verbose_name_plural = _("forms that were not saved")
        default_permissions = ()

    def __str__(self):
        return f"{self.user}: {self.at:%Y-%m-%d %H:%M}"
