import gzip
import time

import brotli
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation

from hospital_site.publishing.models import page_models
from hospital_site.publishing.reading import EditionReader, in_order

FIXED = [
    "home",
    "centers:centers",
    "centers:departments",
    "patients_rights:charters",
    "centers:a_to_z",
    "glossary:glossary",
]
ABOUT = ["about:sources", "about:corrections", "about:accessibility", "about:translations"]
ROUNDS = 20


class Command(BaseCommand):
    help = "Measure one page of each type in every language: queries, size compressed and not, time to render."

    def handle(self, **options):
        client = Client(headers={"host": "localhost"})
        assert connection.features.supports_json_field  # asked once per process, and not by a page  # noqa: S101
        self.stdout.write(f"{'page':<34}{'lang':<6}{'queries':>8}{'html':>9}{'gzip':>8}{'brotli':>8}{'ms':>7}")
        for name, code, path in addresses():
            with CaptureQueriesContext(connection) as queries:
                response = client.get(path)
            if response.status_code != 200:
                raise CommandError(f"{path} answered {response.status_code}.")
            body = response.content
            sizes = len(body), len(gzip.compress(body, 9)), len(brotli.compress(body, quality=9))
            line = f"{name:<34}{code:<6}{len(queries):>8}{sizes[0]:>9}{sizes[1]:>8}{sizes[2]:>8}"
            self.stdout.write(f"{line}{milliseconds(client, path):>7.1f}")


def addresses():
    """One live page of each type in each language: (name, language code, path)."""
    for code in dict(settings.LANGUAGES):
        with translation.override(code):
            for name in [*FIXED, *ABOUT]:
                yield name, code, reverse(name)
            first = {}
            for page in in_order(EditionReader().tree(*page_models())):
                first.setdefault(page.edition.kind, page)
            for kind, page in first.items():
                yield kind, code, page.get_absolute_url()


def milliseconds(client, path):
    started = time.perf_counter()
    for _round in range(ROUNDS):
        client.get(path)
    return (time.perf_counter() - started) / ROUNDS * 1000
