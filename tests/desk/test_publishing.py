"""From a draft to what patients see: submitting, publishing, hours, withdrawing, and the rule of four eyes."""

from datetime import UTC, datetime, timedelta

import pytest

from hospital_site.publishing.models import Edition
from tests import make
from tests.desk.people import Form, Person, address, in_seoul, public, said
from tests.reading import read
from tests.recorded import recorded

pytestmark = [pytest.mark.django_db, pytest.mark.same_on_every_database]

OWN_WORK = said("You changed this draft yourself. Somebody else must read and publish it.")
NOT_SEEN = said("The draft has changed since you looked at it. Read the changes again before you publish.")
PAST = said("This time has passed. Choose a later one, or publish at once.")
ERRORS = said("The draft has errors that must be corrected first. They are listed below.")
SUBMITTED = said("This draft is submitted for publishing. Saving a change cancels that.")
TWO_EYES = said(
    "On this site one person may edit and publish the same page: approval by a second person is switched off."
)


@pytest.fixture
@recorded
def treatment(client):
    return make.published(make.in_sync(make.treatment(name_ko="절제술", name_en="Resection")))


def numbers(page):
    return [edition.number for edition in page.editions().order_by("number")]


def seen_by_patients(client, page):
    return read(client, public(page)).texts("h1")


# ── Submitting ────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_an_editor_submits_a_draft_and_another_edit_takes_it_back(treatment):
    editor = Person("editor")
    editor.edit(treatment, name_ko="근치적 절제술", name_en="Radical resection")

    editor.decide(treatment, "submit")
    submitted = editor.open(treatment).texts(".state p")
    editor.edit(treatment, name_ko="수술")
    afterwards = editor.open(treatment).texts(".state p")

    assert (SUBMITTED in submitted, SUBMITTED in afterwards) == (True, False)


def test_submitting_asks_for_a_reason(treatment):
    editor = Person("editor")
    editor.edit(treatment, name_ko="근치적 절제술")

    answer = editor.decide(treatment, "submit", reason=" ")

    assert (answer.status, len(answer.texts(".errorlist li"))) == (200, 1)
    treatment.refresh_from_db()
    assert treatment.submitted_digest == ""


@pytest.mark.parametrize("view", ["submit", "publish"])
def test_a_draft_with_errors_is_refused_and_each_finding_links_to_its_field(view):
    treatment = make.treatment(name_ko="절제술", name_en="")
    person = Person("editor" if view == "submit" else "publisher")

    answer = person.publish(treatment) if view == "publish" else person.decide(treatment, view)

    assert answer.status == 200
    assert answer.texts(".errorlist li") == [ERRORS]
    findings = person.open(treatment, "publish").attributes(".findings.error a", "href")
    assert findings == [f"{address(treatment)}#id_name_en"]
    assert not treatment.editions().exists()


def test_a_publisher_returns_a_submitted_draft_with_a_reason(treatment):
    editor, publisher = Person("editor"), Person("publisher")
    editor.edit(treatment, name_ko="근치적 절제술")
    editor.decide(treatment, "submit")

    publisher.decide(treatment, "return", reason="출처가 없습니다.")

    treatment.refresh_from_db()
    assert (treatment.submitted_digest, treatment.submitted_by) == ("", "")
    assert "출처가 없습니다." in editor.open(treatment, "history").texts("#log ~ .results td")


# ── Publishing ────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.depends_on_database
def test_patients_see_what_a_publisher_publishes_and_nothing_before(client, treatment):
    Person("editor").edit(treatment, name_ko="근치적 절제술")
    before = seen_by_patients(client, treatment)

    answer = Person("publisher", name="park").publish(treatment, reason="이름을 바로잡음")

    assert (before, seen_by_patients(client, treatment)) == (["절제술"], ["근치적 절제술"])
    assert answer.status == 302
    last = treatment.editions().get(number=2)
    assert (last.issued_by, last.reason) == ("park", "이름을 바로잡음")


