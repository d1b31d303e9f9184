from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from modeltranslation.utils import get_translation_fields

from hospital_site.glossary import models
from hospital_site.publishing.drafts import deleted_drafts, note_draft
from hospital_site.publishing.loading import create
from hospital_site.publishing.pipeline import publish
from hospital_site.yaml_files import read_yaml

FIRST_CONTENT = Path(models.__file__).with_name("first_content.yaml")
REASON = "First content of the glossary"


class Command(BaseCommand):
    help = (
        "Write the first terms of the glossary as drafts. A term that the site has already is left as it is, and one "
        "that somebody has deleted stays deleted."
    )

    def add_arguments(self, parser):
        parser.add_argument("--publish", action="store_true", help="publish them too, which a production site refuses")

    @transaction.atomic
    def handle(self, *, publish=False, **options):
        if publish and settings.PRODUCTION:
            raise CommandError("On a production site a named person publishes. Leave “--publish” out.")
        terms = new_terms()
        for term in terms:
            publish_term(term) if publish else note_draft(term)
        self.stdout.write(f"{'Published' if publish else 'Wrote drafts of'} {len(terms)} terms.")


def new_terms():
    known, deleted = set(models.Term.objects.values_list("slug", flat=True)), deleted_drafts(models.Term)
    records = read_yaml(FIRST_CONTENT)["terms"]
    missing = [record for record in records if record["slug"] not in known and not deleted & names_in_log(record)]
    return [term for record in missing for term in create(models.Term, record)]


def names_in_log(record):
    """Return all that the log may call the term `record` by, had its draft been deleted."""
    return {models.Term(slug=record["slug"]).address, *(record[name] for name in get_translation_fields("name"))}


def publish_term(term):
    publish(term, by="load_glossary", reason=REASON)
