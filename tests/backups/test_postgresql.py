"""The programs of PostgreSQL: how they are started, and what happens when they fail."""

import shutil
from urllib.parse import urlsplit

import pytest

from tests.backups.sites import assert_refused, in_front, only_postgresql

pytestmark = only_postgresql


def test_the_password_is_on_no_command_line(sites, tmp_path):
    site = sites()
    address = urlsplit(site.database_url)
    site.database_url = address._replace(netloc=address.netloc.replace("site@", "site:password@")).geturl()
    seen = tmp_path / "seen"
    programs = in_front(tmp_path, "pg_dump", f'echo "$PGPASSWORD: $*" > {seen}; exec {shutil.which("pg_dump")} "$@"')

    site.back_up(PATH=programs)

    assert seen.read_text().startswith("password: -U site ")
    assert seen.read_text().count("password") == seen.read_text().count("--no-password") + 1


@pytest.mark.parametrize(
    ("script", "sentence"),
    [
        (
            'echo "pg_dump: error: server version mismatch" >&2; exit 1',
            "pg_dump failed: pg_dump: error: server version",
        ),
        ("head -c 100000 /dev/urandom; exit 1", "pg_dump failed: it does not say why."),
    ],
    ids=["at once", "in the middle"],
)
def test_a_pg_dump_that_fails_leaves_no_backup(script, sentence, quiet_site, tmp_path):
    files = quiet_site.files()

    run = quiet_site.run("back_up", PATH=in_front(tmp_path, "pg_dump", script))

    assert_refused(run, f"CommandError: {sentence}")
    assert quiet_site.files() == files


@pytest.mark.parametrize(
    ("command", "program"),
    [(["back_up"], "pg_dump"), (["restore_backup", "--replace"], "pg_restore")],
    ids=["backup", "restore"],
)
def test_missing_programs_are_named(command, program, quiet_site, tmp_path):
    rows, environment = quiet_site.rows(), {"PATH": str(tmp_path), "BACKUP_RECIPIENTS": ""}
    if command == ["back_up"]:
        environment.pop("BACKUP_RECIPIENTS")
    else:
        command = [*command, quiet_site.backups()[0], "--identity", quiet_site.key]

    run = quiet_site.run(*command, **environment)

    assert run.returncode == 1
    assert run.stderr.startswith(f"CommandError: {program} is not installed on this machine.")
    assert quiet_site.rows() == rows
