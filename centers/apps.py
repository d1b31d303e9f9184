from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CentersConfig(AppConfig):
    name = "centers"
    verbose_name = _("Hospitals, centers and clinics")

    def ready(self):
        from centers.publication_checks import missing_side_effects
        from centers.search import register
        from hospital_site.publishing.publication_checks import register_page_check

        register()
        register_page_check(missing_side_effects)
