from django.core.management.base import BaseCommand

from hospital_site.search.indexing import index_all


class Command(BaseCommand):
    help = "Write anew what the search finds of all published and scheduled pages. Publishing and “migrate” do it too."

    def handle(self, **options):
        self.stdout.write(f"Indexed {index_all()} pages.")
