from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class StaffConfig(AppConfig):
    name = "hospital_site.staff"
    label = "staff"
    verbose_name = _("Staff")

    def ready(self):
        from hospital_site.staff import audit, sessions  # noqa: F401 - they receive the signals of signing in
