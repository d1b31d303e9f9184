"""The base of both forms. Every label, help and error is a whole sentence that says what to do."""

import json
import time

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Field, Fieldset, Layout
from django import forms
from django.conf import settings
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from hospital_site.enquiries.forms.fields import (
    ConsentBoundField,
    choice_field,
    describe_answers,
    multiple_choice_field,
    text_field,
)
from hospital_site.enquiries.forms.tokens import create_token, seconds_since_shown
from hospital_site.enquiries.personal import MailField, TelephoneField
from hospital_site.enquiries.resident_numbers import refuse_resident_number
from hospital_site.enquiries.sealing import keyed_hash

SHORTEST_FILLING = 3  # seconds from the first sight of a form to its sending; nobody reads two consents faster
CLOCKS_DIFFER = 60  # seconds, at most, between the machines that show a form and that receive it
LONGEST_FILLING = 12 * 60 * 60  # seconds; whoever writes in the evening may send it the next morning
NEEDS = [
    ("interpreter", _("Interpreter")),
    ("sign_language", _("Sign language interpreter")),
    ("wheelchair", _("Wheelchair")),
    ("written", _("Written information")),
]
ONLY_A_REPRESENTATIVE = _("A parent or legal representative must send this form for a child under 14.")
ONE_OF_TWO = _("one of the two is required")
IF_IT_APPLIES = _("required if it applies")