def test_publishing_asks_for_a_reason(treatment):
    Person("editor").edit(treatment, name_ko="근치적 절제술")

    answer = Person("publisher").publish(treatment, reason="")

    assert (answer.status, numbers(treatment)) == (200, [1])
    assert answer.attributes('[aria-invalid="true"]', "name") == ["reason"]


def test_the_publisher_reads_what_would_change_in_the_words_of_the_form(treatment):
    Person("editor", name="kim").edit(treatment, name_ko="근치적 절제술")

    page = Person("publisher").open(treatment, "publish")

    assert page.texts(".difference dt") == ["이름"]
    assert page.texts(".difference dd ins") == ["추가: 근치적 (추가된 글 끝)"]
    assert said("Changed since the last published version by: %(names)s.", names="kim") in page.texts("section p")


def test_a_draft_that_says_what_patients_see_has_nothing_to_publish(treatment):
    page = Person("publisher").open(treatment, "publish")

    assert page.all("form.decide") == []


def test_what_the_publisher_has_not_seen_does_not_go_out(client, treatment):
    editor, publisher = Person("editor"), Person("publisher")
    editor.edit(treatment, name_ko="근치적 절제술")
    form = publisher.form(treatment, "publish")
    editor.edit(treatment, name_ko="몰래 고친 이름")

    answer = form.send(reason="좋습니다.")

    assert (answer.status, answer.texts(".errorlist li")) == (200, [NOT_SEEN])
    assert seen_by_patients(client, treatment) == ["절제술"]
    Form.again(form, answer, "form.decide").send(reason="이제 읽었습니다.", warnings_read="on")
    assert seen_by_patients(client, treatment) == ["몰래 고친 이름"]


@pytest.mark.parametrize("seen", ["", "0" * 64, None], ids=["empty", "made up", "left out"])
def test_publishing_without_the_digest_of_the_draft_is_refused(treatment, seen):
    Person("editor").edit(treatment, name_ko="근치적 절제술")

    answer = Person("publisher").publish(treatment, seen=seen)

    assert (answer.status, numbers(treatment)) == (200, [1])


# ── Hours ─────────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_an_hour_on_the_form_is_one_of_seoul(treatment, clock):
    clock.now = datetime(2026, 11, 30, 12, tzinfo=UTC)
    Person("editor").edit(treatment, name_ko="근치적 절제술")

    Person("publisher").publish(treatment, hour="2026-12-01T09:00")

    assert treatment.editions().get(number=2).live_from == datetime(2026, 12, 1, 0, tzinfo=UTC)


def test_the_form_says_that_its_hour_is_one_of_seoul(treatment):
    Person("editor").edit(treatment, name_ko="근치적 절제술")

    page = Person("publisher").open(treatment, "publish")

    assert page.texts('label[for="id_hour"]') == [said("Publish at (Seoul time)")]


def test_a_scheduled_text_shows_at_its_hour_and_not_before(client, treatment, clock):
    clock.now = in_seoul(2026, 12, 1, 8)
    Person("editor").edit(treatment, name_ko="근치적 절제술")
    clock.forward(minutes=1)
    Person("publisher").publish(treatment, hour="2026-12-01T09:00")

    clock.now = in_seoul(2026, 12, 1, 8, 59, 59)
    before = seen_by_patients(client, treatment)
    clock.forward(seconds=1)

    assert (before, seen_by_patients(client, treatment)) == (["절제술"], ["근치적 절제술"])


@pytest.mark.parametrize("hour", ["2026-12-01T08:00", "2026-12-01T07:59", "1999-01-01T00:00"])
def test_an_hour_that_has_passed_is_refused(treatment, clock, hour):
    clock.now = in_seoul(2026, 12, 1, 8)
    Person("editor").edit(treatment, name_ko="근치적 절제술")

    answer = Person("publisher").publish(treatment, hour=hour)

    assert answer.texts(".errorlist li") == [PAST]
    assert numbers(treatment) == [1]


