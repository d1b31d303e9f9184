"""Mail to staff, from the table that is written together with each enquiry: late perhaps, but never lost.

A mail is claimed before it is sent, so that two runs at once do not send it twice. When a server takes a mail and dies
before it says so, nobody can know whether it arrived: it is sent again under the same Message-ID, by which mailboxes
recognise the second copy. Mail holds a reference number and an address of the desk, nothing else.
"""

import smtplib
import uuid
from datetime import timedelta

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from hospital_site.enquiries.models import DataController, Enquiry, Notification

CLAIM = timedelta(minutes=5)  # longer than any server may take to answer
FIRST_PAUSE, LONGEST_PAUSE = timedelta(minutes=1), timedelta(hours=6)


def send_due(at=None):
    """Send what is due. Returns how many were sent and how many failed."""
    sent = failed = 0
    connection = get_connection()
    for notification in Notification.objects.due(at).select_related("enquiry"):
        if not claim(notification):
            continue
        problem = deliver(notification, connection)
        sent, failed = (sent, failed + 1) if problem else (sent + 1, failed)
    return sent, failed


def claim(notification):
    """Claim it for this run in one statement. Returns False where another run was first."""
    now = timezone.now()
    free = Q(claimed_until=None) | Q(claimed_until__lt=now)
    ours = Notification.objects.unsent().filter(free, pk=notification.pk)
    return ours.update(claimed_until=now + CLAIM, tries=F("tries") + 1) == 1


def deliver(notification, connection):
    """Send one mail and record the result. Returns the name of the error, empty on success."""
    problem = ""
    try:
        build_message(notification, connection).send()
    except (OSError, smtplib.SMTPException) as error:
        problem = type(error).__name__
    now, mine = timezone.now(), Notification.objects.filter(pk=notification.pk)
    if problem:
        mine.update(problem=problem, claimed_until=None, next_try_at=now + pause_after(notification.tries + 1))
    else:
        mine.update(problem="", claimed_until=None, sent_at=now)
    return problem


def pause_after(tries):
    return min(FIRST_PAUSE * 2 ** (tries - 1), LONGEST_PAUSE) if tries < 20 else LONGEST_PAUSE


def build_message(notification, connection):
    """Return the mail, in the site's default language."""
    enquiry = notification.enquiry
    with translation.override(settings.LANGUAGE_CODE):
        address = f"{settings.SITE_ADDRESS}{enquiry.get_absolute_url()}"
        subject = _("New entry: %(reference)s") % {"reference": enquiry.reference}
        lead = _("A new entry has arrived. Reference number: %(reference)s") % {"reference": enquiry.reference}
        if settings.DEMONSTRATION:
            subject = _("[Demonstration] %(subject)s") % {"subject": subject}
            lead = "\n".join([lead, _("Demonstration: nothing reaches a hospital.")])
    return EmailMessage(
        subject,
        f"{lead}\n{address}\n",
        from_email=sender_for(enquiry),
        to=[notification.recipient],
        headers={"Message-ID": f"<{notification.message_id}>", "Auto-Submitted": "auto-generated"},
        connection=connection,
    )


def sender_for(enquiry):
    """Return the hospital's own sender, so that bounces reach it."""
    own = DataController.objects.filter(hospital=enquiry.hospital_id).values_list("sender", flat=True).first()
    return own or settings.DEFAULT_FROM_EMAIL


def new_message_id():
    return f"{uuid.uuid4()}@enquiries"


@transaction.atomic
def redirect_unsent(controller):
    """Redirect unsent mail to the present addresses of the hospital, such as after one bounced."""
    waiting = Notification.objects.unsent().values("enquiry")
    for enquiry in Enquiry.objects.filter(hospital=controller.hospital_id, pk__in=waiting):
        now = controller.mail_addresses(enquiry.kind)
        gone = enquiry.notifications.unsent().exclude(recipient__in=now)
        if now and gone.exists():
            gone.delete()
            for recipient in now:
                enquiry.notifications.get_or_create(recipient=recipient, defaults={"message_id": new_message_id()})
