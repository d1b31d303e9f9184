"""Signing in to the desk, and each person's own page about it: allauth's views in the frame of the desk."""

from functools import wraps

from allauth.account.forms import LoginForm, ReauthenticateForm
from allauth.account.internal.stagekit import get_pending_stage
from allauth.account.utils import get_next_redirect_url
from allauth.account.views import LoginView, LogoutView, ReauthenticateView
from allauth.mfa.adapter import get_adapter
from allauth.mfa.base import forms as codes
from allauth.mfa.base import views as factors
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes import views as recovery
from allauth.mfa.totp import forms as app_forms
from allauth.mfa.totp import views as app
from allauth.mfa.webauthn import forms as passkey_forms
from allauth.mfa.webauthn import views as passkeys
from django import forms
from django.contrib import admin, messages
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_required
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from hospital_site.staff import second_factor
from hospital_site.staff.accounts import TOO_OFTEN

ONWARD = "sign_in_onward"  # where in the session the address stands that a person wanted before they had to set up
LIMITS = {"too_many_login_attempts", "rate_limited"}

# ── Forms ─────────────────────────────────────────────────────────────────────────────────────────────────────────────


def say(field, label, required, help_text="", **attributes):
    """Put our own words on a field of allauth."""
    field.label, field.help_text = label, help_text
    field.error_messages |= {"required": required, "invalid": required}
    field.widget.attrs.pop("placeholder", None)
    field.widget.attrs |= attributes


def ask_digits(field, *words, **attributes):
    field.widget = TypedOnce(attrs=field.widget.attrs)
    say(field, *words, inputmode="numeric", **attributes)


class SignInForm(LoginForm):
    """Name and password. The fields are called as Django calls them, so that password managers know them again."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        say(self.fields["login"], _("User name"), _("Type your user name."), autocapitalize="none", autofocus=True)
        say(self.fields["password"], _("Password"), _("Type your password."))

    def add_prefix(self, field_name):
        return "username" if field_name == "login" else field_name

    def clean(self):
        try:
            return super().clean()
        except ValidationError:
            for field in self.fields.values():  # what stands at the top is about both
                field.widget.attrs |= {"aria-describedby": "refusal", "aria-invalid": "true"}
            raise


class ConfirmPasswordForm(ReauthenticateForm):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        say(self.fields["password"], _("Password"), _("Type your password."), autofocus=True)


class TypedOnce(forms.TextInput):
    """A refused code is of no use again, so the field comes back empty."""

    def format_value(self, value):
        return ""


class OneTimeCode:
    """A code that opens once, whatever cache and worker it meets."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        ask_digits(
            self.fields["code"],
            _("Code"),
            _("Type the code."),
            _("Six digits of your app. Without your telephone, type one of your recovery codes, which have eight."),
            autofocus=True,
        )

    def clean_code(self):
        code = super().clean_code()
        is_of_app = self.authenticator.type == Authenticator.Type.TOTP
        if is_of_app and not second_factor.is_first_use(self.authenticator, code):
            raise get_adapter().validation_error("incorrect_code")
        return code


class CodeForm(OneTimeCode, codes.AuthenticateForm):
    pass


class ConfirmCodeForm(OneTimeCode, codes.ReauthenticateForm):
    pass


class AppForm(app_forms.ActivateTOTPForm):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        ask_digits(
            self.fields["code"],
            _("Code of the app"),
            _("Type the six digits that your app shows."),
            _("Six digits, new every half minute."),
        )


class PasskeyAnswer:
    """What the browser sends for a passkey, refused in words whatever it is."""

    refusal = _("Your passkey gave no valid answer. Press the button again and follow your browser.")

    def full_clean(self):
        try:
            super().full_clean()
        except (TypeError, ValueError, KeyError, AttributeError):  # as libraries stumble over what no browser sends
            self.add_error("credential", self.refusal)
        if refused := self._errors.pop("credential", None) or self._errors.pop(NON_FIELD_ERRORS, None):
            is_limit = any(error.code in LIMITS for error in refused.as_data())
            self.add_error(None, TOO_OFTEN if is_limit else self.refusal)  # the field itself is hidden


class PasskeyForm(PasskeyAnswer, passkey_forms.AuthenticateWebAuthnForm):
    pass


class ConfirmPasskeyForm(PasskeyAnswer, passkey_forms.ReauthenticateWebAuthnForm):
    pass


class NewPasskeyForm(PasskeyAnswer, passkey_forms.AddWebAuthnForm):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        name_passkey(self.fields["name"])


class RenamePasskeyForm(passkey_forms.EditWebAuthnForm):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        name_passkey(self.fields["name"])


def name_passkey(field):
    field.max_length = 100
    say(
        field,
        _("Name of the passkey"),
        _("Give the passkey a name."),
        _("So that you know it again, such as “my telephone”."),
        maxlength=100,
    )


# ── Views ─────────────────────────────────────────────────────────────────────────────────────────────────────────────


