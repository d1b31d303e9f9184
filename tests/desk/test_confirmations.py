"""What a publisher confirms: warnings, and what the law prescribes."""

import pytest

from hospital_site.publishing.pipeline import publish
from hospital_site.publishing.policy import Refused
from hospital_site.staff.models import AuditEntry
from tests import make
from tests.desk.people import ASSENT, Person, address, said
from tests.desk.test_publishing import numbers
from tests.recorded import recorded

pytestmark = [pytest.mark.django_db, pytest.mark.same_on_every_database]

NOT_READ = said("Something was found that you should look at once more. Confirm that you have read it.")
NOT_CONFIRMED = said(
    "The law prescribes an article that is not the same any more. Confirm it below, or put the article back."
)
LAW = "의료법 시행규칙 별표 1"


@pytest.fixture
@recorded
def treatment():
    """Its Korean name was changed, so that the English one may be out of date; its explanation has no English yet."""
    page = make.published(make.in_sync(make.treatment(name_ko="절제술", name_en="Resection")))
    Person("editor").edit(page, name_ko="근치적 절제술", explanation_ko="수술입니다.")
    return page


def test_the_publisher_reads_of_stale_and_missing_translations_field_by_field(treatment):
    links = Person("publisher").open(treatment, "publish").attributes(".findings.warning a", "href")

    form = address(treatment)
    assert {f"{form}#id_name_en", f"{form}#id_explanation_en"} <= set(links)


def test_publishing_against_warnings_asks_for_a_confirmation(treatment):
    answer = Person("publisher").publish(treatment, warnings_read=None)

    assert (answer.status, answer.texts(".errorlist li"), numbers(treatment)) == (200, [NOT_READ], [1])
    assert len(answer.all("input[name=warnings_read]")) == 1


def test_confirmed_warnings_are_in_the_log_with_the_reason(treatment):
    Person("publisher", name="park").publish(treatment, warnings_read="on", reason="영문은 내일 고칩니다.")

    entry = AuditEntry.objects.of(treatment).get(action="publish", by="park")
    lines = entry.findings.split("\n")
    assert entry.reason == "영문은 내일 고칩니다."
    assert sum("English" in line or "영어" in line for line in lines) >= 2
    assert entry.findings.split("\n")[0] in " ".join(Person("auditor").open(treatment, "history").texts(".log details"))


def test_without_warnings_nothing_is_asked():
    words = {
        "explanation_ko": "간을 자릅니다. 부작용은 출혈입니다.",
        "explanation_en": "We cut. A side effect is bleeding.",
    }
    page = make.published(make.in_sync(make.treatment(name_ko="절제술", name_en="Resection", **words)))
    Person("editor").edit(page, name_ko="간 절제술", name_en="Liver resection")

    form = Person("publisher").open(page, "publish")

    assert (form.all(".findings.warning"), form.all("input[name=warnings_read]")) == ([], [])


def test_issuing_an_earlier_text_with_warnings_again_asks_as_well(treatment):
    publisher = Person("publisher")
    publisher.publish(treatment)
    publisher.publish(treatment)

    refused = publisher.decide(treatment, "again", 1, warnings_read=None)

    assert (refused.texts(".errorlist li"), numbers(treatment)) == ([NOT_READ], [1, 2])
    publisher.decide(treatment, "again", 1)
    assert numbers(treatment) == [1, 2, 3]


def test_a_reason_stays_readable_where_the_text_cannot_be_published_any_more(treatment):
    first, second = (Person("publisher").form(treatment, "publish") for _person in range(2))
    first.send(reason="학회 지침", warnings_read="on")

    refused = second.send(reason="학회 지침이 바뀌었습니다.", warnings_read="on")

    assert (refused.all("form.decide"), refused.text("blockquote")) == ([], "학회 지침이 바뀌었습니다.")


def test_commands_are_not_asked_about_warnings(treatment):
    publish(treatment, by="load_first_content")

    assert numbers(treatment) == [1, 2]


def test_submitting_asks_for_no_confirmation(treatment):
    answer = Person("editor").decide(treatment, "submit")

    assert answer.status == 302


