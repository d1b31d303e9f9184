"""What a restored backup must not undo: destruction (so withdrawn consents too), stops and recusals.

`hospital_site.backups.restore` saves `current_state()` beside the database before it is replaced, and passes it to
`reapply` afterwards.
"""

import io
from datetime import datetime

from django.contrib.auth import get_user_model
from django.core.management import CommandError, call_command
from django.db import connection, transaction

from hospital_site.enquiries.actions import SYSTEM, destroy, record_access
from hospital_site.enquiries.models import AccessRecord, Enquiry, Recusal
from hospital_site.enquiries.states import State

DESTRUCTIONS = [AccessRecord.Action.DELETE, AccessRecord.Action.WITHDRAW, AccessRecord.Action.EXPIRE]
REASON_DESTROYED = "Destroyed before a backup was restored."
REASON_STOPPED = "Stopped before a backup was restored."


# ── The state ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def current_state():
    """Return what an older database may not have, as far as this one has our tables. It can be written as JSON.

    `{"destroyed": {reference: action}, "stopped": {reference: since when}, "recused": [[reference, account, by]]}`
    """
    tables = connection.introspection.table_names()
    stopped, recused = {}, []
    if Recusal._meta.db_table in tables:
        stopped = dict(Enquiry.objects.exclude(stopped_at=None).values_list("reference", "stopped_at"))
        recused = Recusal.objects.values_list("enquiry__reference", "user__username", "by")
    return {
        "destroyed": destroyed_references(tables),
        "stopped": {reference: at.isoformat() for reference, at in stopped.items()},
        "recused": [list(row) for row in recused],
    }


def destroyed_references(tables):
    """Return `{reference: action}` of what was destroyed, by the empty records and by the access log."""
    found = {}
    if Enquiry._meta.db_table in tables:
        stubs = Enquiry.objects.filter(state=State.DESTROYED).values_list("reference", flat=True)
        found |= dict.fromkeys(stubs, AccessRecord.Action.EXPIRE.value)
    if AccessRecord._meta.db_table in tables:
        log = AccessRecord.objects.filter(action__in=DESTRUCTIONS).exclude(reference="").order_by("pk")
        found |= dict(log.values_list("reference", "action"))
    return found


def parse_state(saved):
    """Return a complete state for one that was read from JSON.

    It may be empty, or of the earlier form `{reference: action}`, which had destruction only.
    """
    if "destroyed" not in saved:
        saved = {"destroyed": saved}
    return {"stopped": {}, "recused": []} | saved


def merge_states(earlier, later):
    """Return everything that either state has. A stop keeps its earlier date."""
    return {
        "destroyed": earlier["destroyed"] | later["destroyed"],
        "stopped": later["stopped"] | earlier["stopped"],
        "recused": earlier["recused"] + [row for row in later["recused"] if row not in earlier["recused"]],
    }


# ── Applying it again ─────────────────────────────────────────────────────────────────────────────────────────────────


def reapply(state, report):
    """Hide, stop and destroy again what `state` names, and destroy what has expired meanwhile. May be run again.

    `report` is called with a sentence about each step.
    """
    report(f"{recuse_again(state['recused'])} accounts kept away again from what is about them.")
    report(f"{stop_again(state['stopped'])} enquiries stopped again.")
    report(f"{destroy_again(state['destroyed'])} enquiries destroyed again.")
    report(delete_expired())
    if not can_all_be_read():
        report("Some enquiries are sealed with a key that is not in ENQUIRY_KEYS. Add the key of that time.")


@transaction.atomic
def recuse_again(recused):
    """Hide each enquiry from the account it is about, where both are here. Returns how many."""
    number = 0
    for reference, account, by in recused:
        enquiry = Enquiry.objects.defer("answers").filter(reference=reference).first()
        user = get_user_model().objects.filter(username=account).first()
        if enquiry and user and Recusal.objects.get_or_create(enquiry=enquiry, user=user, defaults={"by": by})[1]:
            record_access(AccessRecord.Action.RECUSE, by=SYSTEM, enquiry=enquiry, reason=account)
            number += 1
    return number


@transaction.atomic
def stop_again(stopped):
    """Stop the work on each enquiry since its own date. Returns how many."""
    again = Enquiry.objects.filter(reference__in=stopped, stopped_at=None).exclude(state=State.DESTROYED)
    enquiries = list(again.defer("answers"))
    for enquiry in enquiries:
        enquiry.stopped_at = datetime.fromisoformat(stopped[enquiry.reference])
        enquiry.save(update_fields=["stopped_at"])
        record_access(AccessRecord.Action.STOP, by=SYSTEM, enquiry=enquiry, reason=REASON_STOPPED)
    return len(enquiries)


def destroy_again(destroyed):
    """Destroy each enquiry, and log all of them here, so that the next restore finds them too. Returns how many."""
    here = destroyed_references(connection.introspection.table_names())
    living = dict(Enquiry.objects.exclude(state=State.DESTROYED).values_list("reference", "pk"))
    again = {reference: action for reference, action in (here | destroyed).items() if reference in living}
    for reference, action in again.items():
        with transaction.atomic():
            enquiry = destroy(Enquiry(pk=living[reference]))
            record_access(action, by=SYSTEM, enquiry=enquiry, reason=REASON_DESTROYED)
    for reference in destroyed.keys() - here.keys() - living.keys():
        AccessRecord.objects.create(
            account=SYSTEM, action=destroyed[reference], reference=reference, reason=REASON_DESTROYED
        )
    return len(again)


def delete_expired():
    """Return the output of the command, and its error too: it is raised once the work is done, and fails no restore."""
    output = io.StringIO()
    try:
        call_command("delete_expired_enquiries", stdout=output)
    except CommandError as error:
        output.write(str(error))
    return output.getvalue().strip()


def can_all_be_read():
    living = Enquiry.objects.exclude(state=State.DESTROYED).iterator()
    return all(enquiry.is_readable for enquiry in living)
