"""Who must not see a request, from where records open, what goes on paper, and the monthly look at the access log."""

from datetime import date, timedelta

import pytest
from django.contrib.auth import get_user_model
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.urls import reverse

from hospital_site.enquiries import actions
from hospital_site.enquiries.models import (
    AccessCheck,
    AccessRecord,
    Consent,
    DataController,
    Enquiry,
    Recusal,
    RightsRequest,
    Step,
)
from hospital_site.enquiries.recusals import staff_with_access
from tests.enquiries.patients import in_seoul, receiving_hospital, said
from tests.enquiries.staff import DESK, OFFICE, OFFICER, address, listed, person, sent
from tests.reading import Page

pytestmark = pytest.mark.django_db
EXPORT = {"since": "2020-01-01", "until": "2099-01-01", "reason": "병원 감사"}


def log_page(view="changelist"):
    return reverse(f"admin:enquiries_accessrecord_{view}")


# ── Whom a request is about ───────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.same_on_every_database
@pytest.mark.parametrize(
    "words",
    [
        "김민수 선생님이 설명하지 않았습니다.",
        "담당자 김 민수 씨가 화를 냈습니다.",
        "Mr. Minsu Kim and 민수김 did not listen.",
    ],
    ids=["as written", "with a space", "the other way round"],
)
def test_whoever_a_request_names_never_sees_it(kcch, words):
    named = person("minsu", OFFICE, OFFICER, hospital=kcch, last_name="김", first_name="민수")
    other = person("other", OFFICE, hospital=kcch, last_name="이", first_name="영희")

    request = sent("mediation", "kcch", what_happened=words)

    assert listed(other) == [request.reference]
    assert other.get(address("change", request.pk)).status_code == 200  # which the log remembers
    assert listed(named) == []
    for view in ("change", "print", "recuse", "correct", "stop"):
        assert named.get(address(view, request.pk)).status_code == 404, view
    search = Page(named.get(address(), {"q": request.reference}))
    export = named.post(address("export"), EXPORT).content.decode()
    lookup = named.post(address("person"), {"contact": "010-1234-5678", "step": "find"}).content.decode()
    log = Page(named.get(log_page())).html
    assert request.reference not in search.text("#result_list, .nothing") + export + lookup + log


@pytest.mark.same_on_every_database
def test_an_administrator_whom_a_request_names_does_not_see_it_either(kcch):
    root = person("root", is_superuser=True, last_name="박", first_name="지성")
    person("other", OFFICE, hospital=kcch)

    request = sent("mediation", "kcch", what_happened="박지성 원장이 거절했습니다.")

    assert listed(root) == []
    assert root.get(address("change", request.pk)).status_code == 404


@pytest.mark.same_on_every_database
def test_somebody_without_a_whole_name_is_recognised_in_no_text(kcch):
    office = person("office", OFFICE, hospital=kcch, last_name="김")

    request = sent("mediation", "kcch", what_happened="김 선생님이 설명하지 않았습니다.")

    assert listed(office) == [request.reference]


@pytest.mark.same_on_every_database
def test_somebody_hands_over_a_request_that_is_about_them_and_it_is_written_down(kcch, request_here):
    office, other = person("office", OFFICE, hospital=kcch), person("other", OFFICE, hospital=kcch)
    [mine] = [user for user in staff_with_access(request_here) if user.username == "office"]

    answer = office.post(address("recuse", request_here.pk), {"user": mine.pk})

    assert answer.headers["Location"] == address()
    assert (listed(office), listed(other)) == ([], [request_here.reference])
    log = AccessRecord.objects.get(action="recuse")
    assert (log.account, log.reference, log.reason) == ("office", request_here.reference, "office")


def test_a_request_stays_with_somebody(kcch, request_here):
    office = person("office", OFFICE, hospital=kcch)

    office.post(address("recuse", request_here.pk), {"user": staff_with_access(request_here).get().pk})

    assert listed(office) == [request_here.reference]
    assert not Recusal.objects.exists()


def test_only_whoever_sees_a_request_can_take_a_name_back(kcch):
    named = person("minsu", OFFICE, hospital=kcch, last_name="김", first_name="민수")
    other = person("other", OFFICE, hospital=kcch)
    request = sent("mediation", "kcch", what_happened="환자 김민수의 보호자입니다.")
    recusal = Recusal.objects.get()
    assert (
        said("Named by mistake: %(name)s", name="김민수 (minsu)") in Page(other.get(address("change", request.pk))).html
    )

    named.post(address("recuse", request.pk), {"readmit": recusal.pk})
    assert listed(named) == []
    other.post(address("recuse", request.pk), {"readmit": recusal.pk})

    assert listed(named) == [request.reference]
    assert AccessRecord.objects.filter(action="readmit", account="other").exists()


