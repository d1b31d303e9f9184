"""Actions on enquiries, called by the views, the admin, the commands and the tests."""

import json

from django.apps import apps
from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from hospital_site.enquiries.models import (
    SEE_ALL,
    AccessCheck,
    AccessRecord,
    Consent,
    ConsentText,
    DataController,
    Enquiry,
    MonthlyCount,
    Notification,
    Recusal,
    RightsRequest,
    Step,
    generate_reference,
)
from hospital_site.enquiries.outbox import new_message_id
from hospital_site.enquiries.recusals import recuse_named, staff_with_access
from hospital_site.enquiries.scopes import hospitals_of
from hospital_site.enquiries.sealing import Unreadable, keyed_hash
from hospital_site.enquiries.states import ENDINGS, MOVES, NEEDS_A_REASON, State

SYSTEM = "system"


class Refused(Exception):
    """An action cannot be done; the message is a sentence for the person who tried."""


# ── Receiving ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def receive(form):
    """Store a valid form, its consents and its notifications in one transaction. The same form is stored once."""
    idempotency_key = form.idempotency_key()
    try:
        with transaction.atomic():
            return store(form, idempotency_key)
    except IntegrityError:
        found = Enquiry.objects.filter(idempotency_key=idempotency_key).first()
        if found is None:
            raise
        return found


def store(form, idempotency_key):
    answers = form.answers()
    enquiry = Enquiry.objects.create(
        reference=generate_reference(form.kind),
        kind=form.kind,
        hospital_id=form.recipient.hospital_id,
        language=translation.get_language(),
        answers=answers,
        idempotency_key=idempotency_key,
        kept_for=form.recipient.controller.kept_for(form.kind),
        kept_open=form.recipient.controller.kept_open(form.kind),
        **contact_hashes(answers),
    )
    for statement, given in form.consents_as_shown():
        Consent.objects.create(enquiry=enquiry, text=get_consent_text(enquiry, statement), given=given)
    for recipient in form.recipient.controller.mail_addresses(form.kind):
        Notification.objects.create(enquiry=enquiry, recipient=recipient, message_id=new_message_id())
    recuse_named(enquiry, answers)
    return enquiry


def get_consent_text(enquiry, statement):
    text, _created = ConsentText.objects.get_or_create(
        version=statement.version,
        hospital_id=enquiry.hospital_id,
        kind=enquiry.kind,
        defaults={
            "key": statement.key,
            "language": statement.language,
            "words": statement.words,
        },
    )
    return text


def contact_hashes(answers):
    """Return what a person can be found by: keyed hashes of the telephone number and the mail address."""
    telephone, mail = answers.get("phone", ""), answers.get("email", "").lower()
    return {
        "telephone_hash": keyed_hash("telephone", telephone) if telephone else "",
        "mail_hash": keyed_hash("mail", mail) if mail else "",
    }


# ── Handling ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def lock(enquiry):
    return Enquiry.objects.select_for_update().defer("answers").get(pk=enquiry.pk)


def refuse_when_stopped(enquiry):
    if enquiry.stopped_at:
        raise Refused(_("The person has asked us to suspend processing of this record. Resume it first."))


@transaction.atomic
def move(enquiry, to, *, by, note=""):
    """Change the state of `enquiry` to `to`. Raises Refused where its kind and its state do not allow that."""
    enquiry = lock(enquiry)
    refuse_when_stopped(enquiry)
    if to not in MOVES[enquiry.kind].get(enquiry.state, []):
        raise Refused(_("This step is not possible from the present state. Look at the record again."))
    if (enquiry.state, to) in NEEDS_A_REASON and not note.strip():
        raise Refused(_("Write why the record is opened again."))
    if to == State.DEPARTMENT_REVIEW and not may_be_named(enquiry) and not note.strip():
        raise Refused(_("The person has not agreed to be named. Note how the department is asked without the name."))
    now = timezone.now()
    if enquiry.state == State.CLOSED:
        enquiry.reopened_at = now
    Step.objects.create(enquiry=enquiry, by=by, before=enquiry.state, after=to, note=note.strip())
    if to != State.CLOSED:  # a click; the work had ended before
        enquiry.ended_at = now if to in ENDINGS[enquiry.kind] else None
    enquiry.state, enquiry.state_since = to, now
    enquiry.closed_at = now if to == State.CLOSED else None
    enquiry.save(update_fields=["state", "state_since", "ended_at", "closed_at", "reopened_at"])
    return enquiry


def may_be_named(enquiry):
    """Return whether the person has agreed that the department concerned is given their name."""
    return enquiry.consents.filter(text__key="department", given=True).exists()


