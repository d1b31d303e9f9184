"""One way from a draft to patients: whoever begins it how, the same questions are asked, and once."""

import pytest
from django.db.models import ProtectedError

from hospital_site.publishing import pipeline, registries, snapshots
from hospital_site.publishing.pipeline import publish, withdraw
from hospital_site.publishing.policy import Refused
from tests import make
from tests.desk.people import Person, address, in_seoul, public, said
from tests.reading import read
from tests.recorded import recorded

pytestmark = [pytest.mark.django_db, pytest.mark.same_on_every_database]

OWN_WORK = said("You changed this draft yourself. Somebody else must read and publish it.")
NOT_NEW = said("Patients already have exactly this text. There is nothing to publish.")
SCHEDULED_ALREADY = said("Exactly this text is scheduled already. Cancel that first to choose another time.")
CANCELLED = said(
    "This version was cancelled before it was published, so it cannot be published again. Copy it into the draft."
)
OUT_OF_SCOPE = said("This version stood in a part of this site that you do not work on. Choose another version.")
SAME_TIME = said("Another version is scheduled for this very time. Cancel that first, or choose another time.")
WAITING = said("This version is still scheduled. To publish it earlier, cancel it and publish the draft.")


@pytest.fixture
@recorded
def treatment(clock):
    clock.now = in_seoul(2026, 12, 1, 8)
    page = make.published(make.in_sync(make.treatment(name_ko="절제술", name_en="Resection")))
    clock.forward(minutes=1)
    return page


def numbers(page):
    return list(page.editions().order_by("number").values_list("number", flat=True))


def errors(answer):
    return answer.texts(".errorlist li") + answer.texts(".messagelist .error")


def seen_by_patients(client, page):
    return read(client, public(page)).texts("h1")


# ── The place in the tree ─────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.depends_on_database
def test_an_edition_that_is_issued_again_stands_where_it_stood_then(client, clock):
    old = make.clinic(slug="old")
    new = make.published(make.clinic(slug="new", center=old.center))
    treatment = make.published(make.in_sync(make.treatment(clinic=old)))
    first = treatment.editions().get()
    clock.forward(minutes=1)
    Person("editor").edit(treatment, name_ko="수술", name_en="Surgery", clinic=str(new.pk))
    clock.forward(minutes=1)
    treatment.refresh_from_db()
    Person("publisher").publish(treatment)
    clock.forward(minutes=1)

    Person("publisher").decide(treatment, "again", 1)

    again = treatment.editions().get(number=3)
    assert (again.parent, again.ancestors) == (old.key, first.ancestors)
    assert treatment.editions().get(number=2).parent == new.key
    assert read(client, public(old)).attributes(f'main a[href="{public(treatment)}"]', "href") != []


def test_a_move_that_nobody_published_does_not_go_out_with_an_earlier_edition(clock):
    old = make.clinic()
    new = make.published(make.clinic(center=old.center))
    treatment = make.published(make.in_sync(make.treatment(clinic=old)))
    clock.forward(minutes=1)
    Person("editor").edit(treatment, name_ko="수술", name_en="Surgery")
    Person("publisher").publish(treatment)
    clock.forward(minutes=1)
    Person("editor").edit(treatment, clinic=str(new.pk))

    Person("publisher").decide(treatment, "again", 1)

    assert treatment.editions().get(number=3).parent == old.key


def test_withdrawing_takes_the_page_off_where_patients_see_it_though_its_draft_has_moved(clock):
    old = make.clinic()
    new = make.published(make.clinic(center=old.center))
    treatment = make.published(make.in_sync(make.treatment(clinic=old)))
    Person("editor").edit(treatment, clinic=str(new.pk))

    Person("publisher").decide(treatment, "withdraw")

    assert treatment.editions().get(number=2).parent == old.key


# ── Who may ───────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def writer():
    return Person("editor", "publisher")


def test_an_edition_that_somebody_cancelled_does_not_come_back_by_issuing_it_again(treatment, writer):
    writer.edit(treatment, name_ko="근치적 절제술")
    second = Person("publisher")
    second.publish(treatment, hour="2027-01-01T09:00")
    second.decide(treatment, "cancel", 2)

    for person in (writer, Person("publisher")):
        person.send(treatment, "again", 2, reason="It was time.")
        assert errors(person.open(treatment, "history")) == [CANCELLED]

    assert numbers(treatment) == [1, 2]


@pytest.mark.depends_on_database
def test_an_edition_that_waits_for_its_hour_is_not_issued_before_it(treatment, writer):
    writer.edit(treatment, name_ko="근치적 절제술")
    Person("publisher").publish(treatment, hour="2027-01-01T09:00")

    writer.send(treatment, "again", 2, reason="It was time.")

    assert errors(writer.open(treatment, "history")) == [WAITING]
    assert numbers(treatment) == [1, 2]


