"""What this site explains: treatments, diagnostic tests, and the illnesses that these are for."""

from django.core.exceptions import ValidationError
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from centers.models.hospitals import EXPLANATION_HELP, SOURCE_WORDS_HELP, Center, Clinic
from hospital_site.publishing.models import Editable

LIST_HELP = _("Words that this site adds. Begin each line with “- ” to make a list.")
CALL_HELP = _("Words that this site adds. A paragraph that names 119 stands out as an emergency.")


class Explained(Editable):
    """What treatments, tests and illnesses have in common: this site explains them, below a center or its clinic.

    `review_notes` are for the staff who review the explanations, and in no edition: `{"certainty": "…",
    "changed_because": "…", "for_the_reviewer": ["…"], "sources": [{"title": "…", "publisher": "…", "seen": "…"}]}`.
    """

    parents = ["clinic", "center"]

    name = models.CharField(_("name"), max_length=120, blank=True)
    explanation = models.TextField(_("explanation"), blank=True, help_text=EXPLANATION_HELP)
    when_to_call = models.TextField(_("when to call"), blank=True, help_text=CALL_HELP)
    questions = models.TextField(_("questions to ask"), blank=True, help_text=LIST_HELP)
    review_notes = models.JSONField(_("notes for the reviewer"), default=dict, blank=True, editable=False)
    position = models.PositiveIntegerField(_("order"), default=0)

    class Meta:
        abstract = True
        ordering = ["position", "pk"]

    def clean(self):
        super().clean()
        if self.clinic_id and self.center_id and self.clinic.center_id != self.center_id:
            raise ValidationError(
                {"clinic": _("This clinic belongs to another center. Choose one of the same center.")}
            )


class Procedure(Explained):
    """What treatments and tests have in common: a hospital offers them, and says so in its own words."""

    source_words = ["overview"]
    added_later = ["what_happens", "site_preparation", "side_effects", "when_to_call", "questions"]
    snapshot_methods = [*Editable.snapshot_methods, "pictogram"]

    overview = models.TextField(_("overview"), blank=True, help_text=SOURCE_WORDS_HELP)
    what_happens = models.TextField(_("what happens"), blank=True, help_text=EXPLANATION_HELP)
    site_preparation = models.TextField(
        _("how to prepare, in words of this site"), blank=True, help_text=EXPLANATION_HELP
    )
    side_effects = models.TextField(_("side effects or risks"), blank=True, help_text=EXPLANATION_HELP)

    class Meta(Explained.Meta):
        abstract = True


class Treatment(Procedure):
    """One treatment that a clinic gives, such as radical resection, or a medicine that it uses."""

    class Kind(models.TextChoices):
        SURGERY = "surgery", _("Surgery")
        TARGETED_THERAPY = "targeted_therapy", _("Targeted therapy")
        CHEMOTHERAPY = "chemotherapy", _("Chemotherapy")
        MEDICINE = "medicine", _("Medicine")
        INJECTION = "injection", _("Medicine given by injection")
        EMBOLIZATION = "embolization", _("Embolization")
        RADIATION = "radiation", _("Radiation therapy")
        CLINICAL_TRIAL = "clinical_trial", _("Clinical trial")

    class Form(models.TextChoices):
        INJECTION = "injection", _("Injection")
        TABLET = "tablet", _("Tablet or capsule")
        DRIP = "drip", _("Drip into a vein")

    MEDICINES = [Kind.MEDICINE, Kind.INJECTION]
    added_later = [*Procedure.added_later, "form"]

    center = models.ForeignKey(Center, models.PROTECT, related_name="treatments", verbose_name=_("center"))
    clinic = models.ForeignKey(
        Clinic, models.PROTECT, null=True, blank=True, related_name="treatments", verbose_name=_("clinic")
    )
    kind = models.CharField(_("kind"), max_length=20, choices=Kind.choices)
    indication = models.CharField(
        _("when it is used"),
        max_length=120,
        blank=True,
        help_text=_("Treatments with the same wording here are grouped."),
    )
    form = models.CharField(
        _("how it is given"), max_length=20, choices=Form.choices, blank=True, help_text=_("For medicines only.")
    )

    class Meta(Procedure.Meta):
        verbose_name = _("treatment")
        verbose_name_plural = _("treatments")
        constraints = [
            models.UniqueConstraint(fields=["center", "slug"], name="treatment_address_is_unique_in_its_center")
        ]

    def get_absolute_url(self):
        return reverse("centers:treatment", args=[self.center.slug, self.slug])

    @property
    def pictogram(self):
        return self.form or self.kind


