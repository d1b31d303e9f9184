"""What is killed in `test_faults`: `DATABASE_URL=… python -m tests.enquiries.killed send|mail|count`.

A process of its own on a real database, so that a kill in the middle of anything is a real one.
"""

import json
import sys
from itertools import count

import django


def main(role):
    django.setup()
    {"send": send, "mail": mail, "count": tell}[role]()


def send():
    """Patients send one form after another. Prints each reference once its patient has been told."""
    from django.conf import settings
    from django.core.cache import cache
    from django.test.utils import setup_test_environment

    from hospital_site.enquiries.models import DataController
    from tests.enquiries.patients import Patient, receiving_hospital
    from tests.reading import read

    setup_test_environment()
    settings.CACHES["default"]["BACKEND"] = "django.core.cache.backends.dummy.DummyCache"
    if not DataController.objects.exists():
        receiving_hospital("kcch")
    for number in count():
        cache.clear()
        patient = Patient("appointment", REMOTE_ADDR=f"10.0.{number // 250}.{number % 250}")
        answer = patient.send(phone=f"010-{1000 + number}-{number:04}")
        sys.stdout.write(read(patient.client, answer.response["Location"]).text(".reference") + "\n")
        sys.stdout.flush()


def mail():
    """Send what waits, at once: hours and claims of a run that was killed before are over."""
    from django.conf import settings
    from django.utils import timezone

    from hospital_site.enquiries.models import Notification
    from hospital_site.enquiries.outbox import send_due

    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    Notification.objects.unsent().update(claimed_until=None, next_try_at=timezone.now())
    send_due()


def tell():
    from django.db import connection

    from hospital_site.enquiries.models import Consent, Enquiry, Notification

    told = {
        "database": connection.vendor,
        "references": list(Enquiry.objects.values_list("reference", flat=True)),
        "sendings": Enquiry.objects.values("idempotency_key").distinct().count(),
        "notified": Notification.objects.values("enquiry").distinct().count(),
        "notifications": list(Notification.objects.values_list("message_id", flat=True)),
        "unsent": Notification.objects.unsent().count(),
        "consents": Consent.objects.count(),
    }
    json.dump(told, sys.stdout)


if __name__ == "__main__":
    main(sys.argv[1])
