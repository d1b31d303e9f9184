"""Clinical sign-off: bound to the exact words of a language, said to patients, and never moved by a mere save."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction

from hospital_site.publishing.models import SignOff
from hospital_site.staff.models import AuditEntry
from tests import make
from tests.desk.people import Form, Person, in_seoul, public, said
from tests.desk.test_front_page import DESK
from tests.reading import read
from tests.recorded import recorded

pytestmark = [pytest.mark.django_db, pytest.mark.same_on_every_database]

NEVER = {
    "ko": said("No clinician has reviewed it yet."),
    "en": said("No clinician has reviewed it yet.", "en"),
}
NOT_AS_SEEN = said("The text has changed since you opened it. Read it again before you sign.")
SIGNATURE = {"name": "김의사", "role": "종양내과 전문의", "languages": ["ko", "en"], "review_due": "2027-12-01"}


@pytest.fixture
@recorded
def treatment(clock):
    clock.now = in_seoul(2026, 12, 1, 9)
    words = {
        "name_ko": "절제술",
        "name_en": "Resection",
        "explanation_ko": "수술입니다.",
        "explanation_en": "An operation.",
    }
    return make.published(make.in_sync(make.treatment(**words)))


def lines(client, page):
    """What patients of each language read about the clinical review."""
    found = {}
    for language in make.languages():
        before = said("Explanation added by this site.", language)
        found[language] = read(client, public(page, language)).text(".why").removeprefix(before).strip()
    return found


def reviewed(day, due, language):
    sentence = "Clinically reviewed on %(day)s by %(name)s (%(role)s). Next review: %(due)s."
    return said(sentence, language, day=day, due=due, name="김의사", role="종양내과 전문의")


def edited_since(day, language):
    return said("Last clinically reviewed on %(day)s; edited since.", language, day=day)


def sign(page, **words):
    return Person("reviewer").form(page, "sign_off").send(**(SIGNATURE | words))


def publish(page, **words):
    return Person("publisher").publish(page, **words)


def test_words_that_nobody_signed_are_said_to_be_unreviewed(client, treatment):
    assert lines(client, treatment) == NEVER


def test_signed_words_name_the_reviewer_and_both_days(client, treatment):
    sign(treatment)

    assert lines(client, treatment) == {
        "ko": reviewed("2026년 12월 1일", "2027년 12월 1일", "ko"),
        "en": reviewed("1 December 2026", "1 December 2027", "en"),
    }


def test_a_signature_holds_for_its_language_only(client, treatment):
    sign(treatment, languages=["ko"])

    assert lines(client, treatment) == {"ko": reviewed("2026년 12월 1일", "2027년 12월 1일", "ko"), "en": NEVER["en"]}


def test_words_that_were_edited_since_say_so_in_their_language_only(client, treatment, clock):
    sign(treatment)
    clock.now = in_seoul(2026, 12, 5, 9)
    Person("editor").edit(treatment, explanation_en="A big operation.")
    publish(treatment)

    assert lines(client, treatment) == {
        "ko": reviewed("2026년 12월 1일", "2027년 12월 1일", "ko"),
        "en": edited_since("1 December 2026", "en"),
    }


def test_an_edit_that_is_not_published_yet_leaves_the_line(client, treatment):
    sign(treatment)
    before = lines(client, treatment)

    Person("editor").edit(treatment, explanation_en="A big operation.")

    assert lines(client, treatment) == before


def test_signing_the_next_words_says_nothing_of_those_that_patients_see(client, treatment, clock):
    Person("editor").edit(treatment, explanation_ko="큰 수술입니다.", explanation_en="A big operation.")
    clock.forward(minutes=1)

    sign(treatment)

    assert lines(client, treatment) == NEVER


def test_words_that_were_signed_before_they_were_published_are_signed_when_they_are(client, treatment, clock):
    Person("editor").edit(treatment, explanation_ko="큰 수술입니다.", explanation_en="A big operation.")
    clock.forward(minutes=1)
    sign(treatment)

    publish(treatment)

    assert lines(client, treatment)["ko"] == reviewed("2026년 12월 1일", "2027년 12월 1일", "ko")


def test_going_back_to_signed_words_brings_their_signature_back(client, treatment, clock):
    sign(treatment)
    Person("editor").edit(treatment, explanation_ko="큰 수술입니다.")
    clock.forward(minutes=1)
    publish(treatment)

    Person("publisher").decide(treatment, "again", 1)

    assert lines(client, treatment)["ko"] == reviewed("2026년 12월 1일", "2027년 12월 1일", "ko")


def test_a_mere_save_moves_no_day(client, treatment, clock):
    sign(treatment)
    before = lines(client, treatment)
    clock.now = in_seoul(2026, 12, 9, 9)

    Person("editor").edit(treatment)
    make.show(treatment)

    assert lines(client, treatment) == before
    assert list(SignOff.objects.values_list("reviewed_on", flat=True)) == [date(2026, 12, 1)] * 2


def test_order_and_source_are_no_words_that_a_clinician_signs(client, treatment, clock):
    sign(treatment)
    before = lines(client, treatment)
    Person("editor").edit(treatment, position="9", source_ko="병원 누리집")
    clock.forward(minutes=1)

    publish(treatment)

    assert lines(client, treatment) == before


def test_signing_words_other_than_those_seen_is_refused_and_the_form_keeps_what_was_written(treatment):
    form = Person("reviewer").form(treatment, "sign_off")
    Person("editor").edit(treatment, explanation_ko="큰 수술입니다.")

    answer = form.send(**SIGNATURE)

    again = Form.again(form, answer, "form.decide")
    assert (answer.status, answer.texts(".errorlist li")) == (200, [NOT_AS_SEEN])
    assert {name: again.words[name] for name in SIGNATURE} == {
        "name": ["김의사"],
        "role": ["종양내과 전문의"],
        "languages": ["ko", "en"],
        "review_due": ["2027-12-01"],
    }
    assert not SignOff.objects.exists()
    again.send()
    assert SignOff.objects.count() == 2


@pytest.mark.parametrize("seen", ["", "{}", "null", "[]", '"x"', "not json", '{"ko": 1}', None])
def test_signing_without_saying_what_was_seen_is_refused(treatment, seen):
    answer = sign(treatment, seen=seen)

    assert (answer.status, SignOff.objects.exists()) == (200, False)


def test_the_next_review_is_due_in_twelve_months_unless_the_clinician_says_otherwise(treatment):
    form = Person("reviewer").form(treatment, "sign_off")

    assert form.words["review_due"] == ["2027-12-01"]


@pytest.mark.parametrize("due", ["2026-12-01", "2026-11-30", "", "soon"])
def test_the_next_review_must_be_after_today(treatment, due):
    answer = sign(treatment, review_due=due)

    assert (answer.status, SignOff.objects.exists()) == (200, False)
    assert answer.attributes('[aria-invalid="true"]', "name") == ["review_due"]


@pytest.mark.parametrize("days", [0, -1])
def test_a_review_that_is_due_before_it_was_made_cannot_be_stored(treatment, days):
    today = date(2026, 12, 1)

    with pytest.raises(IntegrityError, match="next_review_is_after_this_one"), transaction.atomic():
        make.signed(treatment, review_due=today + timedelta(days=days))


def test_a_signature_cannot_be_changed_or_removed(treatment):
    make.signed(treatment, "ko")
    signature = SignOff.objects.get()

    for change in (signature.save, signature.delete, SignOff.objects.all().delete):
        with pytest.raises(TypeError, match="append-only"):
            change()


def test_reviewing_again_without_edits_is_one_form(client, treatment, clock):
    sign(treatment)
    clock.now = in_seoul(2027, 11, 20, 9)

    sign(treatment, review_due="2028-11-20")

    assert lines(client, treatment)["ko"] == reviewed("2027년 11월 20일", "2028년 11월 20일", "ko")
    assert treatment.editions().count() == 1


# ── Minor edits ───────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
@recorded
def corrected(treatment, clock):
    """Signed in both languages, then a typing error was put right in English."""
    sign(treatment)
    clock.now = in_seoul(2026, 12, 5, 9)
    Person("editor").edit(treatment, explanation_en="An operation!")
    clock.forward(minutes=1)
    return treatment


def confirm(page, person=None, number=2, language="en"):
    person = person or Person("reviewer")
    return person.send(page, "sign_off", confirm=f"{number}:{language}")


def test_a_minor_edit_keeps_the_signature_and_its_days_once_a_reviewer_has_confirmed_it(client, corrected):
    publish(corrected, minor=["en"])
    before = lines(client, corrected)["en"]

    confirm(corrected)

    assert before == edited_since("1 December 2026", "en")
    assert lines(client, corrected)["en"] == reviewed("1 December 2026", "1 December 2027", "en")


def test_the_reviewer_reads_what_was_corrected_and_who_says_that_it_is_minor(corrected):
    Person("publisher", name="park").publish(corrected, minor=["en"], reason="A full stop.")

    page = Person("reviewer").open(corrected, "sign_off")

    claim = said("%(name)s says that only a typing error was corrected: %(reason)s", name="park", reason="A full stop.")
    assert claim in page.texts("section p")
    assert page.attributes("button[name=confirm]", "value") == ["2:en"]
    assert len(page.all("section .difference ins")) == 1


def notes_of_minor_edits(person, page=None):
    shown = person.open(page) if page else person.read(DESK)
    sentence = "{name} corrected a typing error in signed text. Confirm in the clinical review that it is no more."
    words = said(sentence).format(name="park")
    notes = [note for note in shown.all(".note") if words in " ".join(note.to_text().split())]
    return [reason.to_text().strip() for note in notes for reason in note.query("blockquote")]


@pytest.mark.parametrize("settle", ["confirm", "sign", "withdraw", "publish again"])
def test_a_minor_edit_stands_before_the_reviewers_until_it_is_settled(corrected, settle):
    publisher, reviewer, editor = Person("publisher", name="park"), Person("reviewer"), Person("editor")
    publisher.publish(corrected, minor=["en"], reason="A full stop.")
    corrected.refresh_from_db()
    shown = [notes_of_minor_edits(*who) for who in [(reviewer,), (reviewer, corrected), (editor,), (publisher,)]]

    if settle == "confirm":
        confirm(corrected)
    elif settle == "sign":
        sign(corrected)
    elif settle == "withdraw":
        publisher.decide(corrected, "withdraw")
    else:
        publisher.decide(corrected, "again", 1)

    assert shown == [["A full stop."], ["A full stop."], [], []]
    assert notes_of_minor_edits(reviewer) == []


def test_a_minor_edit_waits_for_its_reviewer_whatever_is_scheduled_after_it(corrected, clock):
    publisher = Person("publisher", name="park")
    publisher.publish(corrected, minor=["en"], reason="A full stop.")
    Person("editor").edit(corrected, explanation_en="A new text.")
    clock.forward(minutes=1)
    publisher.publish(corrected, hour="2026-12-24T09:00")

    assert notes_of_minor_edits(Person("reviewer")) == ["A full stop."]


def test_a_minor_edit_is_kept_with_the_names_of_both_and_the_reason(corrected):
    Person("publisher", name="park").publish(corrected, minor=["en"], reason="A full stop.")

    confirm(corrected, Person("reviewer", name="lee"))

    kept = SignOff.objects.get(is_minor_edit=True)
    assert (kept.language, kept.name, kept.signed_by, kept.reason) == ("en", "김의사", "lee", "A full stop.")
    assert corrected.editions().get(number=2).minor_in == ["en"]
    entry = AuditEntry.objects.of(corrected).filter(by="lee", action="sign_off").get()
    assert (entry.after, entry.reason) == (kept.digest, "A full stop.")


def test_only_a_reviewer_confirms(corrected):
    publish(corrected, minor=["en"])

    answer = confirm(corrected, Person("editor", "publisher"))

    assert (answer.status, SignOff.objects.filter(is_minor_edit=True).exists()) == (403, False)


def test_whoever_made_the_edit_does_not_confirm_it(treatment, clock):
    sign(treatment)
    clock.forward(minutes=1)
    writer = Person("editor", "reviewer")
    writer.edit(treatment, explanation_en="An operation!")
    clock.forward(minutes=1)
    publish(treatment, minor=["en"])

    confirm(treatment, writer)

    assert not SignOff.objects.filter(is_minor_edit=True).exists()
    own = said("You made this edit yourself. Another clinical reviewer must confirm it.")
    assert writer.open(treatment, "sign_off").texts(".messagelist .error") == [own]


def test_an_edit_is_confirmed_once_and_only_in_the_language_that_was_claimed(corrected):
    publish(corrected, minor=["en"])

    answers = [confirm(corrected).status, confirm(corrected).status, confirm(corrected, language="ko").status]

    assert answers == [302, 404, 404]
    assert SignOff.objects.filter(is_minor_edit=True).count() == 1


@pytest.mark.parametrize(
    "words",
    ["An operation with risks.", "An operation at 9.", "No such operation."],
    ids=["more words", "a number", "more than two letters"],
)
def test_a_rewritten_text_carries_no_signature(treatment, clock, words):
    sign(treatment)
    clock.forward(minutes=1)
    Person("editor").edit(treatment, explanation_en=words)
    clock.forward(minutes=1)

    offered = Person("publisher").form(treatment, "publish").page.attributes("input[name=minor]", "value")
    answer = publish(treatment, minor=["en"])

    assert (offered, answer.status, treatment.editions().count()) == ([], 200, 1)


def test_one_syllable_may_turn_a_sentence_round_so_the_reviewer_decides(client, treatment, clock):
    sign(treatment)
    clock.forward(minutes=1)
    Person("editor").edit(treatment, explanation_ko="수술입니까.")
    clock.forward(minutes=1)

    publish(treatment, minor=["ko"])

    assert lines(client, treatment)["ko"] == edited_since("2026년 12월 1일", "ko")


def test_a_minor_edit_can_be_claimed_only_for_a_language_that_has_changed(corrected):
    form = Person("publisher").form(corrected, "publish")

    assert form.page.attributes("input[name=minor]", "value") == ["en"]


def test_a_minor_edit_of_a_text_that_nobody_signed_waits_for_no_reviewer(treatment, clock):
    clock.forward(minutes=1)
    Person("editor").edit(treatment, explanation_en="An operation!")
    clock.forward(minutes=1)

    publish(treatment, minor=["en"])

    assert treatment.editions().get(number=2).minor_in == ["en"]
    assert notes_of_minor_edits(Person("reviewer")) == []


def test_claiming_a_minor_edit_for_another_language_is_refused(corrected):
    answer = publish(corrected, minor=["ko"])

    assert (answer.status, corrected.editions().count()) == (200, 1)


# ── Who, and when it is due ───────────────────────────────────────────────────────────────────────────────────────────


def test_signing_is_in_the_log_with_the_digest_of_the_words(treatment):
    sign(treatment, languages=["en"])

    entry = AuditEntry.objects.of(treatment).get(action="sign_off")
    assert entry.after == treatment.editions().get().language_digests["en"]
