"""Who may sign in, and the adapters by which allauth asks this site."""

import time

from allauth.account import app_settings
from allauth.account.adapter import DefaultAccountAdapter
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from cryptography.fernet import InvalidToken
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.backends import ModelBackend
from django.core.exceptions import ValidationError
from django.shortcuts import redirect
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from hospital_site.staff import kept_forms, second_factor, sign_in_limits
from hospital_site.staff.allauth_internals import AuthenticateStage, get_authentication_records
from hospital_site.staff.encryption import cipher
from hospital_site.staff.network import client_ip

DEMONSTRATION_PREFIX = "demo-"
LIMIT_CODES = {"too_many_login_attempts", "rate_limited"}


class StaffBackend(ModelBackend):
    """Authenticates active staff only, and accounts of the demonstration only there."""

    def user_can_authenticate(self, user):
        if user.get_username().startswith(DEMONSTRATION_PREFIX) and not settings.DEMONSTRATION:
            return False
        return user.is_staff and super().user_can_authenticate(user)


class StaffAccounts(DefaultAccountAdapter):
    """Accounts are created by administrators: nobody signs up, and no mail is sent."""

    error_messages = {
        "username_password_mismatch": _(
            "You cannot sign in with this user name and password. Check both; capital letters matter. "
            "If they are right, ask an administrator whether your account is active and belongs to staff."
        ),
        "incorrect_password": _("This is not your password. Capital letters matter."),
    }

    def is_open_for_signup(self, request):
        return False

    def is_ajax(self, request):
        return False

    def get_login_stages(self):
        return [f"{CodeStage.__module__}.{CodeStage.__qualname__}"]

    def get_client_ip(self, request):
        return client_ip(request)

    def validation_error(self, code, *args):
        if code in LIMIT_CODES:
            return ValidationError(sign_in_limits.too_often(self.request), code=code)
        return super().validation_error(code, *args)

    def pre_authenticate(self, request, **credentials):
        """Counts a try before the password is looked at; allauth takes it back where the password was right."""
        self._login_failed_rl_usage = sign_in_limits.consume(request, credentials["username"])
        if self._login_failed_rl_usage is None:
            raise self.validation_error("too_many_login_attempts")

    def login(self, request, user):
        """Refuses an account that was closed between the password and the code."""
        if not StaffBackend().user_can_authenticate(user):
            messages.error(request, self.error_messages["username_password_mismatch"])
            raise ImmediateHttpResponse(redirect(settings.LOGIN_URL))
        super().login(request, user)
        kept_forms.tell(request)

    def is_reauthentication_required(self, *, app, **kwargs):
        """Returns `False` for whoever has just signed in."""
        records = get_authentication_records(self.request, self.request.user)
        is_fresh = records and time.time() - records[-1]["at"] < app_settings.REAUTHENTICATION_TIMEOUT
        return not is_fresh and super().is_reauthentication_required(app=app, **kwargs)

    def get_reauthentication_methods(self, user):
        """Returns the second factors of whoever has one, the usual one first: a password alone must not remove them."""
        methods = {method["id"]: method for method in super().get_reauthentication_methods(user)}
        if len(methods) > 1:
            del methods["reauthenticate"]
        if not second_factor.has_one(user, Authenticator.Type.TOTP):
            methods = dict(reversed(methods.items()))
        return [method | {"description": CONFIRM_BY[name]} for name, method in methods.items()]


CONFIRM_BY = {
    "reauthenticate": _("Use your password"),
    "mfa_reauthenticate": _("Use a code of your app or a recovery code"),
    "mfa_reauthenticate:webauthn": _("Use a passkey"),
}


class CodeStage(AuthenticateStage):
    """The stage between password and code. It is valid for the password that was typed, and for no later one."""

    def handle(self):
        self.state["password_mark"] = self.login.user.get_session_auth_hash()
        return super().handle()

    @property
    def is_outdated(self):
        person = self.login.user
        return person is None or self.state.get("password_mark") != person.get_session_auth_hash()


class SecondFactors(DefaultMFAAdapter):
    """Second factors of staff, under the site's own name. The secrets are encrypted in the database."""

    error_messages = {
        "incorrect_code": _(
            "This code is wrong, too old or already used. Type the newest one of your app, or another recovery code."
        ),
        "cannot_delete_authenticator": _(
            "This is your only second factor, and the staff site cannot be used without one. Set up another one first."
        ),
        "cannot_generate_recovery_codes": _(
            "Set up an app or a passkey first. Recovery codes are for when you cannot use it."
        ),
    }

    def _get_site_name(self):
        return str(settings.SITE_NAME)

    def _get_user_identifier(self, user):
        return user.get_username()

    def can_delete_authenticator(self, authenticator):
        return (
            not settings.SECOND_FACTOR
            or second_factor.factors_of(authenticator.user).exclude(pk=authenticator.pk).exists()
        )

    def generate_authenticator_name(self, user, type):
        number = second_factor.factors_of(user).filter(type=type).count() + 1
        return gettext("Passkey %(number)s") % {"number": number}

    def encrypt(self, text):
        return cipher().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text):
        try:
            return cipher().decrypt(encrypted_text).decode()
        except InvalidToken as mismatch:
            raise second_factor.Unreadable from mismatch
