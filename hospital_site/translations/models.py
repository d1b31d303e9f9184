"""What translators sent as files: kept until it is decided, so that an import can be undone and conflicts are seen."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from hospital_site.translations.exchange.kinds import TO_DECIDE, Kind
from hospital_site.translations.exchange.remarks import in_reader_language


class FileTextQuerySet(models.QuerySet):
    def to_decide(self, language):
        """Texts of files that were applied which nobody has decided: conflicts, and those with a fault."""
        waiting = self.filter(kind__in=TO_DECIDE, outcome="")
        return waiting.filter(file__language=language, file__undone_at=None).exclude(file__applied_at=None)


class TranslationFile(models.Model):
    """A file of translations that somebody sent. Nothing is stored in drafts before it is applied.

    `account` is the primary key of who sent it, no foreign key: the record outlives the account.
    """

    language = models.CharField(_("language"), max_length=10)
    name = models.CharField(_("name of the file"), max_length=100, blank=True)
    by = models.CharField(_("who"), max_length=150)
    account = models.BigIntegerField(_("account"), null=True, blank=True)
    at = models.DateTimeField(_("when"), default=timezone.now)
    unchanged = models.PositiveIntegerField(_("unchanged"), default=0)
    applied_at = models.DateTimeField(_("time of storing"), null=True, blank=True)
    undone_at = models.DateTimeField(_("time of undoing"), null=True, blank=True)

    class Meta:
        verbose_name = _("file of translations")
        verbose_name_plural = _("files of translations")
        default_permissions = []
        ordering = ["-pk"]

    def __str__(self):
        return f"{self.name} ({self.at:%Y-%m-%d %H:%M})"


class FileText(models.Model):
    """One text of such a file that differs from the draft, with what it was sorted into and what was done with it.

    `before` and `checked_before` are the translation and what it was checked against before it was stored;
    `checked_after` is the latter as the import left it.
    """

    class Outcome(models.TextChoices):
        OPEN = "", _("open")
        STORED = "stored", _("stored")
        CONFIRMED = "confirmed", _("marked as still correct")
        DECIDED = "decided", _("decided in the queue")
        UNDONE = "undone", _("undone")

    file = models.ForeignKey(TranslationFile, models.CASCADE, related_name="texts", verbose_name=_("file"))
    line = models.PositiveIntegerField(_("line"))
    page = models.CharField(_("page"), max_length=100)
    unit = models.CharField(_("text"), max_length=200)
    label = models.CharField(_("name of the text"), max_length=300, blank=True)
    kind = models.CharField(_("sorted into"), max_length=20, choices=Kind.choices)
    outcome = models.CharField(_("what was done"), max_length=20, choices=Outcome.choices, blank=True)
    source = models.TextField(_("source in the file"), blank=True)
    text = models.TextField(_("translation in the file"), blank=True)
    seen = models.CharField(_("digest of the translation that it replaces"), max_length=16, blank=True)
    remarks = models.JSONField(_("faults and warnings"), default=dict, blank=True)
    before = models.TextField(_("translation before"), blank=True)
    checked_before = models.JSONField(_("checked before"), null=True, blank=True)
    checked_after = models.JSONField(_("checked after"), null=True, blank=True)

    objects = FileTextQuerySet.as_manager()

    class Meta:
        verbose_name = _("text of a file")
        verbose_name_plural = _("texts of files")
        default_permissions = []
        ordering = ["page", "unit", "line"]
        indexes = [
            models.Index(fields=["unit", "outcome"], name="text_of_unit"),
            models.Index(fields=["file", "kind", "outcome"], name="text_of_kind"),
        ]

    def __str__(self):
        return f"{self.unit}: {self.kind}"

    @property
    def remarks_here(self):
        """The faults and warnings in the language of the reader."""
        return in_reader_language(self.remarks)
