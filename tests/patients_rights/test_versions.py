"""The history of a charter in public: earlier versions under permanent addresses, and what is coming."""

import pytest
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import override

from hospital_site.publishing.candidates import compose
from hospital_site.publishing.models import Edition
from hospital_site.publishing.pipeline import cancel, publish, withdraw
from hospital_site.publishing.policy import assess
from tests import make
from tests.desk.people import Person, in_seoul, public, said
from tests.reading import read
from tests.recorded import recorded

pytestmark = [pytest.mark.django_db, pytest.mark.same_on_every_database]


@pytest.fixture
@recorded
def charter(clock):
    """A charter of two articles, published on 22 November 2026 at nine."""
    clock.now = in_seoul(2026, 11, 22, 9)
    page = make.charter(slug="smc")
    for number in (1, 2):
        make.article(page, number, title_ko=f"권리 {'가나'[number - 1]}", text_ko="진료를 받을 수 있습니다.")
    return make.published(make.in_sync(page))


def edit(page, number, **texts):
    page.articles.filter(number=number).update(**texts)
    return make.in_sync(page)


def republished(page, *moment, clock, **how):
    clock.now = in_seoul(*moment)
    return publish(page, by="the test", **how)


def versions(page, language="ko"):
    with override(language):
        return reverse("patients_rights:versions", args=[page.slug])


def version(client, page, day, language="ko"):
    return read(client, f"{versions(page, language)}{day}/")


def days(client, page):
    return [href.split("/")[-2] for href in read(client, versions(page)).attributes("main h2 a", "href")]


def changes(page):
    return page.texts("main .changes .what")


def test_an_earlier_version_stands_at_its_address_with_the_time_for_which_it_was_read(client, clock, charter):
    edit(charter, 1, text_ko="진료와 간호를 받을 수 있습니다.")
    republished(charter, 2026, 12, 3, 9, clock=clock)

    old, new = version(client, charter, "2026-11-22"), version(client, charter, "2026-12-03")

    assert old.texts("article blockquote")[0] == "진료를 받을 수 있습니다."
    assert said("On this site from %(start)s to %(end)s.", start="2026년 11월 22일", end="2026년 12월 3일") in old.html
    assert new.texts("article blockquote")[0] == "진료와 간호를 받을 수 있습니다."
    assert public(charter) in old.attributes("main .notice a", "href")


def test_the_charter_leads_to_its_versions_once_there_are_several(client, clock, charter):
    before = versions(charter) in read(client, public(charter)).attributes("main a", "href")
    edit(charter, 1, text_ko="진료와 간호를 받을 수 있습니다.")
    republished(charter, 2026, 12, 3, 9, clock=clock)

    assert not before
    assert versions(charter) in read(client, public(charter)).attributes("main a", "href")
    assert days(client, charter) == ["2026-12-03", "2026-11-22"]


def test_versions_are_not_for_search_engines(client, charter):
    for path in (versions(charter), f"{versions(charter)}2026-11-22/"):
        page = read(client, path)
        assert (page.attribute('meta[name="robots"]', "content"), page.response["X-Robots-Tag"]) == ("noindex",) * 2
        assert page.all('link[rel="canonical"], script[type="application/ld+json"]') == []
    assert "versions" not in client.get("/sitemap.xml").content.decode()


@pytest.mark.depends_on_database
def test_readers_are_told_which_articles_were_added_reworded_moved_and_removed(client, clock, charter):
    make.article(charter, 3, title_ko="권리 다", text_ko="새 조항입니다.")
    edit(charter, 1, text_ko="진료와 간호를 받을 수 있습니다.")
    republished(charter, 2026, 12, 3, 9, clock=clock)
    charter.articles.filter(number=1).delete()
    charter.articles.filter(number=2).update(number=1)
    make.in_sync(charter)
    republished(charter, 2026, 12, 4, 9, clock=clock)

    third, fourth = version(client, charter, "2026-12-03"), version(client, charter, "2026-12-04")

    right = said("Right")
    assert changes(third) == [f"{said('Reworded')} {right} 1: 권리 가", f"{said('Added')} {right} 3: 권리 다"]
    assert (third.texts("main .changes del"), third.texts("main .changes ins")) == (["진료를"], ["진료와 간호를"])
    assert changes(fourth) == [
        f"{said('New number')} {right} 2 → {right} 1: 권리 나",
        f"{said('Removed')} {right} 1: 권리 가",
    ]


