from django.apps import AppConfig


class HospitalSiteConfig(AppConfig):
    name = "hospital_site"

    def ready(self):
        from hospital_site import checks, proxies  # noqa: F401 (registers them)
