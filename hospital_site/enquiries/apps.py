from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class EnquiriesConfig(AppConfig):
    name = "hospital_site.enquiries"
    label = "enquiries"
    verbose_name = _("Enquiries of patients")

    def ready(self):
        from hospital_site.enquiries.permissions import reads_personal_data
        from hospital_site.enquiries.recipients import RECIPIENTS, version_of_recipients
        from hospital_site.enquiries.search import register
        from hospital_site.publishing.reads import OTHERS
        from hospital_site.staff.roles import TITLES
        from hospital_site.staff.sessions import HAS_SHORT_LIMIT

        HAS_SHORT_LIMIT.append(reads_personal_data)
        OTHERS[RECIPIENTS] = version_of_recipients
        register()

        TITLES["appointment_desk"] = _("Appointment desk")
        TITLES["mediation_office"] = _("Mediation office")
        TITLES["privacy_officer"] = _("Privacy officer")
