"""What is killed in `test_faults`: processes of their own on a real database, so that a kill is a real one."""

from itertools import count

import django
from django.db import connections

django.setup()


def run(role, database, pipe, *args):
    """Do `role` on the database of this name; what it tells is sent through `pipe`."""
    connections.settings["default"]["NAME"] = database
    with pipe:
        role(pipe, *args)


def send(pipe):
    """Patients send one form after another. Tells each reference once its patient has been told."""
    from django.conf import settings
    from django.core.cache import cache
    from django.test.utils import setup_test_environment

    from tests.enquiries.patients import Patient
    from tests.reading import read

    setup_test_environment()
    settings.CACHES["default"]["BACKEND"] = "django.core.cache.backends.dummy.DummyCache"
    for number in count():
        cache.clear()
        patient = Patient("appointment", REMOTE_ADDR=f"10.0.{number // 250}.{number % 250}")
        answer = patient.send(phone=f"010-{1000 + number}-{number:04}")
        pipe.send(read(patient.client, answer.response["Location"]).text(".reference"))


def mail(pipe, port):
    """Send what waits, at once: hours and claims of a run that was killed before are over."""
    from django.conf import settings
    from django.utils import timezone

    from hospital_site.enquiries.models import Notification
    from hospital_site.enquiries.outbox import send_due

    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", port
    Notification.objects.unsent().update(claimed_until=None, next_try_at=timezone.now())
    send_due()


def tell(pipe):
    from django.db import connection

    from hospital_site.enquiries.models import Consent, Enquiry, Notification

    pipe.send(
        {
            "database": connection.vendor,
            "references": list(Enquiry.objects.values_list("reference", flat=True)),
            "sendings": Enquiry.objects.values("idempotency_key").distinct().count(),
            "notified": Notification.objects.values("enquiry").distinct().count(),
            "notifications": list(Notification.objects.values_list("message_id", flat=True)),
            "unsent": Notification.objects.unsent().count(),
            "consents": Consent.objects.count(),
        }
    )
