"""What a form or a deletion is refused for is said in our own sentences, in both languages."""

import re

import pytest
from django.utils.translation import gettext, override

from hospital_site.translations import django_sentences
from tests import make
from tests.publishing.test_admin import charter_with, desk, editor, form_of  # noqa: F401 (a fixture)
from tests.reading import Page

pytestmark = [pytest.mark.django_db, pytest.mark.same_on_every_database]

every_language = pytest.mark.parametrize("language", make.languages())
RAW = re.compile(r"오브젝트|은/는|이/가|을/를|protected related|already exists|must be unique")


def refused(response):
    """What a person reads of the errors of a form."""
    return " ".join(Page(response).texts(".errornote, .errorlist, .problems, .errors"))


@every_language
def test_an_address_that_is_taken_is_refused_beside_its_field(editor, language):  # noqa: F811
    taken, clinic = make.clinic(slug="taken"), make.clinic(slug="free")
    clinic.center = taken.center
    clinic.save()

    response = editor.post(desk(clinic, "change", language), form_of(editor, clinic) | {"slug": "taken"})

    with override(language):
        sentence = gettext("Another page already has this address. Choose another one.")
    assert response.context["adminform"].form.errors == {"slug": [sentence]}


@every_language
def test_a_second_charter_of_a_hospital_is_refused_in_words(editor, language):  # noqa: F811
    other, charter = make.charter(), make.charter()

    sent = form_of(editor, charter) | {"hospital": other.hospital.pk}
    response = editor.post(desk(charter, "change", language), sent)

    [[sentence]] = response.context["adminform"].form.errors.values()
    assert not RAW.search(sentence)


@every_language
def test_two_articles_with_one_number_are_refused_in_words(editor, language):  # noqa: F811
    charter = charter_with(("right", 1, "하나"), ("right", 2, "둘"))

    sent = form_of(editor, charter) | {"articles-1-number": 1}
    response = editor.post(desk(charter, "change", language), sent)

    text = Page(response).document.to_text()
    with override(language):
        assert gettext("Please correct the duplicate values below.") in text
    assert not RAW.search(text)


@every_language
def test_the_deletion_of_a_page_with_others_below_it_is_refused_in_words(editor, language):  # noqa: F811
    clinic = make.clinic()

    text = Page(editor.get(desk(clinic.center, "delete", language))).document.to_text()

    assert str(clinic) in text
    assert not RAW.search(text)


@every_language
def test_a_deletion_is_confirmed_in_words(editor, language):  # noqa: F811
    text = Page(editor.get(desk(make.center(), "delete", language))).document.to_text()

    assert not RAW.search(text)


@every_language
@pytest.mark.parametrize("sentence", [*django_sentences.DUPLICATES, *django_sentences.DELETIONS])
def test_no_sentence_of_djangos_about_them_is_shown_raw(sentence, language):
    with override(language):
        assert not RAW.search(gettext(sentence))