def test_a_name_is_kept_as_a_recusal_once(kcch, request_here):
    user = get_user_model().objects.create(username="x", is_staff=True)
    Recusal.objects.create(enquiry=request_here, user=user, by="y")

    with pytest.raises(IntegrityError), transaction.atomic():
        Recusal.objects.create(enquiry=request_here, user=user, by="y")


@pytest.mark.same_on_every_database
def test_a_destroyed_request_does_not_show_up_for_whom_it_was_about(kcch):
    named = person("minsu", OFFICE, OFFICER, hospital=kcch, last_name="김", first_name="민수")
    other = person("other", OFFICE, hospital=kcch)
    request = sent("mediation", "kcch", what_happened="김민수 선생님이 설명하지 않았습니다.")
    other.get(address("change", request.pk))

    actions.destroy(request)

    assert (listed(named), listed(other)) == ([], [request.reference])
    assert request.reference not in Page(named.get(log_page())).html
    actions.delete_stub(Enquiry.objects.get())
    assert not Recusal.objects.exists()


@pytest.mark.same_on_every_database
def test_neither_the_check_of_the_log_nor_the_list_of_rights_tells_whom_it_is_about(kcch, request_here):
    officer = person("officer", OFFICER, hospital=kcch)
    person("root", is_superuser=True)
    [theirs] = [user for user in staff_with_access(request_here) if user.username == "officer"]
    for account, action in (("root", "view"), ("root", "recuse")):
        AccessRecord.objects.create(
            account=account,
            at=in_seoul(2026, 10, 6, 10),
            action=action,
            reference=request_here.reference,
            hospital=kcch,
            reason="officer",
        )
    RightsRequest.objects.create(hospital=kcch, right="access", reference=request_here.reference)
    Recusal.objects.create(enquiry=request_here, user=theirs, by="root")

    check = Page(officer.get(log_page("check")))
    rights = Page(officer.get(reverse("admin:enquiries_rightsrequest_changelist")))

    assert request_here.reference not in check.html + rights.html


def test_nobody_keeps_a_request_to_themselves(kcch, request_here):
    office = person("office", OFFICE, hospital=kcch)
    person("officer", OFFICER, hospital=kcch)
    people = {user.username: user.pk for user in staff_with_access(request_here)}

    office.post(address("recuse", request_here.pk), {"user": people["officer"]})
    assert not Recusal.objects.exists()
    person("second", OFFICE, hospital=kcch)
    office.post(address("recuse", request_here.pk), {"user": people["officer"]})

    assert not Recusal.objects.exists()
    sentence = "Only the privacy officer can hide a request from somebody who oversees enquiries."
    assert said(sentence) in Page(office.get(address())).html


@pytest.mark.same_on_every_database
def test_an_appointment_is_kept_from_nobody(kcch, here):
    desk = person("desk", DESK, hospital=kcch)

    assert desk.post(address("recuse", here.pk), {"user": 1}).status_code == 404


@pytest.mark.same_on_every_database
@pytest.mark.parametrize(
    ("name", "words", "is_named"),
    [
        (("김", "민수"), "김·민수 씨가 화를 냈습니다.", True),
        (("김", "민수"), "김-민수 씨가 화를 냈습니다.", True),
        (("김", "민수"), "김\u200b민수 씨가 화를 냈습니다.", True),
        (("Ma", "Jo"), "A major mistake was made, Joma.", False),
        (("Ma", "Jo"), "Dr. Jo Ma did not listen.", True),
        (("Ma", "Jo"), "MA JO did not listen.", True),
    ],
)
def test_a_name_is_recognised_as_people_write_it_and_in_no_other_word(kcch, name, words, is_named):
    named = person("named", OFFICE, hospital=kcch, last_name=name[0], first_name=name[1])

    sent("mediation", "kcch", what_happened=words)

    assert listed(named) == ([] if is_named else [Enquiry.objects.get().reference])


