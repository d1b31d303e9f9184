"""The words that patients meet, explained: definitions, and the forms that people type or must not write."""

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from hospital_site.publishing.models import Editable


class Term(Editable):
    """One word of the glossary, such as “contrast medium”, with what it means.

    Aliases are for the search only: everyday words, slips, brand names. No page shows them.
    """

    class Topic(models.TextChoices):
        DISEASE = "disease", _("Illness and body")
        TEST = "test", _("Test")
        TREATMENT = "treatment", _("Treatment")
        MEDICINE = "medicine", pgettext_lazy("a drug, topic of the glossary", "Medicine")
        DEPARTMENT = "department", _("Department")
        CARE = "care", _("Care and hospital")
        RIGHT = "right", _("Right")
        PAPERWORK = "paperwork", _("Paperwork")

    independent_texts = ["pronunciation", "aliases", "forbidden"]
    unread_fields = ["aliases", "forbidden", "is_explained_on_pages", "notes"]

    topic = models.CharField(_("topic"), max_length=20, choices=Topic.choices)
    name = models.CharField(
        _("preferred form"),
        max_length=120,
        blank=True,
        help_text=_("The one form that this site writes; an abbreviation may follow in brackets."),
    )
    definition = models.TextField(
        _("definition"), blank=True, help_text=_("One or two short sentences that a child of twelve understands.")
    )
    pronunciation = models.CharField(
        # Translators: how a word is pronounced
        _("read aloud"),
        max_length=80,
        blank=True,
        help_text=_("How readers say Latin letters in their language."),
    )
    aliases = models.TextField(
        _("aliases"), blank=True, help_text=_("What people type, one form a line. For the search only, never shown.")
    )
    forbidden = models.TextField(
        _("forbidden forms"),
        blank=True,
        help_text=_("What nobody may write for this term, one form a line. Editors are warned when a page has it."),
    )
    is_explained_on_pages = models.BooleanField(
        _("explained on pages"),
        default=True,
        help_text=_("Pages open the definition where the word first occurs. Not for words of several meanings."),
    )
    notes = models.TextField(
        _("notes for staff"), blank=True, help_text=_("Sources, and what a reviewer must look at. Never shown.")
    )

    class Meta:
        verbose_name = _("term")
        verbose_name_plural = _("terms")
        ordering = ["slug"]
        constraints = [models.UniqueConstraint(fields=["slug"], name="term_address_is_unique")]

    def get_absolute_url(self):
        return reverse("glossary:term", args=[self.slug])
