"""`manage.py messages`: bring the catalogues up to the code and compile them; `--compile` only compiles."""

from itertools import islice

import babel
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import get_supported_language_variant, ngettext, override, to_language
from django.utils.translation import gettext as _

from hospital_site.translations import catalogues
from hospital_site.translations.catalogue_checks import check, check_file, parse
from hospital_site.translations.extraction import extract, identity

MOST_PLACES = 20  # addresses that are printed of one sentence


class Command(BaseCommand):
    help = "Collect the sentences of the interface into locale/, check and compile them, without GNU gettext."
    requires_system_checks = []

    def add_arguments(self, parser):
        what = parser.add_mutually_exclusive_group()
        what.add_argument("--compile", action="store_true", help="Only check and compile what is in locale/.")
        what.add_argument("--prune", action="store_true", help="Remove translations that no sentence uses any more.")
        what.add_argument(
            "--check", nargs="*", metavar="FILE", help="Only name the faults in FILE, or in all that is in locale/."
        )

        what.add_argument(
            "--where", metavar="SENTENCE", help="Only print the addresses of pages on which SENTENCE stands."
        )

    def handle(self, *, compile=False, prune=False, check=None, where=None, **options):
        with override(language_of_the_terminal()):
            if where:
                self.find(where)
                return
            if check is not None:
                self.check_files(check)
                return
            if not compile:
                self.collect(prune)
            self.compile()

    def find(self, sentence):
        from hospital_site.translations.places import (
            files_of,
            find_places,
        )  # needs the database, which no other part does

        files = files_of(sentence)
        if not files:
            raise CommandError(_("There is no such sentence. Write it as the catalogue does, in English."))
        places = []
        for path in islice(find_places(sentence), MOST_PLACES):
            places.append(path)
            self.stdout.write(settings.SITE_ADDRESS + path)
        if len(places) == MOST_PLACES:
            self.stdout.write(_("More pages show it too."))
        elif not places:
            self.stdout.write(_("No page shows it as it stands: it may be the answer to a form, a mail or an error."))
        self.stdout.write(_("In the code: %(files)s") % {"files": " ".join(files)})

    def check_files(self, paths):
        languages = [language for language, _name in settings.LANGUAGES]
        faults = [check_file(path) for path in paths] if paths else list(map(check, languages))
        faults = [fault for found in faults for fault in found]
        for fault in faults:
            self.stdout.write(str(fault))
        if faults:
            raise CommandError(number_of(faults))
        self.stdout.write(_("No faults."))

    def compile(self):
        """Compile all catalogues, or none: where one has a fault, a page would show it."""
        faults = []
        for language, _name in settings.LANGUAGES:
            if not catalogues.path_of(language).exists():
                raise CommandError(f"There is no catalogue for “{language}” yet. Run “make messages”.")
            found = check(language)
            faults += [fault for fault in found if not fault.is_unfinished]
            if unfinished := {fault.line for fault in found if fault.is_unfinished}:
                self.stdout.write(
                    ngettext(
                        "%(language)s: %(number)d sentence is not translated or fuzzy, and pages show English there.",
                        "%(language)s: %(number)d sentences are not translated or fuzzy, and pages show English there.",
                        len(unfinished),
                    )
                    % {"language": language, "number": len(unfinished)}
                )
        for fault in faults:
            self.stdout.write(str(fault))
        if faults:
            raise CommandError(number_of(faults))
        for language, _name in settings.LANGUAGES:
            catalogues.compile(language)

    def collect(self, prune):
        paths = [catalogues.path_of(language) for language, _name in settings.LANGUAGES]
        if faults := [fault for path in paths if path.exists() for fault in parse(path)[1]]:
            raise CommandError("\n".join(map(str, faults)))
        try:
            template = extract()
        except ValueError as error:
            raise CommandError(str(error)) from error
        catalogues.write_template(template)
        for language, _name in settings.LANGUAGES:
            self.update(language, template, prune)

    def update(self, language, template, prune):
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


def number_of(faults):
    return ngettext("%(number)d fault.", "%(number)d faults.", len(faults)) % {"number": len(faults)}


def language_of_the_terminal():
    """Return the language that the terminal is set to, where the site has it; else the language of the code."""
    try:
        return get_supported_language_variant(to_language(babel.default_locale("LC_MESSAGES") or ""))
    except LookupError:
        return settings.SOURCE_LANGUAGE
