"""Balancers and operators learn what is amiss; strangers learn nothing."""

import json
import os
from datetime import timedelta

import pytest
from django.core.management import get_commands
from django.db import DatabaseError
from django.db.migrations.recorder import MigrationRecorder
from django.urls import reverse
from django.utils import timezone

from hospital_site import upkeep
from hospital_site.staff.models import PATIENCE, CommandRun
from tests.commands import Command


@pytest.fixture
def all_in_time(db):
    CommandRun.objects.update(finished_at=timezone.now())


def ready(client, **more):
    answer = client.get("/readyz", **more)
    return answer.status_code, json.loads(answer.content)


@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
@pytest.mark.parametrize("asked", [{"HTTP_HOST": "10.0.0.7"}, {"HTTP_HOST": "a b"}], ids=["by number", "by no name"])
def test_probes_are_answered_by_whatever_name_and_over_http(client, all_in_time, settings, path, asked):
    settings.SECURE_SSL_REDIRECT = True

    answer = client.get(path, **asked)

    assert answer.status_code == 200
    assert answer["Cache-Control"] == "no-store"


def test_a_worker_is_alive_whatever_the_database_does(client):
    assert client.get("/healthz").status_code == 200  # pytest refuses every query here


def test_a_machine_that_has_all_it_needs_is_ready(client, all_in_time):
    assert ready(client) == (200, {"ready": True, "faults": [], "warnings": []})


def test_a_stranger_does_not_learn_why(client, db):
    assert ready(client, REMOTE_ADDR="203.0.113.7") == (200, {"ready": True})


def test_a_machine_whose_database_lacks_a_migration_is_not_ready(client, all_in_time):
    MigrationRecorder.Migration.objects.filter(app="staff", name="0009_command_run").delete()

    assert ready(client) == (
        503,
        {"ready": False, "faults": ["migration staff.0009_command_run is missing"], "warnings": []},
    )


def test_a_machine_whose_database_is_away_is_not_ready(client, db, monkeypatch):
    def fail():
        raise DatabaseError

    monkeypatch.setattr(upkeep, "missing_migrations", fail)

    assert ready(client) == (503, {"ready": False, "faults": ["the database does not answer"], "warnings": []})


def test_a_command_that_is_late_is_a_warning(client, all_in_time):
    CommandRun.objects.filter(name="back_up").update(finished_at=timezone.now() - timedelta(hours=31))
    CommandRun.objects.filter(name="load_holidays").update(finished_at=None)

    status, answer = ready(client)

    assert status == 200
    assert [warning.partition(" since ")[0] for warning in answer["warnings"]] == [
        "back_up has not ended well",
        "load_holidays has not ended well",
    ]


def test_a_folder_that_cannot_be_written_is_a_warning(client, all_in_time, settings, tmp_path):
    settings.VAR_DIR = tmp_path / "gone"

    assert ready(client)[1]["warnings"] == ["gone: No such file or directory"]


def test_every_watched_command_exists_and_is_listed():
    assert set(PATIENCE) <= set(get_commands())


def test_every_watched_command_has_its_row(db):
    assert set(CommandRun.objects.values_list("name", flat=True)) == set(PATIENCE)


def test_administrators_of_a_real_site_see_on_the_front_page_what_is_late(admin_client, all_in_time, settings):
    settings.PRODUCTION = True
    CommandRun.objects.filter(name="back_up").update(finished_at=None)

    page = admin_client.get(reverse("admin:index"), follow=True).content.decode()
    listed = admin_client.get(reverse("admin:staff_commandrun_changelist"))

    assert reverse("admin:staff_commandrun_changelist") in page
    assert [row.pk for row in listed.context["cl"].result_list] == sorted(PATIENCE)
    assert "icon-no.svg" in listed.content.decode()


def test_a_command_that_ended_well_is_remembered(tmp_path):
    own = {
        **os.environ,
        "MODE": "demonstration",
        "DATABASE_URL": f"sqlite:///{tmp_path / 'site.sqlite3'}",
        "VAR_DIR": str(tmp_path),
    }

    def manage(*command):
        return Command(command, own, tmp_path).finished()

    assert manage("migrate", "staff", "--verbosity", "0").returncode == 0
    assert manage("clearsessions").returncode == 1  # there is no table of sessions yet
    assert finished(tmp_path) == []
    manage("migrate", "sessions", "--verbosity", "0")
    assert manage("clearsessions").returncode == 0
    assert finished(tmp_path) == ["clearsessions"]
    assert manage("back_up", "--new-key", tmp_path / "key").returncode == 0
    assert finished(tmp_path) == ["clearsessions"]


def finished(folder):
    import sqlite3

    with sqlite3.connect(folder / "site.sqlite3") as database:
        found = database.execute("SELECT name FROM staff_commandrun WHERE finished_at IS NOT NULL").fetchall()
    database.close()
    return [name for (name,) in found]
