from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CentersConfig(AppConfig):
    name = "centers"
    verbose_name = _("Hospitals, centers and clinics")

    def ready(self):
        from centers.search import register
        from hospital_site.publishing.registries import PAGE_CHECKS

        register()
        PAGE_CHECKS.append("centers.publication_checks.missing_side_effects")