@pytest.mark.same_on_every_database
def test_a_correction_that_names_somebody_keeps_the_request_from_them(kcch, request_here):
    named = person("minsu", OFFICE, hospital=kcch, last_name="김", first_name="민수")
    answers = {**request_here.answers, "what_happened": "김민수 선생님이 설명하지 않았습니다."}
    seen = actions.fingerprint(request_here.answers)

    actions.correct(
        request_here, answers, ["x"], seen=seen, by="officer", asked_on=date(2026, 1, 2), reason="전화로 확인함"
    )

    assert listed(named) == []


def test_the_people_at_a_request_are_those_who_see_it(kcch, smc, request_here, django_assert_num_queries):
    for number, roles in enumerate([[OFFICE], [OFFICER], [DESK], ["Editor"], [OFFICE, DESK], []]):
        person(f"here-{number}", *roles, hospital=kcch)
        person(f"there-{number}", *roles, hospital=smc)
        person(f"nowhere-{number}", *roles)
    person("root", is_superuser=True)
    everybody = get_user_model().objects.filter(is_staff=True)
    Recusal.objects.create(enquiry=request_here, user=everybody.get(username="here-4"), by="x")

    with django_assert_num_queries(1):
        people = {user.username for user in staff_with_access(request_here)}

    seeing = {user.username for user in everybody if Enquiry.objects.visible_to(user).filter(pk=request_here.pk)}
    assert people == seeing == {"here-0", "here-1", "root"}


# ── What the department may learn ─────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.same_on_every_database
@pytest.mark.parametrize(
    ("ticked", "sentence"),
    [
        ({}, "The person has not agreed that the department learns their name. Ask the department without it."),
        (
            {"agree_department": "on"},
            "The person agrees that the department concerned learns their name and what they wrote.",
        ),
    ],
    ids=["not agreed", "agreed"],
)
def test_the_office_reads_whether_the_department_may_learn_the_name(kcch, ticked, sentence):
    request = sent("mediation", "kcch", **ticked)

    page = Page(person("office", OFFICE, hospital=kcch).get(address("change", request.pk)))

    assert page.text(".naming") == said(sentence)


@pytest.mark.same_on_every_database
def test_without_that_consent_the_department_is_asked_only_with_a_note_how(request_here):
    actions.move(request_here, "in_progress", by="office")

    with pytest.raises(actions.Refused):
        actions.move(request_here, "department_review", by="office")
    assert (
        actions.move(request_here, "department_review", by="office", note="이름 없이 문의").state == "department_review"
    )


def test_with_that_consent_no_note_is_needed(kcch):
    request = sent("mediation", "kcch", agree_department="on")
    actions.move(request, "in_progress", by="office")

    assert actions.move(request, "department_review", by="office").state == "department_review"


# ── From where ────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.same_on_every_database
@pytest.mark.parametrize(
    ("networks", "from_where", "is_open"),
    [
        ("", "198.51.100.7", True),
        ("203.0.113.0/24", "203.0.113.9", True),
        pytest.param("203.0.113.0/24", "198.51.100.7", False, marks=pytest.mark.depends_on_database),
        ("203.0.113.0/24\n2001:db8::/32", "2001:db8::7", True),
        ("203.0.113.7", "203.0.113.7", True),
        ("203.0.113.0/24", "::ffff:203.0.113.5", True),
        ("::ffff:203.0.113.0/120", "203.0.113.5", True),
        ("203.0.113.0/24", "", False),
    ],
)
def test_records_open_only_from_the_networks_of_the_hospital(kcch, here, networks, from_where, is_open):
    DataController.objects.update(networks=networks)
    desk = person("desk", DESK, OFFICER, hospital=kcch)

    record = desk.get(address("change", here.pk), REMOTE_ADDR=from_where)
    queue = Page(desk.get(address(), REMOTE_ADDR=from_where))
    export = desk.post(address("export"), EXPORT, REMOTE_ADDR=from_where).content.decode()

    sentence = said("Some records can be opened only from the hospital’s own network, and you are not in it.")
    assert record.status_code == (200 if is_open else 404)
    assert (here.reference in export, sentence in queue.html) == (is_open, not is_open)


