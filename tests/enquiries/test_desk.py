"""The desk: who sees what, which steps are possible, and what is written down."""

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from hospital_site.enquiries import actions
from hospital_site.enquiries.models import AccessRecord, DataController, Enquiry, PrivacyNotice, Step
from hospital_site.enquiries.states import ENDED, MOVES, STATES, Kind, State
from tests.enquiries.patients import receiving_hospital, said
from tests.enquiries.staff import address, listed, person, sent
from tests.reading import Page
from tests.recorded import recorded

pytestmark = [pytest.mark.django_db, pytest.mark.same_on_every_database]


@pytest.fixture
@recorded
def elsewhere(smc):
    return sent("appointment", "smc", phone="010-9999-8888", patient_name="성춘향")


# ── Who sees what ─────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_desk_sees_its_own_hospitals_queue_only(kcch, here, elsewhere):
    desk = person("desk", "appointment_desk", hospital=kcch)

    assert listed(desk) == [here.reference]
    assert desk.get(address("change", here.pk)).status_code == 200


def test_another_hospitals_record_is_not_found_by_any_way(kcch, here, elsewhere):
    officer = person("officer", "privacy_officer", hospital=kcch)

    direct = officer.get(address("change", elsewhere.pk))
    posted = officer.post(address("change", elsewhere.pk), {"to": "in_progress", "note": ""})
    history = officer.get(address("history", elsewhere.pk))
    search = Page(officer.get(address(), {"q": elsewhere.reference}))
    export = officer.post(address("export"), {"since": "2020-01-01", "until": "2099-01-01", "reason": "check"})
    lookup = officer.post(address("person"), {"contact": "010-9999-8888", "step": "find"})

    assert [direct.status_code, posted.status_code, history.status_code] == [404, 404, 404]
    assert search.texts("#result_list tbody th") == []
    assert here.reference in export.content.decode()
    for answer in (export, lookup):
        assert elsewhere.reference not in answer.content.decode()
        assert "성춘향" not in answer.content.decode()
    assert Enquiry.objects.get(pk=elsewhere.pk).state == "new"


def test_a_desk_does_not_see_requests_for_mediation_nor_the_office_appointments(kcch, here):
    request = sent("mediation", "kcch")

    assert listed(person("desk", "appointment_desk", hospital=kcch)) == [here.reference]
    assert listed(person("office", "mediation_office", hospital=kcch)) == [request.reference]


def test_nobody_sees_anything_without_a_hospital(here):
    desk = person("desk", "appointment_desk")

    assert listed(desk) == []
    assert desk.get(address("change", here.pk)).status_code == 404


def test_editors_see_no_queue(kcch, here):
    editor = person("editor", "Editor", hospital=kcch)

    assert editor.get(address()).status_code == 403
    assert editor.get(address("change", here.pk)).status_code == 403
    assert "enquiries" not in Page(editor.get("/ko/admin/")).html


@pytest.mark.depends_on_database
def test_an_administrator_sees_all_and_is_logged(here, elsewhere):
    root = person("root", is_superuser=True)

    root.get(address("change", here.pk))

    assert set(listed(root)) == {here.reference, elsewhere.reference}
    assert AccessRecord.objects.get().account == "root"


def test_the_queue_tells_nothing_about_a_person(kcch, here):
    page = Page(person("desk", "appointment_desk", hospital=kcch).get(address()))

    assert here.reference in page.html
    assert [word for word in ("홍길동", "1234-5678", "12345678", "낱말 2") if word in page.text("#result_list")] == []


@pytest.mark.parametrize("size", [1, 3])
def test_the_queue_asks_the_same_questions_however_long(kcch, size, django_assert_num_queries):
    for number in range(size):
        sent("appointment", "kcch", phone=f"010-1234-567{number}")
    desk = person("desk", "appointment_desk", hospital=kcch)
    desk.get(address())

    with django_assert_num_queries(13):
        desk.get(address())


