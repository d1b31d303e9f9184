"""What somebody did with a page is said, with their words, to whom it concerns: on the front page and on the form."""

from datetime import timedelta

import pytest
from django.utils import timezone

from hospital_site.publishing.models import PreviewLink, WorkflowNote
from tests import make
from tests.desk.people import Person, said
from tests.desk.test_front_page import DESK, listed
from tests.recorded import recorded

pytestmark = [pytest.mark.django_db, pytest.mark.same_on_every_database]

NEXT_MONTH = f"{timezone.now() + timedelta(days=30):%Y-%m-%dT09:00}"


@pytest.fixture
@recorded
def treatment():
    return make.published(make.in_sync(make.treatment(name_ko="절제술", name_en="Resection")))


@pytest.fixture
@recorded
def kim(treatment):
    """An editor who has changed a draft and submitted it."""
    kim = Person("editor", name="kim")
    kim.edit(treatment, name_ko="근치적 절제술", name_en="Radical resection")
    kim.decide(treatment, "submit", reason="학회 지침이 바뀜")
    return kim


def told(person, page=None, view="change"):
    """What a person reads first: on the front page, or on a view of `page`."""
    shown = person.open(page, view) if page else person.read(DESK)
    lines = shown.texts(".note p")
    return [line.partition(" 2")[0] for line in lines], shown.texts(".note blockquote")


def sentence(words, name, page=None):
    told = said(words).format(name=name)
    return f"{page} {told}" if page else told


SUBMITTED = "{name} submitted this draft for publishing."
RETURNED = "{name} returned this draft to its editors."
CANCELLED = "{name} cancelled the scheduled version."


def test_the_publisher_reads_who_submitted_and_why(treatment, kim):
    publisher = Person("publisher")
    treatment.refresh_from_db()

    front, form, publishing = told(publisher), told(publisher, treatment), told(publisher, treatment, "publish")

    assert front == ([sentence(SUBMITTED, "kim", treatment)], ["학회 지침이 바뀜"])
    assert form == publishing == ([sentence(SUBMITTED, "kim")], ["학회 지침이 바뀜"])


def test_a_submitted_page_leaves_the_list_of_drafts_to_publish(treatment, kim):
    assert (listed(kim, "treatment", "waiting"), listed(kim, "treatment", "submitted")) == ([], [treatment.pk])


def test_the_editor_reads_who_returned_the_draft_and_why_until_it_is_submitted_again(treatment, kim):
    Person("publisher", name="park").decide(treatment, "return", reason="숫자를 확인해 주세요.")
    treatment.refresh_from_db()
    front, form = told(kim), told(kim, treatment)
    kim.edit(treatment, name_ko="수술", name_en="Surgery")
    while_correcting = told(kim, treatment)

    kim.decide(treatment, "submit")

    assert front == ([sentence(RETURNED, "park", treatment)], ["숫자를 확인해 주세요."])
    assert form == while_correcting == ([sentence(RETURNED, "park")], ["숫자를 확인해 주세요."])
    assert told(kim) == ([], [])


def test_a_clinical_reviewer_returns_a_draft_with_a_reason(treatment, kim):
    reviewer = Person("reviewer", name="lee")
    link = reviewer.open(treatment, "sign_off").attributes(".aside a", "href")

    answer = reviewer.decide(treatment, "return", reason="용량이 틀렸습니다.")

    treatment.refresh_from_db()
    assert (link, answer.status, treatment.submitted_digest) == (["../return/"], 302, "")
    assert told(kim) == ([sentence(RETURNED, "lee", treatment)], ["용량이 틀렸습니다."])


def test_an_editor_does_not_return_drafts(treatment, kim):
    assert kim.status(treatment, "return") == 403


def test_after_a_schedule_is_cancelled_the_submission_waits_again_and_the_editor_is_told(treatment, kim):
    publisher = Person("publisher", name="park")
    publisher.publish(treatment, hour=NEXT_MONTH)

    publisher.decide(treatment, "cancel", 2, reason="아직 이릅니다.")

    treatment.refresh_from_db()
    assert (treatment.submitted_by, listed(publisher, "treatment", "submitted")) == ("kim", [treatment.pk])
    assert told(kim) == ([sentence(CANCELLED, "park", treatment)], ["아직 이릅니다."])
    assert told(publisher) == ([sentence(SUBMITTED, "kim", treatment)], ["학회 지침이 바뀜"])


