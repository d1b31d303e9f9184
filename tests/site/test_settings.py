"""A start with wrong settings is refused with a sentence, and never shows a trace."""

import os
import subprocess
import sys

import pytest
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import override

from hospital_site import env
from tests.commands import Command

GOOD = {
    "SECRET_KEY": "x" * 60,
    "ALLOWED_HOSTS": "www.example.org",
    "ENQUIRY_KEYS": "x" * 60,
    "SITE_ADDRESS": "https://www.example.org",
    "SITE_OPERATOR": "Example Society",
    "EMAIL_FROM": "Clinics <enquiries@example.org>",
}


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
    "no address of its own": ({**GOOD, "SITE_ADDRESS": ""}, "SITE_ADDRESS is not set."),
    "an address with a path": ({**GOOD, "SITE_ADDRESS": "https://www.example.org/ko"}, "SITE_ADDRESS is “https://www"),
    "an address without a scheme": ({**GOOD, "SITE_ADDRESS": "www.example.org"}, "SITE_ADDRESS is “www.example.org”"),
    "nobody who runs it": ({**GOOD, "SITE_OPERATOR": " "}, "SITE_OPERATOR is not set."),
    "no sender": ({**GOOD, "EMAIL_FROM": ""}, "EMAIL_FROM is not set."),
    "two senders": ({**GOOD, "EMAIL_FROM": "a@example.org, b@example.org"}, "EMAIL_FROM is “a@example.org, b@"),
    "a sender with a comma in its name": ({**GOOD, "EMAIL_FROM": "Kim, Desk <a@example.org>"}, "EMAIL_FROM is “Kim,"),
    "both kinds of TLS for mail": ({**GOOD, "EMAIL_SSL": "true", "EMAIL_TLS": "true"}, "EMAIL_SSL and EMAIL_TLS"),
    "error traces in production": ({**GOOD, "DEBUG": "true"}, "DEBUG is “true” in production"),
    "a wrong flag": ({**GOOD, "DEBUG": "yes"}, "DEBUG is “yes”; write “true” or “false”."),
    "a wrong number": ({**GOOD, "BACKUP_DAYS": "soon"}, "BACKUP_DAYS is “soon”; write a whole number."),
    "a wrong database": ({**GOOD, "DATABASE_URL": "nonsense"}, "DATABASE_URL cannot be read; write it like"),
    "another kind of database": ({**GOOD, "DATABASE_URL": "mysql://a:b@c/d"}, "DATABASE_URL cannot be read"),
    "another kind of cache": ({**GOOD, "CACHE_URL": "memcached://secret"}, "CACHE_URL cannot be read; write it like"),
    "a wrong port": ({**GOOD, "DATABASE_URL": "postgres://a:b@c:port/d"}, "DATABASE_URL cannot be read"),
    "a proxy that is no address": ({**GOOD, "TRUSTED_PROXIES": "10.0.0.0/8, proxy"}, "TRUSTED_PROXIES holds “proxy”"),
    "a proxy’s header that is none": (
        {**GOOD, "CLIENT_ADDRESS_HEADER": "X Forwarded"},
        "CLIENT_ADDRESS_HEADER is “X Fo",
    ),
    "a secret given twice": ({**GOOD, "SECRET_KEY_FILE": "/etc/key"}, "SECRET_KEY and SECRET_KEY_FILE are both set"),
    "a file of a secret that is not there": (
        {**GOOD, "EMAIL_PASSWORD_FILE": "/nowhere/mail"},
        "EMAIL_PASSWORD_FILE names /nowhere/mail, which cannot be read: No such file or directory.",
    ),
    "an empty file of a secret": (
        {**GOOD, "CACHE_URL_FILE": "/dev/null"},
        "CACHE_URL_FILE names /dev/null, which is empty",
    ),
    "a wrong mode": ({"MODE": "prod"}, "MODE is “prod”; write one of: production, demonstration, test."),
}


@pytest.mark.parametrize(("environment", "sentence"), WRONG.values(), ids=WRONG)
def test_a_start_is_refused_with_a_sentence_for(environment, sentence, tmp_path):
    run = Command(["check"], {**environment, "PATH": os.environ["PATH"]}, tmp_path).finished()

    assert run.returncode != 0
    assert run.stderr.startswith(f"The site cannot start: {sentence}")
    assert run.stderr.count("\n") == 1
    assert run.stdout == ""


@pytest.mark.parametrize("command", [CHECK, SERVE], ids=["a command", "the server"])
def test_a_process_of_its_own_is_refused_with_a_sentence(command):
    run = start(command)

    assert run.returncode != 0
    assert run.stderr.startswith("The site cannot start: SECRET_KEY is not set.")
    assert run.stderr.count("\n") == 1


