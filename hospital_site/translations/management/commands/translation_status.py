import json

from django.conf import settings
from django.core.management.base import BaseCommand

from hospital_site.publishing.models import TranslationState, page_models


class Command(BaseCommand):
    help = "Tell which pages have texts that are missing in a language, or whose source has changed since."

    def add_arguments(self, parser):
        parser.add_argument("--json", action="store_true", help="the same counts for machines")

    def handle(self, **options):
        rows = list(states())
        if options["json"]:
            self.stdout.write(json.dumps(rows, ensure_ascii=False, indent=2))
            return
        self.stdout.write(f"{'page':<40}{'language':<10}{'missing':>8}{'stale':>8}  name")
        for row in rows:
            if row["missing"] or row["stale"]:
                counts = f"{row['missing']:>8}{row['stale']:>8}"
                self.stdout.write(f"{row['page']:<40}{row['language']:<10}{counts}  {row['name']}")
        for code in dict(settings.LANGUAGES):
            ours = [row for row in rows if row["language"] == code]
            missing, stale = (sum(row[kind] for row in ours) for kind in ("missing", "stale"))
            self.stdout.write(f"{len(ours)} pages in {code}: {missing} texts missing, {stale} to check")


def states():
    """One row per page and language: `{"page", "name", "language", "missing", "stale"}`."""
    names = {page.key: str(page) for model in page_models() for page in model.objects.all()}
    for state in TranslationState.objects.filter(page__in=names).order_by("page", "language"):
        yield {
            "page": state.page,
            "name": names[state.page],
            "language": state.language,
            "missing": state.missing,
            "stale": state.stale,
        }
