"""A database of version 0.1.0 (commit ce48a69) is brought up to date: nothing of it is lost, nobody notices anything.

`store.py` says what is in it and how it was stored, `look.py` how it is looked at, then and now. What has changed on
purpose since, such as a corrected sentence, is listed in `changes.py`.
"""

import difflib
import gzip
import json
import os
import sqlite3
from collections import Counter
from pathlib import Path
from urllib.parse import urlsplit

import psycopg2
import pytest
from django.db import connection

from tests.commands import Command
from tests.upgrade.changes import CORRECTIONS, GAINED, LOST, MODELS, NEW_PAGES, REWRITTEN, name_now
from tests.upgrade.look import one_of_each_kind

pytestmark = pytest.mark.django_db

HERE = Path(__file__).parent
KEY = "-".join(["a", "key", "made", "up", "for", "the", "stored", "dump", "of", "version", "0.1.0"])
FINDINGS = HERE / "findings.json.gz"


def stored(name):
    return gzip.decompress((HERE / name).read_bytes()).decode()


@pytest.fixture(scope="module")
def before():
    """What was found in the database by the version that made it."""
    found = json.loads(stored(FINDINGS.name))
    if connection.vendor != "sqlite":
        found["pages"] = one_of_each_kind(found["pages"])
    return found


@pytest.fixture(scope="module")
def database_url(tmp_path_factory, django_db_setup):
    """The address of the stored database, restored beside the one of the tests."""
    if connection.vendor == "sqlite":
        path = tmp_path_factory.mktemp("upgrade") / "site.db"
        with sqlite3.connect(path) as database:
            database.executescript(stored("sqlite.sql.gz"))
        database.close()
        yield f"sqlite:///{path}"
        return
    server, name = os.environ["DATABASE_URL"], f"test_upgrade_{os.getpid()}"
    address = urlsplit(server)._replace(path=f"/{name}").geturl()
    on_postgresql(server, f"CREATE DATABASE {name}")
    try:
        on_postgresql(address, stored("postgresql.sql.gz"))
        yield address
    finally:
        on_postgresql(server, f"DROP DATABASE {name} WITH (FORCE)")


def on_postgresql(address, statements):
    server = psycopg2.connect(address)
    try:
        server.autocommit = True
        with server.cursor() as cursor:
            cursor.execute(statements)
    finally:
        server.close()


def run(database_url, folder, program, *arguments):
    """What a program of this version prints that uses that database."""
    own = {**os.environ, "DATABASE_URL": database_url, "ENQUIRY_KEYS": KEY}
    own |= {"SITE_ADDRESS": "http://testserver"}  # of the version that wrote the findings
    done = Command(arguments, own, folder, program=program).finished()
    assert (done.returncode, done.stderr) == (0, ""), done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def upgraded(database_url, tmp_path_factory):
    """The address of the stored database after `manage.py migrate`."""
    run(database_url, tmp_path_factory.mktemp("said"), "manage", "migrate", "--skip-checks")
    return database_url


@pytest.fixture(scope="module")
def now(upgraded, tmp_path_factory):
    """What this version finds in the upgraded database."""
    return json.loads(run(upgraded, tmp_path_factory.mktemp("said"), "tests.upgrade.look", FINDINGS))


# ── Rows ──────────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_every_row_is_still_there(before, now):
    there = {MODELS.get(label, label): number for label, number in before["rows"].items()}

    assert {label: now["rows"].get(label) for label in there} == there


def test_what_patients_sent_is_still_read_and_found_with_its_key(before, now):
    assert now["enquiries"] == before["enquiries"]


def test_the_second_factors_of_staff_still_open_with_their_key(before, now):
    assert now["second factors"] == before["second factors"]


def test_no_page_is_taken_for_changed(before, now):
    assert now["drafts"] == before["drafts"]


def test_every_fingerprint_is_still_that_of_what_it_stands_for(now):
    assert now["wrong digests"] == []


def test_there_is_nothing_left_to_migrate(now):
    assert now["to migrate"] == []


# ── Staff ─────────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_there_are_the_content_types_and_permissions_of_this_version_and_no_others(now):
    assert {what: found for what, found in now["rights"].items() if found} == {}


def test_everybody_may_do_what_they_could_do_and_nothing_more(before, now):
    assert {name: person["permissions"] for name, person in now["people"].items()} == {
        name: permissions_now(person) for name, person in before["people"].items()
    }


def permissions_now(person):
    permissions = Counter(name_now(codename) for codename in person["permissions"])
    for role in person["roles"]:
        permissions |= Counter(GAINED.get(role, ()))
        permissions -= Counter(LOST.get(role, ()))
    return sorted(permissions.elements())


@pytest.mark.same_on_every_database
def test_everybody_reaches_every_address_of_the_admin_that_they_reached(before, now):
    def lost(name):
        return [one for one in before["people"][name]["reaches"] if one not in now["people"][name]["reaches"]]

    assert {name: lost(name) for name in before["people"] if lost(name)} == {}


# ── Patients ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_every_public_page_is_there_with_the_same_answer(before, now):
    def answers(found):
        return {
            path: (page["status"], page.get("location"))
            for path, page in found["pages"].items()
            if path not in NEW_PAGES
        }

    assert answers(now) == answers(before)


@pytest.mark.parametrize("part", ["title", "description", "text", "structured data"])
def test_every_public_page_says_the_same_in_its(part, before, now):
    assert differences(part, before, now, words_changed) == {}


@pytest.mark.parametrize("part", ["links", "ids", "lang"])
def test_every_public_page_has_the_same(part, before, now):
    assert differences(part, before, now, elements_changed) == {}


def differences(part, before, now, changed):
    """What is new on each page besides the corrections that are listed."""
    found = {}
    for path, page in before["pages"].items():
        if path in REWRITTEN:
            continue
        corrections = [one for one in CORRECTIONS if one.part == part and one.on in path]
        found[path] = changed(page.get(part), now["pages"].get(path, {}).get(part), corrections)
    return {path: changes for path, changes in found.items() if changes}


def words_changed(old, new, corrections):
    """`["- word", "+ other"]`. How markup groups words into elements makes no difference."""
    old, new = words_of(old), words_of(new)
    for correction in corrections:
        old = old.replace(correction.old, correction.new)
    lines = difflib.unified_diff(old.split(), new.split(), lineterm="", n=3)
    return list(lines)[2:]


def words_of(value):
    if isinstance(value, dict | list) and not all(isinstance(line, str) for line in value):
        value = json.dumps(value, ensure_ascii=False, sort_keys=True)
    return " ".join((" ".join(value) if isinstance(value, list) else value or "").split())


def elements_changed(old, new, corrections):
    """`["- #old", "+ #new"]`. Their order makes no difference: that of the words is looked at."""
    old, new = (Counter(" ".join(one) if isinstance(one, list) else one for one in ones or []) for ones in (old, new))
    gone, come = old - new, new - old
    for correction in corrections:
        number = gone.pop(correction.old, 0) if correction.old else come[correction.new]
        if correction.new:
            come.subtract({correction.new: number})
    return [f"- {one}" for one in gone.elements()] + [f"+ {one}" for one in come.elements()]
