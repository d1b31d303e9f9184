from allauth.mfa.models import Authenticator
from django.core.management.base import BaseCommand
from django.db import transaction

from hospital_site.enquiries.actions import contact_hashes
from hospital_site.enquiries.models import Enquiry, Step
from hospital_site.staff import second_factor


class Command(BaseCommand):
    help = (
        "Seal everything anew with the first key of ENQUIRY_KEYS and compute the lookup hashes with it. "
        "Put a new key in front, restart, run this; then the old key can go. May be stopped and run again."
    )

    def handle(self, **options):
        enquiries = list(Enquiry.objects.filter(answers__isnull=False).values_list("pk", flat=True))
        for key in enquiries:
            self.reseal_enquiry(key)
        steps = list(Step.objects.values_list("pk", flat=True))
        for key in steps:
            self.reseal_step(key)
        sealed = sum(second_factor.reseal(factor) for factor in Authenticator.objects.all())
        self.stdout.write(
            f"{len(enquiries)} enquiries, {len(steps)} steps and {sealed} second factors sealed with the first key."
        )

    @staticmethod
    @transaction.atomic
    def reseal_enquiry(key):
        enquiry = Enquiry.objects.select_for_update().filter(pk=key, answers__isnull=False).first()
        if enquiry:
            for name, value in contact_hashes(enquiry.answers).items():
                setattr(enquiry, name, value)
            enquiry.save(update_fields=["answers", "telephone_hash", "mail_hash"])

    @staticmethod
    @transaction.atomic
    def reseal_step(key):
        step = Step.objects.select_for_update().filter(pk=key).first()
        if step:
            step.save(update_fields=["note"])
