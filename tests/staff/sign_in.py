"""Staff at the door of the desk, each in a browser without JavaScript."""

import time

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, generate_totp_secret, hotp_value
from allauth.mfa.utils import decrypt
from allauth.mfa.webauthn.internal.auth import WebAuthn
from django.contrib.auth import get_user_model
from django.test import Client
from django.utils.translation import gettext, ngettext, override

from hospital_site.staff.models import AuditEntry
from tests import make
from tests.reading import Page

PASSWORD = "a long and secret sentence"
LOGIN, CODE, DESK, SECURITY = "/ko/admin/login/", "/ko/admin/login/code/", "/ko/admin/", "/ko/admin/security/"
REFUSED = (
    "You cannot sign in with this user name and password. Check both; capital letters matter. "
    "If they are right, ask an administrator whether your account is active and belongs to staff."
)
WRONG_CODE = "This code is wrong, too old or already used. Type the newest one of your app, or another recovery code."
WHY = (
    "On the staff site a password alone is not enough, because passwords can be guessed or stolen. "
    "Set up a second factor now: an app or a passkey. After that you go on to the page that you wanted."
)
ONLY_ONE = "This is your only second factor, and the staff site cannot be used without one. Set up another one first."
NO_PASSKEY = "Your passkey gave no valid answer. Press the button again and follow your browser."

every_language = pytest.mark.parametrize("language", make.languages())


def staff(name, **fields):
    return get_user_model().objects.create_user(name, **{"password": PASSWORD, "is_staff": True, **fields})


def with_app(person):
    """`person`, whose telephone now shows codes."""
    TOTP.activate(person, generate_totp_secret())
    RecoveryCodes.activate(person)
    return person


def with_passkey(person, name="my telephone"):
    WebAuthn.add(person, name, {})
    return person


def code_of(person, steps=0):
    """What the app of `person` shows now, or `steps` half minutes later."""
    secret = decrypt(Authenticator.objects.get(user=person, type="totp").data["secret"])
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30 + steps))


def recovery_code_of(person):
    return Authenticator.objects.get(user=person, type="recovery_codes").wrap().get_unused_codes()[0]


def sign_in(name="kim", password=PASSWORD, onward="", client=None, login=LOGIN, **more):
    """The browser of somebody who typed this at the door, and what it showed then."""
    client = client or Client()
    words = {"username": name, "password": password} | ({"next": onward} if onward else {})
    return client, client.post(login, words, **more)


def at_the_code(person, **more):
    """The browser of `person`, who has just given name and password and is asked for the code."""
    client, response = sign_in(person.username, **more)
    assert response.url == CODE
    return client


def inside(client):
    return client.get(DESK).status_code == 200


def in_words(sentence, language="ko"):
    with override(language):
        return gettext(sentence)


def too_often(number=5, unit="minute", language="ko"):
    one, many = (f"Too many attempts. Please wait %(number)d {name}, then try again." for name in (unit, f"{unit}s"))
    with override(language):
        return ngettext(one, many, number) % {"number": number}


def errors(response):
    return Page(response).texts(".errornote p, ul.errorlist li")


def entries(action):
    return list(AuditEntry.objects.filter(action=action).order_by("pk").values_list("by", "reason"))


def code_from(secret):
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30))