class EnquiryForm(forms.Form):
    """Fields of both forms: contact, consents, and the guards against robots and double submission.

    `recipient` is the hospital that receives the form. `data` is checked; with `initial` alone text is shown as typed.
    """

    kind = None
    sections = []
    marks = {"phone": ONE_OF_TWO, "email": ONE_OF_TWO, "other_language": IF_IT_APPLIES}
    # The fields that apply after some answers only, each with the class by which forms.css shows it then.
    conditional = {"other_language": "if-other-language", "call_time": "if-by-phone"}
    # The last fields of a section, which nobody has to look at, and what opens them.
    folded = []
    folded_heading = ""
    use_required_attribute = False

    website = forms.CharField(
        label=_("Leave this field empty"),
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off", "tabindex": "-1"}),
    )
    token = forms.CharField(widget=forms.HiddenInput, required=False, max_length=200)
    shown = forms.CharField(widget=forms.HiddenInput, required=False, max_length=1000)

    phone = TelephoneField(
        label=_("Phone number"),
        required=False,
        help_text=_("For example 010-1234-5678. Outside Korea start with + and the country code."),
        widget=forms.TelInput(attrs={"autocomplete": "tel"}),
    )
    email = MailField(
        label=_("Email address"),
        required=False,
        max_length=254,
        help_text=_("Useful if you are outside Korea."),
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        error_messages={"max_length": _("Check the email address, for example name@example.com.")},
    )
    contact_by = choice_field(_("How should we contact you?"), [("phone", _("By phone")), ("email", _("By email"))])
    call_time = multiple_choice_field(
        _("Good times to call"),
        [
            ("morning", _("Morning, 9 to 12")),
            ("afternoon", _("Afternoon, 12 to 6")),
            ("any", _("Any time")),
        ],
        help_text=_("Weekdays, Korean time."),
    )
    preferred_language = choice_field(
        _("Which language should we use?"), [*settings.LANGUAGES, ("other", _("Another language"))]
    )
    other_language = text_field(_("If you chose another language: which one?"), 40)
    needs = multiple_choice_field(
        _("Help you need"),
        NEEDS,
        help_text=_("Tick only what you want us to know. Asking for an interpreter is always fine."),
    )

    contact_fields = ["phone", "email", "contact_by", "call_time", "preferred_language", "other_language"]

    def __init__(self, *args, recipient, **kwargs):
        super().__init__(*args, **kwargs)
        self.order_fields([name for _heading, names in self.sections for name in names])
        self.recipient = recipient
        self.statements = self.consent_statements()
        age = self.age_of(self.initial.get("token"))
        if age is None or age > LONGEST_FILLING:
            self.initial["token"] = create_token(self.kind, self.recipient.hospital_id)
        self.initial["shown"] = self.versions
        offered = {*recipient.controller.contact_languages, self.initial.get("preferred_language"), "other"}
        language = self.fields["preferred_language"]
        language.choices = [choice for choice in language.choices if choice[0] in offered]
        self.fill_choices()
        self.leave_out_unanswerable()
        for name, mark in self.marks.items():
            self.fields[name].mark = mark
        for name, css_class in self.conditional.items():
            self.fields[name].applies = css_class
        for statement in self.statements:
            self.fields[statement.field] = self.consent_field(statement)

    @classmethod
    def as_typed(cls, data, *, recipient, with_consents=True):
        """Return the form with the data of a request, not validated. A tick stays only for the text that was shown."""
        words = {name: field.widget.value_from_datadict(data, {}, name) for name, field in cls.base_fields.items()}
        form = cls(recipient=recipient, initial=words)
        if with_consents:
            tick = forms.CheckboxInput()
            read = [statement for statement in form.statements if was_shown(statement, data)]
            form.initial |= {statement.field: tick.value_from_datadict(data, {}, statement.field) for statement in read}
        return form

    def consent_statements(self):
        return self.recipient.consent_statements(self.kind)

    def fill_choices(self):
        """Set the choices that depend on the hospital."""

    def leave_out_unanswerable(self):
        """Ask nothing that has no answer to choose from, such as the center of a hospital without a live one."""
        for name, field in list(self.fields.items()):
            if isinstance(field, forms.ChoiceField) and not field.choices:
                del self.fields[name]

    @staticmethod
    def consent_field(statement):
        missing = _("Tick this box if you agree. Without it the form cannot be sent.")
        if statement.is_only_for_others:
            missing = _("Tick this box if this is true. Without it the form cannot be sent.")
        is_required = statement.is_required and not statement.is_only_for_others and not statement.is_notice
        field = forms.BooleanField(label=statement.heading, required=is_required, error_messages={"required": missing})
        field.bound_field_class = ConsentBoundField
        field.statement = statement
        if statement.is_only_for_others:
            field.mark = IF_IT_APPLIES
            field.applies = "if-for-another"
        return field

    def sections_asked(self):
        """Return `[(heading, names)]` of the questions that this form asks."""
        return [(heading, [name for name in names if name in self.fields]) for heading, names in self.sections]

    def fold(self, names):
        """Return `names` for a layout, with the folded ones in one fieldset, which is open where one is filled in."""
        folded = [name for name in names if name in self.folded]
        shown = [name for name in names if name not in self.folded]
        if not folded:
            return shown
        fieldset = Fieldset(self.folded_heading, *folded, template="fields/layout/optional.html")
        fieldset.is_open = any(self[name].value() or self[name].errors for name in folded)
        return [*shown, fieldset]

    @property
    def versions(self):
        """The versions of all consent texts in this form, separated by spaces, as the browser sends them back."""
        return " ".join(statement.version for statement in self.statements)

    @cached_property
    def helper(self):
        helper = FormHelper()
        helper.form_tag = False
        consents = [Field(statement.field, template="fields/consent.html") for statement in self.statements]
        helper.layout = Layout(
            "token",
            "shown",
            *(Fieldset(heading, *self.fold(names)) for heading, names in self.sections_asked()),
            Fieldset(_("Your consent"), *consents),
            Field("website", template="fields/trap.html"),
        )
        return helper

    # ── Checking ──────────────────────────────────────────────────────────────────────────────────────────────────────

    def clean(self):
        given = super().clean()
        self.refuse_robots()
        self.ignore_what_does_not_apply(given)
        for name, value in list(given.items()):
            if isinstance(value, str) and name not in ("token", "shown", "phone"):
                self.check(name, refuse_resident_number, value)
        self.check_contact(given)
        self.check_person(given)
        self.check_consents(given)
        return given

    def ignore_what_does_not_apply(self, given):
        """Leave out what a browser hides after these answers, with its errors. The form shown again still has it."""
        for name, css_class in self.conditional.items():
            if not self.applies(css_class):
                self.errors.pop(name, None)
                given[name] = type(given.get(name) or "")()

    def applies(self, css_class):
        """Return whether the fields of `css_class` apply after the answers that were given."""
        if css_class == "if-other-language":
            return self.cleaned_data.get("preferred_language") == "other"
        if css_class == "if-by-phone":
            return self.cleaned_data.get("contact_by") == "phone"
        return self.is_for_another

    def check(self, name, rule, value):
        try:
            rule(value)
        except forms.ValidationError as problem:
            self.add_error(name, problem)

    def refuse_robots(self):
        if self.cleaned_data.get("website"):
            self.add_error("website", _("Leave this field empty, then send the form again."))
        age = self.age_of(self.cleaned_data.get("token"))
        if age is None or 0 <= age < SHORTEST_FILLING or age < -CLOCKS_DIFFER:
            self.add_error(None, _("The form came back very quickly. Please look it over, then send it again."))
        if age is None:
            self.renew("token", create_token(self.kind, self.recipient.hospital_id))

    def age_of(self, token):
        """Return the age of a token of this form in seconds, or `None`."""
        return seconds_since_shown(token or "", self.kind, self.recipient.hospital_id)

    @property
    def is_expired(self):
        """Whether this valid form was first shown so long ago that it must be looked over before it is sent."""
        return self.age_of(self.cleaned_data["token"]) > LONGEST_FILLING

    def renew_token(self):
        """Give the form that is shown again a new token, with which it can be sent at once."""
        since = time.time() - SHORTEST_FILLING
        self.renew("token", create_token(self.kind, self.recipient.hospital_id, at=since))

    def renew(self, name, value):
        """Replace the value of a hidden field in the form that is shown again."""
        self.data = self.data.copy()
        self.data[name] = value

    def check_contact(self, given):
        by, named = given.get("contact_by"), {"phone": given.get("phone"), "email": given.get("email")}
        if not any(named.values()) and not {"phone", "email"} & set(self.errors):
            self.add_error(by or "phone", _("Enter a phone number or an email address."))
        elif by == "phone" and not named["phone"] and "phone" not in self.errors:
            self.add_error("phone", _("You asked us to phone you. Enter a phone number."))
        elif by == "email" and not named["email"] and "email" not in self.errors:
            self.add_error("email", _("You asked us to email you. Enter an email address."))
        is_missing = self.applies("if-other-language") and not given.get("other_language")
        if is_missing and "other_language" not in self.errors:
            self.add_error("other_language", _("Write which language you would like."))

    def check_person(self, given):
        """Add errors where this person may not write for this patient."""

    @property
    def is_for_another(self):
        raise NotImplementedError

    def check_consents(self, given):
        for statement in self.statements:
            agreed = given.get(statement.field)
            if statement.is_only_for_others and self.is_for_another and not agreed:
                self.add_error(statement.field, self.fields[statement.field].error_messages["required"] or "")
            if statement.is_only_for_others and not self.is_for_another:
                given[statement.field] = False
        changed = [statement for statement in self.statements if self.as_shown(statement) is None]
        for statement in changed:
            self.renew(statement.field, "")
            given[statement.field] = False
            if statement.is_notice:
                self.add_error(statement.field, _("This text has changed. Please read it again, then go on."))
            elif self.is_asked(statement):
                self.replace_errors(
                    statement.field, _("This text has changed. Read it again, and tick the box if you agree.")
                )
        if self.errors:
            self.ask_in_active_language()

    def as_shown(self, statement):
        """Return `statement` in the language in which the person read it, or `None` where it was not shown as it is.

        On the page that checks the answers the language can be changed; what was agreed to stays agreed to.
        """
        if was_shown(statement, self.data):
            return statement
        for language, _name in settings.LANGUAGES:
            for translation in self.recipient.consent_statements(self.kind, language):
                if translation.key == statement.key and was_shown(translation, self.data):
                    return translation
        return None

    def ask_in_active_language(self):
        """Let the form that is shown again ask for the consents that were given to a text in another language."""
        for statement in self.statements:
            if not was_shown(statement, self.data):
                self.renew(statement.field, "")
        self.renew("shown", self.versions)

    def replace_errors(self, name, sentence):
        self.errors.pop(name, None)
        self.add_error(name, sentence)

    # ── What was answered ─────────────────────────────────────────────────────────────────────────────────────────────

    def answers(self):
        """Return every answer that was given, as it is stored: plain JSON."""
        left_out = {"token", "shown", "website", *(statement.field for statement in self.statements)}
        given = {name: value for name, value in self.cleaned_data.items() if name not in left_out and value}
        return {name: value.isoformat() if hasattr(value, "isoformat") else value for name, value in given.items()}

    def consents(self):
        """Return `[(statement, given)]` of what the person was asked; `given` is `None` for a notice."""
        return [
            (statement, None if statement.is_notice else bool(self.cleaned_data.get(statement.field)))
            for statement in self.statements
            if self.is_asked(statement)
        ]

    def consents_as_shown(self):
        """Return the same with each statement as the person read it, in whichever language."""
        return [(self.as_shown(statement), given) for statement, given in self.consents()]

    def is_asked(self, statement):
        return not statement.is_only_for_others or self.is_for_another

    def idempotency_key(self):
        """Return the same key for the same answers of the same form, however often they are sent."""
        words = json.dumps([self.recipient.slug, self.answers()], sort_keys=True, ensure_ascii=False)
        return keyed_hash("sending", f"{self.cleaned_data['token']}\0{words}")

    def summary(self):
        return describe_answers(self, self.answers())


def was_shown(statement, data):
    """Return whether the form that came back had exactly this text."""
    return statement.version in data.get("shown", "").split()