@transaction.atomic
def add_note(enquiry, words, *, by):
    """Add an internal note. Patients never see it; it is destroyed with the enquiry."""
    enquiry = lock(enquiry)
    refuse_when_destroyed(enquiry)
    refuse_when_stopped(enquiry)
    if not words.strip():
        raise Refused(_("Write the note first."))
    return Step.objects.create(enquiry=enquiry, by=by, note=words.strip())


def refuse_when_destroyed(enquiry):
    if enquiry.state == State.DESTROYED:
        raise Refused(_("This record is destroyed. Nothing can be written to it."))


def record_access(action, *, by, address="", enquiry=None, hospital=None, reason=""):
    """Add to the access log: who did what with whose data."""
    return AccessRecord.objects.create(
        account=by,
        address=address,
        action=action,
        reason=reason,
        reference=enquiry.reference if enquiry else "",
        hospital_id=enquiry.hospital_id if enquiry else hospital and hospital.pk,
    )


def record_accesses(action, *, by, address, enquiries, reason):
    """Add an entry for each of `enquiries` to the access log, in one query."""
    who = {"account": by, "address": address, "action": action, "reason": reason}
    AccessRecord.objects.bulk_create(
        AccessRecord(reference=enquiry.reference, hospital_id=enquiry.hospital_id, **who) for enquiry in enquiries
    )


@transaction.atomic
def check_access_log(hospital, month, *, by, finding):
    """Record that the access log of `month` (its first day) was checked. A month is checked once."""
    check, _created = AccessCheck.objects.get_or_create(
        hospital=hospital, month=month, defaults={"by": by, "finding": finding.strip()}
    )
    return check


def hospitals_seen_by(user):
    """Return the hospitals whose records `user` may see, for the log of a search that found nobody."""
    hospitals = apps.get_model("centers", "Hospital").objects.filter(pk__in=DataController.objects.values("hospital"))
    return hospitals if user.is_superuser else hospitals.filter(pk__in=hospitals_of(user))


# ── Keeping away whom it is about ─────────────────────────────────────────────────────────────────────────────────────


@transaction.atomic
def recuse(enquiry, user, *, by, address=""):
    """Hide `enquiry` from `user`, whom it is about: from lists, search, export and by direct address.

    Somebody besides whoever names them must still see it, and only one who oversees the desk hides it from another.
    """
    enquiry = lock(enquiry)
    others = staff_with_access(enquiry).exclude(pk=user.pk)
    names_another = user.get_username() != by
    if not (others.exclude(username=by) if names_another else others).exists():
        raise Refused(_("Nobody else could open this request then. Ask the administrator to name somebody else first."))
    if names_another and user.has_perm(SEE_ALL) and not others.get(username=by).has_perm(SEE_ALL):
        raise Refused(_("Only the privacy officer can hide a request from somebody who oversees enquiries."))
    recusal, created = Recusal.objects.get_or_create(enquiry=enquiry, user=user, defaults={"by": by})
    if created:
        named = user.get_username()
        record_access(AccessRecord.Action.RECUSE, by=by, address=address, enquiry=enquiry, reason=named)
    return recusal


@transaction.atomic
def readmit(enquiry, recusal, *, by, address=""):
    """Show `enquiry` again to somebody who was named by mistake; `recusal` is the key of what named them."""
    for one in enquiry.recusals.filter(pk=recusal).select_related("user"):
        record_access(
            AccessRecord.Action.READMIT, by=by, address=address, enquiry=enquiry, reason=one.user.get_username()
        )
        one.delete()


# ── What a person asks about their data ───────────────────────────────────────────────────────────────────────────────


def fingerprint(answers):
    """Return a keyed hash by which a change of the answers is detected."""
    return keyed_hash("answers", json.dumps(answers, sort_keys=True, ensure_ascii=False))


def record_answer(enquiry, right, *, by, asked_on):
    """Record a request of a person about their data as answered today."""
    RightsRequest.objects.create(
        hospital_id=enquiry.hospital_id,
        reference=enquiry.reference,
        right=right,
        asked_on=asked_on,
        answered_on=timezone.localdate(),
        by=by,
    )


