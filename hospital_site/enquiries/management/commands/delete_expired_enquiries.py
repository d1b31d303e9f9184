from django.core.management.base import BaseCommand, CommandError
from django.db import connection, transaction

from hospital_site.enquiries.actions import SYSTEM, delete_stub, destroy, record_access
from hospital_site.enquiries.models import AccessRecord, Consent, ConsentText, Enquiry
from hospital_site.enquiries.recusals import staff_with_access
from hospital_site.enquiries.states import State


class Command(BaseCommand):
    help = (
        "Empty the enquiries that are past their date, and drop records past theirs. Run it every night. "
        "Also says which requests nobody of the staff can open."
    )

    def handle(self, **options):
        destroyed = self.each(Enquiry.objects.expired, self.expire)
        forgotten = self.each(Enquiry.objects.expired_stubs, delete_stub)
        dropped = AccessRecord.objects.delete_expired()
        ConsentText.objects.exclude(pk__in=Consent.objects.values("text")).delete()
        transaction.on_commit(empty_log)
        self.stdout.write(
            f"{destroyed} enquiries destroyed, {forgotten} empty records counted and dropped, "
            f"{dropped} access records dropped."
        )
        self.tell_what_nobody_sees()

    def each(self, those, action):
        """Run `action` on each in a transaction of its own, so that an interruption leaves nothing half done.

        Each is queried again before: somebody may have reopened it meanwhile.
        """
        done = 0
        for key in list(those().values_list("pk", flat=True)):
            with transaction.atomic():
                enquiry = those().filter(pk=key).select_for_update().defer("answers").first()
                if enquiry:
                    action(enquiry)
                    done += 1
        return done

    @staticmethod
    def expire(enquiry):
        destroy(enquiry)
        record_access(AccessRecord.Action.EXPIRE, by=SYSTEM, enquiry=enquiry)

    @staticmethod
    def tell_what_nobody_sees():
        living = (
            Enquiry.objects.exclude(state=State.DESTROYED).filter(recusals__isnull=False).defer("answers").distinct()
        )
        lost = [enquiry.reference for enquiry in living if not staff_with_access(enquiry).exists()]
        if lost:
            raise CommandError(
                f"Nobody of the staff can open these requests, because all of them are named in it: {', '.join(lost)}. "
                "Give the role of the mediation office to somebody else."
            )


def empty_log():
    """Take what was destroyed out of SQLite's write-ahead log too, which lasts as long as a server is connected."""
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
