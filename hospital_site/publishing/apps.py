from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PublishingConfig(AppConfig):
    name = "hospital_site.publishing"
    label = "publishing"
    verbose_name = _("Publishing")

    def ready(self):
        from hospital_site.publishing import audit, checks  # noqa: F401
