"""What the search finds of charters: each article under its own anchor, and the agencies."""

from django.utils.translation import gettext_lazy as _

from hospital_site.search.sections import Section, register_sections
from patients_rights.models import Charter


def register():
    register_sections(
        Charter,
        [
            Section(fields=["introduction", "rights_heading", "responsibilities_heading"]),
            Section(
                rows="articles",
                row_fields=["text"],
                row_heading="title",
                row_anchor=lambda article, number: article.anchor,
            ),
            Section(
                "agencies",
                _("Agencies that help in a medical dispute"),
                rows="agencies",
                row_fields=["name", "telephone", "telephone_label", "telephone_abroad", "hours", "address"],
            ),
        ],
    )
