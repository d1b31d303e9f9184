"""What is deleted when, and what is left."""

import io
from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone

from hospital_site.enquiries import actions
from hospital_site.enquiries.models import (
    AccessRecord,
    Consent,
    ConsentText,
    DataController,
    Enquiry,
    MonthlyCount,
    Notification,
    Step,
    years_before,
)
from hospital_site.enquiries.states import ENDINGS
from tests.enquiries.patients import Answers, both_languages, in_seoul, receiving_hospital
from tests.enquiries.staff import person

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def kcch():
    return receiving_hospital("kcch")


def run():
    said = io.StringIO()
    call_command("delete_expired_enquiries", stdout=said)
    return said.getvalue().strip()


def closed(kind, days_ago):
    Answers(kind).send()
    enquiry = Enquiry.objects.first()
    actions.add_note(enquiry, "메모", by="desk")
    for state in ("in_progress", "withdrawn", "closed"):
        actions.move(enquiry, state, by="desk")
    ended = timezone.now() - timedelta(days=days_ago)
    Enquiry.objects.filter(pk=enquiry.pk).update(ended_at=ended, closed_at=ended)
    return enquiry


@pytest.mark.same_on_every_database
@pytest.mark.parametrize(("kind", "kept", "gone"), [("appointment", 89, 91), ("mediation", 3 * 365 - 1, 3 * 365 + 2)])
def test_a_closed_enquiry_is_emptied_when_its_time_is_over(kind, kept, gone):
    still, over = closed(kind, kept), closed(kind, gone)

    run()

    assert Enquiry.objects.get(pk=still.pk).state == "closed"
    assert Enquiry.objects.get(pk=over.pk).state == "destroyed"


def test_nothing_of_an_emptied_enquiry_is_left_but_its_number_and_dates():
    enquiry = closed("appointment", 91)

    said = run()

    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM enquiries_enquiry")
        row = dict(zip([column[0] for column in cursor.description], cursor.fetchone(), strict=True))
    assert row.pop("answers") is None
    assert {row.pop(name) for name in ("telephone_hash", "mail_hash", "sending", "language")} == {""}
    assert {row.pop(name) for name in ("stopped_at", "reopened_at", "kept_for", "kept_open")} == {None}
    assert set(row) == {
        *("id", "reference", "kind", "hospital_id", "state"),
        *("created_at", "state_since", "ended_at", "closed_at", "destroyed_at"),
    }
    assert row["reference"] == enquiry.reference
    for model in (Step, Consent, ConsentText, Notification):
        assert not model.objects.exists()
    assert said.startswith("1 enquiries destroyed, 0 empty records")
    assert [(r.action, r.account, r.reference) for r in AccessRecord.objects.all()] == [
        ("expire", "system", enquiry.reference)
    ]


def test_what_nobody_closed_is_emptied_too():
    Answers("appointment").send()
    Answers("mediation").send()
    Enquiry.objects.update(created_at=timezone.now() - timedelta(days=181))

    run()

    assert dict(Enquiry.objects.values_list("kind", "state")) == {"appointment": "destroyed", "mediation": "new"}


@pytest.mark.same_on_every_database
def test_a_request_that_nobody_ends_is_emptied_long_after_its_last_step():
    Answers("mediation").send()
    Enquiry.objects.update(state_since=timezone.now() - timedelta(days=1_824))
    run()
    assert Enquiry.objects.get().state == "new"

    Enquiry.objects.update(state_since=timezone.now() - timedelta(days=1_826))
    run()

    assert Enquiry.objects.get().state == "destroyed"


@pytest.mark.parametrize(("kind", "ending"), [(kind, state) for kind in ENDINGS for state in ENDINGS[kind]])
def test_the_time_runs_from_the_end_of_the_work_though_nobody_closes_it(kind, ending):
    Answers(kind).send()
    days = {"appointment": 91, "mediation": 3 * 365 + 2}[kind]
    ended = timezone.now() - timedelta(days=days)
    Enquiry.objects.update(state=ending, ended_at=ended, created_at=ended)

    run()

    assert Enquiry.objects.get().state == "destroyed"


def test_a_click_that_closes_late_keeps_nothing_longer():
    Answers("appointment").send()
    enquiry = Enquiry.objects.get()
    for state in ("in_progress", "booked"):
        actions.move(enquiry, state, by="desk")
    Enquiry.objects.update(ended_at=timezone.now() - timedelta(days=91))
    actions.move(enquiry, "closed", by="desk")

    run()

    assert Enquiry.objects.get().state == "destroyed"


@pytest.mark.same_on_every_database
def test_what_ended_late_is_not_destroyed_by_the_limit_of_what_never_ends():
    Answers("appointment").send()
    Enquiry.objects.update(created_at=timezone.now() - timedelta(days=181))
    enquiry = Enquiry.objects.get()
    for state in ("in_progress", "booked"):
        actions.move(enquiry, state, by="desk")

    run()

    assert Enquiry.objects.get().state == "booked"


