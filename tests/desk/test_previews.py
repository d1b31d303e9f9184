"""Previews: of the draft for staff, and by a signed link for a person without an account."""

from datetime import timedelta
from importlib import import_module
from unittest.mock import Mock

import pytest
from django.apps import apps
from django.db import OperationalError, connection
from django.test import Client
from django.utils import timezone

from hospital_site.publishing.models import PreviewAnswer, PreviewLink
from hospital_site.publishing.pipeline import withdraw
from hospital_site.staff.models import AuditEntry
from tests import make
from tests.desk.people import Person, address, public, said
from tests.reading import Page, read
from tests.recorded import recorded

pytestmark = [pytest.mark.django_db, pytest.mark.same_on_every_database]

UNKEPT = "no-store, max-age=0, no-cache, must-revalidate, private"

every_language = pytest.mark.parametrize("language", make.languages())


@pytest.fixture
@recorded
def treatment():
    """Patients see 절제술; the draft says 새 절제술."""
    page = make.published(make.in_sync(make.treatment(name_ko="절제술", name_en="Resection")))
    type(page).objects.filter(pk=page.pk).update(name_ko="새 절제술", name_en="New resection")
    page.refresh_from_db()
    return make.in_sync(page)


@pytest.fixture
def holder():
    """A browser without a session."""
    return Client()


def new_link(page, **words):
    """A link to the draft of `page`, made on the desk. Returns it and its address."""
    editor = Person("editor")
    editor.form(page, "links").send(**({"recipient": "외부 전문가", "days": "7"} | words))
    link = PreviewLink.objects.order_by("-pk").first()
    return link, link.get_absolute_url()


def in_language(path, language):
    return f"/{language}/{path.split('/', 2)[2]}"


# ── Staff ─────────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(("language", "name"), [("ko", "새 절제술"), ("en", "New resection")])
def test_a_preview_shows_the_saved_draft_on_the_page_of_patients(treatment, language, name):
    page = Person("translator-en").read(address(treatment, "preview", language=language))

    assert page.texts("h1") == [name]
    assert page.texts("aside.preview p")[:2] == [
        said("Preview of the draft. Patients do not see this.", code) for code in make.languages()
    ]


def test_a_preview_leaves_patients_with_what_they_see(client, treatment):
    Person("editor").open(treatment, "preview")

    assert read(client, public(treatment)).texts("h1") == ["절제술"]


@pytest.mark.parametrize("width", ["phone", "wide"])
def test_languages_stand_side_by_side_at_the_width_of_a_phone_and_of_a_wide_screen(treatment, width):
    page = Page(Person("editor").client.get(address(treatment, "compare"), {"width": width}))

    previews = [address(treatment, "preview", language=language) for language in make.languages()]
    assert page.attributes("iframe", "src") == previews
    assert page.attributes("iframe", "lang") == make.languages()
    assert len(page.all(f".frames.{width}")) == 1


def test_a_draft_that_was_never_published_can_be_previewed_below_drafts():
    page = make.treatment(clinic=make.clinic(name_ko="새 클리닉"), name_ko="새 치료")

    assert Person("editor").open(page, "preview").texts("h1") == ["새 치료"]


def test_a_preview_is_kept_by_nobody_and_indexed_by_nobody(treatment):
    response = Person("editor").open(treatment, "preview").response

    assert response["X-Robots-Tag"] == "noindex, nofollow"
    assert response["Cache-Control"] == "max-age=0, no-cache, no-store, must-revalidate, private"


# ── Links ─────────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(("language", "name"), [("ko", "새 절제술"), ("en", "New resection")])
def test_a_link_shows_the_draft_without_an_account(treatment, holder, language, name):
    _link, path = new_link(treatment)

    page = read(holder, in_language(path, language))

    assert (page.status, page.texts("h1")) == (200, [name])
    assert page.texts("aside.preview p")[:2] == [
        said("Preview of the draft. Patients do not see this.", code) for code in make.languages()
    ]
    assert dict(holder.cookies) == {}


