"""Days on which hospitals give no appointments: those of the law, brought by a command, and what staff make of them."""

import io
from datetime import date

import pytest
from django.core.management import call_command
from django.urls import reverse

from hospital_site.enquiries.models import Holiday
from tests.enquiries.patients import Patient, errors, in_seoul, receiving_hospital, said
from tests.enquiries.staff import DESK, person
from tests.reading import Page

pytestmark = pytest.mark.django_db


@pytest.fixture
def loaded(clock, request):
    clock.now = in_seoul(2026, 11, 26, 12)
    request.getfixturevalue("kcch")  # on the site since that moment
    return load


def load():
    said = io.StringIO()
    call_command("load_holidays", stdout=said)
    return said.getvalue().strip()


def test_the_holidays_of_this_year_and_the_next_two_are_brought_once(loaded):
    first, number = loaded(), Holiday.objects.count()

    assert first == f"{number} public holidays added, 0 were there already."
    assert loaded() == f"0 public holidays added, {number} were there already."
    names = dict(Holiday.objects.values_list("day", "name"))
    assert {day.year for day in names} == {2026, 2027, 2028}
    assert (names[date(2027, 3, 1)], date(2027, 2, 8) in names) == ("삼일절", True)  # the Monday after Seollal
    assert {day.weekday() for day in names} <= {0, 1, 2, 3, 4}


def test_what_staff_decided_outlives_the_next_loading(loaded):
    loaded()
    Holiday.objects.filter(day="2027-03-01").update(is_free=False, name="진료함")

    loaded()

    changed = Holiday.objects.get(day="2027-03-01")
    assert (changed.is_free, changed.name) == (False, "진료함")


def test_a_patient_cannot_ask_for_a_holiday_unless_the_hospitals_work(loaded):
    loaded()
    asked = Patient("appointment").check(date_1="2027-03-01")
    assert set(errors(asked)) == {"date_1"}

    Holiday.objects.filter(day="2027-03-01").update(is_free=False)

    assert errors(Patient("appointment").check(date_1="2027-03-01")) == {}


@pytest.mark.same_on_every_database
def test_what_a_hospital_says_about_a_day_holds_for_that_hospital_only(loaded, kcch):
    loaded()
    smc = receiving_hospital("smc").hospital
    desk, add = person("desk", DESK, hospital=kcch), reverse("admin:enquiries_holiday_add")
    desk.post(add, {"hospital": kcch.pk, "day": "2027-03-01", "name": "진료함"})
    desk.post(add, {"hospital": kcch.pk, "day": "2027-03-03", "name": "개원 기념일", "is_free": "on"})
    free_days = Holiday.objects.free_days()
    days = [date(2027, 3, 1), date(2027, 3, 3)]

    assert [[day in free_days(hospital.pk) for day in days] for hospital in (kcch, smc)] == [
        [False, True],
        [True, False],
    ]
    assert set(errors(Patient("appointment").check(date_1="2027-03-01", date_2="2027-03-03"))) == {"date_2"}
    assert set(errors(Patient("appointment", "smc").check(date_1="2027-03-01", date_2="2027-03-03"))) == {"date_1"}


def test_a_desk_changes_neither_what_is_said_for_all_nor_for_another_hospital(kcch, smc):
    for_all = Holiday.objects.create(day="2027-03-01", name="삼일절")
    theirs = Holiday.objects.create(hospital=smc, day="2027-03-03", name="개원 기념일")
    desk, listed = person("desk", DESK, hospital=kcch), reverse("admin:enquiries_holiday_changelist")
    taken = {"day": "2027-06-04", "name": "쉼", "is_free": "on"}

    for one in (for_all, theirs):
        desk.post(reverse("admin:enquiries_holiday_change", args=[one.pk]), taken | {"hospital": kcch.pk})
    for hospital in ("", smc.pk):
        desk.post(reverse("admin:enquiries_holiday_add"), taken | {"hospital": hospital})

    assert list(Holiday.objects.values_list("name", flat=True)) == ["삼일절", "개원 기념일"]
    shown = Page(desk.get(listed)).texts("#result_list .field-name")
    assert shown == ["삼일절"]


@pytest.mark.same_on_every_database
def test_staff_are_told_when_the_table_ends_before_the_days_that_patients_can_ask_for(loaded, kcch):
    desk, page = person("desk", DESK, hospital=kcch), reverse("admin:enquiries_holiday_changelist")
    ends = said("This table ends before the days that patients can ask for. Run the command load_holidays.")
    assert ends in Page(desk.get(page)).html

    loaded()

    assert ends not in Page(desk.get(page)).html
