"""Hospitals with their centers and clinics."""

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from hospital_site.publishing.languages import localized
from hospital_site.publishing.models import Editable, InlineRow

EXPLANATION_HELP = _(
    "Plain words that this site adds. Patients see that no clinician has reviewed them until one has signed them."
)
EVIDENCE_HELP = _("Patients see it until somebody has verified this. Not needed where the hospital gave it to you.")
SOURCE_WORDS_HELP = _("The hospital’s own words. Patients see them attributed to the hospital.")


class Hospital(Editable):
    """An independent hospital. Everything on this site belongs to exactly one."""

    inline_relations = ["departments", "contacts"]
    source_words = ["introduction"]
    snapshot_methods = [*Editable.snapshot_methods, "public_contacts", "telephone"]
    added_later = ["website_evidence", "website_verified_on", "address_evidence", "address_verified_on"]

    name = models.CharField(_("name"), max_length=120, blank=True)
    short_name = models.CharField(
        _("short name"), max_length=40, blank=True, help_text=_("Used where space is short, for example “KCCH”.")
    )
    introduction = models.TextField(_("introduction"), blank=True, help_text=SOURCE_WORDS_HELP)
    website = models.URLField(_("website"), blank=True)
    website_evidence = models.CharField(
        _("where the website was found"), max_length=300, blank=True, help_text=EVIDENCE_HELP
    )
    website_verified_on = models.DateField(
        _("website verified on"), null=True, blank=True, help_text=_("The day the hospital confirmed it.")
    )
    street_address = models.CharField(_("street address"), max_length=200, blank=True)
    address_evidence = models.CharField(
        _("where the street address was found"), max_length=300, blank=True, help_text=EVIDENCE_HELP
    )
    address_verified_on = models.DateField(
        _("street address verified on"), null=True, blank=True, help_text=_("The day the hospital confirmed it.")
    )
    position = models.PositiveIntegerField(_("order"), default=0)

    class Meta:
        verbose_name = _("hospital")
        verbose_name_plural = _("hospitals")
        ordering = ["position", "pk"]
        constraints = [models.UniqueConstraint(fields=["slug"], name="hospital_address_is_unique")]

    def get_absolute_url(self):
        return reverse("centers:hospital", args=[self.slug])

    @property
    def public_contacts(self):
        """Of an edition: the rows that patients see."""
        return [contact for contact in self.contacts if contact.is_public]

    @property
    def telephone(self):
        """Of an edition: its first telephone number, or an empty string."""
        return next((contact.telephone for contact in self.public_contacts if contact.telephone), "")


class Department(InlineRow):
    """A department of a hospital, such as Radiology."""

    hospital = models.ForeignKey(Hospital, models.CASCADE, related_name="departments", verbose_name=_("hospital"))
    name = models.CharField(_("name"), max_length=120, blank=True)
    # Translators: words of this site below the hospital’s own
    explanation = models.TextField(_("explanation"), blank=True, help_text=EXPLANATION_HELP)

    class Meta(InlineRow.Meta):
        verbose_name = _("department")
        verbose_name_plural = _("departments")


class Center(Editable):
    """A center of a hospital, such as the Esophageal Cancer Center, with what it promises its patients."""

    inline_relations = ["commitments"]
    parents = ["hospital"]
    source_words = ["introduction", "closing"]
    headings = {"commitments_heading": ["commitments"]}

    hospital = models.ForeignKey(Hospital, models.PROTECT, related_name="centers", verbose_name=_("hospital"))
    name = models.CharField(_("name"), max_length=120, blank=True)
    introduction = models.TextField(_("introduction"), blank=True, help_text=SOURCE_WORDS_HELP)
    explanation = models.TextField(_("explanation"), blank=True, help_text=EXPLANATION_HELP)
    commitments_heading = models.CharField(_("heading of the commitments"), max_length=120, blank=True)
    closing = models.TextField(_("closing words"), blank=True, help_text=SOURCE_WORDS_HELP)
    position = models.PositiveIntegerField(_("order"), default=0)

    class Meta:
        verbose_name = _("center")
        verbose_name_plural = _("centers")
        ordering = ["position", "pk"]
        constraints = [models.UniqueConstraint(fields=["slug"], name="center_address_is_unique")]

    def get_absolute_url(self):
        return reverse("centers:center", args=[self.slug])

    def clean(self):
        super().clean()
        departments = Department.objects.filter(clinics__center=self.pk).exclude(hospital=self.hospital_id)
        if self.pk and self.hospital_id and departments.exists():
            sentence = _("Clinics of this center work with departments of its present hospital. Take these out first.")
            raise ValidationError({"hospital": sentence})


