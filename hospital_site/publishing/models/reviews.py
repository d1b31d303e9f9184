"""Clinical sign-off, bound to the exact words of one language."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from hospital_site.staff.models import AppendOnly


class SignOff(AppendOnly):
    """A clinician has read these very words of a page in one language. When the words change, it no longer holds.

    A minor edit (a typing error) writes a further row with the same name and dates for the corrected words; who said
    that it was minor, and why, stands in that row.
    """

    page = models.CharField(_("page"), max_length=100)
    language = models.CharField(_("language"), max_length=10)
    digest = models.CharField(_("digest of the words"), max_length=64)
    # Translators: the texts that a clinician has signed
    texts = models.JSONField(_("the words"), null=True, blank=True)
    name = models.CharField(_("name of the reviewer"), max_length=120)
    role = models.CharField(_("role of the reviewer"), max_length=120)
    reviewed_on = models.DateField(_("reviewed on"))
    review_due = models.DateField(_("next review due"))
    signed_at = models.DateTimeField(_("signed at"), default=timezone.now)
    signed_by = models.CharField(_("signed by"), max_length=150)
    is_minor_edit = models.BooleanField(_("carried over a minor edit"), default=False)
    reason = models.CharField(_("reason"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("clinical sign-off")
        verbose_name_plural = _("clinical sign-offs")
        ordering = ["pk"]
        indexes = [models.Index(fields=["page", "language", "digest"], name="sign_off_of_words")]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(review_due__gt=models.F("reviewed_on")), name="next_review_is_after_this_one"
            )
        ]

    def __str__(self):
        return f"{self.page} ({self.language}): {self.name}, {self.reviewed_on}"