def test_from_outside_nobody_takes_the_networks_away_and_from_inside_nobody_shuts_themselves_out(kcch):
    DataController.objects.update(networks="203.0.113.0/24", officer_ko="김보호")
    officer = person("officer", OFFICER, hospital=kcch)
    path = reverse("admin:enquiries_datacontroller_change", args=[DataController.objects.get().pk])
    words = Page(officer.get(path, REMOTE_ADDR="203.0.113.9")).form("#datacontroller_form")

    officer.post(path, {**words, "networks": ""}, REMOTE_ADDR="198.51.100.7")
    shut_out = officer.post(path, {**words, "networks": "192.0.2.0/24"}, REMOTE_ADDR="203.0.113.9")

    assert DataController.objects.get().networks == "203.0.113.0/24"
    assert "203.0.113.9" in Page(shut_out).text(".errorlist")
    officer.post(path, {**words, "networks": ""}, REMOTE_ADDR="203.0.113.9")
    assert DataController.objects.get().networks == ""


@pytest.mark.same_on_every_database
def test_what_is_no_network_is_refused_in_words():
    with pytest.raises(ValidationError, match="our"):
        DataController(networks="203.0.113.0/24\nour office").clean_fields(exclude=["hospital"])


# ── On paper ──────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.same_on_every_database
def test_a_print_is_a_page_of_its_own_and_in_the_log(kcch, here):
    desk = person("desk", DESK, hospital=kcch)

    page = Page(desk.get(address("print", here.pk)))

    assert "홍길동" in page.html
    assert "no-store" in page.response["Cache-Control"]
    assert [(log.action, log.reference) for log in AccessRecord.objects.all()] == [("print", here.reference)]


# ── What helps the desk ───────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("heard", ["{0}", "{1}", "{2}", "{3}"], ids=["as written", "small", "without dashes", "a part"])
def test_a_record_is_found_by_its_number_as_people_say_it(kcch, here, heard):
    Enquiry.objects.update(reference="A-7KQ0-91MD")
    number = heard.format("A-7KQ0-91MD", "a-7kqo-9imd", "A7KQ091MD", "7kqo")
    desk = person("desk", DESK, hospital=kcch)

    assert Page(desk.get(address(), {"q": number})).texts("#result_list tbody th") == ["A-7KQ0-91MD"]
    assert Page(desk.get(address(), {"q": "A-7KQ0-91MX"})).texts("#result_list tbody th") == []


@pytest.mark.same_on_every_database
def test_the_desk_learns_that_the_same_person_wrote_before(kcch, here):
    again = sent("appointment", "kcch", message="다시 문의합니다.")
    sent("appointment", "kcch", phone="010-2222-3333")

    page = Page(person("desk", DESK, hospital=kcch).get(address("change", again.pk)))

    assert "1" in said("%(number)s other record has the same telephone number or email address.", number=1)
    assert said("%(number)s other record has the same telephone number or email address.", number=1) in page.html


@pytest.mark.same_on_every_database
def test_for_a_child_the_desk_is_told_to_make_sure_of_the_representative(kcch, here):
    child = sent(
        "appointment",
        "kcch",
        is_patient="other",
        requester_name="홍판서",
        relationship="parent",
        under_14="yes",
        agree_behalf="on",
    )
    desk = person("desk", DESK, hospital=kcch)
    sentence = said("The patient is under 14: make sure by telephone that a legal representative has sent this.")

    assert sentence in Page(desk.get(address("change", child.pk))).html
    assert sentence not in Page(desk.get(address("change", here.pk))).html


def test_the_queue_opens_though_a_record_does_not(kcch, here):
    with connection.cursor() as cursor:
        cursor.execute("UPDATE enquiries_enquiry SET answers = 'gAAAAbroken'")

    assert listed(person("desk", DESK, hospital=kcch)) == [here.reference]


@pytest.mark.same_on_every_database
def test_nobody_searches_the_queue_by_what_stands_for_a_number(kcch, here):
    desk = person("desk", DESK, hospital=kcch)

    assert desk.get(address(), {"telephone_hash__startswith": here.telephone_hash[:4]}).status_code == 400


def test_what_is_late_stands_first(kcch, here):
    newer = sent("appointment", "kcch", phone="010-2222-3333")
    Enquiry.objects.filter(pk=here.pk).update(created_at=in_seoul(2026, 1, 5))

    assert listed(person("desk", DESK, hospital=kcch)) == [here.reference, newer.reference]


def test_what_is_done_is_marked_when_nobody_closes_it(kcch, here):
    for state in ("in_progress", "booked"):
        actions.move(here, state, by="desk")
    Enquiry.objects.update(state_since=in_seoul(2026, 1, 5))

    assert Enquiry.objects.with_dues().get().due == "close"