@pytest.mark.depends_on_database
@pytest.mark.parametrize("hospitals", [1, 4])
def test_the_queue_asks_the_same_questions_however_many_hospitals_receive(hospitals, django_assert_num_queries):
    for number in range(hospitals):
        receiving_hospital(f"hospital-{number}")
        sent("appointment", f"hospital-{number}", phone=f"010-1234-567{number}")
    root = person("root", is_superuser=True)
    root.get(address())

    with django_assert_num_queries(11):
        assert len(listed(root)) == hospitals


# ── What is written down ──────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.depends_on_database
def test_every_look_at_a_record_is_logged_before_it_is_shown(kcch, here):
    desk = person("desk", "appointment_desk", hospital=kcch)

    page = Page(desk.get(address("change", here.pk), REMOTE_ADDR="203.0.113.9"))

    record = AccessRecord.objects.get()
    assert "홍길동" in page.html
    assert (record.account, record.address, record.reference, record.action) == (
        "desk",
        "203.0.113.9",
        here.reference,
        "view",
    )


def test_who_saw_a_record_is_signed_out_after_a_quarter_of_an_hour(kcch, here, clock):
    desk = person("desk", "appointment_desk", hospital=kcch)
    assert desk.get(address("change", here.pk)).status_code == 200

    clock.forward(minutes=14)
    assert desk.get(address("change", here.pk)).status_code == 200
    clock.forward(minutes=16)
    assert desk.get(address("change", here.pk)).status_code == 302


def test_a_step_and_a_note_are_logged_and_kept(kcch, here):
    desk = person("desk", "appointment_desk", hospital=kcch)

    desk.post(address("change", here.pk), {"to": "in_progress", "note": "전화함"})
    desk.post(address("change", here.pk), {"to": "", "note": "다시 걸기로 함"})

    steps = [(step.by, step.before, step.after, step.note) for step in Step.objects.all()]
    assert steps == [("desk", "new", "in_progress", "전화함"), ("desk", "", "", "다시 걸기로 함")]
    assert AccessRecord.objects.filter(action="change").count() == 2


@pytest.mark.depends_on_database
def test_the_access_log_cannot_be_changed(kcch, here):
    record = actions.record_access("view", by="desk", enquiry=here)

    for change in (
        record.save,
        record.delete,
        AccessRecord.objects.all().delete,
        lambda: AccessRecord.objects.update(account="x"),
    ):
        with pytest.raises(TypeError):
            change()


@pytest.mark.depends_on_database
def test_the_access_log_is_read_by_those_who_check_it(kcch, here, elsewhere):
    actions.record_access("view", by="x", enquiry=here)
    actions.record_access("view", by="y", enquiry=elsewhere)
    officer = person("officer", "privacy_officer", hospital=kcch)

    page = Page(officer.get(reverse("admin:enquiries_accessrecord_changelist")))

    assert here.reference in page.html
    assert elsewhere.reference not in page.html
    desk = person("desk", "appointment_desk", hospital=kcch)
    assert desk.get(reverse("admin:enquiries_accessrecord_changelist")).status_code == 403


@pytest.mark.depends_on_database
def test_the_admins_own_history_holds_nothing(kcch, here):
    from django.contrib.admin.models import LogEntry

    desk = person("desk", "appointment_desk", hospital=kcch)
    desk.post(address("change", here.pk), {"to": "in_progress", "note": "전화함"})

    assert not LogEntry.objects.exists()


# ── Which steps are possible ──────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.depends_on_database
@pytest.mark.parametrize("kind", list(Kind))
def test_every_step_but_the_listed_is_refused(kcch, kind):
    enquiry = sent(kind, "kcch")
    for before in MOVES[kind]:
        for after in State:
            closed_at = enquiry.created_at if before == "closed" else None
            ended_at = enquiry.created_at if before in ENDED else None
            Enquiry.objects.filter(pk=enquiry.pk).update(state=before, ended_at=ended_at, closed_at=closed_at)
            if after in MOVES[kind][before]:
                assert actions.move(enquiry, after, by="x", note="because").state == after
            else:
                with pytest.raises(actions.Refused):
                    actions.move(enquiry, after, by="x", note="because")


