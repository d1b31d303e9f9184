from pathlib import Path

import yaml
from django.conf import settings
from django.core.management.base import BaseCommand
from django.db import transaction

from centers.models import Hospital
from hospital_site.publishing.loading import create
from hospital_site.publishing.models import Edition, page_models
from hospital_site.publishing.pipeline import publish
from patients_rights.models import Charter

REASON = "First content, from the two source documents"


class Command(BaseCommand):
    help = "Fill an empty site with the content of the two source documents and publish it. Changes nothing otherwise."

    def handle(self, **options):
        with transaction.atomic():
            if any(model.objects.exists() for model in page_models()) or Edition.objects.exists():
                self.stdout.write("The site has pages already. Nothing was changed.")
                return
            pages = self.create_all()
            for page in pages:
                publish(page, by="load_first_content", reason=REASON)
        self.stdout.write(f"Loaded and published {len(pages)} pages.")

    def create_all(self):
        pages = []
        for place, record in enumerate(content("centers")["hospitals"], start=1):
            pages += create(Hospital, record, place)
        for record in content("patients_rights")["charters"]:
            pages += create(Charter, record, hospital=Hospital.objects.get(slug=record["hospital"]))
        return pages


def content(application):
    path = Path(settings.BASE_DIR, application, "first_content.yaml")
    return yaml.safe_load(path.read_text(encoding="utf-8"))