@pytest.mark.same_on_every_database
def test_who_answers_for_the_data_sees_all_of_it_and_handles_none(kcch, here, request_here):
    officer = person("officer", OFFICER, hospital=kcch)

    page = Page(officer.get(address("change", here.pk)))
    officer.post(address("change", here.pk), {"to": "in_progress", "note": "전화함"})

    assert set(listed(officer)) == {here.reference, request_here.reference}
    assert page.all("#id_to") == []
    assert (Enquiry.objects.get(pk=here.pk).state, Step.objects.count()) == ("new", 0)


def test_a_notice_is_not_shown_as_a_refusal(kcch, here):
    Consent.objects.filter(text__key="personal").update(given=None)

    page = Page(person("desk", DESK, hospital=kcch).get(address("change", here.pk)))

    assert page.texts("#consents ~ details summary")[0].startswith(said("Shown as a notice"))


@pytest.mark.same_on_every_database
def test_a_form_opens_only_where_somebody_reads_and_somebody_answers_for_it(kcch):
    controller = DataController.objects.get()
    controller.officer_ko = "개인정보 보호책임자"
    controller.clean()

    for lacking in ({"appointment_mail": ""}, {"request_mail": " "}, {"officer_ko": ""}):
        broken = DataController.objects.get()
        broken.officer_ko = "개인정보 보호책임자"
        vars(broken).update(lacking)
        with pytest.raises(ValidationError):
            broken.clean()
        broken.receives_appointments = broken.receives_requests = False
        broken.clean()


def test_the_privacy_officer_edits_every_part_of_their_own_hospitals_record(kcch, smc):
    officer = person("officer", OFFICER, hospital=kcch)
    mine, other = (DataController.objects.get(hospital=hospital) for hospital in (kcch, smc))
    path = reverse("admin:enquiries_datacontroller_change", args=[mine.pk])

    words = Page(officer.get(path)).form("#datacontroller_form")
    officer.post(path, words | {"officer_ko": "김보호", "networks": "127.0.0.0/8", "appointment_days": "60"})

    mine.refresh_from_db()
    assert (mine.officer_ko, mine.networks, mine.appointment_days) == ("김보호", "127.0.0.0/8", 60)
    assert officer.get(reverse("admin:enquiries_datacontroller_change", args=[other.pk])).status_code == 302


def test_each_desk_edits_days_off(kcch):
    desk = person("desk", DESK, hospital=kcch)

    day = {"hospital": kcch.pk, "day": "2027-06-04", "name": "개원 기념일", "is_free": "on"}
    desk.post(reverse("admin:enquiries_holiday_add"), day)

    assert "개원 기념일" in Page(desk.get(reverse("admin:enquiries_holiday_changelist"))).html
    assert desk.get(reverse("admin:enquiries_datacontroller_changelist")).status_code == 403


# ── What waits, on the front page ─────────────────────────────────────────────────────────────────────────────────────


def tasks_of(client):
    """`{title: number}` of what waits, and the addresses that the numbers lead to."""
    page = Page(client.get(reverse("admin:index")))
    titles = [title.rsplit(" ", 1) for title in page.texts(".tasks h3")]
    return {title: int(number) for title, number in titles}, page.attributes(".tasks a", "href")


def test_the_front_page_tells_the_desk_what_waits_and_leads_to_exactly_that(kcch, here, request_here, smc):
    sent("appointment", "smc", phone="010-2222-3333")
    Enquiry.objects.filter(pk=here.pk).update(created_at=in_seoul(2026, 1, 5))
    desk = person("desk", DESK, hospital=kcch)

    tasks, addresses = tasks_of(desk)

    assert tasks == {said("Received, not begun"): 1, said("First contact is late"): 1}
    for path in addresses:
        assert Page(desk.get(path)).texts("#result_list tbody th") == [here.reference]


@pytest.mark.same_on_every_database
def test_the_front_page_tells_the_officer_what_only_they_answer_for(kcch, october):
    RightsRequest.objects.create(hospital=kcch, right="access")

    tasks, addresses = tasks_of(person("officer", OFFICER, hospital=kcch))

    assert tasks[said("Not answered yet")] == 1
    assert tasks[said("Months of the access log to check")] == 1
    assert log_page("check") in addresses


def test_the_front_page_tells_editors_nothing_about_enquiries(kcch, here):
    page = Page(person("editor", "Editor", hospital=kcch).get(reverse("admin:index")))

    assert said("Received, not begun") not in page.html