@pytest.mark.depends_on_database
def test_opening_a_closed_record_again_needs_a_reason(kcch, here):
    for state in ("in_progress", "booked", "closed"):
        actions.move(here, state, by="x")
    assert Enquiry.objects.get().closed_at

    with pytest.raises(actions.Refused):
        actions.move(here, "in_progress", by="x", note="  ")
    actions.move(here, "in_progress", by="x", note="환자가 다시 전화함")

    assert Enquiry.objects.get().closed_at is None


def test_the_desk_offers_only_the_possible_steps_and_says_a_refusal(kcch, here):
    desk = person("desk", "appointment_desk", hospital=kcch)
    page = Page(desk.get(address("change", here.pk)))
    assert page.attributes("#id_to option", "value") == ["", *MOVES["appointment"]["new"]]

    refused = Page(desk.post(address("change", here.pk), {"to": "booked", "note": ""}))

    assert refused.status == 200
    assert Enquiry.objects.get().state == "new"


@pytest.mark.depends_on_database
@pytest.mark.parametrize(
    "broken",
    [
        {"state": "acknowledged"},
        {"state": "closed"},
        {"state": "destroyed"},
        {"answers": None},
        {"closed_at": "2026-01-01T00:00Z"},
        {"ended_at": "2026-01-01T00:00Z"},
        {"state": "booked"},
        {"destroyed_at": "2026-01-01T00:00Z"},
    ],
    ids=str,
)
def test_the_database_refuses_a_record_that_contradicts_itself(kcch, here, broken):
    with pytest.raises(IntegrityError), transaction.atomic():
        Enquiry.objects.filter(pk=here.pk).update(**broken)


def test_a_state_of_one_form_is_not_a_state_of_the_other():
    assert set(STATES["appointment"]) - set(STATES["mediation"]) == {"booked"}
    assert {"acknowledged", "answered", "referred"} <= set(STATES["mediation"]) - set(STATES["appointment"])


# ── What is late ──────────────────────────────────────────────────────────────────────────────────────────────────────


def late(at):
    return {enquiry.kind: enquiry.due for enquiry in Enquiry.objects.with_dues(at)}


@pytest.mark.depends_on_database
def test_late_answers_are_marked_by_working_days(kcch):
    from tests.enquiries.patients import in_seoul

    for kind in Kind:
        enquiry = sent(kind, "kcch")
        Enquiry.objects.filter(pk=enquiry.pk).update(created_at=in_seoul(2026, 11, 20, 15))  # a Friday

    assert late(in_seoul(2026, 11, 24, 23)) == {"appointment": "", "mediation": ""}
    assert late(in_seoul(2026, 11, 25, 1)) == {"appointment": "contact", "mediation": ""}
    assert late(in_seoul(2026, 11, 26, 1)) == {"appointment": "contact", "mediation": "contact"}
    Enquiry.objects.filter(kind="mediation").update(state="acknowledged")  # which tells the person nothing
    assert late(in_seoul(2026, 11, 26, 1)) == {"appointment": "contact", "mediation": "contact"}
    Enquiry.objects.update(state="in_progress")
    assert late(in_seoul(2026, 12, 3)) == {"appointment": "", "mediation": ""}
    assert late(in_seoul(2026, 12, 5)) == {"appointment": "", "mediation": "reply"}


@pytest.mark.depends_on_database
def test_the_queue_shows_and_filters_what_is_late(kcch, here):
    from tests.enquiries.patients import in_seoul

    Enquiry.objects.update(created_at=in_seoul(2026, 1, 5))
    sent("appointment", "kcch", phone="010-2222-3333")
    desk = person("desk", "appointment_desk", hospital=kcch)

    page = Page(desk.get(address(), {"due": "contact"}))

    assert page.texts("#result_list tbody th") == [here.reference]
    assert said("First contact is late") in page.text("#result_list")


