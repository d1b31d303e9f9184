from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PatientsRightsConfig(AppConfig):
    name = "patients_rights"
    verbose_name = _("Patients’ rights")

    def ready(self):
        from hospital_site.publishing.registries import PAGE_CHECKS, WITHDRAWAL_CHECKS
        from patients_rights.search import register

        register()
        PAGE_CHECKS.append("patients_rights.publication_checks.changed_statutory_articles")
        PAGE_CHECKS.append("patients_rights.publication_checks.not_in_force_yet")
        WITHDRAWAL_CHECKS.append("patients_rights.publication_checks.withdrawn_statutory_articles")
