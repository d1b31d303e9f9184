from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class HospitalSiteConfig(AppConfig):
    name = "hospital_site"

    def ready(self):
        from hospital_site import checks, deploy_checks, error_reports  # noqa: F401 (registers them)
        from hospital_site.search.sections import register_fixed_page

        register_fixed_page("glossary:glossary", title=_("Glossary"), words=_("dictionary, terms, medical words"))
        register_fixed_page(
            "about:sources", title=_("Where the content comes from"), words=_("sources, about this site")
        )
        register_fixed_page("about:accessibility", title=_("Accessibility"), words=_("large print, screen reader"))
        register_fixed_page("about:translations", title=_("How to read the translations"), words=_("translation"))
        error_reports.start()
