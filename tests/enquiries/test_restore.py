"""What a restored backup does not undo: destruction, stops and recusals. The restore itself is in tests/backups."""

import json
from datetime import date, timedelta

import pytest
from django.contrib.auth import get_user_model
from django.db import transaction
from django.utils import timezone

from hospital_site.enquiries import actions, restore
from hospital_site.enquiries.models import AccessRecord, Consent, Enquiry, Recusal
from tests.enquiries.patients import receiving_hospital
from tests.enquiries.staff import sent
from tests.recorded import recorded

pytestmark = pytest.mark.django_db


@pytest.fixture
@recorded
def enquiries():
    """Two enquiries at one hospital, and an account."""
    receiving_hospital("kcch")
    get_user_model().objects.create(username="kim")
    return [sent("appointment", "kcch", phone=f"010-1234-000{number}") for number in (1, 2)]


def state_after(deed):
    """The saved state of a database in which `deed` was done, read back in one that does not know it: the backup."""
    with transaction.atomic():
        deed()
        state = restore.current_state()
        transaction.set_rollback(True)
    return restore.parse_state(json.loads(json.dumps(state)))


def reapply(state):
    """Apply `state` in this database. → what it reports"""
    report = []
    restore.reapply(state, report.append)
    return report


def erase(enquiry, right="deletion"):
    actions.erase([enquiry], by="desk", right=right, reason="asked by letter")


def erase_and_forget(enquiry):
    erase(enquiry)
    actions.delete_stub(Enquiry.objects.get(pk=enquiry.pk))


def withdraw(enquiry):
    erase(enquiry, right="withdrawal")


def stop(enquiry):
    actions.stop(enquiry, by="officer", asked_on=date(2026, 1, 2), reason="asked by letter")


def hide(enquiry):
    Recusal.objects.create(enquiry=enquiry, user=get_user_model().objects.get(username="kim"), by="officer")


def states():
    return list(Enquiry.objects.order_by("pk").values_list("state", flat=True))


def logged():
    return list(AccessRecord.objects.order_by("pk").values_list("account", "action", "reference", "reason"))


@pytest.mark.parametrize(
    ("deed", "action"),
    [(erase, "delete"), (erase_and_forget, "delete"), (withdraw, "withdraw")],
    ids=["erased", "erased, and its empty record dropped", "its consent withdrawn"],
)
def test_an_enquiry_that_was_destroyed_after_the_backup_is_destroyed_again(deed, action, enquiries):
    gone, kept = enquiries

    report = reapply(state_after(lambda: deed(gone)))

    assert states() == ["destroyed", "new"]
    assert Enquiry.objects.defer("answers").get(pk=gone.pk).telephone_hash == ""
    assert set(Consent.objects.values_list("enquiry", flat=True)) == {kept.pk}
    assert "1 enquiries destroyed again." in report
    assert logged() == [("system", action, gone.reference, restore.REASON_DESTROYED)]


def test_it_stays_destroyed_when_first_a_backup_was_restored_that_never_held_it(enquiries):
    gone, _kept = enquiries
    state = state_after(lambda: erase(gone))

    def restore_one_that_never_held_it():
        Enquiry.objects.filter(pk=gone.pk).delete()
        reapply(state)

    reapply(state_after(restore_one_that_never_held_it))

    assert states() == ["destroyed", "new"]


def test_what_a_person_stopped_after_the_backup_is_stopped_again_since_the_same_moment(enquiries, clock):
    stopped, other = enquiries
    since = clock.now
    state = state_after(lambda: stop(stopped))
    clock.forward(hours=5)

    report = reapply(state)

    assert dict(Enquiry.objects.values_list("pk", "stopped_at")) == {stopped.pk: since, other.pk: None}
    assert "1 enquiries stopped again." in report
    assert logged() == [("system", "stop", stopped.reference, restore.REASON_STOPPED)]


def test_whom_an_enquiry_was_hidden_from_after_the_backup_does_not_see_it_again(enquiries):
    hidden, _other = enquiries

    report = reapply(state_after(lambda: hide(hidden)))

    assert list(Recusal.objects.values_list("enquiry", "user__username", "by")) == [(hidden.pk, "kim", "officer")]
    assert "1 accounts kept away again from what is about them." in report
    assert logged() == [("system", "recuse", hidden.reference, "kim")]


def test_what_the_backup_knew_itself_is_neither_doubled_nor_logged(enquiries):
    hide(enquiries[0])
    stop(enquiries[1])
    before, log = restore.current_state(), logged()

    reapply(before)

    assert restore.current_state() == before
    assert logged() == log


def test_a_recusal_and_a_stop_of_what_the_backup_does_not_hold_fail_nothing(enquiries):
    stopped, hidden = enquiries
    state = state_after(lambda: (stop(stopped), hide(hidden)))
    stopped.delete()
    get_user_model().objects.all().delete()

    report = reapply(state)

    assert report[:2] == [
        "0 accounts kept away again from what is about them.",
        "0 enquiries stopped again.",
    ]


def test_what_was_stopped_and_destroyed_is_destroyed_again(enquiries):
    stop(enquiries[0])

    reapply(state_after(lambda: erase(enquiries[0])))

    assert states() == ["destroyed", "new"]


def test_two_states_make_one_in_which_a_stop_keeps_its_earlier_date():
    earlier = {"destroyed": {"A": "delete"}, "stopped": {"B": "2026-01-01"}, "recused": [["C", "kim", "lee"]]}
    later = {"destroyed": {"D": "expire"}, "stopped": {"B": "2026-02-02"}, "recused": [["C", "kim", "lee"]]}

    merged = restore.merge_states(earlier, later)

    assert merged == earlier | {"destroyed": {"A": "delete", "D": "expire"}}


def test_an_enquiry_of_another_key_is_destroyed_again_without_it_and_the_others_ask_for_that_key(enquiries, keys):
    state = state_after(lambda: erase(enquiries[0]))
    asks = "Some enquiries are sealed with a key that is not in ENQUIRY_KEYS. Add the key of that time."
    assert asks not in reapply(restore.parse_state({}))

    keys("another key " * 5)

    assert asks in reapply(state)
    assert states() == ["destroyed", "new"]


def test_what_expired_since_the_backup_is_destroyed(enquiries):
    over = enquiries[0]
    for to in ("in_progress", "withdrawn", "closed"):
        actions.move(over, to, by="desk")
    Enquiry.objects.filter(pk=over.pk).update(ended_at=timezone.now() - timedelta(days=91))

    report = reapply(restore.parse_state({}))

    assert states() == ["destroyed", "new"]
    assert report[-1].startswith("1 enquiries destroyed, 0 empty records counted")
