from django.apps import AppConfig
from django.contrib.admin import apps as admin
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class PublishingConfig(AppConfig):
    name = "hospital_site.publishing"
    label = "publishing"
    verbose_name = _("Publishing")

    def ready(self):
        from hospital_site.publishing import checks  # noqa: F401
        from hospital_site.publishing.added_languages import complete_after_migrations
        from hospital_site.publishing.page_scopes import keys_within, scope_choices
        from hospital_site.staff.scopes import KEYS_WITHIN, SCOPE_CHOICES

        post_migrate.connect(complete_after_migrations, sender=self)
        SCOPE_CHOICES.append(scope_choices)
        KEYS_WITHIN.append(keys_within)


class EditorialAdminConfig(admin.AdminConfig):
    """Django's admin with the tasks of staff as its front page."""

    default = False
    default_site = "hospital_site.publishing.admin.site.EditorialAdminSite"