# ── The monthly look at the log ───────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def october(kcch, here):
    """Looks at a record in October 2026, one of them on a Sunday at night, and a superuser's."""
    person("root", is_superuser=True)
    moments = {"desk": in_seoul(2026, 10, 6, 10), "night": in_seoul(2026, 10, 4, 3), "root": in_seoul(2026, 10, 7, 11)}
    for account, at in moments.items():
        AccessRecord.objects.create(
            account=account, at=at, action="view", reference=here.reference, hospital=kcch, address="203.0.113.9"
        )
    AccessRecord.objects.create(
        account="desk", at=in_seoul(2026, 10, 31, 23, 59), action="export", hospital=kcch, reason="병원 감사"
    )
    return AccessCheck.objects


def test_the_check_shows_who_did_what_and_what_stands_out(kcch, october):
    page = Page(person("officer", OFFICER, hospital=kcch).get(log_page("check")))

    shown = " ".join(page.texts("#content section"))
    assert page.texts("#content section h2")[:3] == ["desk", "night", f"root · {said('Administrator')}"]
    assert said("%(number)s time at night or on a day off", number=1) in shown
    assert "203.0.113.9" in shown
    assert "병원 감사" in shown


def test_a_month_is_checked_once_and_then_waits_no_longer(kcch, october):
    officer = person("officer", OFFICER, hospital=kcch)
    month = f"{kcch.pk}:2026-10-01"
    waits = said("Months of the access log to check")
    assert tasks_of(officer)[0][waits] == 1

    assert officer.post(log_page("check"), {"finding": "보지 않고"}).status_code == 404
    officer.post(log_page("check"), {"month": month, "finding": ""})
    assert not october.exists()
    officer.post(log_page("check"), {"month": month, "finding": "특이 사항 없음"})
    again = officer.post(log_page("check"), {"month": month, "finding": "다시"})

    check = october.get()
    assert (check.month, check.by, check.finding) == (date(2026, 10, 1), "officer", "특이 사항 없음")
    assert again.status_code == 404
    assert waits not in tasks_of(officer)[0]
    assert "특이 사항 없음" in Page(officer.get(reverse("admin:enquiries_accesscheck_changelist"))).html


def test_this_month_is_not_checked_before_it_is_over(kcch, october):
    def missing(today):
        return [month for _controller, month in AccessCheck.objects.missing(DataController.objects.all(), today=today)]

    assert missing(date(2026, 10, 31)) == []
    assert missing(date(2026, 11, 1)) == [date(2026, 10, 1)]


@pytest.mark.parametrize("hospitals", [1, 4])
def test_looking_for_months_to_check_asks_three_questions_however_many_hospitals_receive(
    hospitals, clock, django_assert_num_queries
):
    for number in range(hospitals):
        hospital = receiving_hospital(f"hospital-{number}").hospital
        moment = clock.now - timedelta(days=70)
        AccessRecord.objects.create(account="kim", hospital=hospital, action="view", at=moment)

    with django_assert_num_queries(3):
        found = AccessCheck.objects.missing(DataController.objects.select_related("hospital"))

    assert len(found) == hospitals


def test_a_check_cannot_be_changed(kcch, october):
    check = actions.check_access_log(kcch, date(2026, 10, 1), by="officer", finding="특이 사항 없음")

    for change in (check.save, check.delete, AccessCheck.objects.all().delete):
        with pytest.raises(TypeError):
            change()


@pytest.mark.same_on_every_database
def test_nobody_checks_another_hospitals_log(smc, october, kcch):
    officer = person("officer", OFFICER, hospital=smc)

    assert Page(officer.get(log_page("check"))).texts("#content section h2") == []
    answer = officer.post(log_page("check"), {"month": f"{kcch.pk}:2026-10-01", "finding": "특이 사항 없음"})

    assert answer.status_code == 404
    assert person("desk", DESK, hospital=kcch).get(log_page("check")).status_code == 403


def test_mail_that_is_stuck_is_told_to_the_desk(kcch, here):
    desk = person("desk", DESK, hospital=kcch)
    sentence = (
        "%(number)s mail to staff has not been sent for over an hour. "
        "Look at this list yourself, and tell whoever runs the site."
    )
    stuck = said(sentence, number=1)
    assert stuck not in Page(desk.get(address())).html

    here.notifications.update(created_at=in_seoul(2026, 1, 5))

    assert stuck in Page(desk.get(address())).html
