"""What is checked before a treatment is published, besides what is checked on every page."""

import pytest
from django.conf import settings

from centers.publication_checks import words
from tests import make
from tests.publishing.checking import about

pytestmark = pytest.mark.same_on_every_database

SIDE_EFFECTS = (
    "Say which side effects this treatment can have. Advertising that leaves out serious side effects is forbidden. "
    "(Medical Service Act, Article 56(2)7)"
)


@pytest.mark.django_db
def test_a_treatment_without_words_about_side_effects_is_noticed_in_each_language():
    page = make.treatment(explanation_ko="부작용이 생길 수 있습니다.", explanation_en="It is an operation.")

    assert about(page, "explanation_en") == [("warning", "en", SIDE_EFFECTS)]
    assert about(page, "explanation_ko") == []


@pytest.mark.django_db
def test_a_diagnostic_test_need_not_speak_of_side_effects():
    assert about(make.test(explanation_ko="검사입니다.", explanation_en="It is a test."), "explanation_en") == []


def test_side_effects_are_looked_for_in_every_language():
    assert set(words()["side_effects"]) == set(dict(settings.LANGUAGES))