def test_a_production_start_with_everything_it_needs_is_accepted():
    run = start(**GOOD)

    assert (run.returncode, run.stderr) == (0, "")


def setting(name, **environment):
    command = ["-c", f"from hospital_site import settings; print(settings.{name})"]
    return start(command, **{**GOOD, **environment}).stdout.strip()


def test_a_slash_at_the_end_of_the_address_is_folded():
    assert setting("SITE_ADDRESS", SITE_ADDRESS="https://www.example.org/") == "https://www.example.org"


def test_strict_transport_binds_this_host_only_unless_somebody_says_more():
    assert setting("SECURE_HSTS_SECONDS") == "31536000"
    assert setting("SECURE_HSTS_INCLUDE_SUBDOMAINS") == setting("SECURE_HSTS_PRELOAD") == "False"
    assert setting("SECURE_HSTS_INCLUDE_SUBDOMAINS", HSTS_SUBDOMAINS="true") == "True"


def test_what_a_process_writes_is_for_its_own_account_only(tmp_path):
    command = ["-c", f"import hospital_site.wsgi; open('{tmp_path}/written', 'w').close()"]

    start(command, **GOOD)

    assert (tmp_path / "written").stat().st_mode & 0o777 == 0o600
    assert settings.VAR_DIR.stat().st_mode & 0o777 == 0o700


def test_no_request_carries_keys_and_addresses_of_databases():
    """The server puts the environment of its worker into that of each request, under what the request says."""
    secret = {"SECRET_KEY": "swordfish" * 8, "ENQUIRY_KEYS": "swordfish" * 8, "EMAIL_PASSWORD": "swordfish"}
    command = "from hospital_site import serve; import os; serve.application(); print('read', *os.environ.items())"

    said = start(["-c", command], **{**GOOD, **secret}).stdout

    assert said.startswith("read")
    assert "swordfish" not in said


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


@pytest.mark.parametrize(
    ("name", "content", "read", "value"),
    [
        ("SECRET_KEY", "swordfish\n", env.text, "swordfish"),
        ("ENQUIRY_KEYS", "new\nold\n", env.listing, ["new", "old"]),
        ("CACHE_URL", "redis://:swordfish@cache/0\n", env.cache_address, "redis://:swordfish@cache/0"),
    ],
)
def test_a_secret_may_come_from_a_file(monkeypatch, tmp_path, name, content, read, value):
    (tmp_path / "secret").write_text(content)
    monkeypatch.setenv(f"{name}_FILE", str(tmp_path / "secret"))

    assert read(name) == value


def test_no_sentence_about_a_file_of_a_secret_says_what_it_holds(monkeypatch, tmp_path):
    (tmp_path / "secret").write_bytes(b"sword\xfffish")
    monkeypatch.setenv("SECRET_KEY_FILE", str(tmp_path / "secret"))

    with pytest.raises(ImproperlyConfigured, match="cannot be read: it is not text") as refused:
        env.text("SECRET_KEY")

    assert "sword" not in str(refused.value)


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


@pytest.mark.parametrize(
    ("variables", "korean", "english"),
    [
        pytest.param({}, "Guide", "Guide", id="nothing"),
        pytest.param({"SITE_NAME": "Our site"}, "Our site", "Our site", id="one_for_all"),
        pytest.param(
            {"SITE_NAME": "우리 누리집", "SITE_NAME_EN": "Our site"}, "우리 누리집", "Our site", id="one_more"
        ),
        pytest.param({"SITE_NAME_EN": "Our site"}, "Guide", "Our site", id="one_language"),
        pytest.param({"SITE_NAME_KO": "우리 누리집", "SITE_NAME_EN": "Our site"}, "우리 누리집", "Our site", id="each"),
    ],
)
def test_an_operator_names_the_site_for_readers_of_each_language(monkeypatch, variables, korean, english):
    for name, value in variables.items():
        monkeypatch.setenv(name, value)

    name = env.text_by_language("SITE_NAME", [("ko", "한국어"), ("en", "English")], "Guide")

    with override("ko"):
        assert str(name) == korean
    with override("en"):
        assert str(name) == english


def test_a_needed_text_may_be_given_for_each_language_alone(monkeypatch):
    monkeypatch.setenv("SITE_OPERATOR_KO", "모임")
    with pytest.raises(ImproperlyConfigured, match="SITE_OPERATOR is not set"):
        env.text_by_language("SITE_OPERATOR", [("ko", "한국어"), ("en", "English")])

    monkeypatch.setenv("SITE_OPERATOR_EN", "Society")
    assert env.text_by_language("SITE_OPERATOR", [("ko", "한국어"), ("en", "English")])
