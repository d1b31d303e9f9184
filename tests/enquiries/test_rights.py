"""What a person may ask about their own data: correction, a stop, deletion, withdrawal of consent, within ten days."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from hospital_site.enquiries import actions
from hospital_site.enquiries.models import AccessRecord, Enquiry, RightsRequest, Step
from tests.enquiries.patients import said
from tests.enquiries.staff import DESK, OFFICER, address, person, sent
from tests.reading import Page, values_of

pytestmark = pytest.mark.django_db
ASKED = {"asked_on": "2026-01-02", "reason": "기록의 번호로 전화해 확인함"}
EXPORT = {"since": "2020-01-01", "until": "2099-01-01", "reason": "병원 감사"}


@pytest.fixture
def officer(kcch):
    return person("officer", OFFICER, hospital=kcch)


def correct(client, enquiry, **words):
    path = address("correct", enquiry.pk)
    return Page(client.post(path, {**Page(client.get(path)).form("form.decide"), **ASKED, **words}))


# ── Correction ────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_correction_takes_the_place_of_the_old_words_and_the_person_is_found_by_the_new_number(officer, here):
    correct(officer, here, patient_name="홍길순", phone="010-2222-3333")

    found = Enquiry.objects.of_person(telephone="+821022223333").get()
    assert (found.answers["patient_name"], found.answers["phone"]) == ("홍길순", "+821022223333")
    assert not Enquiry.objects.of_person(telephone="+821012345678").exists()
    assert {name: found.answers[name] for name in here.answers if name not in ("patient_name", "phone")} == {
        name: here.answers[name] for name in here.answers if name not in ("patient_name", "phone")
    }


def test_of_a_correction_is_written_down_what_was_corrected_but_no_word_of_it(officer, here):
    correct(officer, here, patient_name="홍길순")

    log = AccessRecord.objects.get(action="correct")
    assert (log.reference, log.reason) == (here.reference, ASKED["reason"])
    assert said("Patient’s name") in Step.objects.get().note
    assert "길" not in Step.objects.get().note.replace(ASKED["reason"], "")
    asked = RightsRequest.objects.get()
    assert (asked.right, asked.reference, asked.asked_on.isoformat()) == ("correction", here.reference, "2026-01-02")
    assert asked.answered_on == timezone.localdate()


@pytest.mark.same_on_every_database
@pytest.mark.parametrize(
    ("words", "field"),
    [
        ({"phone": "1588-1234"}, "phone"),
        ({"patient_name": "900101-1234567"}, "patient_name"),
        ({"message": "900101-1234567"}, "message"),
        ({"phone": "", "email": ""}, "phone"),
    ],
    ids=["telephone", "name", "resident number", "no way to reach"],
)
def test_a_correction_is_held_to_the_rules_of_the_form_and_loses_no_word(officer, here, words, field):
    page = correct(officer, here, **{"other_language": "태국어", "preferred_language": "other", **words})

    assert page.all(f"#id_{field}_error")
    assert Enquiry.objects.get().answers == here.answers
    assert values_of(page.all("#id_other_language")[0]) == ["태국어"]


@pytest.mark.same_on_every_database
def test_a_date_that_has_passed_meanwhile_does_not_stand_in_the_way_of_a_correction(officer, here):
    here.answers["date_1"] = "2020-01-02"
    here.save()

    correct(officer, here, patient_name="홍길순")

    assert Enquiry.objects.get().answers["date_1"] == "2020-01-02"
    assert Enquiry.objects.get().answers["patient_name"] == "홍길순"


@pytest.mark.same_on_every_database
def test_a_center_that_is_no_longer_on_the_site_stays_as_it_was_chosen(officer, here):
    here.answers["center"] = "옛 센터"
    here.save()

    correct(officer, here, patient_name="홍길순")

    assert Enquiry.objects.get().answers["center"] == "옛 센터"


def test_of_two_who_correct_at_once_the_later_is_told(officer, here):
    form = Page(officer.get(address("correct", here.pk))).form("form.decide")
    correct(officer, here, phone="010-2222-3333")

    officer.post(address("correct", here.pk), {**form, **ASKED, "patient_name": "홍길순"})

    assert Enquiry.objects.get().answers["phone"] == "+821022223333"
    assert Enquiry.objects.get().answers["patient_name"] == "홍길동"
    assert (
        said("Somebody else has corrected this record meanwhile. Look at it again.")
        in Page(officer.get(address())).html
    )


@pytest.mark.same_on_every_database
def test_a_correction_of_nothing_is_refused(officer, here):
    correct(officer, here)

    assert not RightsRequest.objects.exists()
    assert said("Nothing was changed, so nothing was corrected.") in Page(officer.get(address())).html


@pytest.mark.same_on_every_database
@pytest.mark.parametrize("view", ["correct", "stop"])
def test_a_desk_without_the_right_changes_nothing_that_a_person_wrote(kcch, here, view):
    desk = person("desk", DESK, hospital=kcch)

    assert desk.get(address(view, here.pk)).status_code == 403
    assert desk.post(address(view, here.pk), ASKED).status_code == 403
    assert address(view, here.pk) not in Page(desk.get(address("change", here.pk))).html


@pytest.mark.parametrize("view", ["correct", "stop", "print", "recuse"])
def test_another_hospitals_record_is_not_found(officer, smc, view):
    elsewhere = sent("mediation", "smc")

    assert officer.get(address(view, elsewhere.pk)).status_code == 404
    assert officer.post(address(view, elsewhere.pk), ASKED).status_code == 404


# ── A stop ────────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.same_on_every_database
def test_while_the_work_is_stopped_nobody_moves_writes_or_exports_and_nothing_is_late(kcch, officer, here):
    Enquiry.objects.update(created_at=timezone.now() - timedelta(days=30))
    desk = person("desk", DESK, hospital=kcch)

    officer.post(address("stop", here.pk), ASKED)

    desk.post(address("change", here.pk), {"to": "in_progress", "note": "전화함"})
    assert (Enquiry.objects.get().state, Step.objects.count()) == ("new", 0)
    assert Enquiry.objects.with_dues().get().due == ""
    assert here.reference not in officer.post(address("export"), EXPORT).content.decode()
    assert said("Suspended at the person’s request") in Page(desk.get(address())).text("#result_list")
    for action in (lambda: actions.move(here, "in_progress", by="x"), lambda: actions.add_note(here, "메모", by="x")):
        with pytest.raises(actions.Refused):
            action()


def test_the_work_is_taken_up_again_when_the_person_asks_for_it(officer, here):
    officer.post(address("stop", here.pk), ASKED)
    officer.post(address("stop", here.pk), ASKED)

    assert actions.move(here, "in_progress", by="desk").state == "in_progress"
    assert list(AccessRecord.objects.order_by("pk").values_list("action", flat=True)) == ["stop", "resume"]
    assert RightsRequest.objects.get().right == "stop"


def test_a_stopped_record_is_destroyed_when_its_time_is_over(here):
    actions.stop(here, by="officer", asked_on=timezone.localdate(), reason="확인함")
    later = timezone.now() + timedelta(days=181)

    assert Enquiry.objects.expired(later).get() == here
    assert actions.destroy(here).stopped_at is None


def test_the_database_refuses_a_destroyed_record_that_is_stopped(here):
    actions.destroy(here)

    with pytest.raises(IntegrityError), transaction.atomic():
        Enquiry.objects.update(stopped_at=timezone.now())


# ── Deletion and withdrawal ───────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(("right", "action"), [("deletion", "delete"), ("withdrawal", "withdraw")])
def test_what_a_person_takes_back_is_destroyed_at_once_and_listed_as_what_it_was(officer, here, right, action):
    officer.post(address("person"), {"contact": "010-1234-5678", "right": right, "step": "erase", **ASKED})

    assert Enquiry.objects.get().state == "destroyed"
    assert AccessRecord.objects.get(reference=here.reference).action == action
    assert RightsRequest.objects.get().right == right


def test_what_is_destroyed_already_is_not_listed_again(here):
    for _twice in range(2):
        actions.erase([here], by="officer", reason="전화로 확인함")

    assert AccessRecord.objects.count() == RightsRequest.objects.count() == 1


@pytest.mark.same_on_every_database
def test_a_deletion_without_its_reason_keeps_what_was_found_on_the_page(officer, here):
    words = {"contact": "010-1234-5678", "right": "deletion", "step": "erase", "asked_on": "2026-01-02", "reason": ""}

    page = Page(officer.post(address("person"), words))

    assert here.reference in page.html
    assert page.all("#id_reason_error")
    assert Enquiry.objects.get().state == "new"


@pytest.mark.same_on_every_database
def test_a_day_to_come_is_no_day_on_which_somebody_asked(officer, here):
    tomorrow = (timezone.localdate() + timedelta(days=1)).isoformat()

    page = Page(officer.post(address("stop", here.pk), {**ASKED, "asked_on": tomorrow}))

    assert page.all("#id_asked_on_error")
    assert Enquiry.objects.get().stopped_at is None


def test_a_search_for_a_person_stands_in_the_log_of_the_hospital_whoever_is_found(officer, kcch, here):
    officer.post(address("person"), {"contact": "010-9999-9999", "step": "find"})
    officer.post(address("person"), {"contact": "010-1234-5678", "step": "find"})

    log = AccessRecord.objects.order_by("pk").values_list("action", "hospital", "reference")
    assert list(log) == [("search", kcch.pk, ""), ("search", kcch.pk, ""), ("tell", kcch.pk, here.reference)]


# ── The list of what was asked ────────────────────────────────────────────────────────────────────────────────────────


def requests_list(view="changelist", *args):
    return reverse(f"admin:enquiries_rightsrequest_{view}", args=args)


def test_what_is_not_answered_within_ten_days_is_late(officer, kcch):
    today = timezone.localdate()
    for days in (10, 11):
        RightsRequest.objects.create(hospital=kcch, right="access", asked_on=today - timedelta(days=days))

    page = Page(officer.get(requests_list(), {"answer": "open"}))

    assert page.texts("#result_list .field-late") == ["-", said("Yes")]


def test_an_officer_lists_what_is_asked_at_their_own_hospital_only(officer, kcch, smc):
    words = {"right": "access", "asked_on": "2026-01-02", "reference": "", "answered_on": "", "answer": ""}

    officer.post(requests_list("add"), {**words, "hospital": smc.pk})
    assert not RightsRequest.objects.exists()
    officer.post(requests_list("add"), {**words, "hospital": kcch.pk})

    asked = RightsRequest.objects.get()
    assert (asked.hospital, asked.by) == (kcch, "officer")
    elsewhere = RightsRequest.objects.create(hospital=smc, right="access")
    assert officer.get(requests_list("change", elsewhere.pk)).status_code == 302
    assert str(elsewhere.pk) not in Page(officer.get(requests_list())).attributes("#result_list a", "href")


def test_an_answer_before_the_question_is_refused_in_words(officer, kcch):
    words = {"right": "access", "asked_on": "2026-01-02", "reference": "", "answered_on": "2026-01-01", "answer": ""}

    page = Page(officer.post(requests_list("add"), {**words, "hospital": kcch.pk}))

    assert said("The answer cannot be earlier than the question.") in page.html
    assert not RightsRequest.objects.exists()


@pytest.mark.same_on_every_database
def test_desks_do_not_see_the_list(kcch):
    assert person("desk", DESK, hospital=kcch).get(requests_list()).status_code == 403
