"""What was published, when, by whom, why and how it differed: nothing of it is ever lost."""

from datetime import timedelta

import pytest
from django.utils import timezone

from hospital_site.publishing.snapshots import dump
from tests import make
from tests.desk.people import Person, address, in_seoul, public, said
from tests.reading import Page, read
from tests.recorded import recorded

pytestmark = [pytest.mark.django_db, pytest.mark.same_on_every_database]

every_language = pytest.mark.parametrize("language", make.languages())


@pytest.fixture
@recorded
def treatment(clock):
    """Published twice: as 절제술, and since 10 December as 수술."""
    clock.now = in_seoul(2026, 12, 1, 9)
    page = make.published(make.in_sync(make.treatment(name_ko="절제술", name_en="Resection")))
    clock.now = in_seoul(2026, 12, 10, 9)
    Person("editor", name="kim").edit(page, name_ko="수술", name_en="Surgery")
    clock.forward(minutes=1)
    Person("publisher", name="park").publish(page, reason="쉬운 말로 바꿈")
    clock.forward(minutes=1)
    return page


def seen_by_patients(client, page):
    return read(client, public(page)).texts("h1")


def test_every_edition_says_who_when_why_and_what_changed(treatment):
    page = Person("auditor").open(treatment, "history")
    assert page.texts(".edition:first-of-type > dl dd") == [
        "2026년 12월 10일 오전 9:01",
        "park, 2026년 12월 10일 오전 9:01",
        "쉬운 말로 바꿈",
    ]
    assert page.texts(".edition:first-of-type details ins") == [
        "추가: 수술 (추가된 글 끝)",
        "추가: Surgery (추가된 글 끝)",
    ]


def test_the_log_of_the_page_says_who_did_what(treatment):
    page = Person("auditor").open(treatment, "history")

    rows = [[" ".join(cell.to_text().split()) for cell in row.query("td")] for row in page.all("#log ~ .results tr")]
    assert [row[1:3] for row in rows if row] == [["park", said("published")], ["kim", said("edited")]]


@every_language
@pytest.mark.parametrize(("number", "names"), [(1, ["절제술", "Resection"]), (2, ["수술", "Surgery"])])
def test_any_edition_can_be_viewed_on_the_page_of_patients(treatment, language, number, names):
    path = address(treatment, "edition", number, language=language)

    page = Person("auditor").read(path)

    assert page.texts("h1") == [names[make.languages().index(language)]]
    assert len(page.all("aside.preview")) == 1


def test_issuing_an_edition_again_shows_it_to_patients_and_leaves_the_draft(client, treatment):
    draft = dump(treatment)

    Person("publisher").decide(treatment, "again", 1, reason="옳은 글이었습니다.")

    treatment.refresh_from_db()
    last = treatment.editions().order_by("number").last()
    assert seen_by_patients(client, treatment) == ["절제술"]
    assert (last.number, last.copied_from, last.reason) == (3, 1, "옳은 글이었습니다.")
    assert (dump(treatment)["name_ko"], draft["name_ko"]) == ("수술", "절제술")


def test_an_edition_issued_again_says_so_in_the_history(treatment):
    Person("publisher").decide(treatment, "again", 1)

    page = Person("auditor").open(treatment, "history")

    assert said("Published again from version") in page.texts(".edition:first-of-type dt")


def test_copying_an_edition_into_the_draft_changes_nothing_for_patients(client, treatment):
    Person("editor").decide(treatment, "copy", 1)

    treatment.refresh_from_db()
    assert (treatment.name_ko, seen_by_patients(client, treatment)) == ("절제술", ["수술"])


def test_a_withdrawal_can_be_neither_issued_again_nor_copied(treatment):
    Person("publisher").decide(treatment, "withdraw")
    before = treatment.editions().count()

    person = Person("editor", "publisher")
    person.send(treatment, "again", 3, reason="It was time.")
    refused = person.open(treatment, "history").texts(".messagelist .error")
    copied = person.decide(treatment, "copy", 3)

    assert (len(refused), copied.status, len(copied.texts(".errorlist li"))) == (1, 200, 1)
    assert treatment.editions().count() == before


def test_withdrawing_keeps_every_edition_in_the_history(treatment):
    Person("publisher").decide(treatment, "withdraw")

    page = Person("auditor").open(treatment, "history")

    numbers = [text.split(" ")[0] for text in page.texts(".edition > h3")]
    assert numbers == ["3번", "2번", "1번"]


