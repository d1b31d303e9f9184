"""What is done with enquiries. Views, the desk, the commands and the tests call the same functions."""

import uuid

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from hospital_site.enquiries.models import (
    AccessRecord,
    Consent,
    ConsentText,
    Controller,
    Enquiry,
    Notification,
    PrivacyNotice,
    Step,
    Tally,
    new_reference,
)
from hospital_site.enquiries.notices import words_of
from hospital_site.enquiries.sealing import keyed_hash
from hospital_site.enquiries.states import MOVES, NEEDS_A_REASON, State

SYSTEM = "system"


class Refused(Exception):
    """Why an action cannot be done, as a sentence for the person who tried."""


# ── Receiving ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def receive(form):
    """Store a valid form, its consents and its notifications, all or nothing. The same sending is stored once."""
    sending = form.sending()
    try:
        with transaction.atomic():
            return store(form, sending)
    except IntegrityError:
        return Enquiry.objects.get(sending=sending)


def store(form, sending):
    answers = form.answers()
    enquiry = Enquiry.objects.create(
        reference=new_reference(form.kind),
        kind=form.kind,
        hospital_id=form.desk.hospital_id,
        language=translation.get_language(),
        answers=answers,
        sending=sending,
        **hashes_of(answers),
    )
    for sheet, given in form.consents():
        Consent.objects.create(enquiry=enquiry, text=stored_text(enquiry, sheet), given=given)
    for recipient in form.desk.controller.recipients(form.kind):
        Notification.objects.create(enquiry=enquiry, recipient=recipient, message_id=f"{uuid.uuid4()}@enquiries")
    return enquiry


def stored_text(enquiry, sheet):
    text, _created = ConsentText.objects.get_or_create(
        version=sheet.version,
        defaults={
            "hospital_id": enquiry.hospital_id,
            "kind": enquiry.kind,
            "box": sheet.box,
            "language": enquiry.language,
            "words": sheet.words,
        },
    )
    return text


def hashes_of(answers):
    """What a person can be found by: keyed hashes of the telephone number and the mail address."""
    telephone, mail = answers.get("phone", ""), answers.get("email", "").lower()
    return {
        "telephone_hash": keyed_hash("telephone", telephone) if telephone else "",
        "mail_hash": keyed_hash("mail", mail) if mail else "",
    }


# ── Handling ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def lock(enquiry):
    return Enquiry.objects.select_for_update().get(pk=enquiry.pk)


@transaction.atomic
def move(enquiry, to, *, by, note=""):
    """Bring `enquiry` into the state `to`, if its kind allows that from where it is now."""
    enquiry = lock(enquiry)
    if to not in MOVES[enquiry.kind].get(enquiry.state, []):
        raise Refused(_("This step is not possible from the present state. Look at the record again."))
    if (enquiry.state, to) in NEEDS_A_REASON and not note.strip():
        raise Refused(_("Write why the record is opened again."))
    Step.objects.create(enquiry=enquiry, by=by, before=enquiry.state, after=to, note=note.strip())
    enquiry.state, enquiry.state_since = to, timezone.now()
    enquiry.closed_at = timezone.now() if to == State.CLOSED else None
    enquiry.save(update_fields=["state", "state_since", "closed_at"])
    return enquiry


@transaction.atomic
def note(enquiry, words, *, by):
    """Add an internal note. Patients never see it; it disappears with the enquiry."""
    enquiry = lock(enquiry)
    if enquiry.state == State.DESTROYED:
        raise Refused(_("This record is destroyed. Nothing can be written to it."))
    if not words.strip():
        raise Refused(_("Write the note first."))
    return Step.objects.create(enquiry=enquiry, by=by, note=words.strip())


def record(action, *, by, address="", enquiry=None, reason=""):
    """Add to the access log: who did what with whose data."""
    return AccessRecord.objects.create(
        account=by,
        address=address,
        action=action,
        reason=reason,
        reference=enquiry.reference if enquiry else "",
        hospital_id=enquiry.hospital_id if enquiry else None,
    )


# ── Destroying ────────────────────────────────────────────────────────────────────────────────────────────────────────


@transaction.atomic
def destroy(enquiry):
    """Empty the row for good. Reference, form, hospital, dates and state stay; words, hashes, notes and consents go."""
    enquiry = lock(enquiry)
    if enquiry.state == State.DESTROYED:
        return enquiry
    for rows in (enquiry.steps, enquiry.consents, enquiry.notifications):
        rows.all().delete()
    now = timezone.now()
    enquiry.answers, enquiry.state = None, State.DESTROYED
    enquiry.telephone_hash = enquiry.mail_hash = enquiry.sending = ""
    enquiry.destroyed_at = enquiry.state_since = now
    enquiry.closed_at = enquiry.closed_at or now
    enquiry.save()
    return enquiry


@transaction.atomic
def erase(enquiries, *, by, address="", reason):
    """Destroy what a person asks to be deleted, at once, and log it."""
    if not reason.strip():
        raise Refused(_("Write who asked for the deletion and how you made sure of the person."))
    destroyed = [destroy(enquiry) for enquiry in enquiries]
    for enquiry in destroyed:
        record(AccessRecord.Action.DELETE, by=by, address=address, enquiry=enquiry, reason=reason.strip())
    return destroyed


@transaction.atomic
def forget(stub):
    """Take the empty record of a destroyed enquiry away; the month's count remembers that there was one."""
    month = timezone.localdate(stub.created_at).replace(day=1)
    tally, _created = Tally.objects.get_or_create(hospital_id=stub.hospital_id, kind=stub.kind, month=month)
    Tally.objects.filter(pk=tally.pk).update(number=F("number") + 1)
    stub.delete()


# ── Telling ───────────────────────────────────────────────────────────────────────────────────────────────────────────


@transaction.atomic
def issue_privacy_notice(controller, *, by):
    """Write the next version of the hospital's privacy notice, if its words differ from the last one. Else `None`."""
    controller = Controller.objects.select_for_update().get(pk=controller.pk)
    words = words_of(controller)
    last = PrivacyNotice.objects.filter(hospital=controller.hospital_id).first()
    if last and last.words == words:
        return None
    number = last.number + 1 if last else 1
    return PrivacyNotice.objects.create(hospital_id=controller.hospital_id, number=number, issued_by=by, words=words)
