from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PatientsRightsConfig(AppConfig):
    name = "patients_rights"
    verbose_name = _("Patients’ rights")
