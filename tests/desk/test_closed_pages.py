"""A published page below one that is closed is nowhere said to be live; withdrawing says what goes with it."""

import pytest

from hospital_site.publishing.pipeline import withdraw
from hospital_site.publishing.preview_links import make_link
from tests import make
from tests.desk.people import Form, Person, address, list_of, public, said
from tests.reading import read
from tests.recorded import recorded

pytestmark = [pytest.mark.django_db, pytest.mark.same_on_every_database]


@pytest.fixture
@recorded
def center():
    """Never published; its hospital is."""
    center = make.center(name_ko="식도암센터", name_en="Esophageal Cancer Center")
    make.published(center.hospital)
    return center


@pytest.fixture
@recorded
def clinic(center):
    clinic = make.in_sync(make.clinic(center=center, name_ko="클리닉", name_en="Clinic"))
    make.show(clinic)
    return clinic


CLOSED = "식도암센터"


def closing_links(page):
    return page.attributes(".chip.closed a", "href")


def test_the_form_names_the_page_above_that_is_not_published_and_leads_to_it(clinic, center):
    page = Person("publisher").open(clinic)

    assert closing_links(page) == [address(center)]
    assert page.texts(".chip.closed a") == [CLOSED]


@pytest.mark.depends_on_database
def test_the_list_says_the_same(clinic, center):
    page = Person("publisher").read(list_of(clinic))

    assert closing_links(page) == [address(center)]


def test_the_topmost_closed_page_is_named(clinic, center):
    Person("publisher").decide(center.hospital, "withdraw")

    assert closing_links(Person("publisher").open(clinic)) == [address(center.hospital)]


def test_no_link_leads_patients_pages_that_are_not_there(clinic, center):
    closed = Person("publisher").open(clinic).attributes(f'a[href="{public(clinic)}"]', "href")
    make.show(center)
    opened = Person("publisher").open(clinic).attributes(f'a[href="{public(clinic)}"]', "href")

    assert (closed, opened) == ([], [public(clinic)])


def test_the_history_does_not_say_that_patients_see_it(clinic, center):
    closed = Person("auditor").open(clinic, "history").texts(".edition .chip")
    make.show(center)
    opened = Person("auditor").open(clinic, "history").texts(".edition .chip")

    assert (closed, opened) == (
        [said("published, but a page above it is not")],
        [said("patients see it now")],
    )


def test_publishing_below_a_closed_page_warns_before_and_says_so_afterwards(clinic, center):
    Person("editor").edit(clinic, name_ko="새 클리닉", name_en="New clinic")
    publisher = Person("publisher")

    before = publisher.open(clinic, "publish").attributes(".state.warning a", "href")
    publisher.publish(clinic)
    after = publisher.open(clinic).attributes(".messagelist a", "href")

    assert (before, after) == ([address(center)], [address(center)])


@pytest.mark.parametrize("number", [1, 3])
def test_the_list_asks_the_same_questions_however_many_pages_are_closed(clinic, number, django_assert_max_num_queries):
    for _number in range(number - 1):
        make.show(make.clinic(center=clinic.center))
    publisher = Person("publisher")
    publisher.read(list_of(clinic))

    with django_assert_max_num_queries(14):
        page = publisher.read(list_of(clinic))

    assert len(closing_links(page)) == number


# ── Withdrawing ───────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
@recorded
def treatment(center, clinic):
    make.show(center)
    treatment = make.in_sync(make.treatment(clinic=clinic, name_ko="절제술", name_en="Resection"))
    make.show(treatment)
    return treatment


def test_withdrawing_names_and_counts_the_pages_that_go_with_it(treatment, clinic, center):
    page = Person("publisher").open(center, "withdraw")

    assert page.texts("#below ~ ul li") == ["클리닉", "절제술"]
    assert "2" in page.text("#below")


def test_withdrawing_a_page_without_any_below_speaks_of_none(treatment):
    assert Person("publisher").open(treatment, "withdraw").all("#below") == []


@pytest.mark.depends_on_database
def test_withdrawing_names_the_pages_whose_text_links_to_it_or_to_one_below_it(treatment, clinic, center):
    linking = make.center(hospital=center.hospital, name_ko="다른 센터", name_en="Other center")
    linking.introduction_ko = f"자세한 내용: {public(treatment)}"
    linking.introduction_en = f"More: {public(treatment, 'en')}"
    linking.save()
    make.show(linking)
    careless = make.center(hospital=center.hospital, introduction_ko=f"자세한 내용:\n{public(treatment)}")
    make.show(careless)
    quoting = make.center(hospital=center.hospital, introduction_ko=f"“{public(treatment).rstrip('/')}”")
    make.show(quoting)
    whole = make.center(hospital=center.hospital, introduction_ko=f"http://localhost{public(treatment)[3:]}")
    make.show(whole)
    harmless = make.center(hospital=center.hospital, introduction_ko=f"{public(treatment)}other/")
    make.show(harmless)

    page = Person("publisher").open(clinic, "withdraw")

    assert page.attributes("#linking ~ ul a", "href") == [
        address(found) for found in (linking, careless, quoting, whole)
    ]


