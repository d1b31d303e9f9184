from django.apps import AppConfig
from django.contrib.admin import apps as admin
from django.contrib.admin import autodiscover
from django.contrib.admin.checks import check_admin_app, check_dependencies
from django.core import checks
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class PublishingConfig(AppConfig):
    name = "hospital_site.publishing"
    label = "publishing"
    verbose_name = _("Publishing")

    def ready(self):
        from hospital_site.publishing import checks as _own_checks  # noqa: F401
        from hospital_site.publishing.added_languages import complete_after_migrations
        from hospital_site.publishing.page_scopes import keys_within, scope_choices
        from hospital_site.staff.scopes import KEYS_WITHIN, SCOPE_CHOICES

        post_migrate.connect(complete_after_migrations, sender=self)
        SCOPE_CHOICES.append(scope_choices)
        KEYS_WITHIN.append(keys_within)


class EditorialAdminConfig(admin.SimpleAdminConfig):
    """Django's admin with the tasks of staff as its front page, loaded when staff come (`publishing.admin.urls`)."""

    default = False
    default_site = "hospital_site.publishing.admin.site.EditorialAdminSite"

    def ready(self):
        checks.register(check_dependencies, checks.Tags.admin)
        checks.register(check_staff_site, checks.Tags.admin)


def check_staff_site(app_configs, **kwargs):
    """Returns what Django's own checks find in the staff site, all of which is loaded for them."""
    autodiscover()
    return check_admin_app(app_configs, **kwargs)
