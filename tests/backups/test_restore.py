"""The whole site comes back from a backup, and what must hold in every database holds after a restore too."""

import gzip
from functools import partial
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from hospital_site.backups import restore, sealing
from tests import make
from tests.backups.sites import CANARY, IS_SQLITE, assert_refused, kill_after, seal

ON_BOTH = """
import datetime
from django.contrib.auth.models import User
from hospital_site.enquiries import actions
from hospital_site.enquiries.models import Enquiry, Recusal
first, second = Enquiry.objects.order_by("pk")
"""
ERASE = ON_BOTH + "actions.erase([first], by='desk', reason='asked by letter')"
STOP_AND_HIDE = (
    ON_BOTH
    + f"""
actions.stop(second, by="officer", asked_on=datetime.date(2026, 1, 2), reason="asked by letter")
Recusal.objects.create(enquiry=second, user=User.objects.get(username="{CANARY}"), by="officer")
"""
)
STATES = "SELECT state FROM enquiries_enquiry ORDER BY id"
STOPPED = "SELECT reference, stopped_at FROM enquiries_enquiry ORDER BY id"
RECUSED = "SELECT enquiry_id, user_id, by FROM enquiries_recusal"


def test_a_site_comes_back_on_a_new_machine_row_for_row_and_counts_on_from_there(enquiries, sites):
    for page in make.every_kind().values():
        make.published(page)
    site, new = sites(), sites(filled=False)

    said = new.restore(site.back_up())

    assert new.rows() == site.rows()
    assert len(new.rows()["publishing_edition"]) >= 9
    assert IS_SQLITE or new.asks("SELECT 1 FROM pg_stats WHERE tablename = 'publishing_edition' LIMIT 1") == [(1,)]
    assert "0 migrations applied." in said
    assert "0 enquiries destroyed again." in said
    new.does("from django.contrib.auth.models import User; User.objects.create(username='later')")
    assert new.asks("SELECT username FROM auth_user ORDER BY id") == [(CANARY,), ("later",)]


@pytest.mark.same_on_every_database
def test_what_is_replaced_is_kept_in_a_backup_of_its_own(enquiries, sites):
    site = sites()
    before = site.back_up()
    site.asks("DELETE FROM auth_user")
    replaced = site.rows()

    said = site.restore(before, "--replace")

    assert site.asks("SELECT username FROM auth_user") == [(CANARY,)]
    [kept] = set(site.backups()) - {before}
    assert f"The present state is kept: {kept}" in said
    site.restore(kept, "--replace")
    assert site.rows() == replaced


@pytest.mark.same_on_every_database
def test_without_recipients_it_is_said_that_the_present_state_is_not_kept(enquiries, sites):
    site = sites()
    made = site.back_up()

    said = site.restore(made, "--replace", BACKUP_RECIPIENTS="")

    assert "The present state is not kept: BACKUP_RECIPIENTS is not set." in said
    assert site.backups() == [made]


def test_a_backup_of_an_earlier_release_is_brought_up_to_this_one(enquiries, sites):
    site, new = sites(), sites(filled=False)
    tables = set(site.rows())
    assert site.run("migrate", "sessions", "zero").returncode == 0
    earlier = site.back_up()

    said = new.restore(earlier)

    assert "1 migrations applied." in said
    assert set(new.rows()) == tables


def test_tables_that_only_a_later_release_has_are_gone_after_restoring_an_earlier_one(enquiries, sites):
    site = sites()
    earlier, before = site.back_up(), site.rows()
    site.asks("CREATE TABLE later (enquiry_id BIGINT REFERENCES enquiries_enquiry (id))")
    site.asks("INSERT INTO later SELECT id FROM enquiries_enquiry")

    site.restore(earlier, "--replace", BACKUP_RECIPIENTS="")

    assert site.rows() == before