def test_two_versions_of_one_day_have_an_address_each_which_they_keep(client, clock, charter):
    edit(charter, 1, text_ko="진료와 간호를 받을 수 있습니다.")
    republished(charter, 2026, 11, 22, 10, clock=clock)

    first, second = version(client, charter, "2026-11-22"), version(client, charter, "2026-11-22-2")

    assert [page.texts("article blockquote")[0] for page in (first, second)] == [
        "진료를 받을 수 있습니다.",
        "진료와 간호를 받을 수 있습니다.",
    ]
    assert said("On this site for a part of %(start)s only.", start="2026년 11월 22일") in first.html
    assert read(client, versions(charter)).texts("main h2") == [
        "2026년 11월 22일 오전 10:00",
        "2026년 11월 22일 오전 9:00",
    ]


def test_what_was_cancelled_or_waits_for_its_hour_is_no_version(client, clock, charter):
    edit(charter, 1, text_ko="취소될 글입니다.")
    cancel(republished(charter, 2026, 11, 23, 9, clock=clock, live_from=in_seoul(2026, 12, 1)), by="the test")
    edit(charter, 1, text_ko="예약된 글입니다.")
    republished(charter, 2026, 11, 24, 9, clock=clock, live_from=in_seoul(2027, 4, 29))

    assert days(client, charter) == ["2026-11-22"]
    for day in ("2026-12-01", "2027-04-29", "2026-11-21", "nonsense"):
        assert version(client, charter, day).status == 404
    clock.now = in_seoul(2026, 12, 2)
    assert version(client, charter, "2026-12-01").status == 404


def test_versions_of_a_withdrawn_charter_are_gone_and_come_back_with_it(client, clock, charter):
    clock.now = in_seoul(2026, 12, 1, 9)
    withdraw(charter, by="the test", reason="It was wrong.")
    gone = [version(client, charter, "2026-11-22").status, read(client, versions(charter)).status]
    republished(charter, 2026, 12, 3, 9, clock=clock)

    assert gone == [410, 410]
    assert days(client, charter) == ["2026-12-03", "2026-11-22"]
    old = version(client, charter, "2026-11-22")
    assert said("On this site from %(start)s to %(end)s.", start="2026년 11월 22일", end="2026년 12월 1일") in old.html
    assert said("The text is the same as in the version before.") in version(client, charter, "2026-12-03").html


@pytest.mark.depends_on_database
def test_a_version_that_is_older_than_a_language_is_shown_and_compared_in_another_one(client, clock, charter):
    data = charter.editions().get().data
    older = {name: value for name, value in data.items() if not name.endswith("_en")}
    older["articles"] = [{k: v for k, v in row.items() if not k.endswith("_en")} for row in data["articles"]]
    QuerySet.update(Edition._base_manager.filter(page=charter.key), data=older)
    edit(charter, 1, text_ko="진료와 간호를 받을 수 있습니다.")
    republished(charter, 2026, 12, 3, 9, clock=clock)

    old, new = version(client, charter, "2026-11-22", "en"), version(client, charter, "2026-12-03", "en")

    assert old.texts('article blockquote[lang="ko"]') == ["진료를 받을 수 있습니다."] * 2
    assert new.texts('main .changes p[lang="ko"] ins') == ["진료와 간호를"]
    assert len(new.all("#changes .note")) == 1


# ── In force, and what is coming ──────────────────────────────────────────────────────────────────────────────────────


def facts(client, page, language="ko"):
    return read(client, public(page, language)).texts(".page-header .facts dd")


