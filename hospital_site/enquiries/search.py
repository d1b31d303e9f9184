"""What the search finds of the forms, and of privacy."""

from django.utils.translation import gettext_lazy as _

from hospital_site.enquiries.states import Kind
from hospital_site.search.sections import register_fixed_page


def register():
    register_fixed_page(
        "enquiries:choose",
        Kind.APPOINTMENT,
        title=Kind.APPOINTMENT.label,
        words=_(
            "appointment, booking, book an appointment, make an appointment, change an appointment, "
            "cancel an appointment, reservation, see a doctor, second opinion"
        ),
    )
    register_fixed_page(
        "enquiries:choose",
        Kind.MEDIATION,
        title=Kind.MEDIATION.label,
        words=_("complaint, make a complaint, request for mediation, mediation request"),
    )
    register_fixed_page(
        "enquiries:privacy", title=_("Privacy policy"), words=_("privacy, personal information, personal data")
    )
