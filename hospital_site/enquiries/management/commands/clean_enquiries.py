from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from hospital_site.enquiries.actions import contact_hashes
from hospital_site.enquiries.forms import FORMS
from hospital_site.enquiries.models import Enquiry, Step
from hospital_site.enquiries.sealing import Unreadable
from hospital_site.typed_fields import Typed
from hospital_site.typed_text import clean_text


class Command(BaseCommand):
    help = (
        "Clean what patients sent and what staff noted before typed texts were cleaned, and compute the lookup hashes "
        "anew. Run it once after an upgrade. May be stopped and run again: what is clean is not written again."
    )

    def handle(self, **options):
        enquiries = Enquiry.objects.filter(answers__isnull=False)
        cleaned, unreadable = 0, 0
        for clean, rows in ((clean_enquiry, enquiries), (clean_step, Step.objects)):
            for key in list(rows.order_by("pk").values_list("pk", flat=True)):
                try:
                    cleaned += clean(key)
                except Unreadable:
                    unreadable += 1
        self.stdout.write(f"{cleaned} enquiries and steps cleaned.")
        if unreadable:
            raise CommandError(f"{unreadable} could not be read: their key is missing, or they were changed.")


@transaction.atomic
def clean_enquiry(key):
    """Return whether the enquiry was written anew."""
    enquiry = Enquiry.objects.select_for_update().filter(pk=key, answers__isnull=False).first()
    if enquiry is None:
        return False
    fields = FORMS[enquiry.kind].base_fields
    answers = {name: clean_answer(fields.get(name), value) for name, value in enquiry.answers.items()}
    if answers == enquiry.answers:
        return False
    enquiry.answers = answers
    for name, value in contact_hashes(answers).items():
        setattr(enquiry, name, value)
    enquiry.save(update_fields=["answers", "telephone_hash", "mail_hash"])
    return True


def clean_answer(field, value):
    return field.clean_typed(value).strip() if isinstance(field, Typed) and isinstance(value, str) else value


@transaction.atomic
def clean_step(key):
    step = Step.objects.select_for_update().filter(pk=key).first()
    if not step or clean_text(step.note) == step.note:
        return False
    step.note = clean_text(step.note)
    step.save(update_fields=["note"])
    return True
