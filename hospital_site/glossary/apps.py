from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class GlossaryConfig(AppConfig):
    name = "hospital_site.glossary"
    verbose_name = _("Glossary")

    def ready(self):
        from hospital_site.publishing.registries import PAGE_CHECKS

        PAGE_CHECKS.append("hospital_site.glossary.publication_checks.forbidden_forms")
