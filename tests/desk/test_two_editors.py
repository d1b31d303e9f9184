"""Two editors of one page at once: the second sees what the first changed, and loses nothing of their own."""

import pytest
from django.core import signing

from tests import make
from tests.desk.people import Form, Person, said

pytestmark = [pytest.mark.django_db, pytest.mark.same_on_every_database]

REFUSED = said(
    "Somebody else saved this page while you were writing. What they changed is shown here. "
    "Your own text is still in the form, nothing of it is lost. Read both, then save again."
)
UNKNOWN = said(
    "This form does not say which text you opened, so nothing was saved. Your own text is still in the form. "
    "Open the page in a second window, compare, then save again."
)


@pytest.fixture
def first():
    return Person("editor")


@pytest.fixture
def second():
    return Person("editor")


def treatment(**words):
    return make.treatment(**{"name_ko": "절제술", "name_en": "Resection", "explanation_en": "An operation.", **words})


def clinic(*areas):
    page = make.clinic(name_ko="클리닉", name_en="Clinic")
    for name in areas:
        make.part(page, "areas", name_ko=name, name_en=f"{name} (en)")
    return page


def again(form, answer, page):
    """The form as it came back to the second editor."""
    return Form.again(form, answer, f"#{page._meta.model_name}_form")


def of(page, *names):
    page.refresh_from_db()
    return tuple(getattr(page, name) for name in names)


def areas(page):
    return list(page.areas.order_by("position", "pk").values_list("name_ko", flat=True))


def test_the_second_save_is_refused_and_shows_what_the_first_changed(first, second):
    page = treatment()
    form = second.form(page)
    first.edit(page, name_en="Radical resection")

    answer = form.send(name_en="Surgery")

    assert (answer.status, of(page, "name_en")) == (200, ("Radical resection",))
    assert answer.texts(".problems .errorlist li") == [REFUSED]
    assert answer.texts(".conflict dt") == ["이름"]
    assert answer.texts(".conflict dd") == ["삭제: Resection (삭제된 글 끝) 추가: Radical resection (추가된 글 끝)"]


def test_the_second_editor_keeps_their_own_words_on_the_screen(first, second):
    page = treatment()
    form = second.form(page)
    first.edit(page, name_en="Radical resection")

    answer = form.send(name_en="Surgery", explanation_en="My long explanation.")

    words = again(form, answer, page).words
    assert (words["name_en"], words["explanation_en"]) == (["Surgery"], ["My long explanation."])


def test_saving_again_after_reading_both_is_accepted(first, second):
    page = treatment()
    form = second.form(page)
    first.edit(page, name_en="Radical resection")
    answer = form.send(name_en="Surgery")

    again(form, answer, page).send()

    assert of(page, "name_en") == ("Surgery",)


def test_saving_again_is_refused_when_a_third_save_came_between(first, second):
    page = treatment()
    form = second.form(page)
    first.edit(page, name_en="Radical resection")
    answer = form.send(name_en="Surgery")
    first.edit(page, name_en="Third")

    answer = again(form, answer, page).send()

    assert (answer.status, of(page, "name_en")) == (200, ("Third",))


def test_what_the_second_editor_did_not_touch_stays_as_the_first_left_it(first, second):
    page = treatment(kind="surgery", position=3)
    form = second.form(page)
    first.edit(page, explanation_en="A careful operation.", kind="radiation", position="0")

    answer = form.send(name_en="Surgery")
    again(form, answer, page).send()

    assert of(page, "name_en", "explanation_en", "kind", "position") == (
        "Surgery",
        "A careful operation.",
        "radiation",
        0,
    )


def test_a_page_above_that_the_first_editor_chose_stays_chosen(first, second):
    center = make.center()
    one, other = make.clinic(center=center), make.clinic(center=center)
    page = treatment(center=center, clinic=one)
    form = second.form(page)
    first.edit(page, clinic=other.pk)

    answer = form.send(name_en="Surgery")
    again(form, answer, page).send()

    assert of(page, "name_en", "clinic") == ("Surgery", other)


@pytest.mark.depends_on_database
def test_departments_that_the_first_editor_chose_stay_chosen(first, second):
    page = clinic()
    hospital = page.center.hospital
    one, other = (make.part(hospital, "departments", name_ko=name) for name in ("내과", "외과"))
    page.departments.add(one)
    form = second.form(page)
    first.edit(page, departments=[other.pk])

    answer = form.send(name_en="Another name")
    again(form, answer, page).send()

    assert (*of(page, "name_en"), list(page.departments.all())) == ("Another name", [other])


@pytest.mark.parametrize("is_statutory", [True, False])
def test_a_tick_of_the_first_editor_stays(first, second, is_statutory):
    page = make.charter()
    make.article(page, 1, is_statutory=not is_statutory)
    form = second.form(page)
    first.edit(page, **{"articles-0-is_statutory": "on" if is_statutory else None})

    answer = form.send(title_en="Another title")
    again(form, answer, page).send()

    assert (*of(page, "title_en"), page.articles.get().is_statutory) == ("Another title", is_statutory)


def test_words_of_a_row_that_the_second_editor_did_not_touch_stay_as_the_first_left_them(first, second):
    page = clinic("간", "폐")
    form = second.form(page)
    first.edit(page, **{"areas-0-name_ko": "간암"})

    answer = form.send(**{"areas-1-name_ko": "폐암"})
    again(form, answer, page).send()

    assert areas(page) == ["간암", "폐암"]


