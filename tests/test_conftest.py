"""What tests stand on stands fast itself."""

import os
import sys

import pytest
from django.contrib.auth.models import Group, Permission
from django.db import connection
from django.test import TransactionTestCase

from tests import make
from tests.conftest import (
    depends_on_database,
    is_the_same_on_every_database,
    not_compiled,
    repeats_in_another_language,
    touches_database,
)


@pytest.mark.parametrize("turn", ["first", "second"])
@pytest.mark.django_db(transaction=True)
def test_a_test_that_commits_leaves_what_migrations_wrote(turn):
    written = connection.creation.serialize_db_to_string()
    Group.objects.create(name="of this test alone")
    Permission.objects.all().delete()

    TransactionTestCase()._fixture_teardown()

    assert Permission.objects.exists()
    assert connection.creation.serialize_db_to_string() == written


def test_no_test_makes_its_own_process_a_server():
    """A server gives up waiting for PostgreSQL after a moment; tests wait as long as a busy machine takes."""
    assert "hospital_site.wsgi" not in sys.modules


def test_what_asks_for_no_database_is_left_out_of_the_run_on_postgresql(request):
    assert not touches_database(request.node)


@pytest.mark.django_db
def test_what_is_marked_is_part_of_the_run_on_postgresql(request):
    assert touches_database(request.node)


@pytest.mark.usefixtures("transactional_db")
def test_what_a_fixture_gives_a_database_is_part_of_the_run_on_postgresql(request):
    assert touches_database(request.node)


@pytest.mark.usefixtures("first_pages")
@pytest.mark.same_on_every_database
def test_what_shares_the_pages_of_one_database_is_part_of_the_run_on_postgresql(request):
    assert touches_database(request.node)


@pytest.mark.parametrize("language", make.languages())
def test_what_is_tested_in_every_language_is_run_in_one_of_them_on_postgresql(request, language):
    assert repeats_in_another_language(request.node) == (language != make.languages()[0])


@pytest.mark.django_db
@pytest.mark.same_on_every_database
def test_what_is_the_same_on_every_database_is_left_out_of_the_run_on_postgresql(request):
    assert not depends_on_database(request.node)


@pytest.mark.django_db
@pytest.mark.same_on_every_database
@pytest.mark.depends_on_database
def test_what_depends_on_the_database_in_such_a_module_is_part_of_the_run_on_postgresql(request):
    assert depends_on_database(request.node)


@pytest.mark.usefixtures("transactional_db")
def test_what_commits_is_part_of_the_run_on_postgresql_whatever_its_module_says(request, monkeypatch):
    monkeypatch.setattr(request.node.parent, "own_markers", [pytest.mark.same_on_every_database.mark])

    assert depends_on_database(request.node)


@pytest.mark.usefixtures("transactional_db")
@pytest.mark.same_on_every_database
def test_what_commits_is_left_out_of_the_run_on_postgresql_where_it_says_so_itself(request):
    assert not depends_on_database(request.node)


def test_no_module_that_is_left_out_unread_has_a_test_for_postgresql(request):
    items = request.session.items

    assert [
        each.nodeid for each in items if is_the_same_on_every_database(each.path) and depends_on_database(each)
    ] == []


@pytest.mark.parametrize(
    ("compiled", "is_named"), [(None, True), (1, True), (3, False)], ids=["missing", "older", "newer"]
)
def test_catalogues_that_are_not_compiled_are_found(settings, tmp_path, compiled, is_named):
    catalogue = tmp_path / "ko/LC_MESSAGES/django.po"
    catalogue.parent.mkdir(parents=True)
    for path, moment in ((catalogue, 2), (catalogue.with_suffix(".mo"), compiled)):
        if moment:
            path.touch()
            os.utime(path, (moment, moment))
    settings.LOCALE_PATHS = [tmp_path]

    assert not_compiled() == ([catalogue] if is_named else [])