@pytest.mark.depends_on_database
def test_a_charter_says_since_when_it_is_in_force_and_on_what_law_where_that_is_known(client, clock, charter):
    nothing = facts(client, charter)
    type(charter).objects.update(legal_basis_ko="의료법 제4조제3항", legal_basis_en="Medical Service Act, Article 4(3)")
    charter.refresh_from_db()
    republished(make.in_sync(charter), 2026, 12, 1, 9, clock=clock)
    law = facts(client, charter)
    type(charter).objects.update(in_force_from="2026-12-02")
    charter.refresh_from_db()
    republished(make.in_sync(charter), 2026, 12, 2, 9, clock=clock)

    assert nothing == []
    assert law == [said("The hospital’s page does not say."), "의료법 제4조제3항"]
    assert facts(client, charter, "en") == ["2 December 2026", "Medical Service Act, Article 4(3)"]


@pytest.mark.parametrize(
    ("live_from", "is_warned"),
    [(None, True), (in_seoul(2027, 4, 28, 9), True), (in_seoul(2027, 4, 29), False)],
    ids=["at once", "the day before", "on that day"],
)
def test_whoever_publishes_a_list_before_it_is_in_force_is_warned(charter, clock, live_from, is_warned):
    type(charter).objects.update(in_force_from="2027-04-29")
    charter.refresh_from_db()

    warnings = assess(compose(charter), live_from=live_from).warnings

    assert ("in_force_from" in {warning.field for warning in warnings}) == is_warned


@pytest.mark.depends_on_database
def test_a_new_list_is_prepared_announced_and_takes_the_place_of_the_old_one_at_its_hour(client, clock, charter):
    clock.now = in_seoul(2026, 12, 1, 9)
    Person("editor").edit(
        charter,
        legal_basis_ko="환자기본법 제4조",
        legal_basis_en="Framework Act on Patients, Article 4",
        in_force_from="2027-04-29",
        **{"articles-0-text_ko": "새 조항의 글입니다.", "articles-0-text_en": "Words of the new list."},
    )
    clock.forward(minutes=1)
    told = {"change_note_ko": "환자기본법에 따라 조항이 바뀝니다.", "hour": "2027-04-29T00:00", "is_announced": "on"}
    Person("publisher").decide(charter, "publish", **told)

    before = read(client, public(charter))
    clock.now = in_seoul(2027, 4, 29)
    after, old = read(client, public(charter)), version(client, charter, "2026-11-22")

    assert before.texts("main .notice p") == [
        said("A new version of this charter takes effect on %(day)s.", day="2027년 4월 29일"),
        "환자기본법에 따라 조항이 바뀝니다.",
    ]
    assert "새 조항의 글입니다." not in before.html
    assert after.texts(".page-header .facts dd") == ["2027년 4월 29일", "환자기본법 제4조"]
    assert (after.texts("article blockquote")[0], after.all("main .notice")) == ("새 조항의 글입니다.", [])
    assert old.texts("article blockquote")[0] == "진료를 받을 수 있습니다."


@pytest.mark.depends_on_database
@pytest.mark.parametrize("is_announced", [False, True])
def test_what_is_coming_is_said_only_where_the_publisher_chose_so_and_until_it_is_cancelled(
    client, clock, charter, is_announced
):
    edit(charter, 1, text_ko="예약된 글입니다.")
    how = {"live_from": in_seoul(2027, 4, 29), "is_announced": is_announced}
    edition = republished(charter, 2026, 12, 1, 9, clock=clock, **how)
    shown, stamp = len(read(client, public(charter)).all("main .notice")), Edition.objects.stamp()
    cancel(edition, by="the test")

    assert shown == int(is_announced)
    assert read(client, public(charter)).all("main .notice") == []
    assert Edition.objects.stamp() != stamp  # so that no page which was kept goes on announcing it


def test_nothing_is_announced_without_its_hour(charter):
    edit(charter, 1, text_ko="새 글입니다.")

    answer = Person("publisher").decide(charter, "publish", is_announced="on")

    assert said("Choose the time at which the new version takes force, or untick this.") in answer.html
    assert charter.editions().count() == 1


def test_only_charters_are_announced(charter):
    treatment = make.in_sync(make.treatment())
    edit(charter, 1, text_ko="새 글입니다.")

    offered = [
        len(Person("publisher").open(page, "publish").all("[name=is_announced]")) for page in (charter, treatment)
    ]

    assert offered == [1, 0]
