import time

from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.core.management.base import BaseCommand, CommandError
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from hospital_site.publishing.candidates import compose
from hospital_site.publishing.drafts import note_draft
from hospital_site.publishing.models import page_models
from hospital_site.publishing.pipeline import issue

ROUNDS = 5


class Command(BaseCommand):
    help = "Measure the editors’ desk and a list with many pages: queries and time. What it adds, it takes back."

    def add_arguments(self, parser):
        parser.add_argument("--pages", type=int, default=1000, help="how many pages to add to the largest kind")

    def handle(self, *, pages, **options):
        with transaction.atomic():
            copies = add_copies(pages)
            client = editor()
            self.stdout.write(f"{copies.verbose_name_plural}: {copies.model.objects.count()} pages")
            self.stdout.write(f"{'address':<52}{'queries':>8}{'ms':>9}")
            for path in addresses(copies):
                self.stdout.write(f"{path:<52}{measured(client, path)}")
            transaction.set_rollback(True)


def add_copies(number):
    """Publish `number` copies of the first page of the kind that has most. Returns the `_meta` of the kind."""
    model = max(page_models(), key=lambda model: model.objects.count())
    first = model.objects.first()
    if first is None:
        raise CommandError("There is no page yet. Load the first content: load_first_content.")
    for place in range(number):
        copy = model.objects.get(pk=first.pk)
        copy.pk, copy.slug = None, f"{first.slug}-{place}"[-80:]
        copy._state.adding = True
        copy.save()
        issue(compose(copy), by="measure_desk")
        note_draft(copy)
    return model._meta


def editor():
    user = get_user_model().objects.create(username="measure_desk", is_staff=True)
    user.groups.set(Group.objects.filter(name="Editor"))
    client = Client(headers={"host": "localhost"})
    client.force_login(user)
    return client


def addresses(opts):
    listed = reverse(f"admin:{opts.app_label}_{opts.model_name}_changelist")
    return [reverse("admin:index"), listed, f"{listed}?task=waiting", f"{listed}?task=unsigned"]


def measured(client, path):
    client.get(path)
    with CaptureQueriesContext(connection) as queries:
        response = client.get(path)
    if response.status_code != 200:
        raise CommandError(f"{path} answered {response.status_code}.")
    asked = len(queries)
    started = time.perf_counter()
    for _round in range(ROUNDS):
        client.get(path)
    return f"{asked:>8}{(time.perf_counter() - started) / ROUNDS * 1000:>9.1f}"
