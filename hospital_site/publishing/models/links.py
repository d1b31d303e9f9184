"""Links that show one draft to a person without an account."""

from datetime import timedelta

from django.core import signing
from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from hospital_site.staff.models import AppendOnly

LIFETIME = timedelta(days=7)
signer = signing.Signer(salt="hospital_site.publishing.preview")


class PreviewLink(models.Model):
    """A signed address of one draft. It expires, can be revoked, and counts how often it was opened."""

    class Answer(models.TextChoices):
        APPROVED = "approved", _("approved")
        RETURNED = "returned", _("returned with a comment")

    page = models.CharField(_("page"), max_length=100)
    made_by = models.CharField(_("made by"), max_length=150)
    made_at = models.DateTimeField(_("made at"), default=timezone.now)
    expires_at = models.DateTimeField(_("valid until"))
    revoked_at = models.DateTimeField(_("revoked at"), null=True, blank=True)
    is_for_approval = models.BooleanField(_("ask for approval"), default=False)
    recipient = models.CharField(_("for whom"), max_length=120)
    openings = models.PositiveIntegerField(_("openings"), default=0)
    last_opened_at = models.DateTimeField(_("last opened"), null=True, blank=True)
    # Replaced by `PreviewAnswer`; the four columns go with the next version.
    answer = models.CharField(_("answer"), max_length=20, choices=Answer.choices, blank=True)
    answered_digest = models.CharField(_("digest of the draft that was answered"), max_length=64, blank=True)
    answered_at = models.DateTimeField(_("answered at"), null=True, blank=True)
    comment = models.TextField(_("comment"), blank=True)

    class Meta:
        verbose_name = _("preview link")
        verbose_name_plural = _("preview links")
        ordering = ["-made_at"]
        indexes = [models.Index(fields=["page"], name="preview_link_of_page")]

    def __str__(self):
        return f"{self.page}: {self.recipient}"

    def get_absolute_url(self):
        return reverse("preview_link", args=[self.token])

    @property
    def token(self):
        return signer.sign(str(self.pk))

    def is_open(self):
        return self.revoked_at is None and timezone.now() < self.expires_at


class PreviewAnswer(AppendOnly):
    """What the holder of a link said of the draft with this digest. A later answer is a further row."""

    link = models.ForeignKey(PreviewLink, models.PROTECT, related_name="answers", verbose_name=_("preview link"))
    answer = models.CharField(_("answer"), max_length=20, choices=PreviewLink.Answer.choices)
    comment = models.TextField(_("comment"), blank=True)
    digest = models.CharField(_("digest of the draft that was answered"), max_length=64)
    at = models.DateTimeField(_("answered at"), default=timezone.now)

    class Meta:
        verbose_name = _("answer to a preview link")
        verbose_name_plural = _("answers to preview links")
        default_permissions = []
        ordering = ["pk"]

    def __str__(self):
        return f"{self.link}: {self.get_answer_display()}"


def link_of(token):
    """The link with this `token`, or `None` where the token is not ours or its link is gone."""
    try:
        return PreviewLink.objects.filter(pk=signer.unsign(token)).first()
    except signing.BadSignature:
        return None