def test_a_server_that_was_not_stopped_sees_what_was_restored(enquiries, sites):
    site = sites()
    before = site.back_up()
    site.asks("DELETE FROM auth_user")
    with site.connected() as database, database.cursor() as server:
        server.execute("SELECT count(*) FROM auth_user")
        assert server.fetchone() == (0,)

        site.restore(before, "--replace", BACKUP_RECIPIENTS="")

        server.execute("SELECT username FROM auth_user")
        assert server.fetchone() == (CANARY,)
        server.execute("DELETE FROM auth_user")
    assert site.asks("SELECT username FROM auth_user") == []


LOCK = {"sqlite": "BEGIN IMMEDIATE", "postgresql": "BEGIN; SELECT count(*) FROM enquiries_enquiry"}


def test_a_restore_that_failed_changes_nothing_and_leaves_nothing_behind(enquiries, sites):
    site = sites()
    before = site.back_up()
    site.does(ERASE)
    rows = site.rows()
    with site.connected() as database, database.cursor() as cursor:
        cursor.execute(LOCK[database.vendor])
        impatient = {"BACKUP_RECIPIENTS": "", "BACKUP_LOCK_TIMEOUT": "1"}
        run = site.run("restore_backup", before, "--identity", site.key, "--replace", **impatient)
        cursor.execute("ROLLBACK")
    assert run.returncode == 1
    assert ("keeps the database locked" if IS_SQLITE else "lock timeout") in run.stderr
    assert (site.rows(), (site.folder / restore.STATE_FILE).exists()) == (rows, False)


@pytest.mark.same_on_every_database
def test_after_a_restore_that_was_killed_the_present_state_is_kept_and_what_was_saved_is_applied(enquiries, sites):
    site = sites()
    before = site.back_up()
    (site.folder / restore.STATE_FILE).write_text(f'{{"{enquiries[0].reference}": "delete"}}')

    said = site.restore(before, "--replace")

    [kept] = set(site.backups()) - {before}
    assert f"The present state is kept: {kept}" in said
    assert site.asks(STATES) == [("destroyed",), ("new",)]
    assert not (site.folder / restore.STATE_FILE).exists()


SIGN_IN = """
from django.contrib.sessions.backends.db import SessionStore
session = SessionStore()
session["_auth_user_id"] = "1"
session.save()
"""


def test_what_was_destroyed_stopped_hidden_and_signed_out_since_the_backup_is_so_after_the_restore(enquiries, sites):
    site = sites()
    site.does(SIGN_IN)
    before = site.back_up()
    site.does(ERASE)
    site.does(STOP_AND_HIDE)
    site.asks("DELETE FROM django_session")
    states, stopped, recused = (site.asks(question) for question in (STATES, STOPPED, RECUSED))

    said = site.restore(before, "--replace")

    assert len(site.backups()) == 2
    assert site.asks(STATES) == states == [("destroyed",), ("new",)]
    assert site.asks(STOPPED) == stopped
    assert site.asks(RECUSED) == recused
    assert site.asks("SELECT count(*) FROM django_session") == [(0,)]
    assert "1 accounts kept away again" in said
    assert "1 enquiries stopped again." in said
    assert "1 enquiries destroyed again." in said


def test_a_restore_that_is_killed_changes_nothing_or_is_finished_by_the_next_backup(enquiries, sites):
    site = sites()
    site.grows(megabytes=3)
    before = site.back_up()
    site.does(ERASE)
    site.asks("DELETE FROM auth_user")
    saved = site.folder / restore.STATE_FILE

    def is_restored():
        return site.asks("SELECT username FROM auth_user") == [(CANARY,)]

    for moment, pause in [(saved.exists, 0), (saved.exists, 0.1), (is_restored, 0)]:
        replaced = site.rows()
        while kill_after(restoring(site, before), moment, pause) == 0:  # it was quicker
            site.asks("DELETE FROM auth_user")
        assert saved.exists()
        assert is_restored() or (site.rows() == replaced and moment != is_restored)

        site.back_up()

        assert site.asks(STATES) == [("destroyed",), ("new",)]
        assert not saved.exists()
        site.asks("DELETE FROM auth_user")


def restoring(site, file):
    return site.start("restore_backup", file, "--identity", site.key, "--replace", BACKUP_RECIPIENTS="")


