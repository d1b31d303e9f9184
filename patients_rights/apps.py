from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PatientsRightsConfig(AppConfig):
    name = "patients_rights"
    verbose_name = _("Patients’ rights")

    def ready(self):
        from hospital_site.publishing.publication_checks import register_page_check, register_withdrawal_check
        from patients_rights.publication_checks import (
            changed_statutory_articles,
            not_in_force_yet,
            withdrawn_statutory_articles,
        )
        from patients_rights.search import register

        register()
        register_page_check(changed_statutory_articles)
        register_page_check(not_in_force_yet)
        register_withdrawal_check(withdrawn_statutory_articles)
