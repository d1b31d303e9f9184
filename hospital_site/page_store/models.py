"""Addresses that a CDN is to forget, kept in a table until it has been told."""

from datetime import timedelta

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

CLAIM = timedelta(minutes=2)  # longer than a CDN may take to answer
USELESS_AFTER = timedelta(days=1)  # by then a CDN has forgotten the page by itself


class PurgeQuerySet(models.QuerySet):
    def due(self):
        """Those to be sent now that no other run has claimed."""
        now = timezone.now()
        return self.filter(Q(claimed_until=None) | Q(claimed_until__lt=now), next_try_at__lte=now)

    def useless(self):
        return self.filter(created_at__lt=timezone.now() - USELESS_AFTER)


class Purge(models.Model):
    """One address whose page has changed. It is deleted once the CDN has been told."""

    # Translators: the address of a page whose old text is to be removed from a content delivery network
    address = models.CharField(_("address"), max_length=500)
    created_at = models.DateTimeField(_("written at"), default=timezone.now)
    next_try_at = models.DateTimeField(_("next try at"), default=timezone.now, db_index=True)
    claimed_until = models.DateTimeField(null=True, blank=True)
    tries = models.PositiveIntegerField(_("tries"), default=0)
    problem = models.CharField(_("last problem"), max_length=200, blank=True)

    objects = PurgeQuerySet.as_manager()

    class Meta:
        verbose_name = _("purge of a page")
        verbose_name_plural = _("purges of pages")
        ordering = ["pk"]
        default_permissions = []

    def __str__(self):
        return self.address