def test_whoever_submitted_reads_that_the_draft_was_published(treatment, kim):
    Person("publisher", name="park").publish(treatment, reason="좋습니다.")
    treatment.refresh_from_db()

    other = Person("editor")

    words = "{name} published the draft that you submitted."
    assert told(kim) == ([sentence(words, "park", treatment)], ["좋습니다."])
    assert told(other) == told(kim, treatment) == ([], [])


def test_whoever_submitted_reads_that_somebody_changed_the_draft_since(treatment, kim):
    Person("editor").edit(treatment, name_ko="수술")
    treatment.refresh_from_db()

    words = "{name} submitted this draft for publishing. It was changed since, so submit it again."
    assert told(Person("editor"))[0] == told(Person("editor", "publisher"))[0] == [sentence(words, "kim", treatment)]
    assert told(kim, treatment)[0] == [sentence(words, "kim")]
    assert told(Person("publisher"))[0] == []


@pytest.mark.parametrize("answer", ["approved", "returned"])
def test_the_answer_of_a_preview_link_is_told_with_its_comment(client, treatment, kim, answer):
    kim.form(treatment, "links").send(recipient="흉부외과", is_for_approval="on")
    link = PreviewLink.objects.get()
    treatment.refresh_from_db()

    client.post(link.get_absolute_url(), {"answer": answer, "comment": "둘째 문장", "seen": treatment.draft_digest})

    words = f"{PreviewLink.Answer(answer).label}: 둘째 문장"
    assert told(kim)[0][0] == sentence("Answer through the preview link for “{name}”.", "흉부외과", treatment)
    assert words in told(kim)[1]
    assert words in told(Person("publisher"), treatment, "publish")[1]


def test_withdrawing_is_told_to_the_editors(treatment):
    Person("publisher", name="park").decide(treatment, "withdraw", reason="과가 없어졌습니다.")

    words = "{name} withdrew this page."
    assert told(Person("editor")) == ([sentence(words, "park", treatment)], ["과가 없어졌습니다."])


@pytest.mark.parametrize(
    ("view", "words"),
    [
        ("again", "{name} published an earlier version of this page again."),
        ("copy", "{name} copied an earlier version into this draft, over what stood in it."),
    ],
)
def test_going_back_to_an_earlier_version_is_told_to_the_editors_until_the_next_publication(treatment, view, words):
    editor, park = Person("editor"), Person("editor", "publisher", name="park")
    editor.edit(treatment, name_ko="수술", name_en="Surgery")
    Person("publisher").publish(treatment)
    treatment.refresh_from_db()

    park.decide(treatment, view, 1, reason="그 낱말이 틀렸습니다.")
    treatment.refresh_from_db()
    before = told(editor), told(editor, treatment), told(park)
    editor.edit(treatment, name_ko="큰 수술", name_en="Major surgery")
    Person("publisher").publish(treatment)

    reason = ["그 낱말이 틀렸습니다."]
    assert before == (([sentence(words, "park", treatment)], reason), ([sentence(words, "park")], reason), ([], []))
    assert told(editor) == ([], [])


def test_nobody_reads_of_pages_outside_their_part_nor_of_what_they_did_themselves(treatment, kim):
    outside = Person("publisher", limited_to=[make.center()])

    assert (told(outside), told(kim)) == (([], []), ([], []))


@pytest.mark.parametrize("size", [1, 3])
def test_the_front_page_asks_the_same_questions_however_much_is_told(django_assert_num_queries, size):
    for _ in range(size):
        page = make.in_sync(make.treatment())
        Person("editor").decide(page, "submit")
    publisher = Person("publisher")

    with django_assert_num_queries(19):
        page = publisher.read(DESK)

    assert (len(page.all(".note blockquote")), WorkflowNote.objects.count()) == (size, size)
