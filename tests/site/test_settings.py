"""A start with wrong settings is refused with a sentence, and never shows a trace."""

import os
import subprocess
import sys

import pytest
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from hospital_site import env

GOOD = {"SECRET_KEY": "x" * 60, "ALLOWED_HOSTS": "www.example.org", "ENQUIRY_KEYS": "x" * 60}


CHECK = ["manage.py", "check"]
SERVE = ["-c", "import hospital_site.wsgi"]


def start(command=CHECK, **environment):
    """`command` of Python as a service would start it, with nothing set but `environment`."""
    environment |= {"PATH": os.environ["PATH"]}
    command = [sys.executable, *command]
    return subprocess.run(command, cwd=settings.BASE_DIR, env=environment, capture_output=True, text=True)


WRONG = {
    "no secret key": ({"ALLOWED_HOSTS": "www.example.org"}, "SECRET_KEY is not set."),
    "an empty secret key": ({**GOOD, "SECRET_KEY": "  "}, "SECRET_KEY is not set."),
    "no hosts": ({"SECRET_KEY": "x" * 60}, "ALLOWED_HOSTS is not set."),
    "hosts without a name": ({**GOOD, "ALLOWED_HOSTS": " , "}, "ALLOWED_HOSTS is not set."),
    "no key for enquiries": ({**GOOD, "ENQUIRY_KEYS": ","}, "ENQUIRY_KEYS is not set."),
    "a short key for enquiries": ({**GOOD, "ENQUIRY_KEYS": "short"}, "A key in ENQUIRY_KEYS is shorter"),
    "error traces in production": ({**GOOD, "DEBUG": "true"}, "DEBUG is “true” in production"),
    "a wrong flag": ({**GOOD, "DEBUG": "yes"}, "DEBUG is “yes”; write “true” or “false”."),
    "a wrong number": ({**GOOD, "CONN_MAX_AGE": "soon"}, "CONN_MAX_AGE is “soon”; write a whole number."),
    "a wrong database": ({**GOOD, "DATABASE_URL": "nonsense"}, "DATABASE_URL cannot be read; write it like"),
    "another kind of database": ({**GOOD, "DATABASE_URL": "mysql://a:b@c/d"}, "DATABASE_URL cannot be read"),
    "a wrong port": ({**GOOD, "DATABASE_URL": "postgres://a:b@c:port/d"}, "DATABASE_URL cannot be read"),
    "a wrong mode": ({"MODE": "prod"}, "MODE is “prod”; write one of: production, demonstration, test."),
}


@pytest.mark.parametrize(("environment", "sentence"), WRONG.values(), ids=WRONG)
def test_a_start_is_refused_with_a_sentence_for(environment, sentence):
    run = start(**environment)

    assert run.returncode != 0
    assert run.stderr.startswith(f"The site cannot start: {sentence}")
    assert run.stderr.count("\n") == 1
    assert run.stdout == ""


def test_the_server_too_is_refused_with_a_sentence():
    run = start(SERVE)

    assert run.returncode != 0
    assert run.stderr.startswith("The site cannot start: SECRET_KEY is not set.")
    assert run.stderr.count("\n") == 1


def test_a_production_start_with_everything_it_needs_is_accepted():
    run = start(**GOOD)

    assert (run.returncode, run.stderr) == (0, "")


# ── The readers of the environment ────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(("written", "read"), [("true", True), ("True", True), ("false", False), ("", True)])
def test_a_flag_is_read(monkeypatch, written, read):
    monkeypatch.setenv("FLAG", written)

    assert env.flag("FLAG", default=True) is read


@pytest.mark.parametrize("written", ["1", "yes", "on", "truth"])
def test_a_flag_that_is_neither_is_refused(monkeypatch, written):
    monkeypatch.setenv("FLAG", written)

    with pytest.raises(ImproperlyConfigured, match=f"FLAG is “{written}”; write “true” or “false”."):
        env.flag("FLAG")


@pytest.mark.parametrize(
    ("written", "read"),
    [("a.example,b.example", ["a.example", "b.example"]), (" a.example , ,", ["a.example"]), ("", ["localhost"])],
    ids=["two", "with spaces", "none"],
)
def test_a_list_is_read(monkeypatch, written, read):
    monkeypatch.setenv("HOSTS", written)

    assert env.listing("HOSTS", default=["localhost"]) == read


def test_a_list_may_be_empty_when_it_may_be_missing(monkeypatch):
    monkeypatch.delenv("HOSTS", raising=False)

    assert env.listing("HOSTS", default=[]) == []


@pytest.mark.parametrize("written", ["-1", "1.5", "٣", "1e3", "ten"])
def test_a_number_that_is_not_whole_is_refused(monkeypatch, written):
    monkeypatch.setenv("NUMBER", written)

    with pytest.raises(ImproperlyConfigured, match="write a whole number"):
        env.number("NUMBER", 60)


def test_a_secret_is_made_once_and_readable_by_its_owner_only(tmp_path):
    path = tmp_path / "var" / "secret-key"

    first, second = env.kept_secret(path), env.kept_secret(path)

    assert first == second
    assert len(first) >= 50
    assert path.stat().st_mode & 0o777 == 0o600
    assert list(path.parent.iterdir()) == [path]


def test_two_machines_have_different_secrets(tmp_path):
    assert env.kept_secret(tmp_path / "one") != env.kept_secret(tmp_path / "two")
