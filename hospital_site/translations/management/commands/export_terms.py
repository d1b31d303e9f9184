from pathlib import Path

from django.core.management.base import BaseCommand

from hospital_site.translations.term_base import TermBase
from hospital_site.translations.term_files import TYPES, write


class Command(BaseCommand):
    help = "Write the published term base for translators: preferred and forbidden forms, and definitions."

    def add_arguments(self, parser):
        parser.add_argument(
            "--format", choices=TYPES, default="csv", help="csv; tbx-2 (ISO 30042:2008, for most tools); tbx-3 (2019)"
        )
        parser.add_argument("--output", metavar="FILE", help="where to write (to the terminal)")

    def handle(self, *, format, output, **options):
        text = write(format, TermBase().terms)
        if output:
            Path(output).write_text(text, encoding="utf-8", newline="")
        else:
            self.stdout.write(text)
