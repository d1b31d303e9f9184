"""The charter of patients' rights and responsibilities."""

import re
from functools import cache
from pathlib import Path

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from hospital_site.publishing.languages import in_language, localized
from hospital_site.publishing.models import Editable, InlineRow, Translated
from hospital_site.yaml_files import read_yaml


class Charter(Editable):
    """What the patients of one hospital may expect and what is expected of them."""

    inline_relations = ["articles", "agencies"]
    parents = ["hospital"]
    source_words = ["introduction"]
    added_later = ["in_force_from", "legal_basis"]
    is_announceable = True
    headings = {
        "rights_heading": [("articles", {"kind": "right"})],
        "responsibilities_heading": [("articles", {"kind": "responsibility"})],
    }

    hospital = models.ForeignKey(
        "centers.Hospital", models.PROTECT, related_name="charters", verbose_name=_("hospital")
    )
    title = models.CharField(_("title"), max_length=120, blank=True)
    introduction = models.TextField(_("introduction"), blank=True)
    rights_heading = models.CharField(_("heading of the rights"), max_length=120, blank=True)
    responsibilities_heading = models.CharField(_("heading of the responsibilities"), max_length=120, blank=True)
    in_force_from = models.DateField(
        _("in force from"),
        null=True,
        blank=True,
        help_text=_(
            "The day from which this list holds, as the law or the hospital says. Leave it empty where nobody says it. "
            "For a list that comes into force later, choose the first minute of that day when you publish."
        ),
    )
    legal_basis = models.CharField(
        # Translators: the law that requires a charter and names its articles
        _("law that it rests on"),
        max_length=300,
        blank=True,
        help_text=_("The law that requires this list, with its articles. Patients read it below the title."),
    )

    class Meta:
        verbose_name = _("charter")
        verbose_name_plural = _("charters")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["hospital"], name="a_hospital_has_one_charter"),
            models.UniqueConstraint(fields=["slug"], name="charter_address_is_unique"),
        ]

    def __str__(self):
        return localized(self, "title").text or self.slug

    def get_absolute_url(self):
        return reverse("patients_rights:charter", args=[self.slug])


class Article(Translated):
    """One right or one responsibility. Its kind and number make its permanent anchor, such as `#right-1`."""

    snapshot_methods = ["anchor", "offers_mediation"]
    source_words = ["title", "text"]
    headings = {"title": ["text"]}

    class Kind(models.TextChoices):
        RIGHT = "right", _("Right")
        RESPONSIBILITY = "responsibility", _("Responsibility")

    charter = models.ForeignKey(Charter, models.CASCADE, related_name="articles", verbose_name=_("charter"))
    kind = models.CharField(_("kind"), max_length=20, choices=Kind.choices, default=Kind.RIGHT)
    number = models.PositiveSmallIntegerField(_("number"))
    title = models.CharField(_("title"), max_length=200, blank=True)
    text = models.TextField(_("text"), blank=True)
    is_statutory = models.BooleanField(
        # Translators: an article that the law prescribes
        _("statutory"),
        default=False,
        help_text=_("The law prescribes this article. It must not be removed by accident."),
    )
    basis = models.CharField(
        _("legal basis"), max_length=200, blank=True, help_text=_("The law and the item that prescribe it.")
    )

    class Meta:
        verbose_name = _("article")
        verbose_name_plural = _("articles")
        ordering = ["-kind", "number"]
        constraints = [
            models.UniqueConstraint(fields=["charter", "kind", "number"], name="article_number_is_unique_in_its_kind"),
            models.CheckConstraint(condition=Q(number__gte=1), name="article_numbers_start_at_one"),
        ]

    def __str__(self):
        return f"{self.get_kind_display()} {self.number}"

    @property
    def anchor(self):
        return f"{self.kind}-{self.number}"

    @property
    def offers_mediation(self):
        """Is this the right to consultation and mediation? Its words say so, in any language, not its number."""
        return self.kind == Article.Kind.RIGHT and any(
            pattern.search(f"{in_language(self, 'title', code)} {in_language(self, 'text', code)}")
            for code, pattern in mediation_words().items()
        )


@cache
def mediation_words():
    """By language the pattern of the words that only a right to consultation and mediation has."""
    written = read_yaml(Path(__file__).with_name("mediation.yaml"))
    return {code: re.compile(written[code], re.IGNORECASE) for code in dict(settings.LANGUAGES) if code in written}


class Agency(InlineRow):
    """An agency outside the hospital that consults or mediates in a medical dispute.

    Shown while no published contact page names such agencies: that one record then serves charters and forms.
    """

    snapshot_methods = ["from_abroad"]

    charter = models.ForeignKey(Charter, models.CASCADE, related_name="agencies", verbose_name=_("charter"))
    name = models.CharField(_("name"), max_length=120, blank=True)
    telephone = models.CharField(_("telephone"), max_length=40)
    telephone_label = models.CharField(_("name of the telephone line"), max_length=120, blank=True)
    telephone_abroad = models.CharField(_("telephone from abroad"), max_length=40, blank=True)
    hours = models.CharField(_("hours"), max_length=120, blank=True)
    website = models.URLField(_("website"), blank=True)
    address = models.CharField(_("street address"), max_length=200, blank=True)
    verified_on = models.DateField(
        _("verified on"),
        null=True,
        blank=True,
        help_text=_("The day somebody last called this number and it was right."),
    )

    class Meta(InlineRow.Meta):
        verbose_name = _("agency")
        verbose_name_plural = _("agencies")

    @property
    def from_abroad(self):
        return self.telephone_abroad