def changed(site, place, change):
    path = place / "changed.age"
    path.write_bytes(change(bytearray(site.backups()[0].read_bytes())))
    return path


def flipped(words):
    words[len(words) // 2] ^= 1
    return words


def another_key(site, place):
    sealing.generate_key(place / "other")
    return place / "other"


def sealed_words(words, site, place):
    return seal(words, site.key, place / "words.age")


OF_THE_OTHER_KIND = b"PGDMP\x01" if IS_SQLITE else gzip.compress(b"SQLite format 3\x00")
REFUSED_RESTORES = {
    "a damaged file": ({"file": partial(changed, change=flipped)}, "{file} is damaged or cut short."),
    "a file cut short": ({"file": partial(changed, change=lambda f: f[:-1])}, "{file} is damaged or cut short."),
    "a file cut at a seam": (
        {"file": partial(changed, change=lambda f: f[: 216 + 65552])},
        "{file} is damaged or cut short.",
    ),
    "a file cut in its head": (
        {"file": partial(changed, change=lambda f: f[:100])},
        "{file} is damaged, or no backup.",
    ),
    "an empty file": ({"file": partial(changed, change=lambda f: b"")}, "{file} is damaged, or no backup."),
    "any other file": ({"file": lambda site, place: Path("manage.py")}, "{file} is damaged, or no backup."),
    "no file": ({"file": lambda site, place: place / "none"}, "The backup cannot be read: No such file or directory"),
    "a sealed letter": (
        {"file": partial(sealed_words, b"Dear")},
        "{file} can be opened, but it is no backup of this site.",
    ),
    "another database": ({"file": partial(sealed_words, OF_THE_OTHER_KIND)}, "{file} is of "),
    "another key": ({"key": another_key}, "{file} is sealed for other keys than the one given."),
    "no key": ({"key": lambda site, place: place / "none"}, "The key cannot be read: No such file or directory"),
    "a file without a key": ({"key": lambda site, place: Path("manage.py")}, "{key} is no file of a secret key"),
}


@pytest.mark.parametrize(("given", "sentence"), REFUSED_RESTORES.values(), ids=REFUSED_RESTORES)
def test_a_restore_is_refused_before_anything_is_touched_for(given, sentence, quiet_site, tmp_path, monkeypatch):
    file = given["file"](quiet_site, tmp_path) if "file" in given else quiet_site.backups()[0]
    key = given["key"](quiet_site, tmp_path) if "key" in given else quiet_site.key
    monkeypatch.delattr("hospital_site.backups.archive.locked_folder")

    with pytest.raises(CommandError) as refusal:
        call_command("restore_backup", str(file), f"--identity={key}", "--replace")

    assert str(refusal.value).startswith(sentence.format(file=file, key=key))
    assert "\n" not in str(refusal.value)


def test_a_restore_of_only_the_beginning_of_a_copy_is_refused_and_changes_nothing(quiet_site, tmp_path):
    rows = quiet_site.rows()
    beginning = gzip.compress(b"SQLite format 3\x00") if IS_SQLITE else b"PGDMP\x01"
    file = sealed_words(beginning, quiet_site, tmp_path)

    run = quiet_site.run("restore_backup", file, "--identity", quiet_site.key, "--replace", BACKUP_RECIPIENTS="")

    found = f"{file} can be opened, but it is no sound copy" if IS_SQLITE else "The backup cannot be put in place: pg_"
    assert run.returncode == 1
    assert run.stderr.startswith(f"CommandError: {found}")
    assert run.stderr.count("\n") == 1
    assert "is in place" not in run.stdout
    assert quiet_site.rows() == rows


def test_a_database_that_holds_something_is_not_replaced_by_accident(quiet_site):
    files, rows = quiet_site.files(), quiet_site.rows()

    run = quiet_site.run("restore_backup", quiet_site.backups()[0], "--identity", quiet_site.key)

    assert_refused(run, "CommandError: The database holds something already. Add --replace if all of it may go.")
    assert (quiet_site.files(), quiet_site.rows()) == (files, rows)
