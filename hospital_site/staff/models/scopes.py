"""The part of the site that a member of staff works on."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class StaffScope(models.Model):
    """One page, with all below it, that a person is limited to. Somebody without scopes works on all pages."""

    # Translators: a member of staff whose rights are limited to some pages
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="scopes", verbose_name=_("person"))
    page = models.CharField(
        _("hospital or center"), max_length=100, help_text=_("The person sees and edits this one and all below it.")
    )

    class Meta:
        db_table = "publishing_stafflimit"
        verbose_name = _("limit to a hospital or center")
        verbose_name_plural = _("limits to hospitals and centers")
        constraints = [models.UniqueConstraint(fields=["user", "page"], name="a_limit_is_named_once")]

    def __str__(self):
        return f"{self.user}: {self.page}"
