"""Consents: the exact texts, and the answers to them."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from hospital_site.enquiries.models.enquiries import Enquiry
from hospital_site.enquiries.states import Kind


class ConsentText(models.Model):
    """The exact text of a consent as it was shown, stored once for everybody who saw the same."""

    hospital = models.ForeignKey("centers.Hospital", models.PROTECT, related_name="+", verbose_name=_("hospital"))
    kind = models.CharField(_("form"), max_length=20, choices=Kind.choices)
    # Translators: the key of a statement of consent, such as “collection”
    key = models.CharField(_("box"), max_length=20, db_column="box")
    language = models.CharField(_("language"), max_length=10)
    version = models.CharField(_("version"), max_length=64)
    words = models.TextField(_("text"))
    first_shown_at = models.DateTimeField(_("first used at"), default=timezone.now)

    class Meta:
        verbose_name = _("consent text")
        verbose_name_plural = _("consent texts")
        ordering = ["-first_shown_at", "-pk"]
        default_permissions = ["view"]
        constraints = [
            models.UniqueConstraint(fields=["hospital", "kind", "version"], name="a_consent_text_is_kept_once_per_form")
        ]

    def __str__(self):
        return f"{self.key} {self.language} {self.version[:12]}"

    @property
    def heading(self):
        return self.words.partition("\n")[0]


class Consent(models.Model):
    """The answer of one person to one consent text; `given` is empty where the text is a notice."""

    enquiry = models.ForeignKey(Enquiry, models.CASCADE, related_name="consents", verbose_name=_("enquiry"))
    text = models.ForeignKey(ConsentText, models.PROTECT, related_name="+", verbose_name=_("text"))
    # Translators: a consent: was it given?
    given = models.BooleanField(_("given"), null=True)

    class Meta:
        verbose_name = _("consent")
        verbose_name_plural = _("consents")
        ordering = ["pk"]
        default_permissions = []
        constraints = [models.UniqueConstraint(fields=["enquiry", "text"], name="a_consent_text_is_answered_once")]

    def __str__(self):
        return f"{self.enquiry} {self.text}"
