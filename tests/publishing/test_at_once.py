"""Several people publish at the same moment, on the database that the tests run on."""

import json
import os
import sqlite3
from urllib.parse import urlsplit

import pytest
from django.db import connection

from tests.commands import Command


@pytest.fixture
def database_url(transactional_db, tmp_path):
    """The address of a database with our tables, for other processes: on SQLite a copy of the test's, in a file."""
    if connection.vendor != "sqlite":
        return urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{connection.settings_dict['NAME']}").geturl()
    path = tmp_path / "site.sqlite3"
    connection.ensure_connection()
    with sqlite3.connect(path) as copy:
        connection.connection.backup(copy)
    copy.close()
    return f"sqlite:///{path}"


def publish_at_once(database_url, draft, folder):
    own = {**os.environ, "DATABASE_URL": database_url}

    run = Command([draft], own, folder, program="tests.publishing.publish_at_once").finished()

    assert run.stderr == ""
    outcome = json.loads(run.stdout)
    assert outcome["errors"] == []
    assert outcome["database"] == connection.vendor
    return outcome


def test_eight_people_who_edit_and_publish_at_once_leave_eight_numbered_editions(database_url, tmp_path):
    outcome = publish_at_once(database_url, "edited", tmp_path)

    assert [number for number, _by in outcome["issued"]] == [1, 2, 3, 4, 5, 6, 7, 8]
    assert len({by for _number, by in outcome["issued"]}) == 8


def test_eight_people_who_publish_the_same_text_at_once_leave_one_edition(database_url, tmp_path):
    outcome = publish_at_once(database_url, "unchanged", tmp_path)

    assert len(outcome["issued"]) == 1
    assert len(outcome["refused"]) == 7
    assert len(set(outcome["refused"])) == 1
