from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PageStoreConfig(AppConfig):
    name = "hospital_site.page_store"
    label = "page_store"
    verbose_name = _("Published pages")
