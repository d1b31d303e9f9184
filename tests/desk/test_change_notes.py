"""What patients are told of changes: the day of the last one of substance, and a sentence of the publisher."""

import pytest
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import override

from hospital_site.publishing.models import Edition
from hospital_site.publishing.pipeline import cancel, issue_again, publish, withdraw
from tests import make
from tests.desk.people import Person, address, in_seoul, public, said
from tests.reading import read
from tests.recorded import recorded

pytestmark = pytest.mark.django_db

NOTES = {"ko": "부작용을 더했습니다.", "en": "Side effects were added."}


@pytest.fixture
@recorded
def treatment(clock):
    clock.now = in_seoul(2026, 12, 1, 9)
    return make.published(make.in_sync(make.treatment(side_effects_ko="설사", side_effects_en="Diarrhea")))


def edit(page, **texts):
    type(page).objects.filter(pk=page.pk).update(**texts)
    page.refresh_from_db()
    return make.in_sync(page)


def changed(page, **how):
    """Publish a change of substance of `page`, in all languages."""
    texts = {f"side_effects_{code}": f"{words} {page.editions().count()}" for code, words in make.WORDS.items()}
    return publish(edit(page, **texts), by="the test", **how)


def told(client, page, language="ko"):
    """The line of the day, and what is told of each change."""
    answer = read(client, public(page, language))
    lines = [text for text in answer.texts("footer.source > p") if "2026" in text]
    return lines, answer.texts("footer.source .changed dt"), answer.texts("footer.source .changed dd")


def since(day, language="ko"):
    return said("On this site since: %(day)s", language, day=day)


def last_changed(day, language="ko"):
    return said("Last changed: %(day)s", language, day=day)


def test_a_page_says_since_when_it_is_there(client, treatment):
    assert told(client, treatment) == ([since("2026년 12월 1일")], [], [])
    assert told(client, treatment, "en") == ([since("1 December 2026", "en")], [], [])


def test_the_correction_of_a_typing_error_is_no_change_for_readers(client, clock, treatment):
    clock.now = in_seoul(2026, 12, 10, 9)
    publish(edit(treatment, side_effects_ko="설사."), by="the test")
    publish(edit(treatment, side_effects_ko="설시."), by="the test", minor_in=["ko"])

    assert told(client, treatment)[0] == [since("2026년 12월 1일")]


@pytest.mark.same_on_every_database
def test_a_change_of_substance_has_a_day_and_what_the_publisher_says_of_it(client, clock, treatment):
    clock.now = in_seoul(2026, 12, 10, 9)
    changed(treatment, change_notes=NOTES)
    clock.now = in_seoul(2026, 12, 20, 9)
    changed(treatment)

    assert told(client, treatment) == (
        [last_changed("2026년 12월 20일")],
        ["2026년 12월 20일", "2026년 12월 10일"],
        [said("What changed was not described."), NOTES["ko"]],
    )


def test_a_change_of_one_language_is_none_for_readers_of_another(client, clock, treatment):
    clock.now = in_seoul(2026, 12, 10, 9)
    publish(edit(treatment, side_effects_en="Diarrhea and nausea"), by="the test", change_notes=NOTES)

    assert told(client, treatment) == ([since("2026년 12월 1일")], [], [])
    assert told(client, treatment, "en")[2] == [NOTES["en"]]


@pytest.mark.same_on_every_database
def test_a_sentence_that_one_language_lacks_is_shown_in_the_other_and_marked(client, clock, treatment):
    clock.now = in_seoul(2026, 12, 10, 9)
    changed(treatment, change_notes={"ko": NOTES["ko"]})

    page = read(client, public(treatment, "en"))

    assert page.texts('footer.source .changed dd [lang="ko"]') == [NOTES["ko"]]
    assert len(page.all("footer.source .changed .other-language")) == 1


@pytest.mark.same_on_every_database
def test_without_any_sentence_there_is_nothing_to_open(client, clock, treatment):
    clock.now = in_seoul(2026, 12, 10, 9)
    changed(treatment)

    assert told(client, treatment) == ([last_changed("2026년 12월 10일")], [], [])


