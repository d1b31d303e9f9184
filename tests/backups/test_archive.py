"""Creating backups while the site goes on, and deleting them in time."""

import time
from datetime import UTC, datetime, timedelta

import pytest

from hospital_site.backups import archive
from tests.backups.sites import (
    CANARY,
    IS_SQLITE,
    NO_ROOM,
    SUFFIX,
    SUFFIXES,
    Site,
    assert_refused,
    kill_after,
    transaction_on,
)


@pytest.mark.same_on_every_database
def test_a_backup_is_named_after_the_second_in_which_it_was_made(quiet_site):
    before = datetime.now(UTC).replace(microsecond=0)

    file = quiet_site.back_up()

    made = datetime.strptime(file.name, f"site-%Y%m%dT%H%M%SZ{SUFFIX}").replace(tzinfo=UTC)
    assert before <= made <= datetime.now(UTC)


def test_two_who_back_up_at_once_make_a_backup_each(quiet_site):
    before = len(quiet_site.backups())
    both = [quiet_site.start("back_up") for _command in range(2)]

    assert [command.finished().returncode for command in both] == [0, 0]

    assert len(quiet_site.backups()) == before + 2


def test_the_site_goes_on_writing_while_a_backup_is_made(sites):
    site, new = sites(), sites(filled=False)
    site.grows(megabytes=3)
    site.asks("CREATE TABLE pairs (words TEXT)")
    site.asks("INSERT INTO pairs VALUES ('one'), ('two')")
    waits = []
    command = site.start("back_up")
    with site.connected() as database, database.cursor() as cursor:
        while command.poll() is None:
            started = time.monotonic()
            with transaction_on(database):
                cursor.execute("INSERT INTO pairs VALUES ('one')")
                cursor.execute("INSERT INTO pairs VALUES ('two')")
            waits.append((started, time.monotonic() - started))
            time.sleep(0.005)

    assert command.finished().returncode == 0
    [file] = site.backups()
    assert max(wait for _started, wait in waits) < 1
    new.restore(file)
    written, copied = (s.asks("SELECT count(*) FROM pairs")[0][0] for s in (site, new))
    assert 0 < copied < written == 2 + 2 * len(waits)
    assert copied % 2 == 0


def test_a_backup_that_is_killed_leaves_no_backup_and_no_plain_copy(enquiries, sites):
    site = sites()
    site.grows(megabytes=4)

    earlier = set()

    def begins():
        return set(site.folder.glob("*.unfinished")) - earlier

    for pause in (0, 0.1):
        while kill_after(site.start("back_up"), begins, pause) == 0:
            site.backups()[0].unlink()

        assert site.backups() == []
        assert [name for name, words in site.files().items() if CANARY.encode() in words or b"PGDMP" in words] == []
        [left] = site.folder.iterdir()
        assert left.read_bytes()[:21] in (b"", b"age-encryption.org/v1")
        earlier.add(left)

    made = site.back_up()

    assert list(site.folder.iterdir()) == [made]


@pytest.mark.parametrize(("days", "kept", "gone"), [("30", 29, 30), ("7", 6, 7)])
@pytest.mark.same_on_every_database
def test_a_backup_is_deleted_on_its_last_day_and_nothing_else_is(days, kept, gone, quiet_site, tmp_path):
    site = Site(quiet_site.database_url, tmp_path, quiet_site.key)
    site.folder.mkdir()
    old = [old_backup(site.folder, age, suffix) for age in (gone, gone + 300) for suffix in SUFFIXES]
    others = [old_backup(site.folder, kept, SUFFIX), old_backup(site.folder, gone, ".txt"), site.folder / "notes.age"]
    others[-1].touch()

    run = site.run("back_up", BACKUP_DAYS=days)

    left = set(site.folder.iterdir())
    assert set(others) < left
    assert len(left) == len(others) + 1
    assert run.stdout.strip().endswith(f"{len(old)} old backups deleted.")


def old_backup(folder, days, suffix):
    path = folder / f"{datetime.now(UTC) - timedelta(days=days):{archive.NAME_FORMAT}}{suffix}"
    path.touch()
    return path


def test_old_backups_go_also_on_a_day_on_which_no_new_one_can_be_made(quiet_site, tmp_path):
    site = Site(quiet_site.database_url, tmp_path, quiet_site.key)
    site.folder.mkdir()
    old_backup(site.folder, 30, SUFFIX)

    run = site.run("back_up", room=NO_ROOM)

    assert run.returncode == 1
    assert list(site.folder.iterdir()) == []


REFUSED_BACKUPS = {
    "no recipient": ({"BACKUP_RECIPIENTS": ""}, "CommandError: BACKUP_RECIPIENTS is not set, so nobody could open"),
    "a wrong recipient": (
        {"BACKUP_RECIPIENTS": "age1nonsense"},
        "The site cannot start: BACKUP_RECIPIENTS holds something that is not a public key; write keys that",
    ),
    "too many days": (
        {"BACKUP_DAYS": "31"},
        "The site cannot start: BACKUP_DAYS is “31”; write a number from 1 to 30.",
    ),
    "no days": ({"BACKUP_DAYS": "0"}, "The site cannot start: BACKUP_DAYS is “0”; write a number from 1 to 30."),
    "a folder that is a file": (
        {"BACKUP_FOLDER": "manage.py"},
        "CommandError: The folder of backups cannot be used: File exists",
    ),
    "a folder that cannot be made": (
        {"BACKUP_FOLDER": "/proc/backups"},
        "CommandError: The folder of backups cannot be used: No such file or directory",
    ),
    "a full disk": ({"room": NO_ROOM}, "CommandError: The backup cannot be written: File too large."),
    "no database": (
        {"DATABASE_URL": "sqlite:////proc/site.sqlite3" if IS_SQLITE else "postgres:///none?host=/proc"},
        f"CommandError: The database cannot be copied: {'unable to open' if IS_SQLITE else 'connection to server'}",
    ),
}
OF_A_DATABASE = {"a full disk", "no database"}


@pytest.mark.parametrize(
    ("how", "sentence"),
    [
        pytest.param(*refused, id=name, marks=[] if name in OF_A_DATABASE else pytest.mark.same_on_every_database)
        for name, refused in REFUSED_BACKUPS.items()
    ],
)
def test_a_backup_is_refused_for(how, sentence, quiet_site):
    files, rows = quiet_site.files(), quiet_site.rows()

    run = quiet_site.run("back_up", **how)

    assert_refused(run, sentence)
    assert (quiet_site.files(), quiet_site.rows()) == (files, rows)


def test_an_empty_database_is_not_backed_up(sites):
    site = sites(filled=False)

    run = site.run("back_up")

    assert_refused(
        run, "CommandError: The database is empty: there is nothing to back up. Is DATABASE_URL the right one?"
    )
    assert site.backups() == []
