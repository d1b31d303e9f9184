"""One record that cannot be read is marked, and stops nothing: no list, no page, no export, no command."""

from datetime import timedelta

import pytest
from django.contrib import admin
from django.core.management import CommandError, call_command, get_commands
from django.db import connection
from django.utils import timezone

from hospital_site.enquiries import actions, restore
from hospital_site.enquiries.models import AccessRecord, Enquiry, MonthlyCount, Notification, Step
from hospital_site.enquiries.sealing import Unreadable
from tests.desk.people import ASSENT
from tests.enquiries.patients import Answers, receiving_hospital
from tests.enquiries.staff import address, person
from tests.reading import Page, read

pytestmark = pytest.mark.django_db

DAMAGES = {
    "damaged": "'gAAAA' || substr({column}, 9)",
    "no token": "'{{}}'",
    "of another record": "(SELECT {column} FROM {table} ORDER BY id DESC LIMIT 1)",
}
lost = str(Unreadable())


@pytest.fixture
def officer():
    receiving_hospital("kcch")
    return person("choe", is_superuser=True)


ONE, *OTHERS = DAMAGES


@pytest.fixture(params=[ONE, *(pytest.param(name, marks=pytest.mark.same_on_every_database) for name in OTHERS)])
def broken(request, officer):
    """A request with a note, neither of which can be read; a whole one was sent after it."""
    Answers("mediation").send(email="hong@example.org")
    enquiry = Enquiry.objects.get()
    actions.add_note(enquiry, "낮에 전화하기로 함", by="desk")
    Answers("mediation").send(phone="010-5555-6666", applicant_name="성춘향")
    actions.add_note(Enquiry.objects.first(), "답을 기다림", by="desk")
    with connection.cursor() as cursor:
        for table, column in (("enquiries_enquiry", "answers"), ("enquiries_step", "note")):
            damage = DAMAGES[request.param].format(table=table, column=column)
            first = f"(SELECT id FROM (SELECT min(id) AS id FROM {table}) AS those)"
            cursor.execute(f"UPDATE {table} SET {column} = {damage} WHERE id = {first}")
    return Enquiry.objects.order_by("pk").first()


def pages_of_enquiries():
    """The lists of the admin of enquiries, by name."""
    return [
        f"/ko/admin/enquiries/{model._meta.model_name}/"
        for model in admin.site._registry
        if model._meta.app_label == "enquiries"
    ]


def test_it_is_marked_wherever_it_is_shown_and_nothing_stops(broken, officer):
    whole = Enquiry.objects.first()
    for path in ["/ko/admin/", *pages_of_enquiries(), "/ko/admin/enquiries/accessrecord/check/"]:
        assert officer.get(path).status_code == 200, path
    marks = Page(officer.get(address())).texts("#result_list .field-state_mark")
    assert marks == ["접수", "읽을 수 없음"]

    for view in ("change", "print", "correct", "stop"):
        page = read(officer, address(view, broken.pk))
        assert (page.status, "성춘향" in page.html, "답을 기다림" in page.html) == (200, False, False)
        assert (lost in page.text("#content")) == (view != "stop")
    assert "성춘향" in read(officer, address("change", whole.pk)).html

    found = Page(officer.post(address("person"), {"contact": "hong@example.org", "step": "find"}))
    assert lost in found.text("#content")

    today = timezone.localdate().isoformat()
    rows = officer.post(address("export"), {"since": today, "until": today, "reason": "감사", **ASSENT})
    exported = rows.content.decode()
    assert (rows.status_code, lost in exported, "성춘향" in exported) == (200, True, True)


def test_it_is_handled_like_any_other(broken, officer):
    officer.post(address("change", broken.pk), {"to": "in_progress", "note": "기록을 읽을 수 없음", **ASSENT})
    assert Enquiry.objects.get(pk=broken.pk).state == "in_progress"

    with pytest.raises(actions.Refused, match=lost[:20]):
        actions.correct(broken, {}, ["x"], seen="", by="desk", asked_on=timezone.localdate(), reason="x")
    actions.stop(broken, by="desk", asked_on=timezone.localdate(), reason="x")

    asked = {"contact": "hong@example.org", "step": "erase", "right": "deletion", "reason": "전화로 확인", **ASSENT}
    officer.post(address("person"), asked | {"asked_on": timezone.localdate().isoformat()})
    assert Enquiry.objects.get(pk=broken.pk).state == "destroyed"


def test_the_commands_go_on_and_say_how_many(broken, mailoutbox, capsys):
    call_command("send_notifications")
    assert (len(mailoutbox), Notification.objects.unsent().count()) == (2, 0)

    before = stored_of(broken)
    for command in ("rotate_enquiry_keys", "clean_enquiries"):
        with pytest.raises(CommandError, match="could not be read"):
            call_command(command)
    assert stored_of(broken) == before
    call_command("issue_privacy_notices")

    restore.reapply({"stopped": {}, "recused": [], "destroyed": {}}, print)
    assert "sealed with a key that is not in ENQUIRY_KEYS" in capsys.readouterr().out

    Enquiry.objects.update(state_since=timezone.now() - timedelta(days=4000))
    call_command("delete_expired_enquiries")
    assert set(Enquiry.objects.values_list("state", flat=True)) == {"destroyed"}
    assert Step.objects.count() == 0
    Enquiry.objects.update(destroyed_at=timezone.now() - timedelta(days=4000))
    call_command("delete_expired_enquiries")
    assert (Enquiry.objects.count(), MonthlyCount.objects.get().number) == (0, 2)
    assert AccessRecord.objects.filter(action="expire").count() == 2


def stored_of(enquiry):
    with connection.cursor() as cursor:
        cursor.execute("SELECT answers FROM enquiries_enquiry WHERE id = %s", [enquiry.pk])
        return cursor.fetchone()


def test_every_command_of_enquiries_is_walked_here():
    walked = {"send_notifications", "rotate_enquiry_keys", "clean_enquiries", "issue_privacy_notices"}
    walked |= {"delete_expired_enquiries"}
    others = {"load_holidays", "demonstration_recipients"}  # read no enquiry

    ours = {name for name, app in get_commands().items() if app == "hospital_site.enquiries"}
    assert ours == walked | others
