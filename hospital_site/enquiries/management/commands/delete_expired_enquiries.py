from django.core.management.base import BaseCommand
from django.db import transaction

from hospital_site.enquiries.actions import SYSTEM, destroy, forget, record
from hospital_site.enquiries.models import AccessRecord, Consent, ConsentText, Enquiry


class Command(BaseCommand):
    help = "Empty the enquiries that are past their date, and drop records past theirs. Run it every night."

    def handle(self, **options):
        destroyed = self.each(Enquiry.objects.expired(), self.expire)
        forgotten = self.each(Enquiry.objects.stubs_expired(), forget)
        dropped = AccessRecord.objects.drop_past_their_time()
        ConsentText.objects.exclude(pk__in=Consent.objects.values("text")).delete()
        self.stdout.write(
            f"{destroyed} enquiries destroyed, {forgotten} empty records counted and dropped, "
            f"{dropped} access records dropped."
        )

    def each(self, enquiries, action):
        """One transaction for each, so that a stop in the middle leaves nothing half done."""
        keys = list(enquiries.values_list("pk", flat=True))
        for key in keys:
            action(Enquiry.objects.get(pk=key))
        return len(keys)

    @staticmethod
    @transaction.atomic
    def expire(enquiry):
        destroy(enquiry)
        record(AccessRecord.Action.EXPIRE, by=SYSTEM, enquiry=enquiry)
