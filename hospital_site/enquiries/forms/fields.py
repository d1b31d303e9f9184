"""Fields of both forms, with errors that are whole sentences, and their stored values as text."""

from django import forms
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from hospital_site.enquiries.folding import normalize_text
from hospital_site.enquiries.personal import PlainTextField, TelephoneField
from hospital_site.enquiries.telephones import country_abroad, format_telephone
from hospital_site.typed_fields import Typed

YES_OR_NO = [("yes", _("Yes")), ("no", _("No"))]


def choice_field(label, choices, *, help_text="", required=True, **options):
    errors = {"required": _("Choose one of the answers."), "invalid_choice": _("Choose one of the answers.")}
    widget = options.pop("widget", forms.RadioSelect)
    return forms.ChoiceField(
        label=label, choices=choices, help_text=help_text, required=required, widget=widget, error_messages=errors
    )


def multiple_choice_field(label, choices, *, help_text="", required=False):
    errors = {
        "required": _("Tick at least one of the answers."),
        "invalid_choice": _("Tick answers from this list only."),
    }
    widget = forms.CheckboxSelectMultiple
    return forms.MultipleChoiceField(
        label=label, choices=choices, help_text=help_text, required=required, widget=widget, error_messages=errors
    )


def text_field(label, limit, *, rows=1, help_text="", required=False, shortest=None, **attributes):
    errors = {
        "required": _("Write a few words here."),
        "max_length": _("This is %(show_value)d characters long. Shorten it to at most %(limit_value)d."),
        "min_length": _("Write a little more: at least %(limit_value)d characters."),
    }
    field = PlainTextField(
        label=label,
        rows=rows,
        max_length=limit,
        min_length=shortest,
        required=required,
        help_text=help_text,
        error_messages=errors,
    )
    field.widget.attrs |= attributes
    return field


def date_field(label, **options):
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    formats = ["%Y-%m-%d", "%Y.%m.%d", "%Y/%m/%d", "%Y. %m. %d", "%Y. %m. %d.", "%Y%m%d"]
    errors = {"invalid": _("Write the date as year, month and day, for example 2026-12-01.")}
    return DateField(
        label=label, required=False, widget=widget, input_formats=formats, error_messages=errors, **options
    )


class DateField(Typed, forms.DateField):
    """A date in one of the `input_formats`, in any digits."""

    clean_typed = staticmethod(normalize_text)

    def strptime(self, value, format):
        """Refuse what can be read in two ways: 2026111 may be in January or in November."""
        if format == "%Y%m%d" and len(value) != len("YYYYMMDD"):
            raise ValueError
        return super().strptime(value, format)


class ConsentBoundField(forms.BoundField):
    """A checkbox that is described by the whole text of the consent."""

    @property
    def aria_describedby(self):
        parts = [*(["error"] if self.errors else []), "lead", *(["rows"] if self.field.statement.rows else [])]
        return " ".join(f"{self.auto_id}_{part}" for part in parts)


def describe_answers(form, answers):
    """Return `[(label, text)]` of stored `answers` in the active language, in the order of `form`, or its class."""
    fields = getattr(form, "fields", form.base_fields)
    names = [name for _heading, names in form.sections for name in names]
    return [
        (describe_label(fields[name], answers[name]), format_answer(fields[name], answers[name]))
        for name in names
        if name in answers and name in fields
    ]


def describe_label(field, value):
    """Return the label of an answer, for a telephone number abroad with its country."""
    country = country_abroad(value) if isinstance(field, TelephoneField) else ""
    return _("Phone number (%(country)s)") % {"country": country} if country else field.label


def format_answer(field, value):
    if isinstance(field, TelephoneField):
        return format_telephone(value)
    if isinstance(field, forms.DateField):
        return date_format(field.to_python(value), "DATE_FORMAT")
    if isinstance(field, forms.BooleanField):
        return YES_OR_NO[0][1] if value else YES_OR_NO[1][1]
    if isinstance(field, forms.ChoiceField):
        labels = dict(field.choices)
        chosen = value if isinstance(value, list) else [value]
        return ", ".join(str(labels.get(one, one)) for one in chosen)
    return value
