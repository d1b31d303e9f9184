"""The admin's front page: numbers that are right, lead to exactly these pages, and cost the same however many wait."""

from collections import Counter
from datetime import timedelta

import pytest
from django.utils import timezone

from centers.models import Center
from hospital_site.publishing.admin.site import OF_QUEUES, TASKS
from hospital_site.publishing.drafts import submit
from hospital_site.publishing.pipeline import withdraw
from tests import make
from tests.desk.people import Person, in_seoul
from tests.reading import Page

pytestmark = [pytest.mark.django_db, pytest.mark.same_on_every_database]

DESK = "/ko/admin/"


def treatment(**words):
    """A treatment of the center that was made last."""
    return make.treatment(center=Center.objects.last() or make.center(), **words)


def kept(page):
    """`page` published with the pages above it, everything in sync and signed: nothing of it waits."""
    drafts_above = [above for above in page.ancestors() if not above.editions().live().exists()]
    for one in [*drafts_above, page]:
        make.in_sync(one)
        make.signed(one)
    return make.published(page)


def changed(page, **words):
    type(page).objects.filter(pk=page.pk).update(**words)
    page.refresh_from_db()
    return page


def a_quiet_page():
    return kept(treatment(name_ko="조용한 치료", name_en="Quiet", explanation_ko="설명", explanation_en="Words"))


def a_waiting_page():
    return make.in_sync(changed(a_quiet_page(), position=7))


def a_submitted_page():
    page = a_waiting_page()
    submit(page, by="the test")
    return page


def a_scheduled_page():
    page = a_quiet_page()
    make.show(page, live_from=timezone.now() + timedelta(days=3))
    return page


def a_page_with_a_missing_text():
    return kept(changed(a_quiet_page(), indication_ko="1차 치료"))


def a_stale_page():
    page = a_quiet_page()
    page.checked = {**page.checked, "name": {"ko": {"en": "Quiet"}, "en": {"ko": "옛 이름"}}}
    page.save()
    make.show(page)
    return page


def a_page_due(days):
    page = a_quiet_page()
    return make.signed(page, review_due=timezone.localdate() + timedelta(days=days))


def a_page_due_soon():
    return a_page_due(30)


def an_overdue_page():
    """Overdue from tomorrow."""
    return a_page_due(1)


def an_unsigned_page():
    page = kept(treatment(name_ko="새 치료", name_en="New", explanation_ko="설명", explanation_en="Words"))
    page = make.in_sync(changed(page, explanation_ko="바뀐 설명"))
    make.show(page)
    return page


CONDITIONS = {
    "waiting": a_waiting_page,
    "submitted": a_submitted_page,
    "scheduled": a_scheduled_page,
    "missing": a_page_with_a_missing_text,
    "stale": a_stale_page,
    "review_due": a_page_due_soon,
    "overdue": an_overdue_page,
    "unsigned": an_unsigned_page,
}


def links(person):
    """The lists that the desk leads to, with their numbers: `{("treatment", "stale"): 2}`."""
    page = person.read(DESK)
    found = {}
    for link in page.all('a[href*="?task="]'):
        *_start, kind, query = link.attrs["href"].split("/")
        [number] = [word for word in link.to_text().split() if word.isdigit()]
        found[kind, query.removeprefix("?task=")] = int(number)
    return found


def listed(person, kind, name):
    page = Page(person.client.get(f"/ko/admin/centers/{kind}/", {"task": name}))
    return sorted(int(path.split("/")[-3]) for path in page.attributes("#result_list tbody th a", "href"))


def test_every_condition_is_tested():
    assert set(CONDITIONS) == set(TASKS)


def test_a_page_of_which_nothing_waits_is_counted_nowhere():
    a_quiet_page()

    assert links(Person("auditor")) == {}


@pytest.mark.parametrize("name", CONDITIONS)
@pytest.mark.depends_on_database
def test_the_number_is_right_and_leads_to_exactly_these_pages(name, clock):
    clock.now = in_seoul(2026, 12, 1, 9)
    a_quiet_page()
    pages = [CONDITIONS[name]() for _ in range(2)]
    if name == "overdue":
        clock.forward(days=1)
    auditor = Person("auditor")

    numbers, found = links(auditor), listed(auditor, "treatment", name)

    assert numbers.get(("treatment", name)) == (None if name in OF_QUEUES else 2)  # what a queue counts text by text
    assert found == sorted(page.pk for page in pages)


