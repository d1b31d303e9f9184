from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import override

from hospital_site.translations.exchange.progress import Progress
from hospital_site.translations.exchange.writing import SeveralSources, format_named, write
from hospital_site.translations.term_base import TermBase
from hospital_site.translations.units import TO_DO, State, units


class Command(BaseCommand):
    help = "Write the texts of pages as a file for translators. `import_translations` reads it back."

    def add_arguments(self, parser):
        parser.add_argument("--to", required=True, metavar="CODE", help="the language to translate into, such as “en”")
        parser.add_argument("--from", dest="source", metavar="CODE", help="only texts whose source is in this language")
        states = ",".join(State)
        parser.add_argument("--only", default=",".join(sorted(TO_DO)), help=f"states of texts: {states} or all")
        parser.add_argument(
            "--within", default="", metavar="KEY", help="only a page and those below it: centers.center:5"
        )
        parser.add_argument("--format", choices=["po", "xliff", "csv"], default="po")
        parser.add_argument("--xliff-version", choices=["1.2", "2.0"], default="1.2")
        parser.add_argument("--output", metavar="FILE", help="where to write (to the terminal)")
        parser.add_argument("--progress", action="store_true", help="say how far it is")

    def handle(self, *, to, source, only, within, format, xliff_version, output, progress, **options):
        for code in filter(None, [to, source]):
            if code not in dict(settings.LANGUAGES):
                raise CommandError(f"“{code}” is no language of this site: {', '.join(dict(settings.LANGUAGES))}.")
        states = set(State) if only == "all" else {name.strip() for name in only.split(",")}
        if unknown := states - set(State):
            raise CommandError(f"“{min(unknown)}” is no state of a text: {', '.join(State)} or all.")
        tell = Progress(self.stderr) if progress else None
        found = Wanted(to, states, source, within)
        with override(to):
            pieces = write(format_named(format, xliff_version), to, found, TermBase(), progress=tell)
            try:
                if output:
                    with Path(output).open("w", encoding="utf-8", newline="") as file:
                        file.writelines(pieces)
                else:
                    self.stdout.ending = ""
                    for piece in pieces:
                        self.stdout.write(piece)
            except SeveralSources as error:
                raise CommandError(f"{error} (--from {' or --from '.join(sorted(error.languages))})") from error
        if tell:
            tell.close("written")


class Wanted:
    """The units in `states`, read anew whenever they are asked for."""

    def __init__(self, language, states, source, within):
        self.language, self.states, self.source, self.within = language, states, source, within

    def __iter__(self):
        for unit in units(self.language, within=self.within, states=self.states):
            if unit.state in self.states and self.source in (None, unit.source_language):
                yield unit