def test_the_history_offers_to_issue_again_only_what_patients_once_read(treatment, clock):
    editor, publisher = Person("editor"), Person("publisher")
    for name, hour in [("하나", "2027-01-01T09:00"), ("둘", ""), ("셋", "2027-02-01T09:00")]:
        editor.edit(treatment, name_ko=name)
        clock.forward(minutes=1)
        publisher.publish(treatment, hour=hour)
        clock.forward(minutes=1)
    publisher.decide(treatment, "cancel", 2)

    page = publisher.open(treatment, "history")

    assert page.attributes('a[href$="/again/"]', "href") == ["../editions/1/again/"]


def test_a_writer_remains_a_writer_until_the_text_is_really_live(treatment, writer, clock):
    writer.edit(treatment, name_ko="근치적 절제술")
    clock.forward(minutes=1)
    Person("publisher").publish(treatment, hour="2026-12-01T09:00")
    clock.forward(minutes=1)

    refused = writer.publish(treatment)
    clock.now = in_seoul(2026, 12, 1, 10)
    Person("editor").edit(treatment, name_ko="수술")
    clock.forward(minutes=1)
    writer.publish(treatment)

    assert errors(refused) == [OWN_WORK]
    assert numbers(treatment) == [1, 2, 3]


def test_a_new_user_name_makes_no_other_person(treatment, writer):
    writer.edit(treatment, name_ko="근치적 절제술")
    writer.user.username = "somebody-else"
    writer.user.save()

    answer = writer.publish(treatment)

    assert errors(answer) == [OWN_WORK]


@pytest.mark.depends_on_database
def test_whoever_gets_the_user_name_of_a_writer_is_another_person(treatment, writer):
    writer.edit(treatment, name_ko="근치적 절제술")
    writer.user.username = "left"
    writer.user.save()

    Person("publisher", name=writer.name).publish(treatment)

    assert numbers(treatment) == [1, 2]


def test_an_edition_knows_the_accounts_that_wrote_it(treatment, writer):
    other = Person("editor")
    writer.edit(treatment, name_ko="근치적 절제술")
    other.edit(treatment, name_en="Radical resection")

    Person("publisher").publish(treatment)

    assert treatment.editions().get(number=2).authors == sorted([writer.user.pk, other.user.pk])


# ── Whether it is new, and what is scheduled ──────────────────────────────────────────────────────────────────────────


@pytest.mark.depends_on_database
def test_the_same_draft_is_not_published_twice(treatment):
    Person("editor").edit(treatment, name_ko="근치적 절제술")
    Person("publisher").publish(treatment)

    answer = Person("publisher").publish(treatment)

    assert errors(answer) == [NOT_NEW]
    assert numbers(treatment) == [1, 2]


def test_the_same_draft_is_not_scheduled_twice(treatment):
    Person("editor").edit(treatment, name_ko="근치적 절제술")
    Person("publisher").publish(treatment, hour="2027-01-01T09:00")

    answer = Person("publisher").publish(treatment, hour="2027-02-01T09:00")

    assert errors(answer) == [SCHEDULED_ALREADY]


def test_a_withdrawn_text_may_be_published_once_more(treatment, client):
    Person("publisher").decide(treatment, "withdraw")

    Person("publisher").publish(treatment)

    assert seen_by_patients(client, treatment) == ["절제술"]


def test_a_text_that_only_moved_to_another_clinic_is_new(clock):
    old = make.clinic()
    new = make.published(make.clinic(center=old.center))
    treatment = make.published(make.in_sync(make.treatment(clinic=old)))
    clock.forward(minutes=1)
    Person("editor").edit(treatment, clinic=str(new.pk))

    Person("publisher").publish(treatment)

    assert treatment.editions().get(number=2).parent == new.key


def test_issuing_again_says_which_scheduled_edition_will_replace_it(treatment, clock):
    editor, publisher = Person("editor"), Person("publisher")
    editor.edit(treatment, name_ko="수술")
    clock.forward(minutes=1)
    publisher.publish(treatment)
    editor.edit(treatment, name_ko="내일의 이름")
    clock.forward(minutes=1)
    publisher.publish(treatment, hour="2026-12-02T09:00")

    page = publisher.open(treatment, "again", 1)

    assert page.attributes(".state.warning a", "href") == ["../../../cancel/3/"]
    assert page.texts(".difference dd ins") == ["추가: 절제술 (추가된 글 끝)"]


@pytest.mark.depends_on_database
def test_an_old_text_with_errors_does_not_come_back(treatment, clock):
    for name in ("", "Resection"):
        treatment.name_en = name
        treatment.save()
        clock.forward(minutes=1)
        make.show(treatment)  # as before there was a check of names

    answer = Person("publisher").send(treatment, "again", 2, reason="It was time.")

    assert (answer.status, numbers(treatment)) == (200, [1, 2, 3])
    assert answer.attributes(".findings.error a", "href") == [f"{address(treatment)}#id_name_en"]


# ── Once ──────────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_one_publication_reads_the_working_rows_once(treatment, monkeypatch):
    publisher = Person("publisher")
    Person("editor").edit(treatment, name_ko="근치적 절제술")
    form = publisher.form(treatment, "publish")
    dumped = []
    columns = snapshots.columns
    monkeypatch.setattr(snapshots, "columns", lambda row, **how: dumped.append(row) or columns(row, **how))

    form.send(reason="It was time.", warnings_read="on")

    assert numbers(treatment) == [1, 2]
    assert dumped == [treatment]