def test_a_link_is_kept_by_nobody_and_indexed_by_nobody(treatment, holder):
    _link, path = new_link(treatment)

    response = holder.get(path)

    assert (response["Cache-Control"], response["X-Robots-Tag"]) == (UNKEPT, "noindex, nofollow")


def test_a_link_shows_the_draft_as_it_is_when_it_is_opened(treatment, holder):
    _link, path = new_link(treatment)
    Person("editor").edit(treatment, name_ko="또 다른 절제술")

    assert read(holder, path).texts("h1") == ["또 다른 절제술"]


def test_a_link_opens_neither_other_drafts_nor_the_desk(treatment, holder):
    _link, path = new_link(treatment)
    holder.get(path)

    answers = {
        view: holder.get(address(treatment, view)).status_code for view in ("change", "preview", "history", "links")
    }

    assert set(answers.values()) == {302}
    assert read(holder, public(treatment)).texts("h1") == ["절제술"]


def test_a_link_shows_other_pages_as_patients_see_them(treatment, holder):
    type(treatment.center).objects.update(name_ko="새 이름의 센터")
    _link, path = new_link(treatment)

    assert "새 이름의 센터" not in read(holder, path).html


def test_every_opening_is_counted_and_logged(treatment, holder):
    link, path = new_link(treatment)

    for language in make.languages():
        holder.get(in_language(path, language))
    holder.head(path)

    link.refresh_from_db()
    opened = AuditEntry.objects.of(treatment).filter(action="opened")
    assert link.openings == 2
    assert [(entry.by, entry.after) for entry in opened] == [(f"preview link {link.pk}", treatment.draft_digest)] * 2


@pytest.mark.parametrize("words", [{}, {"answer": "returned", "seen": "x"}], ids=["nothing", "a wrong answer"])
def test_a_draft_that_is_read_by_posting_is_counted_too(treatment, holder, words):
    link, path = new_link(treatment, is_for_approval="on")

    page = Page(holder.post(path, words))

    link.refresh_from_db()
    assert (page.texts("h1"), link.openings, link.last_opened_at is None) == (["새 절제술"], 1, False)
    assert AuditEntry.objects.of(treatment).filter(action="opened").count() == 1


def test_the_list_of_links_says_how_often_each_was_opened(treatment, holder):
    link, path = new_link(treatment)
    holder.get(path)

    page = Person("editor").open(treatment, "links")

    assert any("1" in text and "번" in text for text in page.texts(".edition dd"))
    assert page.texts("code.address") == [f"http://testserver{path}"]
    assert link.recipient in page.text(".edition h2")


def test_a_link_lasts_seven_days_unless_said_otherwise(treatment):
    form = Person("editor").form(treatment, "links")

    link, _path = new_link(treatment)

    assert form.words["days"] == ["7"]
    assert timedelta(days=7) - (link.expires_at - timezone.now()) < timedelta(minutes=1)


@every_language
def test_an_expired_link_says_so(treatment, holder, clock, language):
    _link, path = new_link(treatment, days="2")
    clock.forward(days=2, seconds=-1)
    before = holder.get(path).status_code
    clock.forward(seconds=1)

    page = read(holder, in_language(path, language))

    assert (before, page.status) == (200, 410)
    assert said("This link has expired. Ask the person who sent it for a new one.", language) in page.texts("main p")


@every_language
def test_a_revoked_link_says_so(treatment, holder, language):
    link, path = new_link(treatment)
    Person("editor").send(treatment, "links", revoke=link.pk)

    page = read(holder, in_language(path, language))

    assert page.status == 410
    assert said("This link was revoked. Ask the person who sent it for a new one.", language) in page.texts("main p")


@every_language
def test_the_link_to_a_withdrawn_page_says_so(treatment, holder, language):
    _link, path = new_link(treatment)
    withdraw(treatment, by="the test", reason="It closed.")

    page = read(holder, in_language(path, language))

    assert page.status == 410
    assert said("This page was withdrawn, so its draft is not shown any more.", language) in page.texts("main p")


