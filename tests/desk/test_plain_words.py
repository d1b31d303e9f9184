"""Small things that left somebody in the dark: marks beside empty fields, copies, names of people, missing rights."""

import pytest
from django.contrib.admin.templatetags.admin_urls import admin_urlname
from django.contrib.auth import get_user_model
from django.urls import reverse

from hospital_site.enquiries.actions import record_access
from hospital_site.enquiries.models import AccessRecord
from hospital_site.publishing.models import TranslationState
from hospital_site.publishing.pipeline import publish
from hospital_site.staff.audit import record
from hospital_site.staff.models import AuditEntry
from hospital_site.staff.names import whole_name
from tests import make
from tests.desk.people import Person, in_seoul, said
from tests.desk.test_front_page import DESK

pytestmark = [pytest.mark.django_db, pytest.mark.same_on_every_database]


def test_nothing_is_called_up_to_date_beside_fields_that_are_empty_in_every_language():
    page = make.in_sync(make.treatment(name_ko="절제술", name_en="Resection"))

    marks = Person("editor").open(page).texts(".chip.in-sync")

    assert marks == [said("up to date")] * 2  # of the name


def stale(page):
    return sum(TranslationState.objects.filter(page=page.key).values_list("stale", flat=True))


def test_copying_an_edition_marks_nothing_stale_that_was_in_step():
    page = make.published(make.in_sync(make.treatment(name_ko="절제술", name_en="Resection")))
    editor = Person("editor")
    editor.edit(page, name_ko="수술", name_en="Surgery")

    editor.decide(page, "copy", 1)

    assert stale(page) == 0


def test_copying_an_edition_leaves_stale_what_was_stale_in_it():
    page = make.in_sync(make.treatment(name_ko="절제술", name_en="Resection"))
    editor = Person("editor")
    editor.edit(page, name_ko="근치적 절제술")
    page.refresh_from_db()
    make.published(page)
    editor.edit(page, name_ko="수술", name_en="Surgery")
    before = stale(page)

    editor.decide(page, "copy", 1)

    assert (before, stale(page)) == (0, 1)


def test_the_history_names_people_by_their_whole_names_and_commands_in_words():
    page = make.in_sync(make.treatment(name_ko="절제술", name_en="Resection"))
    publish(page, by="load_first_content")
    editor = Person("editor")
    get_user_model().objects.filter(pk=editor.user.pk).update(last_name="홍", first_name="길동")
    editor.edit(page, name_ko="수술")

    who = Person("auditor").open(page, "history").texts(".log td:nth-child(2)")

    assert who == ["홍길동", said("this site (command %(name)s)", name="load_first_content")]


def test_no_view_of_a_page_calls_a_person_by_the_account(clock):
    clock.now = in_seoul(2026, 12, 1, 9)
    kim, park, lee = (
        Person(role, name=f"account-{number}") for number, role in enumerate(["editor", "publisher", "reviewer"])
    )
    for person, name in [(kim, "길동"), (park, "문수"), (lee, "보람")]:
        get_user_model().objects.filter(pk=person.user.pk).update(last_name="홍", first_name=name)
    texts = {"explanation_ko": "수술입니다.", "explanation_en": "An operation."}
    page = make.signed(make.published(make.in_sync(make.treatment(name_ko="절제술", name_en="Resection", **texts))))
    kim.edit(page, explanation_en="An operation!")
    kim.form(page, "links").send(recipient="흉부외과")
    clock.forward(minutes=1)
    park.publish(page, minor=["en"])
    confirming = lee.open(page, "sign_off")
    lee.send(page, "sign_off", confirm="2:en")
    clock.forward(minutes=1)
    kim.edit(page, explanation_en="A new text.", explanation_ko="새 글.")
    proposed = lee.open(page, "publish")
    clock.forward(minutes=1)
    park.publish(page, hour="2026-12-24T09:00")

    views = [lee.open(page, "history"), kim.open(page, "links"), confirming, proposed, lee.read(DESK)]
    views += [lee.open(page, view) for view in ("change", "sign_off", "publish")]

    called = [view.texts("#content")[0] for view in views]
    assert ["account-" in text for text in called] == [False] * len(views)
    assert [text for text in called[:5] if "홍길동" not in text and "홍문수" not in text] == []


@pytest.mark.parametrize(
    ("last", "first", "name"), [("홍", "길동", "홍길동"), ("Kim", "Mary", "Mary Kim"), ("", "", "hong")]
)
def test_a_name_is_written_as_its_script_has_it(last, first, name):
    assert whole_name(get_user_model()(username="hong", last_name=last, first_name=first)) == name


@pytest.mark.parametrize("words", ["홍길동", "홍 길동", "길동", "길동 홍"])
def test_staff_are_found_by_their_whole_name(words):
    get_user_model().objects.create(username="hong", last_name="홍", first_name="길동")
    boss = Person()
    get_user_model().objects.filter(pk=boss.user.pk).update(is_superuser=True)

    found = boss.read(f"/ko/admin/auth/user/?q={words}").texts("#result_list .field-username")

    assert found == ["hong"]


@pytest.mark.parametrize("words", ["홍길동", "홍 길동"])
@pytest.mark.parametrize("model", [AuditEntry, AccessRecord])
def test_what_somebody_did_is_found_by_their_whole_name(model, words):
    hong = get_user_model().objects.create(username="hong", last_name="홍", first_name="길동")
    for user in (hong, get_user_model().objects.create(username="kim", last_name="김", first_name="길수")):
        record(AuditEntry.Action.EXPORT, by=user)
        record_access(AccessRecord.Action.EXPORT, by=user.username)
    boss = Person()
    get_user_model().objects.filter(pk=boss.user.pk).update(is_superuser=True)

    page = boss.read(f"{reverse(admin_urlname(model._meta, 'changelist'))}?q={words}")

    assert page.texts("#result_list .field-by, #result_list .field-account") == ["hong"]


@pytest.mark.parametrize("role", ["editor", "auditor"])
def test_whoever_lacks_a_right_is_told_so_in_the_staff_site(role):
    page = make.published(make.in_sync(make.treatment()))

    answer = Person(role).open(page, "withdraw")

    assert (answer.status, answer.texts("#header nav[aria-label]")[:1] != []) == (403, True)
    assert said("You do not have the right to do this") in " ".join(answer.texts("h1"))