def test_what_is_scheduled_is_told_at_its_hour_and_what_is_cancelled_never(client, clock, treatment):
    clock.now = in_seoul(2026, 12, 2, 9)
    never = changed(treatment, live_from=in_seoul(2026, 12, 5), change_notes={"ko": "취소될 변경"})
    cancel(never, by="the test")
    changed(treatment, live_from=in_seoul(2026, 12, 10), change_notes=NOTES)
    before = told(client, treatment)
    clock.now = in_seoul(2026, 12, 11)

    assert before == ([since("2026년 12월 1일")], [], [])
    assert told(client, treatment) == ([last_changed("2026년 12월 10일")], ["2026년 12월 10일"], [NOTES["ko"]])


@pytest.mark.same_on_every_database
def test_going_back_is_a_change_and_coming_back_from_a_withdrawal_is_none(client, clock, treatment):
    clock.now = in_seoul(2026, 12, 5, 9)
    withdraw(treatment, by="the test", reason="For a day.")
    clock.now = in_seoul(2026, 12, 6, 9)
    issue_again(treatment, 1, by="the test", reason="Back.")
    came_back = told(client, treatment)[0]
    clock.now = in_seoul(2026, 12, 10, 9)
    changed(treatment)
    clock.now = in_seoul(2026, 12, 12, 9)
    issue_again(treatment, 1, by="the test", reason="Back.", change_notes={"ko": "이전 설명으로 되돌렸습니다."})

    assert came_back == [since("2026년 12월 1일")]
    assert told(client, treatment)[0] == [last_changed("2026년 12월 12일")]
    assert told(client, treatment)[2][0] == "이전 설명으로 되돌렸습니다."


def test_editions_from_before_count_each_as_a_change_but_those_marked_as_minor(client, clock, treatment):
    told_then = []
    for number, minor_in in [(2, ["ko"]), (3, [])]:
        clock.now = in_seoul(2026, 12, 10 * (number - 1), 9)
        changed(treatment)
        older = Edition._base_manager.filter(page=treatment.key, number=number)
        QuerySet.update(older, substance={}, minor_in=minor_in)
        told_then.append(told(client, treatment)[0])

    assert told_then == [[since("2026년 12월 1일")], [last_changed("2026년 12월 20일")]]


def test_the_publisher_is_asked_for_a_sentence_in_each_language_that_changed(client, treatment):
    edit(treatment, side_effects_ko="심한 설사")
    publisher = Person("publisher")

    form = publisher.form(treatment, "publish")
    publisher.decide(treatment, "publish", change_note_ko=f"  {NOTES['ko']}\n")

    assert [name for name in form.words if name.startswith("change_note")] == ["change_note_ko"]
    assert treatment.editions().get(number=2).change_notes == {"ko": NOTES["ko"]}
    assert NOTES["ko"] in publisher.open(treatment, "history").texts("#editions ~ .edition dd")
    assert publisher.read(address(treatment, "edition", 2)).texts(".changed dd") == [NOTES["ko"]]


@pytest.mark.same_on_every_database
def test_for_a_first_publication_or_a_typing_error_no_sentence_is_asked_for(treatment):
    new = make.in_sync(make.treatment(center=treatment.center))
    edit(treatment, side_effects_ko="설사.")

    for page in (new, treatment):
        form = Person("publisher").form(page, "publish")
        assert [name for name in form.words if name.startswith("change_note")] == []


def test_a_term_of_the_glossary_says_its_day_too(client, clock):
    clock.now = in_seoul(2026, 12, 1, 9)
    term = make.published(make.in_sync(make.term(definition_ko="사진이 잘 보이게 하는 약", definition_en="A drug")))
    clock.now = in_seoul(2026, 12, 10, 9)
    publish(edit(term, aliases_ko="조영 약"), by="the test")

    with override("ko"):
        page = read(client, reverse("glossary:term", args=[term.slug]))
    assert page.texts("footer.source p") == [since("2026년 12월 1일")]