def test_a_page_stands_under_no_other_number_than_its_own(clock):
    clock.now = in_seoul(2026, 12, 1, 9)
    for build in CONDITIONS.values():
        build()
    clock.forward(hours=1)

    numbers = Counter({name: number for (_kind, name), number in links(Person("auditor")).items()})

    assert numbers == {
        "waiting": 1,
        "submitted": 1,
        "scheduled": 1,
        "review_due": 2,  # the one that will be overdue tomorrow
        "unsigned": 1,
    }


@pytest.mark.parametrize(
    ("days", "name"), [(31, None), (30, "review_due"), (1, "review_due"), (0, "overdue"), (-9, "overdue")]
)
def test_a_review_is_due_within_thirty_days_and_overdue_from_its_day(clock, days, name):
    clock.now = in_seoul(2026, 12, 1, 9)
    a_page_due(60)

    clock.forward(days=60 - days)

    assert links(Person("auditor")) == ({("treatment", name): 1} if name else {})


def test_the_list_that_a_number_leads_to_can_be_left_again():
    a_stale_page()
    auditor = Person("auditor")

    assert len(listed(auditor, "treatment", "stale")) == 1
    assert len(listed(auditor, "treatment", "no such thing")) == 1


def test_a_withdrawn_page_asks_for_no_review_of_words_that_nobody_sees():
    page = an_unsigned_page()
    withdraw(page, by="the test", reason="It closed.")

    assert ("treatment", "unsigned") not in links(Person("auditor"))


@pytest.mark.parametrize("size", [1, 2])
def test_the_front_page_asks_the_same_questions_however_much_waits(clock, django_assert_num_queries, size):
    clock.now = in_seoul(2026, 12, 1, 9)
    for build in CONDITIONS.values():
        for _ in range(size):
            build()
    auditor = Person("auditor")

    with django_assert_num_queries(18):
        auditor.client.get(DESK)


@pytest.mark.parametrize("size", [1, 3])
def test_a_list_asks_the_same_questions_however_long(django_assert_num_queries, size):
    for _ in range(size):
        a_stale_page()
    auditor = Person("auditor")

    with django_assert_num_queries(11):
        auditor.client.get("/ko/admin/centers/treatment/")


@pytest.mark.parametrize("name", ["waiting", "scheduled", "unsigned"])
@pytest.mark.depends_on_database
def test_a_limited_person_sees_the_numbers_of_their_part_only(name):
    inside = CONDITIONS[name]()
    make.center()
    outside = CONDITIONS[name]()
    editor = Person("editor", limited_to=[inside.center])

    assert inside.center != outside.center
    assert links(editor)["treatment", name] == 1
    assert listed(editor, "treatment", name) == [inside.pk]


def test_what_is_scheduled_stands_by_its_hour(clock):
    clock.now = in_seoul(2026, 12, 1, 9)
    later, sooner = a_quiet_page(), a_quiet_page()
    make.show(changed(later, name_ko="나중"), live_from=in_seoul(2026, 12, 9, 14))
    make.show(changed(sooner, name_ko="먼저"), live_from=in_seoul(2026, 12, 5, 9))

    page = Person("publisher").read(DESK)

    assert page.texts(".coming time") == ["2026년 12월 5일 오전 9:00", "2026년 12월 9일 오후 2:00"]
    assert page.texts(".coming a") == ["먼저", "나중"]


def test_somebody_without_a_role_is_told_kindly_and_sees_nothing():
    a_scheduled_page()

    page = Person().read(DESK)

    assert (page.status, page.texts(".coming a"), links(Person())) == (200, [], {})


@pytest.mark.parametrize("language", make.languages())
def test_the_desk_speaks_the_language_of_its_address(language):
    page = Person("editor").read(f"/{language}/admin/")

    assert (page.status, page.attribute("html", "lang")) == (200, language)
