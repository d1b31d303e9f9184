"""What each language has for itself: aliases and forbidden forms are no translations of each other."""

import pytest

from hospital_site.publishing.staleness import page_gaps
from tests import make
from tests.publishing.checking import check_draft, in_english

pytestmark = [pytest.mark.django_db, pytest.mark.same_on_every_database]


def warnings(page):
    return [message for _level, _name, _code, message in in_english(check_draft(page)) if "The glossary" in message]


def test_an_alias_in_one_language_only_is_no_gap():
    page = make.term(aliases_en="Brandium\ndye", forbidden_ko="염색약", pronunciation_ko="시티")

    assert page_gaps(make.in_sync(page)) == []
    assert check_draft(page) == []


@pytest.mark.parametrize(
    ("text", "words"),
    [
        pytest.param("A clinical experiment may help.", ["clinical experiment"], id="a forbidden form"),
        pytest.param("Two clinical experiments.", ["clinical experiments"], id="the plural"),
        pytest.param("A clinical trial may help.", [], id="the preferred form"),
        pytest.param("A clinical experimentation.", [], id="inside another word"),
    ],
)
def test_an_editor_is_warned_of_a_forbidden_form(text, words):
    make.published(make.term(name_en="clinical trial", forbidden_en="clinical experiment"))

    found = warnings(make.treatment(explanation_en=text))

    expected = (
        "Write “clinical trial” rather than “{}”, unless you mean something else. The glossary forbids that form."
    )
    assert found == [expected.format(word) for word in words]


def test_a_forbidden_form_is_found_with_a_particle():
    make.published(make.term(name_ko="임상시험", forbidden_ko="임상실험"))

    assert len(warnings(make.treatment(explanation_ko="임상실험은 연구입니다."))) == 1


def test_the_name_of_another_term_may_be_written():
    make.published(make.term(name_en="remission", forbidden_en="cure"))
    make.published(make.term(name_en="cure"))

    assert warnings(make.treatment(explanation_en="This is no cure.")) == []


def test_a_hospital_may_say_what_the_glossary_forbids():
    make.published(make.term(name_en="clinical trial", forbidden_en="clinical experiment"))

    assert warnings(make.treatment(overview_en="A clinical experiment.")) == []


def test_a_draft_of_the_glossary_forbids_nothing_yet():
    make.term(name_en="clinical trial", forbidden_en="clinical experiment")

    assert warnings(make.treatment(explanation_en="A clinical experiment.")) == []
