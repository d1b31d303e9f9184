"""The command that measures every type of page."""

import io

import pytest
from django.core.management import CommandError, call_command

from hospital_site.management.commands import measure
from hospital_site.publishing.models import page_models
from tests import make

pytestmark = [pytest.mark.django_db, pytest.mark.same_on_every_database]


@pytest.fixture(autouse=True)
def one_round(monkeypatch):
    """Nothing is timed here."""
    monkeypatch.setattr(measure, "ROUNDS", 1)


def measured():
    """What the command says: a row of words for each page."""
    output = io.StringIO()
    call_command("measure", stdout=output)
    return [line.split() for line in output.getvalue().splitlines()[1:]]


def test_every_type_of_page_is_measured_in_every_language():
    for page in make.every_kind().values():
        make.published(page)

    rows = measured()

    kinds = [model.page_kind() for model in page_models()]
    for language in make.languages():
        names = [name for name, code, *_numbers in rows if code == language]
        assert sorted(name for name in names if name in kinds) == sorted(kinds)
        assert len(names) == len(set(names)) > len(kinds)


# Where there is one charter only, the list shows it in its place.
WITH_ANOTHER = ["patients_rights:charters"]


def test_no_type_of_page_asks_more_than_three_questions_or_is_heavier_than_it_may_be():
    for page in make.every_kind().values():
        make.published(page)

    rows = measured()

    too_many = [row for row in rows if int(row[2]) > (4 if row[0] in WITH_ANOTHER else 3)]
    too_heavy = [row for row in rows if int(row[5]) > 20_000]
    assert (too_many, too_heavy) == ([], [])


def test_an_empty_site_is_measured_by_the_pages_that_are_always_there():
    assert len(measured()) == len(make.languages()) * len([*measure.FIXED, *measure.ABOUT])


def test_a_page_that_cannot_be_shown_ends_the_measuring(settings):
    settings.ALLOWED_HOSTS = ["elsewhere.example"]

    with pytest.raises(CommandError, match="answered 400"):
        measured()
