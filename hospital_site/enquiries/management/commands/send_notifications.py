from django.core.management.base import BaseCommand, CommandError

from hospital_site.enquiries.models import Notification
from hospital_site.enquiries.outbox import send_due


class Command(BaseCommand):
    help = "Send the mail to staff that is due, and say what waits. Run it every minute."
    requires_system_checks = []  # which load the staff site: half the time of what runs every minute

    def handle(self, **options):
        sent, failed = send_due()
        waiting = Notification.objects.unsent()
        self.stdout.write(f"{sent} sent, {failed} failed, {waiting.count()} waiting.")
        oldest = waiting.order_by("created_at").first()
        if oldest and oldest.tries > 3:
            self.stderr.write(f"The oldest waits since {oldest.created_at:%Y-%m-%d %H:%M} UTC: {oldest.problem}.")
        if failed:
            raise CommandError("Some mail could not be sent. It stays in the table and is tried again.")