@every_language
@pytest.mark.parametrize("change", ["other page", "other signature", "no signature", "nothing", "long"])
def test_a_link_that_was_tampered_with_says_so(treatment, holder, language, change):
    link, _path = new_link(treatment)
    new_link(treatment)
    number, signature = link.token.split(":")
    token = {
        "other page": f"{int(number) + 1}:{signature}",
        "other signature": f"{number}:{signature[::-1]}",
        "no signature": number,
        "nothing": ":",
        "long": f"{'9' * 400}:{signature}",
    }[change]

    page = read(holder, f"/{language}/preview/{token}/")

    assert page.status == 404
    sentence = said("This link is not complete or was not made by us. Ask for it again.", language)
    assert sentence in page.texts("main p")


def test_the_link_to_a_draft_that_was_deleted_is_not_found(holder):
    page = make.treatment()
    _link, path = new_link(page)
    page.delete()

    assert holder.get(path).status_code == 404


@pytest.mark.parametrize("state", ["expired", "revoked", "tampered"])
def test_a_closed_link_is_kept_by_nobody_and_indexed_by_nobody(treatment, holder, clock, state):
    link, path = new_link(treatment)
    if state == "expired":
        clock.forward(days=8)
    if state == "revoked":
        Person("editor").send(treatment, "links", revoke=link.pk)
    if state == "tampered":
        path = path.replace(":", ":x")

    response = holder.get(path)

    assert (response["Cache-Control"], response["X-Robots-Tag"]) == (UNKEPT, "noindex, nofollow")
    assert "절제술" not in response.content.decode()


def test_a_closed_link_is_not_counted(treatment, holder):
    link, path = new_link(treatment)
    Person("editor").send(treatment, "links", revoke=link.pk)

    holder.get(path)

    link.refresh_from_db()
    assert link.openings == 0


@pytest.mark.parametrize("days", ["0", "-1", "61", "", "soon"])
def test_the_days_of_a_link_are_between_one_and_sixty(treatment, days):
    answer = Person("editor").form(treatment, "links").send(recipient="외부 전문가", days=days)

    assert (answer.status, PreviewLink.objects.exists()) == (200, False)


@pytest.mark.parametrize("revoke", ["999", "x", ""])
def test_revoking_what_is_no_link_is_not_found(treatment, revoke):
    assert Person("editor").send(treatment, "links", revoke=revoke).status == 404


# ── Approval ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def answered(holder, path, answer, comment="", **words):
    page = read(holder, path)
    seen = page.attributes("aside.preview input[name=seen]", "value")
    return Page(holder.post(path, {"seen": seen, "answer": answer, "comment": comment} | words))


@pytest.mark.parametrize(
    ("answer", "comment"), [("approved", ""), ("approved", "좋습니다."), ("returned", "틀렸습니다.")]
)
def test_the_holder_of_a_link_for_approval_answers(treatment, holder, answer, comment):
    link, path = new_link(treatment, is_for_approval="on")

    page = answered(holder, path, answer, comment)

    assert page.status == 200
    assert list(link.answers.values_list("answer", "comment", "digest")) == [(answer, comment, treatment.draft_digest)]
    assert len(page.all("aside.preview [role=status]")) == 1
    entry = AuditEntry.objects.of(treatment).get(action="answer")
    assert (entry.by, entry.after) == (f"preview link {link.pk}", treatment.draft_digest)


def test_every_answer_stays_with_its_words(treatment, holder):
    link, path = new_link(treatment, is_for_approval="on")
    seen = {"seen": treatment.draft_digest}
    long = "용량이 틀렸습니다. " * 60

    holder.post(path, seen | {"answer": "returned", "comment": long})
    holder.post(path, seen | {"answer": "approved", "comment": "이제 좋습니다."})

    assert list(link.answers.values_list("answer", "comment")) == [
        ("returned", long.strip()),
        ("approved", "이제 좋습니다."),
    ]
    editor = Person("editor")
    shown = editor.open(treatment, "links").text(".edition dl")
    assert 0 < shown.index(long.strip()) < shown.index("이제 좋습니다.")
    assert shown.count(said("Answer")) == 2
    log = editor.open(treatment, "history").text("#log + .results")
    assert 0 < log.index("이제 좋습니다.") < log.index(long.strip())
    with pytest.raises(TypeError):
        link.answers.update(comment="")


