from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class SearchConfig(AppConfig):
    name = "hospital_site.search"
    verbose_name = _("Search")

    def ready(self):
        from hospital_site.glossary.models import Term
        from hospital_site.publishing.pipeline import after_issue
        from hospital_site.search.indexing import index_after_migrations, index_edition
        from hospital_site.search.sections import Section, register_sections

        after_issue.append(index_edition)
        post_migrate.connect(index_after_migrations, sender=self)
        register_sections(Term, [Section(fields=["definition"], names=["aliases", "pronunciation"])])
