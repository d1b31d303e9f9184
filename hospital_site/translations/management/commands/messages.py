"""`manage.py messages`: bring the catalogues up to the code and compile them; `--compile` only compiles."""

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from hospital_site.translations import catalogues
from hospital_site.translations.catalogue_checks import check
from hospital_site.translations.extraction import extract, identity


class Command(BaseCommand):
    help = "Collect the sentences of the interface into locale/ and compile them, without GNU gettext."
    requires_system_checks = []

    def add_arguments(self, parser):
        parser.add_argument("--compile", action="store_true", help="Only compile what is in locale/.")
        parser.add_argument("--prune", action="store_true", help="Remove translations that no sentence uses any more.")

    def handle(self, *, compile, prune, **options):
        template = None if compile else extract()
        if template is not None:
            catalogues.write_template(template)
        for language, _name in settings.LANGUAGES:
            if template is not None:
                self.collect(language, template, prune)
            elif not catalogues.path_of(language).exists():
                raise CommandError(f"There is no catalogue for “{language}” yet. Run “make messages”.")
            catalogues.compile(language)

    def collect(self, language, template, prune):
        before = {identity(entry): entry for entry in catalogues.read(language)}
        catalogue = catalogues.update(language, template, prune=prune)
        catalogues.write(language, catalogue)

        after = {identity(entry): entry for entry in catalogue if not entry.obsolete}
        self.stdout.write(f"{language}: {len(after)} sentences, {len(after.keys() - before.keys())} of them new.")
        for key in after.keys() - before.keys():
            if after[key].fuzzy:
                self.stdout.write(f"  reworded: “{after[key].previous_msgid}”, now “{after[key].msgid}”")
        for entry in catalogue.obsolete_entries():
            if not before[identity(entry)].obsolete:
                self.stdout.write(
                    f"  no longer used: “{entry.msgid}” ({' | '.join(catalogues.translations_of(entry))})"
                )
        for fault in check(language):
            self.stdout.write(f"  {fault}")