def test_rows_come_back_with_the_edition_that_held_them(client):
    clinic = make.clinic(name_ko="클리닉", name_en="Clinic")
    department = make.part(clinic.center.hospital, "departments", name_ko="내과", name_en="Medicine")
    clinic.departments.add(department)
    for name in ("간암", "폐암"):
        make.part(clinic, "areas", name_ko=name, name_en=f"{name} en")
    make.published(make.in_sync(clinic))
    editor = Person("editor")
    editor.edit(clinic, **{"areas-0-DELETE": "on", "areas-1-name_ko": "다른 암", "departments": []})
    before = dump(clinic)

    editor.decide(clinic, "copy", 1)

    clinic.refresh_from_db()
    assert ([row["name_ko"] for row in before["areas"]], before["departments"]) == (["다른 암"], [])
    assert dump(clinic) == clinic.editions().get(number=1).data


def test_copying_an_edition_of_a_hospital_leaves_its_departments_in_their_clinics():
    clinic = make.clinic()
    hospital = clinic.center.hospital
    kept, renamed = (
        make.part(hospital, "departments", name_ko=ko, name_en=en)
        for ko, en in [("내과", "Medicine"), ("외과", "Surgery")]
    )
    clinic.departments.set([kept, renamed])
    make.published(hospital)
    editor = Person("editor")
    editor.edit(hospital, **{"departments-1-name_ko": "일반외과"})

    editor.decide(hospital, "copy", 1)

    assert list(clinic.departments.values_list("pk", "name_ko")) == [(kept.pk, "내과"), (renamed.pk, "외과")]


# ── As it was ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def as_it_was(person, page, moment, language="ko"):
    return Page(person.client.get(address(page, "as_it_was", language=language), {"at": moment}))


@pytest.mark.parametrize(
    ("moment", "name"),
    [
        ("2026-12-01T09:00", "절제술"),
        ("2026-12-10T09:00", "절제술"),
        ("2026-12-10T09:01", "수술"),
    ],
)
def test_a_page_can_be_read_as_patients_saw_it_at_a_moment(treatment, moment, name):
    assert as_it_was(Person("auditor"), treatment, moment).texts("h1") == [name]


def test_a_page_can_be_read_as_it_was_in_english(treatment):
    assert as_it_was(Person("auditor"), treatment, "2026-12-05T12:00", "en").texts("h1") == ["Resection"]


@pytest.mark.parametrize("moment", ["2026-11-30T09:00", "2026-12-01T08:59"])
def test_before_its_first_edition_a_page_was_not_there(treatment, moment):
    assert as_it_was(Person("auditor"), treatment, moment).status == 404


def test_while_it_was_withdrawn_a_page_was_gone(treatment):
    Person("publisher").decide(treatment, "withdraw")

    assert as_it_was(Person("auditor"), treatment, "2026-12-10T09:30").status == 410


def test_what_stood_around_a_page_is_shown_as_it_was_then(treatment, clock):
    type(treatment.center).objects.update(name_ko="새 센터")
    treatment.center.refresh_from_db()
    clock.now = in_seoul(2026, 12, 20, 9)
    make.show(treatment.center)
    auditor = Person("auditor")

    then = as_it_was(auditor, treatment, "2026-12-11T09:00").html
    now = as_it_was(auditor, treatment, "2026-12-20T09:00").html

    assert ("새 센터" in then, "새 센터" in now) == (False, True)


def test_a_review_that_came_later_is_not_shown_at_an_earlier_moment(treatment, clock):
    clock.now = in_seoul(2026, 12, 20, 9)
    make.signed(treatment)
    auditor = Person("auditor")

    then = as_it_was(auditor, treatment, "2026-12-11T09:00").html
    now = as_it_was(auditor, treatment, "2026-12-20T09:00").html

    assert ("김의사" in then, "김의사" in now) == (False, True)


def test_a_moment_that_cannot_be_read_leads_back_to_the_history(treatment):
    answer = Person("auditor").client.get(address(treatment, "as_it_was"), {"at": "soon"})

    assert (answer.status_code, answer.url) == (302, address(treatment, "history"))


def test_the_history_of_a_page_that_was_never_published_is_kind():
    page = Person("editor").open(make.treatment(), "history")

    assert said("This page has never been published.") in page.texts("p")


def test_deleting_what_was_ever_published_is_not_offered(treatment):
    page = Person("editor").open(treatment)

    assert page.all(f'a[href$="{address(treatment, "delete")}"]') == []


def test_a_scheduled_edition_that_was_cancelled_says_who_cancelled_it(treatment):
    Person("editor").edit(treatment, name_ko="근치적 절제술")
    publisher = Person("publisher", name="choi")
    publisher.publish(treatment, hour=f"{timezone.now() + timedelta(days=30):%Y-%m-%dT09:00}")

    publisher.decide(treatment, "cancel", 3)

    page = Person("auditor").open(treatment, "history")
    assert page.text(".edition:first-of-type .chip") == said("cancelled")
    assert any(text.startswith("choi, ") for text in page.texts(".edition:first-of-type dd"))