def at_the_desk(view, title):
    """`view` of allauth in the frame of the desk, kept by no browser."""

    @never_cache
    @wraps(view)
    def framed(request, *args, **kwargs):
        response = view(request, *args, **kwargs)
        if isinstance(response, TemplateResponse):
            frame = admin.site.each_context(request) | {"title": title, "onward": ONWARD in request.session}
            response.context_data = frame | (response.context_data or {})
        return response

    return framed


class CodeView(factors.AuthenticateView):
    def get_context_data(self, **kwargs):
        kinds = set(second_factor.of(self.stage.login.user).values_list("type", flat=True))
        return super().get_context_data(**kwargs) | {"kinds": kinds}


class AppView(app.ActivateTOTPView):
    def form_valid(self, form):
        response = super().form_valid(form)
        its_app = second_factor.of(self.request.user).get(type=Authenticator.Type.TOTP)
        second_factor.is_first_use(its_app, form.cleaned_data["code"])  # so that it opens nothing any more
        return response


class SecurityView(factors.IndexView):
    def get_context_data(self, **kwargs):
        theirs = second_factor.of(self.request.user).order_by("created_at")
        return super().get_context_data(**kwargs) | {
            "app": next((factor for factor in theirs if factor.type == Authenticator.Type.TOTP), None),
            "passkeys": [factor for factor in theirs if factor.type == Authenticator.Type.WEBAUTHN],
        }


ask_name = at_the_desk(LoginView.as_view(), _("Sign in to the editors’ desk"))
ask_code = at_the_desk(CodeView.as_view(), _("Confirm that it is you"))
security = at_the_desk(SecurityView.as_view(), _("Sign-in security"))
sign_out = require_POST(LogoutView.as_view())
remove = at_the_desk(passkeys.remove_webauthn, _("Remove a passkey"))


def sign_in(request):
    """Name and password. Whoever is signed in goes on, or first sets up the second factor that is missing."""
    if request.user.is_authenticated:
        onward = get_next_redirect_url(request) or reverse("admin:index")
        if admin.site.has_permission(request):
            return redirect(onward)
        if not second_factor.has_one(request.user):
            request.session[ONWARD] = onward
            return redirect("mfa_index")
        logout(request)
        messages.warning(request, _("Please sign in again, this time with your second factor."))
    return ask_name(request)


def code(request):
    """The second factor, after name and password."""
    stage = get_pending_stage(request)
    if stage and stage.is_outdated:
        messages.warning(request, _("This account or its password was changed meanwhile. Please begin again."))
        return stage.abort()
    if not request.user.is_authenticated and not stage:
        messages.warning(request, _("Your sign-in was not begun here or took too long. Please begin again."))
    return ask_code(request)


def remove_passkey(request, pk):
    if request.user.is_authenticated:
        passkey = get_object_or_404(second_factor.of(request.user), pk=pk, type=Authenticator.Type.WEBAUTHN)
        if not get_adapter().can_delete_authenticator(passkey):
            messages.error(request, get_adapter().error_messages["cannot_delete_authenticator"])
            return redirect("mfa_index")
    return remove(request, pk=pk)


def go_on(request):
    """To the page that somebody wanted before they had to set up a second factor."""
    return redirect(request.session.pop(ONWARD, "admin:index"))


def confirm(view):
    return at_the_desk(view, _("Confirm that it is you"))


urlpatterns = [
    path("login/", sign_in, name="account_login"),
    path("login/code/", code, name="mfa_authenticate"),
    path("logout/", sign_out, name="account_logout"),
    path("security/", security, name="mfa_index"),
    path("security/onward/", login_required(go_on), name="security_onward"),
    path("security/confirm/", confirm(ReauthenticateView.as_view()), name="account_reauthenticate"),
    path("security/confirm/code/", confirm(factors.reauthenticate), name="mfa_reauthenticate"),
    path("security/confirm/passkey/", confirm(passkeys.reauthenticate_webauthn), name="mfa_reauthenticate_webauthn"),
    path("security/app/", at_the_desk(AppView.as_view(), _("Set up an app")), name="mfa_activate_totp"),
    path("security/app/remove/", at_the_desk(app.deactivate_totp, _("Remove the app")), name="mfa_deactivate_totp"),
    path(
        "security/recovery-codes/",
        at_the_desk(recovery.view_recovery_codes, _("Recovery codes")),
        name="mfa_view_recovery_codes",
    ),
    path(
        "security/recovery-codes/new/",
        at_the_desk(recovery.generate_recovery_codes, _("Make new recovery codes")),
        name="mfa_generate_recovery_codes",
    ),
    path("security/recovery-codes/file/", recovery.download_recovery_codes, name="mfa_download_recovery_codes"),
    path("security/passkeys/", login_required(lambda request: redirect("mfa_index")), name="mfa_list_webauthn"),
    path(
        "security/passkeys/new/",
        at_the_desk(passkeys.add_webauthn, _("Add a passkey")),
        name="mfa_add_webauthn",
    ),
    path(
        "security/passkeys/<int:pk>/name/",
        at_the_desk(passkeys.edit_webauthn, _("Name a passkey")),
        name="mfa_edit_webauthn",
    ),
    path("security/passkeys/<int:pk>/remove/", remove_passkey, name="mfa_remove_webauthn"),
]