def test_an_older_text_that_waits_for_its_hour_is_warned_of_and_can_be_cancelled_from_there(client, treatment, clock):
    clock.now = in_seoul(2026, 12, 1, 8)
    editor, publisher = Person("editor"), Person("publisher")
    editor.edit(treatment, name_ko="내일의 이름")
    clock.forward(minutes=1)
    publisher.publish(treatment, hour="2026-12-02T09:00")
    clock.forward(minutes=1)
    editor.edit(treatment, name_ko="바로잡은 이름")
    clock.forward(minutes=1)

    warning = publisher.open(treatment, "publish")
    [way_out] = warning.attributes(".state.warning a", "href")
    publisher.publish(treatment)
    cancelling = Form(publisher.client, address(treatment, "cancel", 2), "form.decide")
    cancelling.send(reason="옛 글입니다.")
    clock.now = in_seoul(2026, 12, 3, 0)

    assert way_out == "../cancel/2/"
    assert seen_by_patients(client, treatment) == ["바로잡은 이름"]


@pytest.mark.depends_on_database
def test_an_older_text_that_nobody_cancels_does_go_out_at_its_hour(client, treatment, clock):
    clock.now = in_seoul(2026, 12, 1, 8)
    make.show(treatment, live_from=in_seoul(2026, 12, 2, 9))
    type(treatment).objects.update(name_ko="바로잡은 이름")
    treatment.refresh_from_db()
    make.show(treatment)

    clock.now = in_seoul(2026, 12, 3, 0)

    assert seen_by_patients(client, treatment) == ["절제술"]


def test_what_has_gone_out_cannot_be_cancelled(treatment, clock):
    make.show(treatment, live_from=clock.now + timedelta(hours=1))
    publisher = Person("publisher")
    form = publisher.form(treatment, "cancel", 2)
    clock.forward(hours=1)

    answer = form.send(reason="Too late.")

    assert (answer.status, len(answer.texts(".errorlist li"))) == (200, 1)
    assert treatment.editions().get(number=2).cancelled_at is None


def test_scheduling_ends_the_request_to_publish(treatment, clock):
    editor = Person("editor")
    editor.edit(treatment, name_ko="근치적 절제술")
    editor.decide(treatment, "submit")
    clock.forward(minutes=1)

    Person("publisher").publish(treatment, hour=f"{clock.now.year + 1}-01-01T09:00")

    assert list(type(treatment).objects.with_state().with_task("submitted")) == []


# ── Withdrawing ───────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.depends_on_database
def test_withdrawing_takes_the_page_off_and_cancels_what_was_scheduled(client, treatment, clock):
    make.show(treatment, live_from=clock.now.replace(year=clock.now.year + 1))
    clock.forward(minutes=1)

    Person("publisher", name="park").decide(treatment, "withdraw", reason="잘못된 안내입니다.")
    clock.forward(days=800)

    assert client.get(public(treatment)).status_code == 410
    assert [(e.number, e.is_withdrawal, e.cancelled_by) for e in treatment.editions().order_by("number")] == [
        (1, False, ""),
        (2, False, "park"),
        (3, True, ""),
    ]


@pytest.mark.parametrize("view", ["withdraw", "return"])
def test_withdrawing_and_returning_ask_for_a_reason(treatment, view):
    answer = Person("publisher").decide(treatment, view, reason="")

    assert (answer.status, numbers(treatment)) == (200, [1])
    assert answer.attributes('[aria-invalid="true"]', "name") == ["reason"]


# ── Four eyes ─────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def both():
    """Two people who edit and publish, and one who only publishes."""
    return Person("editor", "publisher"), Person("editor", "publisher"), Person("publisher")


def test_everybody_who_edited_since_the_last_edition_is_refused_not_only_the_last(treatment, both):
    one, other, third = both
    one.edit(treatment, name_ko="근치적 절제술")
    other.edit(treatment, name_en="Radical resection")

    refused = [person.publish(treatment).texts(".errorlist li") for person in (one, other)]

    assert refused == [[OWN_WORK], [OWN_WORK]]
    assert numbers(treatment) == [1]
    third.publish(treatment)
    assert numbers(treatment) == [1, 2]


