"""Backups can be opened with the secret key only, and keys are kept apart."""

import pyrage
import pytest

from hospital_site.backups import sealing
from tests.backups.sites import CANARY, assert_refused, opened, recipient_of


def test_a_backup_tells_nothing_without_the_key(enquiries, sites):
    site = sites()
    words = [CANARY.encode(), b"enquiries_enquiry", enquiries[0].reference.encode(), b"PGDMP", b"SQLite format"]

    file = site.back_up()

    assert [word for word in words if word in file.read_bytes()] == []
    assert [word for word in words[:3] if word not in opened(file, site.key)] == []
    assert b"words of patient 1" not in opened(file, site.key)
    assert file.stat().st_mode & 0o777 == 0o600
    assert site.folder.stat().st_mode & 0o777 == 0o700


@pytest.mark.same_on_every_database
def test_a_key_is_made_without_other_tools_and_never_overwritten(quiet_site, tmp_path):
    key = tmp_path / "key"

    run = quiet_site.run("back_up", "--new-key", key)
    again = quiet_site.run("back_up", "--new-key", key)

    assert run.stdout.strip().endswith(f"Set BACKUP_RECIPIENTS={recipient_of(key)}")
    assert "AGE-SECRET-KEY" not in run.stdout
    assert key.stat().st_mode & 0o777 == 0o600
    assert_refused(again, f"CommandError: {key} exists already. A key is never overwritten")
    assert run.stdout.strip().endswith(recipient_of(key))


@pytest.mark.same_on_every_database
def test_each_of_several_keys_opens_a_backup(quiet_site, tmp_path):
    sealing.generate_key(tmp_path / "other")

    file = quiet_site.back_up(BACKUP_RECIPIENTS=f"{recipient_of(quiet_site.key)},{recipient_of(tmp_path / 'other')}")

    keys = [sealing.read_keys(path) for path in (quiet_site.key, tmp_path / "other")]
    assert pyrage.decrypt(file.read_bytes(), keys[0]) == pyrage.decrypt(file.read_bytes(), keys[1])


@pytest.mark.same_on_every_database
def test_a_wrong_recipient_is_not_repeated_since_it_may_be_a_secret_key(quiet_site):
    secret = quiet_site.key.read_text().split("\n")[1]

    run = quiet_site.run("back_up", BACKUP_RECIPIENTS=secret)

    assert_refused(run, "The site cannot start: BACKUP_RECIPIENTS holds something")
    assert secret not in run.stderr