def test_a_row_that_both_changed_is_shown_and_the_second_decides(first, second):
    page = clinic("간")
    form = second.form(page)
    first.edit(page, **{"areas-0-name_ko": "간암"})

    answer = form.send(**{"areas-0-name_ko": "간세포암"})
    refused = areas(page)
    again(form, answer, page).send()

    assert (answer.status, refused, areas(page)) == (200, ["간암"], ["간세포암"])


def test_a_row_that_the_first_added_is_not_lost(first, second):
    page = clinic("간")
    form = second.form(page)
    firsts = first.form(page)
    firsts.send(**firsts.new_row("areas", name_ko="폐", position="2"))

    answer = form.send(name_en="Another name")
    back = again(form, answer, page)
    back.send()

    assert (answer.status, areas(page), of(page, "name_en")) == (200, ["간", "폐"], ("Another name",))
    assert back.words["areas-1-name_ko"] == ["폐"]


def test_a_row_that_the_second_added_stays_on_the_screen(first, second):
    page = clinic("간")
    form = second.form(page)
    first.edit(page, name_en="Another name")

    answer = form.send(**form.new_row("areas", name_ko="폐", position="2"))
    refused = areas(page)
    again(form, answer, page).send()

    assert (answer.status, refused, areas(page)) == (200, ["간"], ["간", "폐"])


def test_rows_that_both_added_are_both_there(first, second):
    page = clinic()
    form, firsts = second.form(page), first.form(page)
    firsts.send(**firsts.new_row("areas", name_ko="간", position="1"))

    answer = form.send(**form.new_row("areas", name_ko="폐", position="2"))
    again(form, answer, page).send()

    assert (answer.status, areas(page)) == (200, ["간", "폐"])


def test_a_row_that_the_first_deleted_does_not_come_back_by_itself(first, second):
    page = clinic("간", "폐")
    form = second.form(page)
    first.edit(page, **{"areas-0-DELETE": "on"})

    answer = form.send(**{"areas-1-name_ko": "폐암"})
    again(form, answer, page).send()

    assert (answer.status, areas(page)) == (200, ["폐암"])


@pytest.mark.depends_on_database
def test_a_row_that_the_first_deleted_and_the_second_rewrote_is_kept_as_a_new_row(first, second):
    page = clinic("간", "폐")
    form = second.form(page)
    first.edit(page, **{"areas-0-DELETE": "on"})

    answer = form.send(**{"areas-0-name_ko": "간암"})
    refused = areas(page)
    again(form, answer, page).send()

    assert (answer.status, refused, sorted(areas(page))) == (200, ["폐"], ["간암", "폐"])


def test_a_row_that_the_second_deletes_is_deleted_only_after_they_saw_that_it_changed(first, second):
    page = clinic("간", "폐")
    form = second.form(page)
    first.edit(page, **{"areas-0-name_ko": "간암"})

    answer = form.send(**{"areas-0-DELETE": "on"})
    refused = areas(page)
    again(form, answer, page).send()

    assert (answer.status, refused, areas(page)) == (200, ["간암", "폐"], ["폐"])


FORGED = signing.dumps({"data": {}, "fields": {}, "rows": {}}, salt="of something else")


@pytest.mark.parametrize(
    "opened", [None, "", "tampered", FORGED], ids=["left out", "empty", "tampered", "signed for something else"]
)
def test_a_form_that_does_not_say_which_text_was_opened_is_refused(first, opened):
    page = treatment()
    form = first.form(page)

    answer = form.send(opened=opened, name_en="Surgery")
    back = again(form, answer, page)

    assert (answer.status, of(page, "name_en")) == (200, ("Resection",))
    assert answer.texts(".problems .errorlist li") == [UNKNOWN]
    assert back.words["name_en"] == ["Surgery"]
    back.send()
    assert of(page, "name_en") == ("Surgery",)


def test_a_seal_taken_from_another_page_is_refused(first):
    page, other = treatment(), treatment()
    form = first.form(page)

    answer = form.send(opened=first.form(other).words["opened"], name_en="Surgery")

    assert (answer.status, of(page, "name_en")) == (200, ("Resection",))


def test_publishing_meanwhile_is_no_change_of_the_draft(first):
    page = treatment()
    form = first.form(page)
    make.published(page)

    form.send(name_en="Surgery")

    assert of(page, "name_en") == ("Surgery",)


def test_a_translator_and_an_editor_who_write_different_languages_lose_nothing(first):
    page = treatment()
    translator = Person("translator-en")
    form = translator.form(page)
    first.edit(page, name_ko="근치적 절제술")

    answer = form.send(name_en="Radical resection")
    again(form, answer, page).send()

    assert (answer.status, of(page, "name_ko", "name_en")) == (200, ("근치적 절제술", "Radical resection"))


@pytest.mark.depends_on_database
def test_a_new_row_sent_twice_is_written_once(first):
    page = clinic()
    form = first.form(page)
    row = form.new_row("areas", name_ko="간", position="1")

    answers = [form.send(**row).status, form.send(**row).status]

    assert (answers, areas(page)) == ([302, 200], ["간"])


def test_a_page_that_was_deleted_meanwhile_is_told(first, second):
    page = treatment()
    form = second.form(page)
    page.delete()

    answer = form.send(name_en="Surgery")

    assert answer.status == 302


def test_the_second_save_does_not_put_back_the_source_language(first, second):
    page = treatment()
    form = second.form(page)
    first.edit(page, source_language="en")

    answer = form.send(explanation_en="Surgery.")
    again(form, answer, page).send()

    assert REFUSED in answer.html
    assert of(page, "source_language", "explanation_en") == ("en", "Surgery.")
