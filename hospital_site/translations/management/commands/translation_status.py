import csv
import json
from collections import Counter

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.urls import reverse
from django.utils.translation import override

from hospital_site.publishing.admin_links import form_url
from hospital_site.publishing.models import TranslationState, page_models
from hospital_site.staff.exports import harmless
from hospital_site.translations import catalogues
from hospital_site.translations.catalogue_checks import check
from hospital_site.translations.units import TO_DO, units

COLUMNS = ["language", "state", "words", "page", "text", "source language", "source", "translation", "address"]


class Command(BaseCommand):
    help = "Tell which texts and sentences are missing in a language, or whose source has changed since."

    def add_arguments(self, parser):
        form = parser.add_mutually_exclusive_group()
        form.add_argument("--json", action="store_true", help="the counts of each page for machines")
        form.add_argument("--csv", action="store_true", help="one row for each text to do: its words and its address")
        parser.add_argument("--language", metavar="CODE", help="only this language, such as “en”")
        parser.add_argument("--check", action="store_true", help="exit with 1 where anything is to do, for CI")

    def handle(self, *, json=False, csv=False, language=None, check=False, **options):
        codes = [code for code, _name in settings.LANGUAGES if language in (None, code)]
        if not codes:
            raise CommandError(f"“{language}” is no language of this site: {', '.join(dict(settings.LANGUAGES))}.")
        texts = [] if json and not check else [text for code in codes for text in texts_to_do(code)]
        if json:
            self.print_json(codes)
        elif csv:
            self.print_csv(texts)
        else:
            self.print_table(codes, texts)
        if check and texts:
            raise CommandError(f"{len(texts)} texts are missing or to check.")

    def print_json(self, codes):
        rows = [row for row in states() if row["language"] in codes]
        self.stdout.write(json.dumps(rows, ensure_ascii=False, indent=2))

    def print_csv(self, texts):
        writer = csv.DictWriter(self.stdout, COLUMNS, lineterminator="\n")
        writer.writeheader()
        writer.writerows({name: harmless(value) for name, value in text.items()} for text in texts)

    def print_table(self, codes, texts):
        rows = [row for row in states() if row["language"] in codes]
        words = Counter()
        for text in texts:
            words[text["language"], text["address"]] += text["words"]
        self.stdout.write(f"{'page':<40}{'language':<10}{'missing':>8}{'stale':>8}{'words':>8}  name")
        for row in rows:
            if row["missing"] or row["stale"]:
                counts = f"{row['missing']:>8}{row['stale']:>8}{words[row['language'], address_of(row)]:>8}"
                self.stdout.write(f"{row['page']:<40}{row['language']:<10}{counts}  {row['name']}")
        for code in codes:
            ours = [row for row in rows if row["language"] == code]
            missing, stale = (sum(row[kind] for row in ours) for kind in ("missing", "stale"))
            number = sum(text["words"] for text in texts if text["language"] == code and text["page"])
            self.stdout.write(f"{len(ours)} pages in {code}: {missing} texts missing, {stale} to check, {number} words")
            if missing or stale:
                self.stdout.write(f"    {settings.SITE_ADDRESS}{queue_url(code)}")
            sentences = [text["words"] for text in texts if text["language"] == code and not text["page"]]
            if sentences:
                self.stdout.write(f"the interface in {code}: {len(sentences)} sentences, {sum(sentences)} words")


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


def address_of(row):
    with override(row["language"]):
        return settings.SITE_ADDRESS + form_url(row["page"])


def queue_url(code):
    with override(code):
        return reverse("admin:translation_queue", args=[code])


def texts_to_do(code):
    """One row of `COLUMNS` per text of a page, and per sentence of the interface, whose page is empty."""
    with override(code):
        for unit in units(code, states=TO_DO):
            if unit.state in TO_DO:
                yield row_of(
                    code,
                    unit.state,
                    unit.source,
                    unit.text,
                    unit.source_language,
                    unit.form_url,
                    str(unit.page),
                    unit.label,
                )
    for fault in check(code) if catalogues.path_of(code).exists() else []:
        if fault.is_unfinished:
            address = f"{fault.path.relative_to(settings.BASE_DIR)}:{fault.line}"
            yield row_of(code, fault.text, fault.msgid, "", settings.SOURCE_LANGUAGE, address)


def row_of(code, state, source, translation, source_language, address, page="", text=""):
    if address.startswith("/"):
        address = settings.SITE_ADDRESS + address
    values = code, str(state), len(source.split()), page, str(text), source_language, source, translation, address
    return dict(zip(COLUMNS, values, strict=True))
