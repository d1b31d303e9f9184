from django.apps import AppConfig
from django.contrib.admin import apps as admin
from django.utils.translation import gettext_lazy as _


class PublishingConfig(AppConfig):
    name = "hospital_site.publishing"
    label = "publishing"
    verbose_name = _("Publishing")

    def ready(self):
        from hospital_site.publishing import checks  # noqa: F401
        from hospital_site.publishing.page_scopes import scope_choices
        from hospital_site.staff.scopes import SCOPE_CHOICES

        SCOPE_CHOICES.append(scope_choices)


class EditorialAdminConfig(admin.AdminConfig):
    """Django's admin with the tasks of staff as its front page."""

    default = False
    default_site = "hospital_site.publishing.admin.site.EditorialAdminSite"
