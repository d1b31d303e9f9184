"""How far the translations of a page are, counted at every save so that lists need not look into the texts."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class TranslationState(models.Model):
    """Of one page in one language: how many texts are missing, and how many whose source has changed since."""

    page = models.CharField(_("page"), max_length=100)
    language = models.CharField(_("language"), max_length=10)
    # Translators: the state of a translation
    missing = models.PositiveIntegerField(_("missing"), default=0)
    # Translators: the state of a translation
    stale = models.PositiveIntegerField(_("source changed"), default=0)

    class Meta:
        verbose_name = _("state of translation")
        verbose_name_plural = _("states of translation")
        constraints = [models.UniqueConstraint(fields=["page", "language"], name="one_state_per_page_and_language")]

    def __str__(self):
        return f"{self.page} ({self.language})"
