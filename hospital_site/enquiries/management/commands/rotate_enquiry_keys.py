from allauth.mfa.models import Authenticator
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from hospital_site.enquiries.actions import contact_hashes
from hospital_site.enquiries.models import Enquiry, Step
from hospital_site.enquiries.sealing import Unreadable, is_up_to_date
from hospital_site.staff import second_factor


class Command(BaseCommand):
    help = (
        "Seal everything anew with the first key of ENQUIRY_KEYS, each text for its own record, and compute the lookup "
        "hashes with that key. Put a new key in front, restart, run this; then the old key can go. May be stopped and "
        "run again: what is up to date is not written again. What cannot be read is left as it is and counted."
    )

    def handle(self, **options):
        enquiries, unread = self.each(Enquiry.objects.filter(answers__isnull=False), reseal_enquiry)
        steps, unread_steps = self.each(Step.objects.all(), reseal_step)
        factors, unread_factors = self.each_second_factor()
        self.stdout.write(
            f"{enquiries} enquiries, {steps} steps and {factors} second factors sealed with the first key."
        )
        if unread or unread_steps or unread_factors:
            raise CommandError(
                f"{unread} enquiries, {unread_steps} steps and {unread_factors} second factors could not be read: "
                "their key is not among ENQUIRY_KEYS, or they were changed in the database. Keep the old key."
            )

    @staticmethod
    def each(rows, reseal):
        """Run `reseal` on each row in a transaction of its own. Returns how many were written, and not read."""
        written = unread = 0
        for key in list(rows.order_by("pk").values_list("pk", flat=True)):
            try:
                with transaction.atomic():
                    row = rows.select_for_update().filter(pk=key).first()
                    written += bool(row) and reseal(row)
            except Unreadable:
                unread += 1
        return written, unread

    @staticmethod
    def each_second_factor():
        sealed = unread = 0
        for factor in Authenticator.objects.all():
            try:
                sealed += second_factor.reseal(factor)
            except second_factor.Unreadable:
                unread += 1
        return sealed, unread


def reseal_enquiry(enquiry):
    """Return whether the enquiry was written anew."""
    is_current = is_up_to_date(enquiry)
    hashes = contact_hashes(enquiry.answers)
    if is_current and all(getattr(enquiry, name) == value for name, value in hashes.items()):
        return False
    for name, value in hashes.items():
        setattr(enquiry, name, value)
    enquiry.save(update_fields=["answers", *hashes])
    return True


def reseal_step(step):
    is_current = is_up_to_date(step)
    if step.note is None or is_current:
        return False
    step.save(update_fields=["note"])
    return True
