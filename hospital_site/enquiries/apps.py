from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class EnquiriesConfig(AppConfig):
    name = "hospital_site.enquiries"
    label = "enquiries"
    verbose_name = _("Enquiries of patients")

    def ready(self):
        from hospital_site.staff.roles import TITLES

        TITLES["appointment_desk"] = _("Appointment desk")
        TITLES["mediation_office"] = _("Mediation office")
        TITLES["privacy_officer"] = _("Privacy officer")