class DiagnosticTest(Procedure):
    """One test that a clinic does, such as the 5-HIAA urine test."""

    class Kind(models.TextChoices):
        HORMONE = "hormone", _("Hormone test")
        URINE = "urine", _("Urine test")
        IMAGING = "imaging", _("Imaging test")
        BIOPSY = "biopsy", _("Biopsy")

    class Method(models.TextChoices):
        CT = "ct", _("CT scan")
        MRI = "mri", _("MRI scan")
        PET = "pet", _("PET scan")
        RECEPTOR_SCAN = "receptor_scan", _("Receptor scan, such as Octreoscan")

    added_later = [*Procedure.added_later, "method"]

    center = models.ForeignKey(Center, models.PROTECT, related_name="tests", verbose_name=_("center"))
    clinic = models.ForeignKey(
        Clinic, models.PROTECT, null=True, blank=True, related_name="tests", verbose_name=_("clinic")
    )
    kind = models.CharField(_("kind"), max_length=20, choices=Kind.choices)
    preparation = models.TextField(
        _("how to prepare"),
        blank=True,
        help_text=_("What the patient does before coming. From the hospital’s own sheet."),
    )
    method = models.CharField(
        _("imaging method"),
        max_length=20,
        choices=Method.choices,
        blank=True,
        help_text=_("Of an imaging test only. It chooses the picture."),
    )

    class Meta(Procedure.Meta):
        verbose_name = _("diagnostic test")
        verbose_name_plural = _("diagnostic tests")
        constraints = [models.UniqueConstraint(fields=["center", "slug"], name="test_address_is_unique_in_its_center")]

    def get_absolute_url(self):
        return reverse("centers:test", args=[self.center.slug, self.slug])

    @property
    def pictogram(self):
        return self.method or self.kind


class Condition(Explained):
    """One illness, such as esophageal cancer, with the tests and treatments that this site describes for it."""

    embedded_relations = {"tests": ["slug"], "treatments": ["slug"]}

    center = models.ForeignKey(Center, models.PROTECT, related_name="conditions", verbose_name=_("center"))
    clinic = models.ForeignKey(
        Clinic, models.PROTECT, null=True, blank=True, related_name="conditions", verbose_name=_("clinic")
    )
    symptoms = models.TextField(_("symptoms"), blank=True, help_text=EXPLANATION_HELP)
    how_found = models.TextField(_("how it is found"), blank=True, help_text=EXPLANATION_HELP)
    how_treated = models.TextField(_("how it is treated"), blank=True, help_text=EXPLANATION_HELP)
    eating = models.TextField(_("eating"), blank=True, help_text=EXPLANATION_HELP)
    tests = models.ManyToManyField(
        DiagnosticTest,
        blank=True,
        related_name="conditions",
        verbose_name=_("tests for it"),
        help_text=_("Each page links to the other. Patients see the link while both are published."),
    )
    treatments = models.ManyToManyField(
        Treatment,
        blank=True,
        related_name="conditions",
        verbose_name=_("treatments for it"),
        help_text=_("Each page links to the other. Patients see the link while both are published."),
    )

    class Meta(Explained.Meta):
        verbose_name = _("illness")
        verbose_name_plural = _("illnesses")
        constraints = [
            models.UniqueConstraint(fields=["center", "slug"], name="condition_address_is_unique_in_its_center")
        ]

    def get_absolute_url(self):
        return reverse("centers:condition", args=[self.center.slug, self.slug])