@transaction.atomic
def correct(enquiry, answers, changes, *, seen, by, address="", asked_on, reason):
    """Replace the answers; the old ones are not kept. `changes` lists the labels of what was corrected.

    `seen` is the fingerprint of the answers that the correction was made from.
    """
    enquiry = lock(enquiry)
    refuse_when_destroyed(enquiry)
    if not enquiry.is_readable:
        raise Refused(str(Unreadable()))
    if seen != fingerprint(enquiry.answers):
        raise Refused(_("Somebody else has corrected this record meanwhile. Look at it again."))
    if not changes:
        raise Refused(_("Nothing was changed, so nothing was corrected."))
    enquiry.answers = answers
    for name, value in contact_hashes(answers).items():
        setattr(enquiry, name, value)
    enquiry.save(update_fields=["answers", "telephone_hash", "mail_hash"])
    recuse_named(enquiry, answers)
    corrected = _("Corrected at the person’s request: %(names)s") % {"names": ", ".join(map(str, changes))}
    Step.objects.create(enquiry=enquiry, by=by, note=f"{corrected}\n{reason}")
    record_access(AccessRecord.Action.CORRECT, by=by, address=address, enquiry=enquiry, reason=reason)
    record_answer(enquiry, RightsRequest.Right.CORRECTION, by=by, asked_on=asked_on)
    return enquiry


@transaction.atomic
def stop(enquiry, *, by, address="", asked_on, reason):
    """Stop the work on `enquiry`, as the person asks; it stays encrypted until it expires."""
    enquiry = lock(enquiry)
    refuse_when_destroyed(enquiry)
    refuse_when_stopped(enquiry)
    enquiry.stopped_at = timezone.now()
    enquiry.save(update_fields=["stopped_at"])
    record_access(AccessRecord.Action.STOP, by=by, address=address, enquiry=enquiry, reason=reason)
    record_answer(enquiry, RightsRequest.Right.STOP, by=by, asked_on=asked_on)
    return enquiry


@transaction.atomic
def resume(enquiry, *, by, address="", asked_on, reason):
    """Resume the work on a stopped `enquiry`, as the person asks."""
    enquiry = lock(enquiry)
    if not enquiry.stopped_at:
        raise Refused(_("Processing of this record is not suspended."))
    enquiry.stopped_at = None
    enquiry.save(update_fields=["stopped_at"])
    since = f"{asked_on.isoformat()}: {reason}"
    record_access(AccessRecord.Action.RESUME, by=by, address=address, enquiry=enquiry, reason=since[:300])
    return enquiry


# ── Destroying ────────────────────────────────────────────────────────────────────────────────────────────────────────


@transaction.atomic
def destroy(enquiry):
    """Empty the row. Reference, form, hospital, dates and state stay; answers, hashes, notes and consents are deleted.

    Recusals stay as long as the empty row, so that it is never listed for those it was about.
    """
    enquiry = lock(enquiry)
    if enquiry.state == State.DESTROYED:
        return enquiry
    for rows in (enquiry.steps, enquiry.consents, enquiry.notifications):
        rows.all().delete()
    now = timezone.now()
    enquiry.answers, enquiry.state = None, State.DESTROYED
    enquiry.telephone_hash = enquiry.mail_hash = enquiry.idempotency_key = ""
    enquiry.language, enquiry.stopped_at, enquiry.reopened_at = "", None, None
    enquiry.destroyed_at = enquiry.state_since = now
    enquiry.ended_at = enquiry.ended_at or now
    enquiry.closed_at = enquiry.closed_at or now
    enquiry.kept_for = enquiry.kept_open = None
    enquiry.save()
    return enquiry


@transaction.atomic
def erase(enquiries, *, by, address="", right=RightsRequest.Right.DELETION, asked_on=None, reason):
    """Destroy what a person asks to be deleted, or has withdrawn the consent for, at once; log and list it."""
    withdrawn = right == RightsRequest.Right.WITHDRAWAL
    action = AccessRecord.Action.WITHDRAW if withdrawn else AccessRecord.Action.DELETE
    destroyed = [destroy(enquiry) for enquiry in enquiries if lock(enquiry).state != State.DESTROYED]
    for enquiry in destroyed:
        record_access(action, by=by, address=address, enquiry=enquiry, reason=reason.strip())
        record_answer(enquiry, right, by=by, asked_on=asked_on or timezone.localdate())
    return destroyed


@transaction.atomic
def delete_stub(stub):
    """Delete the row of a destroyed enquiry, and add it to the month's count."""
    if not Enquiry.objects.select_for_update().filter(pk=stub.pk).exists():
        return
    month = timezone.localdate(stub.created_at).replace(day=1)
    count, _created = MonthlyCount.objects.get_or_create(hospital_id=stub.hospital_id, kind=stub.kind, month=month)
    MonthlyCount.objects.filter(pk=count.pk).update(number=F("number") + 1)
    stub.delete()
