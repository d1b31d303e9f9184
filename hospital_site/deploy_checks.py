"""What `manage.py check --deploy` and the log of a start say of settings that were left as they come.

Each of these works, and works wrongly: nobody would notice before patients do.
"""

from hashlib import sha256
from urllib.parse import urlsplit

from django.conf import settings
from django.core import checks
from django.db import connection
from django.http.request import validate_host

FINGERPRINT = 12  # digits that tell keys apart
ENCRYPTED = {"require", "verify-ca", "verify-full"}  # by `sslmode`
OF_THIS_MACHINE = {"", "localhost", "127.0.0.1", "::1"}


@checks.register(checks.Tags.security, deploy=True)
def find_silent_defaults(app_configs, **kwargs):
    return [
        checks.Warning(sentence, hint=hint, id=f"hospital_site.{name}")
        for name, (is_left_open, sentence, hint) in QUESTIONS.items()
        if is_left_open()
    ]


def believes_whoever_sends():
    return (settings.CLIENT_ADDRESS_HEADER or settings.SECURE_PROXY_SSL_HEADER) and not settings.TRUSTED_PROXIES


def has_a_wrong_address():
    """The address in mails and canonical links: one that its readers cannot open, or that this site would refuse."""
    address = urlsplit(settings.SITE_ADDRESS)
    is_refused = not validate_host(address.hostname, settings.ALLOWED_HOSTS)
    return is_refused or address.hostname in OF_THIS_MACHINE or (settings.HTTPS and address.scheme != "https")


def fingerprint(key):
    return sha256(key.encode()).hexdigest()[:FINGERPRINT]


def has_keys_here_only():
    return fingerprint(settings.ENQUIRY_KEYS[0]) not in settings.ENQUIRY_KEYS_COPIED


def is_elsewhere(host):
    return not host.startswith("/") and host not in OF_THIS_MACHINE


def may_have_several_machines():
    """Is the database another machine, so that this one is perhaps not alone, and has nobody said that it is?"""
    several = 2 if is_elsewhere(connection.settings_dict["HOST"]) else 1
    return not settings.CACHE_URL and (settings.MACHINES or several) > 1


def asks_the_database_in_the_clear():
    database = connection.settings_dict
    return is_elsewhere(database["HOST"]) and database.get("OPTIONS", {}).get("sslmode") not in ENCRYPTED


def shares_a_file():
    return (settings.MACHINES or 1) > 1 and connection.settings_dict["ENGINE"].endswith("sqlite3")


def sends_a_password_in_the_clear():
    is_encrypted = settings.EMAIL_USE_TLS or settings.EMAIL_USE_SSL
    return settings.EMAIL_HOST_USER and not is_encrypted and settings.EMAIL_HOST not in OF_THIS_MACHINE


QUESTIONS = {
    "W001": (
        believes_whoever_sends,
        "A header of a proxy is believed whoever sends it: PROXY_HTTPS_HEADER or CLIENT_ADDRESS_HEADER is set, "
        "and TRUSTED_PROXIES is not.",
        "Set TRUSTED_PROXIES to the addresses or networks of the proxies, such as “127.0.0.1,10.0.0.0/8”.",
    ),
    "W002": (
        lambda: settings.CLIENT_ADDRESS_HEADER is None,
        "CLIENT_ADDRESS_HEADER is not set: behind a proxy everybody has the proxy’s address, and all patients together "
        "may send as much as one of them.",
        "Set it to the header in which the proxy gives the client’s address, such as “X-Forwarded-For”, and PROXY_HOPS "
        "to the number of proxies; or to “none” where browsers reach this server directly.",
    ),
    "W003": (
        lambda: settings.HTTPS and settings.PROXY_HTTPS_HEADER is None,
        "PROXY_HTTPS_HEADER is not set: behind a proxy that ends TLS every page redirects to itself without end.",
        "Set it to the header in which the proxy gives the protocol, such as “X-Forwarded-Proto”; or to “none” where "
        "this server ends TLS itself.",
    ),
    "W004": (
        has_a_wrong_address,
        "SITE_ADDRESS is not where readers find this site: mails to staff and canonical links lead nowhere.",
        "Set it to the public address, with https and a host that ALLOWED_HOSTS holds.",
    ),
    "W005": (
        lambda: not settings.BACKUP_RECIPIENTS,
        "BACKUP_RECIPIENTS is not set: no backup is made.",
        "Make two keys with “manage.py back_up --new-key FILE”, keep the files elsewhere, and set what is printed.",
    ),
    "W006": (
        has_keys_here_only,
        "Nobody has said that a copy of the newest key in ENQUIRY_KEYS is kept elsewhere: with this machine, "
        "everything that patients wrote would be lost, backups included.",
        "Copy the key to another place, compute “printf %s KEY | sha256sum | cut -c1-12” from that copy, and add the "
        "result to ENQUIRY_KEYS_COPIED.",
    ),
    "W007": (
        may_have_several_machines,
        "CACHE_URL is not set, and several machines may serve this site: each would count sign-ins, codes and "
        "enquiries for itself.",
        "Set CACHE_URL to a Redis that they share; or MACHINES to 1 where there is only this one.",
    ),
    "W008": (
        shares_a_file,
        "MACHINES is above 1, and the database is a file of this machine: each machine would have its own site.",
        "Set DATABASE_URL to a PostgreSQL that they share.",
    ),
    "W009": (
        sends_a_password_in_the_clear,
        "EMAIL_PASSWORD goes through the network as it is: neither EMAIL_TLS nor EMAIL_SSL is on.",
        "Set EMAIL_TLS (STARTTLS, port 587) or EMAIL_SSL (port 465) to “true”.",
    ),
    "W010": (
        lambda: "*" in settings.ALLOWED_HOSTS,
        "ALLOWED_HOSTS holds “*”: this site answers under any name.",
        "Name the hosts of the site.",
    ),
    "W011": (
        lambda: not settings.SECOND_FACTOR,
        "SECOND_FACTOR is off: whoever learns a password reads what its owner may read.",
        "Remove SECOND_FACTOR; it is on by itself.",
    ),
    "W012": (
        lambda: not str(settings.SITE_CONTACT),
        "SITE_CONTACT is not set: no page says how the operator is reached.",
        "Set it to a telephone number or a mail address.",
    ),
    "W013": (
        asks_the_database_in_the_clear,
        "DATABASE_URL leads to another machine, and whoever is between the two may read what goes there.",
        "Write “?sslmode=verify-full” behind the address, or “?sslmode=require” where the network between is yours.",
    ),
}
