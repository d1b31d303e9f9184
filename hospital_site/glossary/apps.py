from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class GlossaryConfig(AppConfig):
    name = "hospital_site.glossary"
    verbose_name = _("Glossary")

    def ready(self):
        from hospital_site.glossary.publication_checks import forbidden_forms
        from hospital_site.publishing.publication_checks import register_page_check

        register_page_check(forbidden_forms)