@pytest.mark.same_on_every_database
@pytest.mark.parametrize(("days", "state"), [(365, "destroyed"), (30, "destroyed"), (90, "destroyed")])
def test_of_two_periods_the_shorter_counts(days, state):
    over = closed("appointment", 91)
    DataController.objects.update(appointment_days=days)

    run()

    assert Enquiry.objects.get(pk=over.pk).state == state


@pytest.mark.same_on_every_database
def test_a_longer_period_counts_for_what_is_sent_from_now_on():
    DataController.objects.update(appointment_days=365)
    still = closed("appointment", 91)

    run()

    assert Enquiry.objects.get(pk=still.pk).state == "closed"


def test_what_is_opened_again_just_before_its_turn_is_left_alone(monkeypatch):
    first, second = closed("appointment", 91), closed("appointment", 91)
    destroy = actions.destroy

    def open_the_other_meanwhile(enquiry):
        other = second if enquiry.pk == first.pk else first
        if Enquiry.objects.get(pk=other.pk).state == "closed":
            actions.move(other, "in_progress", by="desk", note="환자가 다시 전화함")
        return destroy(enquiry)

    monkeypatch.setattr(
        "hospital_site.enquiries.management.commands.delete_expired_enquiries.destroy", open_the_other_meanwhile
    )
    run()

    assert sorted(Enquiry.objects.values_list("state", flat=True)) == ["destroyed", "in_progress"]


def test_a_stub_is_counted_once_though_two_drop_it():
    stub = actions.destroy(closed("appointment", 91))
    copy = Enquiry.objects.get(pk=stub.pk)

    actions.delete_stub(stub)
    actions.delete_stub(copy)

    assert MonthlyCount.objects.get().number == 1


def test_what_no_key_opens_is_destroyed_all_the_same(settings):
    closed("appointment", 91)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE enquiries_enquiry SET answers = 'gAAAAbroken'")

    assert run().startswith("1 enquiries destroyed")


@pytest.mark.same_on_every_database
def test_a_request_that_nobody_can_open_is_told_aloud(kcch):
    person("root", is_superuser=True, last_name="박", first_name="지성")
    Answers("mediation").send(what_happened="박지성 원장이 거절했습니다.")

    with pytest.raises(CommandError, match=Enquiry.objects.get().reference):
        run()


def test_what_was_opened_again_is_kept_from_that_day():
    enquiry = closed("appointment", 30)
    Enquiry.objects.update(created_at=timezone.now() - timedelta(days=200))
    actions.move(enquiry, "in_progress", by="desk", note="환자가 다시 전화함")

    run()
    assert Enquiry.objects.get().state == "in_progress"
    Enquiry.objects.update(reopened_at=timezone.now() - timedelta(days=181))
    run()

    assert Enquiry.objects.get().state == "destroyed"


@pytest.mark.same_on_every_database
def test_running_again_changes_nothing():
    closed("appointment", 91)
    run()
    before = list(Enquiry.objects.values())

    assert run().startswith("0 enquiries destroyed")
    assert list(Enquiry.objects.values()) == before


@pytest.mark.same_on_every_database
def test_an_emptied_enquiry_cannot_be_opened_again():
    enquiry = closed("appointment", 91)
    run()

    with pytest.raises(actions.Refused):
        actions.move(enquiry, "in_progress", by="desk", note="why")
    with pytest.raises(actions.Refused):
        actions.add_note(enquiry, "메모", by="desk")


def test_the_count_of_a_month_outlives_the_last_record_of_it():
    enquiry = closed("appointment", 91)
    run()
    received = in_seoul(2022, 3, 1, 0, 30)
    Enquiry.objects.filter(pk=enquiry.pk).update(
        created_at=received, destroyed_at=years_before(timezone.now(), 3) - timedelta(days=1)
    )

    assert "1 empty records counted and dropped" in run()

    assert not Enquiry.objects.exists()
    assert [(t.kind, t.month.isoformat(), t.number) for t in MonthlyCount.objects.all()] == [
        ("appointment", "2022-03-01", 1)
    ]


def test_access_records_are_kept_two_years():
    old = actions.record_access("view", by="desk")
    actions.record_access("view", by="desk")
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE enquiries_accessrecord SET at = %s WHERE id = %s",
            [years_before(timezone.now(), 2) - timedelta(hours=1), old.pk],
        )

    assert run().endswith("1 access records dropped.")
    assert AccessRecord.objects.count() == 1


@pytest.mark.same_on_every_database
@both_languages
def test_the_period_in_the_text_is_the_period_of_the_job(code, kcch):
    enquiry = closed("appointment", 31)
    run()
    assert Enquiry.objects.get(pk=enquiry.pk).state == "closed"

    DataController.objects.update(appointment_days=30)
    shown = Answers("appointment", code=code).read().text("#id_agree_personal_rows .important dd")
    run()

    assert "30" in shown
    assert "90" not in shown
    assert Enquiry.objects.get(pk=enquiry.pk).state == "destroyed"


def test_a_leap_day_has_an_anniversary():
    assert years_before(in_seoul(2028, 2, 29), 3) == in_seoul(2025, 2, 28)
