from django.core.management.base import BaseCommand

from hospital_site.enquiries.models import DataController
from hospital_site.enquiries.notices import issue_privacy_notice


class Command(BaseCommand):
    help = "Issue a new version of each privacy notice whose words changed with this release. Run it after migrate."

    def handle(self, **options):
        for controller in DataController.objects.all():
            notice = issue_privacy_notice(controller, by="issue_privacy_notices")
            self.stdout.write(f"{controller}: {f'version {notice.number} issued' if notice else 'nothing has changed'}")