# ── What the law prescribes ───────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
@recorded
def charter():
    """Its first article is prescribed by law."""
    charter = make.charter(rights_heading_ko="권리", rights_heading_en="Rights")
    make.article(charter, 1, is_statutory=True, basis_ko=LAW, basis_en="Enforcement Rule of the Medical Service Act")
    make.article(charter, 2)
    return make.published(make.in_sync(charter))


GIVEN_UP = {
    "deleted": {"articles-0-DELETE": "on"},
    "emptied": {f"articles-0-{name}_{code}": "" for name in ("title", "text") for code in make.languages()},
    "emptied in one language": {"articles-0-text_en": " "},
    "emptied but for a dash": {"articles-0-text_ko": "—"},
    "unmarked": {"articles-0-is_statutory": None},
    "made a responsibility": {"articles-0-kind": "responsibility"},
    "without its legal basis": {"articles-0-basis_ko": "", "articles-0-basis_en": ""},
}


@pytest.mark.parametrize("words", GIVEN_UP.values(), ids=GIVEN_UP)
def test_a_statutory_article_is_given_up_only_by_a_publisher_who_confirms_it_with_the_law_before_them(charter, words):
    Person("editor").edit(charter, **words)

    form = Person("publisher").form(charter, "publish")
    refused = form.send(**ASSENT)
    form.send(**ASSENT, confirmed=form.page.attributes("input[name=confirmed]", "value"))

    [label] = [text for text in form.page.texts(".decide label") if LAW in text]
    assert LAW in " ".join(form.page.texts(".findings.confirmation"))
    assert (refused.texts(".errorlist li"), numbers(charter)) == ([NOT_CONFIRMED], [1, 2])
    assert label in AuditEntry.objects.of(charter).filter(action="publish").first().findings


@pytest.mark.parametrize(
    "words",
    [
        {"articles-1-DELETE": "on"},
        {"articles-0-text_ko": "고친 글."},
        {"articles-0-number": "2", "articles-1-number": "1"},
    ],
    ids=["another article is deleted", "a statutory one is edited", "they swap their places"],
)
def test_other_changes_of_a_charter_ask_for_no_confirmation(charter, words):
    Person("editor").edit(charter, **words)

    assert Person("publisher").open(charter, "publish").all("input[name=confirmed]") == []


def test_what_was_confirmed_once_is_not_asked_again(charter):
    publisher = Person("publisher")
    Person("editor").edit(charter, **GIVEN_UP["deleted"])
    publisher.publish(charter, confirmed="right-1")
    Person("editor").edit(charter, introduction_ko="인사말", introduction_en="Welcome")

    assert publisher.open(charter, "publish").all("input[name=confirmed]") == []


def test_a_command_does_not_give_up_a_statutory_article(charter):
    charter.articles.get(number=1).delete()

    with pytest.raises(Refused, match=NOT_CONFIRMED):
        publish(charter, by="load_first_content")


@pytest.mark.parametrize("above", [False, True], ids=["the charter", "the hospital above it"])
def test_what_the_law_prescribes_is_withdrawn_only_by_a_publisher_who_confirms_it(charter, above):
    publisher, page = Person("publisher"), charter.hospital if above else charter

    form = publisher.form(page, "withdraw")
    refused = form.send(**ASSENT)
    is_live = charter.editions().live().exists()
    form.send(**ASSENT, confirmed=form.page.attributes("input[name=confirmed]", "value"))

    [label] = [text for text in form.page.texts(".decide label") if LAW in text]
    sentence = "The law prescribes what is withdrawn with this page. Confirm each article, or keep the page."
    assert (refused.texts(".errorlist li"), is_live) == ([said(sentence)], True)
    assert not page.editions().live().exists()
    assert label in AuditEntry.objects.of(page).filter(action="withdraw").first().findings


def test_withdrawing_what_the_law_does_not_prescribe_asks_for_no_confirmation(charter):
    page = make.published(make.clinic())

    assert Person("publisher").open(page, "withdraw").all("input[name=confirmed]") == []


def test_withdrawing_the_charter_first_opens_no_way_around(charter):
    publisher = Person("publisher")
    confirmed = publisher.open(charter, "withdraw").attributes("input[name=confirmed]", "value")
    publisher.decide(charter, "withdraw", confirmed=confirmed)
    Person("editor").edit(charter, **GIVEN_UP["deleted"])

    refused = publisher.publish(charter)

    assert refused.texts(".errorlist li") == [NOT_CONFIRMED]
