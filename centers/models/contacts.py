"""How to reach a hospital, and the national numbers that help patients."""

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from centers.models.hospitals import EVIDENCE_HELP, Hospital
from hospital_site.publishing.models import Editable, InlineRow


class Line(InlineRow):
    """A telephone number or an address on the web, with how certain it is and who checked it."""

    class Certainty(models.TextChoices):
        OWN_PAGE = "A", _("A: read on the institution’s own page")
        SEVERAL_SOURCES = "B", _("B: several independent sources agree")
        ONE_SOURCE = "C", _("C: one source, or memory; staff only until verified")

    snapshot_methods = ["is_public"]
    added_later = ["kind", "from_abroad", "url", "certainty", "evidence"]

    name = models.CharField(
        _("name"), max_length=120, blank=True, help_text=_("Who answers, for example “Appointments”.")
    )
    telephone = models.CharField(_("telephone"), max_length=40, blank=True)
    from_abroad = models.CharField(_("telephone from abroad"), max_length=40, blank=True)
    url = models.URLField(_("web page"), blank=True)
    hours = models.CharField(_("hours"), max_length=120, blank=True)
    certainty = models.CharField(
        # Translators: how sure this site is that a number or an address is right
        _("certainty"),
        max_length=1,
        choices=Certainty.choices,
        blank=True,
        help_text=_("Empty where the institution itself gave it to you."),
    )
    evidence = models.CharField(_("where it was found"), max_length=300, blank=True, help_text=EVIDENCE_HELP)
    verified_on = models.DateField(
        _("verified on"),
        null=True,
        blank=True,
        help_text=_("The day somebody last called this number and it was right."),
    )

    class Meta(InlineRow.Meta):
        abstract = True

    @property
    def is_public(self):
        return bool(self.verified_on) or self.certainty != Line.Certainty.ONE_SOURCE


class Contact(Line):
    """One way to reach a hospital: a telephone number, a page on the web, or the way there."""

    class Kind(models.TextChoices):
        MAIN = "main", _("Main telephone")
        APPOINTMENTS = "appointments", _("Appointments")
        INTERPRETER = "interpreter", _("Interpreter, foreign patients")
        EMERGENCY = "emergency", _("Emergency room")
        WEBSITE = "website", _("Web page")
        DIRECTIONS = "directions", _("Directions")
        HOURS = "hours", _("Hours")
        COMPLAINTS = "complaints", _("Complaints")

    added_later = [*Line.added_later, "email", "note"]

    hospital = models.ForeignKey(Hospital, models.CASCADE, related_name="contacts", verbose_name=_("hospital"))
    kind = models.CharField(_("kind"), max_length=20, choices=Kind.choices, blank=True)
    email = models.EmailField(_("email address"), blank=True)
    note = models.TextField(_("note"), blank=True, help_text=_("For example the way to the hospital, in one sentence."))

    class Meta(Line.Meta):
        verbose_name = _("contact")
        verbose_name_plural = _("contacts")

    @property
    def is_public(self):
        """Whether patients see it. No number of an emergency room before somebody has called it: 119 is there."""
        return bool(self.verified_on) or (
            self.certainty != Line.Certainty.ONE_SOURCE and self.kind != Contact.Kind.EMERGENCY
        )


class ContactPage(Editable):
    """The page Contact: how to reach the hospitals, and the national numbers. There is one."""

    inline_relations = ["helplines"]
    snapshot_methods = [*Editable.snapshot_methods, "dispute_agencies", "public_helplines"]

    name = models.CharField(_("name"), max_length=120, blank=True)
    introduction = models.TextField(_("introduction"), blank=True)

    class Meta:
        verbose_name = _("contact page")
        verbose_name_plural = _("contact page")
        constraints = [
            models.UniqueConstraint(fields=["slug"], name="contact_page_address_is_unique"),
            models.CheckConstraint(condition=models.Q(slug="contact"), name="there_is_one_contact_page"),
        ]

    def get_absolute_url(self):
        return reverse("centers:contact")

    @property
    def public_helplines(self):
        return [helpline for helpline in self.helplines if helpline.is_public]

    @property
    def dispute_agencies(self):
        """The agencies that help in a medical dispute: the one record that charters and forms show too."""
        return [helpline for helpline in self.public_helplines if helpline.kind == Helpline.Kind.DISPUTE]


class Helpline(Line):
    """A national number, such as that of K-medi."""

    class Kind(models.TextChoices):
        EMERGENCY = "emergency", _("Emergency")
        CANCER = "cancer", _("Cancer")
        COSTS = "costs", _("Insurance and costs")
        DISPUTE = "dispute", _("Medical disputes")
        FOREIGNERS = "foreigners", _("Other languages")

    page = models.ForeignKey(ContactPage, models.CASCADE, related_name="helplines", verbose_name=_("contact page"))
    kind = models.CharField(_("kind"), max_length=20, choices=Kind.choices)
    purpose = models.TextField(_("what it is for"), blank=True)
    languages = models.CharField(_("languages"), max_length=200, blank=True)

    class Meta(Line.Meta):
        verbose_name = _("national number")
        verbose_name_plural = _("national numbers")