@pytest.mark.depends_on_database
def test_an_app_above_hears_of_every_edition_within_the_same_transaction(treatment, monkeypatch):
    heard = []
    hear = lambda edition: heard.append((edition.number, edition.is_withdrawal))  # noqa: E731
    monkeypatch.setattr(registries, "AFTER_ISSUE", [hear])
    treatment.name_ko = "수술"
    treatment.save()

    publish(treatment, by="the test")
    pipeline.issue_again(treatment, 1, by="the test", reason="Because.")
    withdraw(treatment, by="the test", reason="Because.")

    assert heard == [(2, False), (3, False), (4, True)]


@pytest.mark.depends_on_database
def test_what_an_app_above_refuses_leaves_no_edition(treatment, monkeypatch):
    def fail(edition):
        raise Refused("No.")

    monkeypatch.setattr(registries, "AFTER_ISSUE", [fail])

    with pytest.raises(Refused):
        withdraw(treatment, by="the test", reason="Because.")

    assert numbers(treatment) == [1]


# ── The same, seen from the side ──────────────────────────────────────────────────────────────────────────────────────


def test_what_is_scheduled_is_not_published_a_second_time_before_its_hour(treatment):
    Person("editor").edit(treatment, name_ko="근치적 절제술")
    Person("publisher").publish(treatment, hour="2027-01-01T09:00")

    answer = Person("publisher").publish(treatment)

    assert errors(answer) == [SCHEDULED_ALREADY]
    assert numbers(treatment) == [1, 2]


def test_whoever_wrote_a_text_that_was_taken_back_is_named_and_does_not_publish_it_alone(treatment, writer, clock):
    publisher = Person("publisher")
    writer.edit(treatment, name_ko="근치적 절제술")
    clock.forward(minutes=1)
    publisher.publish(treatment)
    clock.forward(minutes=1)
    publisher.decide(treatment, "again", 1)
    clock.forward(minutes=1)

    named = publisher.open(treatment, "publish").text("[aria-labelledby=changes]")
    answer = writer.publish(treatment)

    assert writer.name in named
    assert errors(answer) == [OWN_WORK]


@pytest.fixture
@recorded
def moved(clock):
    """A treatment that somebody has moved from the clinic `old` to the clinic `new`, in its draft."""
    old = make.clinic(slug="old")
    new = make.published(make.clinic(slug="new", center=old.center))
    treatment = make.published(make.in_sync(make.treatment(clinic=old)))
    clock.forward(minutes=1)
    Person("editor").edit(treatment, clinic=str(new.pk), name_ko="수술", name_en="Surgery")
    clock.forward(minutes=1)
    treatment.refresh_from_db()
    Person("publisher").publish(treatment)
    return treatment


@pytest.mark.depends_on_database
@pytest.mark.parametrize(("view", "role"), [("again", "publisher"), ("copy", "editor")])
def test_nobody_brings_a_page_back_to_a_place_that_they_do_not_work_on(moved, view, role):
    limited = Person(role, limited_to=[moved.clinic])

    answer = limited.decide(moved, view, 1)

    moved.refresh_from_db()
    assert errors(answer) == [OUT_OF_SCOPE]
    assert (numbers(moved), moved.clinic.slug) == ([1, 2], "new")


@pytest.fixture
@recorded
def below_a_draft(clock):
    """A published treatment whose clinic and center are drafts, and were never published."""
    treatment = make.in_sync(make.treatment(clinic=make.clinic(slug="draft")))
    make.published(treatment.center.hospital)
    make.show(treatment)
    return treatment


@pytest.mark.depends_on_database
def test_a_draft_with_published_pages_below_it_keeps_the_address_that_theirs_begin_with(below_a_draft, client):
    center, clinic = below_a_draft.center, below_a_draft.clinic
    for page in (center, clinic):
        Person("editor").edit(page, slug="elsewhere")
        page.refresh_from_db()
        make.show(page)

    links = read(client, public(clinic)).attributes("main a", "href")

    assert public(below_a_draft) in links
    assert read(client, public(below_a_draft)).status == 200


@pytest.mark.depends_on_database
def test_a_draft_with_published_pages_below_it_is_not_deleted_though_they_have_moved_away(below_a_draft):
    clinic = below_a_draft.clinic
    type(below_a_draft).objects.update(clinic=None)

    assert Person("editor").status(clinic, "delete") == 403
    for delete in (clinic.delete, type(clinic).objects.all().delete):
        with pytest.raises(ProtectedError):
            delete()


def test_two_versions_are_not_scheduled_for_the_same_time(treatment, clock):
    for name in ("하나", "둘"):
        Person("editor").edit(treatment, name_ko=name)
        clock.forward(minutes=1)
        answer = Person("publisher").publish(treatment, hour="2027-01-01T09:00")
        clock.forward(minutes=1)

    assert errors(answer) == [SAME_TIME]
    assert numbers(treatment) == [1, 2]
