"""How long staff stay signed in."""

from datetime import timedelta

import pytest
from django.conf import settings
from django.contrib.sessions.backends.base import UpdateError
from django.contrib.sessions.models import Session
from django.core.management import call_command
from django.db import OperationalError, connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from hospital_site.staff.sessions import SessionStore
from tests.desk.people import Person
from tests.enquiries.staff import person
from tests.reading import Page

DESK, SESSION = "/ko/admin/", "/ko/admin/session/"

pytestmark = [pytest.mark.django_db, pytest.mark.same_on_every_database]


def is_inside(client):
    return client.get(DESK).status_code == 200


def work(client, clock, *, every, times):
    """Opens a page of the desk `times` times, with the pause `every` before each. Returns which were shown."""
    shown = []
    for _time in range(times):
        clock.forward(**every)
        shown.append(is_inside(client))
    return shown


def test_somebody_who_works_stays_signed_in_for_longer_than_the_idle_limit(clock):
    editor = Person("editor").client
    assert is_inside(editor)

    assert work(editor, clock, every={"hours": 5}, times=2) == [True, True]


@pytest.mark.depends_on_database
def test_an_editor_who_does_nothing_for_eight_hours_is_signed_out(clock):
    editor = Person("editor").client
    assert is_inside(editor)

    clock.forward(hours=8, minutes=1)

    assert not is_inside(editor)


def test_nobody_stays_signed_in_for_more_than_twelve_hours(clock):
    editor = Person("editor").client
    assert is_inside(editor)

    assert work(editor, clock, every={"hours": 3, "minutes": 59}, times=4) == [True, True, True, False]


@pytest.mark.parametrize("role", ["appointment_desk", "mediation_office", "privacy_officer"])
def test_who_reads_enquiries_is_signed_out_after_a_quarter_of_an_hour(clock, role):
    reader = person("reader", role)
    assert is_inside(reader)

    assert work(reader, clock, every={"minutes": 14}, times=3) == [True, True, True]
    assert work(reader, clock, every={"minutes": 16}, times=1) == [False]


def test_each_limit_is_a_setting(clock, settings):
    settings.STAFF_IDLE_MINUTES, settings.STAFF_SESSION_HOURS = 60, 2
    editor, idler = Person("editor").client, Person("editor").client
    assert is_inside(editor)
    assert is_inside(idler)

    assert work(editor, clock, every={"minutes": 50}, times=3) == [True, True, False]
    assert not is_inside(idler)


def test_a_new_sign_in_begins_the_hours_anew(clock):
    editor = Person("editor")
    assert is_inside(editor.client)
    clock.forward(hours=7)
    editor.client.force_login(editor.user)
    assert is_inside(editor.client)

    assert work(editor.client, clock, every={"hours": 7}, times=1) == [True]


def test_asking_how_long_the_session_lasts_does_not_renew_it(clock):
    reader = person("reader", "appointment_desk")
    assert is_inside(reader)

    clock.forward(minutes=10)
    assert reader.get(SESSION).json() == {"left": 5 * 60, "is_last": False}
    clock.forward(minutes=4)
    assert reader.get(SESSION).json() == {"left": 60, "is_last": False}


def test_the_button_renews_the_session(clock):
    reader = person("reader", "appointment_desk")
    assert is_inside(reader)
    clock.forward(minutes=14)

    assert reader.post(SESSION).json() == {"left": 15 * 60, "is_last": False}


def test_a_stranger_has_no_time_left():
    assert Client().get(SESSION).json() == {"left": 0, "is_last": True}
    assert Client().post(SESSION).json() == {"left": 0, "is_last": True}


def test_every_form_says_in_words_when_the_session_ends(clock):
    clock.now = clock.now.replace(hour=1, minute=30)  # 10:30 in Seoul
    client = person("reader", "appointment_desk", is_superuser=True)

    said = Page(client.get(reverse("admin:auth_user_add"))).text("#session [data-end]")

    assert "오전 10:45" in said


def test_the_session_ends_with_the_browser():
    editor = Person("editor").client

    editor.get(DESK)

    assert not editor.cookies[settings.SESSION_COOKIE_NAME]["max-age"]


@pytest.mark.depends_on_database
def test_the_row_of_an_ended_session_is_deleted_after_a_day(clock):
    editor = Person("editor").client
    assert is_inside(editor)

    clock.forward(hours=9)
    call_command("clearsessions")
    assert Session.objects.count() == 1
    clock.forward(hours=24)
    call_command("clearsessions")
    assert Session.objects.count() == 0


def test_a_page_of_patients_does_not_renew_a_session(clock):
    editor = Person("editor").client
    assert is_inside(editor)
    [before] = Session.objects.values_list("expire_date", flat=True)

    clock.forward(hours=1)
    editor.get("/ko/")

    assert list(Session.objects.values_list("expire_date", flat=True)) == [before]
    assert before - timezone.now() == timedelta(hours=7)


def test_a_session_that_cannot_be_written_in_an_outage_is_none_that_was_deleted(db):
    def down(execute, sql, params, many, context):
        raise OperationalError("The database is down.")

    session = SessionStore()
    session.save()

    with connection.execute_wrapper(down), pytest.raises(OperationalError):
        session.save()

    session.model.objects.all().delete()
    with pytest.raises(UpdateError):
        session.save()
