"""The forms of signing in and of each person's sign-in security: allauth's, with our own texts."""

from allauth.account.forms import LoginForm, ReauthenticateForm
from allauth.mfa.adapter import get_adapter
from allauth.mfa.base import forms as codes
from allauth.mfa.models import Authenticator
from allauth.mfa.totp import forms as app_forms
from allauth.mfa.webauthn import forms as passkey_forms
from django import forms
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.utils.translation import gettext_lazy as _

from hospital_site.staff import second_factor
from hospital_site.staff.accounts import LIMIT_CODES
from hospital_site.typed_fields import LineField
from hospital_site.typed_text import clean_line


def set_texts(field, label, required, help_text="", **attributes):
    """Replaces label, errors and help of a field that allauth declares."""
    field.label, field.help_text = label, help_text
    field.error_messages |= {"required": required, "invalid": required}
    field.widget.attrs.pop("placeholder", None)
    field.widget.attrs |= attributes


class SignInForm(LoginForm):
    """Name and password. The fields have the names that Django gives them, which password managers recognise."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        set_texts(
            self.fields["login"], _("User name"), _("Type your user name."), autocapitalize="none", autofocus=True
        )
        set_texts(self.fields["password"], _("Password"), _("Type your password."))

    def add_prefix(self, field_name):
        return "username" if field_name == "login" else field_name

    def clean_login(self):
        return clean_line(super().clean_login()).strip()

    def clean(self):
        try:
            return super().clean()
        except ValidationError:
            for field in self.fields.values():  # the error at the top is about both
                field.widget.attrs |= {"aria-describedby": "refusal", "aria-invalid": "true"}
            raise


class ConfirmPasswordForm(ReauthenticateForm):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        set_texts(self.fields["password"], _("Password"), _("Type your password."), autofocus=True)


class TypedOnce(forms.TextInput):
    """A text field that is rendered empty after an error: a refused code cannot be used again."""

    def format_value(self, value):
        return ""


def code_field():
    return LineField(widget=TypedOnce(attrs={"autocomplete": "one-time-code"}))


class OneTimeCode:
    """A code that is accepted once, by whichever worker and with whatever cache."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        set_texts(
            self.fields["code"],
            _("Code"),
            _("Type the code."),
            _("Six digits of your app. Without your telephone, type one of your recovery codes, which have eight."),
            inputmode="numeric",
            autofocus=True,
        )

    def clean_code(self):
        code = super().clean_code()
        is_of_app = self.authenticator.type == Authenticator.Type.TOTP
        if is_of_app and not second_factor.is_first_use(self.authenticator, code):
            raise get_adapter().validation_error("incorrect_code")
        return code


class CodeForm(OneTimeCode, codes.AuthenticateForm):
    code = code_field()


class ConfirmCodeForm(OneTimeCode, codes.ReauthenticateForm):
    code = code_field()


class AppForm(app_forms.ActivateTOTPForm):
    code = code_field()

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        set_texts(
            self.fields["code"],
            _("Code of the app"),
            _("Type the six digits that your app shows."),
            _("Six digits, new every half minute."),
            inputmode="numeric",
        )


class PasskeyAnswer:
    """A form for what the browser sends for a passkey. Any error becomes one sentence that says what to do."""

    refusal = _("Your passkey gave no valid answer. Press the button again and follow your browser.")

    def full_clean(self):
        try:
            super().full_clean()
        except (TypeError, ValueError, KeyError, AttributeError):  # raised by the libraries for what no browser sends
            self.add_error("credential", self.refusal)
        if refused := self._errors.pop("credential", None) or self._errors.pop(NON_FIELD_ERRORS, None):
            limits = [error for error in refused.as_data() if error.code in LIMIT_CODES]
            self.add_error(None, limits or self.refusal)  # the field itself is hidden


class PasskeyForm(PasskeyAnswer, passkey_forms.AuthenticateWebAuthnForm):
    pass


class ConfirmPasskeyForm(PasskeyAnswer, passkey_forms.ReauthenticateWebAuthnForm):
    pass


class NewPasskeyForm(PasskeyAnswer, passkey_forms.AddWebAuthnForm):
    name = LineField(required=False)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        set_texts_of_name(self.fields["name"])


class RenamePasskeyForm(passkey_forms.EditWebAuthnForm):
    name = LineField()

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        set_texts_of_name(self.fields["name"])


def set_texts_of_name(field):
    field.max_length = 100
    set_texts(
        field,
        _("Name of the passkey"),
        _("Give the passkey a name."),
        _("A name that you will recognize, such as “my telephone”."),
        maxlength=100,
    )
