"""`manage.py messages`: bring the catalogues up to the code and compile them; `--compile` only compiles."""

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from hospital_site import catalogues


class Command(BaseCommand):
    help = "Collect the sentences of the interface into locale/ and compile them, without GNU gettext."
    requires_system_checks = []

    def add_arguments(self, parser):
        parser.add_argument("--compile", action="store_true", help="Only compile what stands in locale/.")

    def handle(self, *, compile, **options):
        found = None if compile else catalogues.found_in(catalogues.files_with_sentences())
        for language, _name in settings.LANGUAGES:
            if found is not None:
                self.collect(language, found)
            elif not catalogues.path_of(language).exists():
                raise CommandError(f"There is no catalogue for “{language}” yet. Run “make messages”.")
            catalogues.compile(language)

    def collect(self, language, found):
        before = catalogues.read(language)
        catalogue = catalogues.merged(language, found)
        catalogues.write(language, catalogue)

        new = set(found) - set(map(catalogues.sentence_of, before))
        self.stdout.write(f"{language}: {len(catalogue)} sentences, {len(new)} of them new.")
        for entry in before:
            if catalogues.sentence_of(entry) not in found and any(catalogues.translations_of(entry)):
                self.stdout.write(f"  dropped: “{entry.msgid}” ({' | '.join(catalogues.translations_of(entry))})")
        for fault in catalogues.faults(language):
            self.stdout.write(f"  {fault}")