def test_after_an_edition_its_editors_may_publish_the_work_of_others(treatment, both):
    one, other, third = both
    one.edit(treatment, name_ko="근치적 절제술")
    third.publish(treatment)
    other.edit(treatment, name_ko="수술")

    one.publish(treatment)

    assert numbers(treatment) == [1, 2, 3]


def test_edits_before_an_edition_was_issued_again_still_count(treatment, both):
    one, _other, third = both
    Person("editor").edit(treatment, name_ko="수술")
    third.publish(treatment)
    one.edit(treatment, name_ko="근치적 절제술")
    third.decide(treatment, "again", 1)

    answer = one.publish(treatment)

    assert answer.texts(".errorlist li") == [OWN_WORK]


def test_edits_of_a_scheduled_edition_that_was_cancelled_still_count(treatment, both):
    one, _other, third = both
    one.edit(treatment, name_ko="근치적 절제술")
    third.publish(treatment, hour="2199-01-01T09:00")
    third.decide(treatment, "cancel", 2)

    answer = one.publish(treatment)

    assert answer.texts(".errorlist li") == [OWN_WORK]


def test_edits_before_a_withdrawal_still_count(treatment, both):
    one, _other, third = both
    one.edit(treatment, name_ko="근치적 절제술")
    third.decide(treatment, "withdraw")

    answer = one.publish(treatment)

    assert answer.texts(".errorlist li") == [OWN_WORK]


@pytest.mark.depends_on_database
def test_copying_an_earlier_edition_into_the_draft_is_an_edit(treatment, both):
    one, _other, third = both
    Person("editor").edit(treatment, name_ko="근치적 절제술")
    third.publish(treatment)
    one.decide(treatment, "copy", 1)

    answer = one.publish(treatment)

    assert answer.texts(".errorlist li") == [OWN_WORK]


@pytest.mark.depends_on_database
def test_editing_the_departments_of_a_hospital_is_an_edit_of_the_clinic_that_copies_them(both):
    one, _other, third = both
    clinic = make.clinic(name_ko="클리닉", name_en="Clinic")
    hospital = clinic.center.hospital
    clinic.departments.add(make.part(hospital, "departments", name_ko="내과", name_en="Medicine"))
    make.published(clinic)
    one.edit(hospital, **{"departments-0-name_ko": "내분비내과"})

    refused = one.publish(clinic).texts(".errorlist li")
    third.publish(clinic)

    assert refused == [OWN_WORK]
    assert clinic.editions().get(number=2).data["departments"][0]["name_ko"] == "내분비내과"


def test_saving_without_a_change_makes_nobody_an_editor(treatment, both):
    one, other, _third = both
    other.edit(treatment, name_ko="근치적 절제술")
    one.edit(treatment)

    one.publish(treatment)

    assert numbers(treatment) == [1, 2]


def test_where_four_eyes_are_switched_off_one_person_publishes_and_the_desk_says_so(treatment, both, settings):
    settings.FOUR_EYES = False
    one, _other, _third = both
    one.edit(treatment, name_ko="근치적 절제술")

    desk, form = one.read("/ko/admin/"), one.open(treatment, "publish")
    one.publish(treatment)

    assert (desk.texts(".state.warning"), form.texts(".state.warning")) == ([TWO_EYES], [TWO_EYES])
    assert numbers(treatment) == [1, 2]


def test_nothing_is_said_of_four_eyes_where_they_are_on(treatment):
    desk = Person("publisher").read("/ko/admin/")

    assert desk.texts(".state.warning") == []


# ── Mistaken requests ─────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("view", ["again", "copy", "cancel", "edition"])
def test_an_edition_that_does_not_exist_is_not_found(treatment, view):
    person = Person("editor", "publisher")

    asked = person.status(treatment, view, 99)
    sent = person.send(treatment, view, 99, reason="It was time.").status

    assert (asked, sent) == (404, 404)
    assert Edition.objects.filter(page=treatment.key).count() == 1
