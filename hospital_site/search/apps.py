from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


def index_after_migrations(**how):
    from hospital_site.search import indexing  # readers load none of it

    indexing.index_after_migrations(**how)


class SearchConfig(AppConfig):
    name = "hospital_site.search"
    verbose_name = _("Search")

    def ready(self):
        from hospital_site.glossary.models import Term
        from hospital_site.publishing.registries import AFTER_ISSUE
        from hospital_site.search.sections import Section, register_sections

        AFTER_ISSUE.append("hospital_site.search.indexing.index_edition")
        post_migrate.connect(index_after_migrations, sender=self)
        register_sections(Term, [Section(fields=["definition"], names=["aliases", "pronunciation"])])