def test_an_answer_of_an_earlier_version_stays(treatment):
    link, _path = new_link(treatment)
    new_link(treatment)
    given = {"answer": "returned", "comment": "틀렸습니다.", "answered_digest": "d", "answered_at": link.made_at}
    PreviewLink.objects.filter(pk=link.pk).update(**given)

    import_module("hospital_site.publishing.migrations.0007_every_answer").copy(apps, connection.schema_editor())

    answers = PreviewAnswer.objects.values_list("link", "answer", "comment", "digest", "at")
    assert list(answers) == [(link.pk, *given.values())]


def test_returning_needs_a_comment(treatment, holder):
    link, path = new_link(treatment, is_for_approval="on")

    page = answered(holder, path, "returned", " ")

    assert (page.status, link.answers.count()) == (200, 0)
    assert said("Say in the comment what should change.") in page.html


def test_an_answer_is_void_once_the_draft_changes(treatment, holder):
    _link, path = new_link(treatment, is_for_approval="on")
    answered(holder, path, "approved")
    editor = Person("editor")
    valid = editor.open(treatment, "links").text(".edition dl")

    editor.edit(treatment, name_ko="또 다른 절제술")

    void = said("void: the draft has changed since")
    assert (void in valid, void in editor.open(treatment, "links").text(".edition dl")) == (False, True)
    assert len(read(holder, path).all("aside.preview form")) == 1


def test_an_answer_to_another_draft_than_the_one_seen_is_refused(treatment, holder):
    link, path = new_link(treatment, is_for_approval="on")
    seen = read(holder, path).attribute("aside.preview input[name=seen]", "value")
    Person("editor").edit(treatment, name_ko="또 다른 절제술")

    page = Page(holder.post(path, {"seen": seen, "answer": "approved"}))

    assert (page.status, link.answers.count()) == (200, 0)
    assert said("The draft has changed since you opened it. Read it again before you answer.") in page.html


def test_a_link_that_is_only_for_reading_takes_no_answer(treatment, holder):
    link, path = new_link(treatment)

    holder.post(path, {"seen": treatment.draft_digest, "answer": "approved"})

    assert (link.answers.count(), read(holder, path).all("aside.preview form")) == (0, [])


@pytest.mark.parametrize("answer", ["", "published", None])
def test_an_answer_is_an_approval_or_a_return(treatment, holder, answer):
    link, path = new_link(treatment, is_for_approval="on")

    page = Page(
        holder.post(path, {"seen": treatment.draft_digest} | ({"answer": answer} if answer is not None else {}))
    )

    assert (page.status, link.answers.count()) == (200, 0)


def test_an_answer_needs_the_token_of_its_form(treatment):
    _link, path = new_link(treatment, is_for_approval="on")
    strict = Client(enforce_csrf_checks=True)

    assert strict.post(path, {"seen": treatment.draft_digest, "answer": "approved"}).status_code == 403


def test_a_comment_that_was_not_taken_is_given_back_to_be_copied(treatment, monkeypatch):
    link, path = new_link(treatment, is_for_approval="on")
    words = {"seen": treatment.draft_digest, "answer": "returned", "comment": "둘째 문장이 틀렸습니다."}
    strict, reader = Client(enforce_csrf_checks=True), Client(raise_request_exception=False)

    too_old = Page(strict.post(path, words))
    for problem in (OperationalError, ZeroDivisionError):
        with monkeypatch.context() as broken:
            broken.setattr("hospital_site.publishing.previews.answer_link", Mock(side_effect=problem))
            assert words["comment"] in Page(reader.post(path, words)).texts("textarea")
    Person("editor").send(treatment, "links", revoke=link.pk)
    revoked = Page(reader.post(path, words))

    assert (too_old.status, revoked.status) == (403, 410)
    assert too_old.texts("textarea") == revoked.texts("blockquote") == [words["comment"]]


def test_an_approval_publishes_nothing(client, treatment, holder):
    _link, path = new_link(treatment, is_for_approval="on")

    answered(holder, path, "approved")

    assert read(client, public(treatment)).texts("h1") == ["절제술"]