class Commitment(InlineRow):
    """One promise of a center to its patients."""

    source_words = ["text"]
    headings = {"title": ["text"]}

    center = models.ForeignKey(Center, models.CASCADE, related_name="commitments", verbose_name=_("center"))
    title = models.CharField(
        _("short title"),
        max_length=120,
        blank=True,
        help_text=_("A few words that this site adds above the hospital’s."),
    )
    text = models.TextField(_("text"), blank=True, help_text=SOURCE_WORDS_HELP)

    class Meta(InlineRow.Meta):
        verbose_name = _("commitment")
        verbose_name_plural = _("commitments")

    def __str__(self):
        return localized(self, "title").text


class Clinic(Editable):
    """A clinic of a center, such as the Neuroendocrine Tumor Clinic.

    It keeps the source's own sentences per section; the treatments and tests stand below them as pages.
    """

    inline_relations = ["areas", "support_services", "research_topics"]
    embedded_relations = {"departments": ["name", "explanation"]}
    parents = ["center"]
    source_words = ["introduction", "tests_overview", "treatments_overview"]
    headings = {
        "areas_heading": ["areas", "conditions"],
        "tests_heading": ["tests_overview", "tests"],
        "treatments_heading": ["treatments_overview", "treatments"],
        "research_heading": ["research_topics"],
    }

    center = models.ForeignKey(Center, models.PROTECT, related_name="clinics", verbose_name=_("center"))
    name = models.CharField(_("name"), max_length=120, blank=True)
    introduction = models.TextField(_("introduction"), blank=True, help_text=SOURCE_WORDS_HELP)
    departments = models.ManyToManyField(
        Department,
        blank=True,
        related_name="clinics",
        verbose_name=_("departments that work together here"),
        help_text=_("Their names are copied into the page when it is published."),
    )
    areas_heading = models.CharField(_("heading of the areas of treatment"), max_length=120, blank=True)
    tests_heading = models.CharField(_("heading of the tests"), max_length=120, blank=True)
    tests_overview = models.TextField(_("overview of the tests"), blank=True, help_text=SOURCE_WORDS_HELP)
    treatments_heading = models.CharField(_("heading of the treatments"), max_length=120, blank=True)
    treatments_overview = models.TextField(_("overview of the treatments"), blank=True, help_text=SOURCE_WORDS_HELP)
    research_heading = models.CharField(_("heading of the research"), max_length=120, blank=True)
    position = models.PositiveIntegerField(_("order"), default=0)

    class Meta:
        verbose_name = _("clinic")
        verbose_name_plural = _("clinics")
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["center", "slug"], name="clinic_address_is_unique_in_its_center"),
            models.CheckConstraint(
                condition=~Q(slug__in=["treatments", "tests", "conditions"]),
                name="clinic_address_is_not_a_word_of_other_addresses",
            ),
        ]

    def get_absolute_url(self):
        return reverse("centers:clinic", args=[self.center.slug, self.slug])


class Area(InlineRow):
    """A disease that a clinic treats."""

    clinic = models.ForeignKey(Clinic, models.CASCADE, related_name="areas", verbose_name=_("clinic"))
    name = models.CharField(_("name"), max_length=120, blank=True)
    explanation = models.TextField(_("explanation"), blank=True, help_text=EXPLANATION_HELP)

    class Meta(InlineRow.Meta):
        verbose_name = _("area of treatment")
        verbose_name_plural = _("areas of treatment")


class SupportService(InlineRow):
    """What a clinic offers besides treatment, such as pain management."""

    clinic = models.ForeignKey(Clinic, models.CASCADE, related_name="support_services", verbose_name=_("clinic"))
    name = models.CharField(_("name"), max_length=120, blank=True)

    class Meta(InlineRow.Meta):
        verbose_name = _("support service")
        verbose_name_plural = _("support services")


class ResearchTopic(InlineRow):
    """A paragraph about what a clinic studies."""

    source_words = ["text"]

    clinic = models.ForeignKey(Clinic, models.CASCADE, related_name="research_topics", verbose_name=_("clinic"))
    text = models.TextField(_("text"), blank=True, help_text=SOURCE_WORDS_HELP)
    explanation = models.TextField(_("explanation"), blank=True, help_text=EXPLANATION_HELP)

    class Meta(InlineRow.Meta):
        verbose_name = _("research topic")
        verbose_name_plural = _("research topics")

    def __str__(self):
        return localized(self, "text").text[:60]
