"""What works, and works wrongly, is told by `manage.py check --deploy` and in the log of a start."""

import ipaddress

import pytest
from django.core.checks import registry
from django.db import connection

from hospital_site.deploy_checks import QUESTIONS, find_silent_defaults, fingerprint
from tests.site.test_settings import GOOD, SERVE, start

KEY, RECIPIENT = "k" * 60, object()
SQLITE = {"ENGINE": "django.db.backends.sqlite3", "HOST": ""}
BESIDE = {"ENGINE": "django.db.backends.postgresql", "HOST": "/run/postgresql"}
READABLE = {"ENGINE": "django.db.backends.postgresql", "HOST": "database.example", "OPTIONS": {}}
DISTANT = READABLE | {"OPTIONS": {"sslmode": "verify-full"}}


def be_on(monkeypatch, database):
    for name, value in database.items():
        monkeypatch.setitem(connection.settings_dict, name, value)


@pytest.fixture
def well_set(settings, monkeypatch):
    """A production behind one proxy, with nothing left open."""
    be_on(monkeypatch, DISTANT)
    settings.HTTPS = True
    settings.SITE_ADDRESS, settings.ALLOWED_HOSTS = "https://www.example.org", ["www.example.org"]
    settings.SITE_CONTACT = "02-123-4567"
    settings.CLIENT_ADDRESS_HEADER, settings.PROXY_HTTPS_HEADER = "X-Forwarded-For", "X-Forwarded-Proto"
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    settings.TRUSTED_PROXIES = [ipaddress.ip_network("10.0.0.0/24")]
    settings.BACKUP_RECIPIENTS, settings.SECOND_FACTOR = [RECIPIENT], True
    settings.ENQUIRY_KEYS, settings.ENQUIRY_KEYS_COPIED = [KEY], [fingerprint(KEY)]
    settings.CACHE_URL, settings.MACHINES = "redis://cache/0", 2
    return settings


def change(settings, monkeypatch, database=DISTANT, **values):
    be_on(monkeypatch, database)
    for name, value in values.items():
        setattr(settings, name, value)


def found():
    return [problem.id.removeprefix("hospital_site.") for problem in find_silent_defaults(None)]


def test_a_production_that_leaves_nothing_open_is_not_warned(well_set):
    assert found() == []


LEFT_OPEN = {
    "proxies that nobody named": ("W001", {"TRUSTED_PROXIES": []}),
    "no header for the client’s address": ("W002", {"CLIENT_ADDRESS_HEADER": None}),
    "no header for the protocol": ("W003", {"PROXY_HTTPS_HEADER": None}),
    "an address of this machine": ("W004", {"SITE_ADDRESS": "https://127.0.0.1", "ALLOWED_HOSTS": ["127.0.0.1"]}),
    "an address without TLS": ("W004", {"SITE_ADDRESS": "http://www.example.org"}),
    "an address that is refused": ("W004", {"SITE_ADDRESS": "https://www.example.com"}),
    "nobody who opens backups": ("W005", {"BACKUP_RECIPIENTS": []}),
    "keys on this machine only": ("W006", {"ENQUIRY_KEYS_COPIED": []}),
    "a new key of which there is no copy": ("W006", {"ENQUIRY_KEYS": ["n" * 60, KEY]}),
    "two machines that count apart": ("W007", {"CACHE_URL": ""}),
    "a distant database and nobody who says how many": ("W007", {"CACHE_URL": "", "MACHINES": None}),
    "two machines with a file each": ("W008", {"database": SQLITE}),
    "a password in the clear": ("W009", {"EMAIL_HOST_USER": "site", "EMAIL_HOST": "mail.example.org"}),
    "any name": ("W010", {"ALLOWED_HOSTS": ["*"]}),
    "passwords alone": ("W011", {"SECOND_FACTOR": False}),
    "nobody to reach": ("W012", {"SITE_CONTACT": ""}),
    "a database that is asked in the clear": ("W013", {"database": READABLE}),
}


@pytest.mark.parametrize(("problem", "values"), LEFT_OPEN.values(), ids=LEFT_OPEN)
def test_a_start_warns_of(well_set, monkeypatch, problem, values):
    change(well_set, monkeypatch, **values)

    assert found() == [problem]


FINE = {
    "one machine beside its database": {"CACHE_URL": "", "MACHINES": None, "database": BESIDE},
    "one machine by the operator’s word": {"CACHE_URL": "", "MACHINES": 1},
    "no proxy at all": {
        "CLIENT_ADDRESS_HEADER": "",
        "PROXY_HTTPS_HEADER": "",
        "SECURE_PROXY_SSL_HEADER": None,
        "TRUSTED_PROXIES": [],
    },
    "a password for a server beside us": {"EMAIL_HOST_USER": "site", "EMAIL_HOST": "localhost"},
}


@pytest.mark.parametrize("values", FINE.values(), ids=FINE)
def test_a_start_does_not_warn_of(well_set, monkeypatch, values):
    change(well_set, monkeypatch, **values)

    assert found() == []


def test_every_warning_has_its_case_and_says_what_to_do():
    assert {problem for problem, _values in LEFT_OPEN.values()} == set(QUESTIONS)
    assert all(hint.endswith(".") for _is_left_open, _sentence, hint in QUESTIONS.values())


def test_the_command_asks_these_questions_and_the_server_tells_them_too():
    assert find_silent_defaults in registry.registry.get_checks(include_deployment_checks=True)

    run = start(SERVE, **GOOD)

    assert run.returncode == 0
    assert "BACKUP_RECIPIENTS is not set: no backup is made." in run.stderr