@pytest.mark.depends_on_database
@pytest.mark.parametrize("language", make.languages())
def test_whoever_comes_to_a_withdrawn_page_is_shown_the_way_to_its_successor(client, treatment, language):
    other = make.treatment(clinic=treatment.clinic, name_ko="방사선치료", name_en="Radiation therapy")
    make.show(other)

    Person("publisher").decide(treatment, "withdraw", successor=other.key)
    page = read(client, public(treatment, language))

    name = {"ko": "방사선치료", "en": "Radiation therapy"}[language]
    assert page.status == 410
    assert page.texts(f'section[lang="{language}"] a[href="{public(other, language)}"]') == [name]


def test_a_successor_that_was_withdrawn_itself_leads_on_to_its_own_or_nowhere(client, treatment):
    second = make.treatment(clinic=treatment.clinic)
    third = make.treatment(clinic=treatment.clinic)
    for page in (second, third):
        make.show(page)
    publisher = Person("publisher")
    publisher.decide(treatment, "withdraw", successor=second.key)

    publisher.decide(second, "withdraw", successor=third.key)
    led_on = read(client, public(treatment)).attributes(f'a[href="{public(third)}"]', "href")
    publisher.decide(third, "withdraw")
    nowhere = read(client, public(treatment))

    assert led_on == [public(third)]
    assert (nowhere.status, nowhere.attributes(f'a[href="{public(third)}"]', "href")) == (410, [])


def test_a_page_is_not_its_own_successor_nor_is_one_below_it(treatment, clinic):
    options = Person("publisher").open(clinic, "withdraw").attributes("select[name=successor] option", "value")

    assert clinic.key not in options
    assert treatment.key not in options
    assert clinic.center.key in options


def test_an_unknown_successor_is_refused(treatment):
    form = Form(Person("publisher").client, address(treatment, "withdraw"), "form.decide")

    answer = form.send(reason="It ended.", successor="centers.treatment:0")

    assert (answer.status, treatment.editions().count()) == (200, 1)


def test_a_page_that_patients_cannot_open_is_no_successor(treatment):
    closed = make.treatment(clinic=make.clinic(center=treatment.center))
    make.show(closed)

    options = Person("publisher").open(treatment, "withdraw").attributes("select[name=successor] option", "value")

    assert closed.key not in options


def test_two_withdrawn_centers_that_lead_to_each_other_lead_nowhere(client, treatment, center):
    other = make.published(make.treatment(center=make.center(hospital=center.hospital)))

    withdraw(center, by="the test", reason="It moved.", successor=other.key)
    withdraw(other.center, by="the test", reason="It moved back.", successor=treatment.key)

    assert [read(client, public(page)).status for page in (center, treatment, other)] == [410, 410, 410]


def test_withdrawing_names_what_is_cancelled_with_it(treatment):
    Person("editor").edit(treatment, name_ko="수술", name_en="Surgery")
    Person("publisher").publish(treatment, hour="2099-01-01T09:00")

    page = Person("publisher").open(treatment, "withdraw")

    assert ["2099" in sentence for sentence in page.texts(".state.warning")] == [False, True]


def test_withdrawing_links_only_to_forms_that_the_person_may_open(treatment, center):
    linking = make.center(hospital=center.hospital, name_ko="다른 센터", introduction_ko=public(treatment))
    make.show(linking)

    page = Person("publisher", limited_to=[center]).open(treatment, "withdraw")

    assert (page.texts("#linking ~ ul li"), page.attributes("#linking ~ ul a", "href")) == (["다른 센터"], [])


def test_scheduling_below_a_closed_page_does_not_promise_that_patients_will_see_it(clinic, center):
    Person("editor").edit(clinic, name_ko="새 클리닉", name_en="New clinic")
    publisher = Person("publisher")

    publisher.publish(clinic, hour="2099-01-01T09:00")

    assert publisher.open(clinic).attributes(".messagelist a", "href") == [address(center)]


def test_a_preview_link_shows_nothing_below_a_withdrawn_page(client, treatment, clinic):
    link = make_link(treatment, by="the test", recipient="a reader")
    opened = read(client, link.get_absolute_url()).status

    Person("publisher").decide(clinic, "withdraw")

    assert (opened, read(client, link.get_absolute_url()).status) == (200, 410)