# ── What a person may ask ─────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.depends_on_database
@pytest.mark.parametrize("contact", ["010-1234-5678", "+82 10 1234 5678", "Hong@Example.org"])
def test_what_is_held_about_a_person_is_told_in_one_step_and_deleted_in_the_next(kcch, contact):
    ours = sent("appointment", "kcch", email="hong@example.org")
    other = sent("appointment", "kcch", phone="010-7777-7777")
    officer = person("officer", "privacy_officer", hospital=kcch)

    told = Page(officer.post(address("person"), {"contact": contact, "step": "find"}))
    assert "홍길동" in told.html
    assert other.reference not in told.html
    officer.post(
        address("person"),
        {**told.form("form.decide"), "reason": "전화로 확인함", "right": "deletion", "step": "erase"},
    )

    assert [(e.reference, e.state) for e in Enquiry.objects.order_by("pk")] == [
        (ours.reference, "destroyed"),
        (other.reference, "new"),
    ]
    assert list(AccessRecord.objects.order_by("pk").values_list("action", flat=True)) == ["search", "tell", "delete"]
    told_of = [field.name for field in AccessRecord._meta.fields if field.name != "at"]
    assert "5678" not in "".join(map(str, AccessRecord.objects.values_list(*told_of)))


def test_a_deletion_needs_a_reason(kcch, here):
    officer = person("officer", "privacy_officer", hospital=kcch)

    officer.post(address("person"), {"contact": "010-1234-5678", "reason": " ", "right": "deletion", "step": "erase"})

    assert Enquiry.objects.get().state == "new"


def test_only_those_with_the_right_answer_such_requests(kcch, here):
    desk = person("desk", "appointment_desk", hospital=kcch)

    assert desk.get(address("person")).status_code == 403
    assert desk.post(address("person"), {"contact": "010-1234-5678"}).status_code == 403
    assert desk.get(address("export")).status_code == 403


@pytest.mark.depends_on_database
def test_an_export_needs_a_reason_and_is_logged_record_by_record(kcch, here):
    officer = person("officer", "privacy_officer", hospital=kcch)
    period = {"since": "2020-01-01", "until": "2099-01-01"}

    refused = officer.post(address("export"), {**period, "reason": ""})
    given = officer.post(address("export"), {**period, "reason": "병원 감사"})

    assert "홍길동" not in refused.content.decode()
    assert "홍길동" in given.content.decode()
    assert [(r.action, r.reference, r.reason) for r in AccessRecord.objects.all()] == [
        ("export", here.reference, "병원 감사")
    ]


@pytest.mark.parametrize("size", [1, 3])
def test_an_export_asks_the_same_questions_however_long(kcch, size, django_assert_num_queries):
    for number in range(size):
        sent("appointment", "kcch", phone=f"010-1234-567{number}")
    officer = person("officer", "privacy_officer", hospital=kcch)
    officer.get(address())

    with django_assert_num_queries(8):
        given = officer.post(address("export"), {"since": "2020-01-01", "until": "2099-01-01", "reason": "병원 감사"})

    assert given.content.decode().count("홍길동") == size


# ── The receiving hospital's own record ───────────────────────────────────────────────────────────────────────────────


@pytest.mark.depends_on_database
def test_saving_a_receiving_hospital_issues_its_privacy_notice_once(kcch):
    root = person("root", is_superuser=True)
    path = reverse("admin:enquiries_datacontroller_change", args=[DataController.objects.get().pk])
    words = Page(root.get(path)).form("#datacontroller_form") | {"officer_ko": "개인정보 보호책임자"}

    root.post(path, {**words, "appointment_days": 60})
    root.post(path, {**words, "appointment_days": 60})
    root.post(path, {**words, "appointment_days": 30})

    assert list(PrivacyNotice.objects.values_list("number", flat=True)) == [2, 1]
    assert DataController.objects.get().appointment_days == 30
