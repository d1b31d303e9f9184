"""Who edits the glossary: a term belongs to the whole site."""

import pytest
from django.urls import reverse

from tests import make
from tests.desk.people import Person

pytestmark = [pytest.mark.django_db, pytest.mark.same_on_every_database]


def test_an_editor_of_the_whole_site_writes_terms():
    term = make.term()

    Person("editor").edit(term, definition_en="A fluid.")

    term.refresh_from_db()
    assert term.definition_en == "A fluid."


def test_an_editor_of_one_hospital_neither_opens_nor_adds_terms():
    term = make.term()
    editor = Person("editor", limited_to=[make.hospital()])

    assert (editor.status(term), editor.read(reverse("admin:glossary_term_add")).status) == (302, 403)


def test_a_translator_writes_the_aliases_of_their_language_only():
    term = make.term(aliases_en="dye", aliases_ko="조영제")

    Person("translator-en").edit(term, aliases_en="dye\nbrandium")

    term.refresh_from_db()
    assert (term.aliases_en, term.aliases_ko) == ("dye\nbrandium", "조영제")
