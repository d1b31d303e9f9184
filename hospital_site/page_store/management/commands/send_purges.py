from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from hospital_site.page_store.models import Purge
from hospital_site.page_store.purges import send_due


class Command(BaseCommand):
    help = "Tell the CDN of PURGE_URL which pages have changed, where that failed before. Run it every minute."
    requires_system_checks = []  # which load the staff site: half the time of what runs every minute

    def handle(self, **options):
        if not settings.PURGE_URL:
            self.stdout.write("PURGE_URL is not set: there is no CDN to tell.")
            return
        sent, failed = send_due()
        self.stdout.write(f"{sent} sent, {failed} failed, {Purge.objects.count()} waiting.")
        if failed:
            raise CommandError("The CDN could not be told of all pages. They stay in the table and are tried again.")
