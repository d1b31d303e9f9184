"""Form fields for names in any script, telephone numbers, mail addresses and text."""

import re
import unicodedata

from django import forms
from django.utils.translation import gettext_lazy as _

from hospital_site.enquiries.telephones import LONGEST, NotATelephone, read_telephone
from hospital_site.typed_fields import EmailField, LineField, PersonNameField, TextField
from hospital_site.typed_text import clean_line, clean_text

NAME_LIMIT = 100

PUNCTUATION_OF_NAMES = set(" .’-‐–·・•‧,()/")  # as NFKC leaves them
ALIAS = " @ "  # between two names of one person, on Malaysian IDs
JOINERS = {"\u200c", "\u200d"}  # unseen, and part of how Persian and Indian names are spelled
LOOKS_LIKE_AN_ADDRESS = re.compile(r"www\.|\.(?:com|net|org|info|kr|io|cn|jp|ru|biz|xyz)\b", re.IGNORECASE)


def is_name(text):
    def is_letter(letter):
        return unicodedata.category(letter)[0] in "LM"

    def belongs(before, letter, after):
        is_punctuation = unicodedata.normalize("NFKC", letter) in PUNCTUATION_OF_NAMES
        return is_letter(letter) or is_punctuation or letter in JOINERS or before + letter + after == ALIAS

    return (
        0 < len(text) <= NAME_LIMIT
        and text == clean_line(text)  # which keeps joiners only where they are needed
        and unicodedata.category(text.removeprefix("’")[:1] or " ").startswith("L")
        and all(map(belongs, f" {text}", text, f"{text[1:]} "))
        and not LOOKS_LIKE_AN_ADDRESS.search(text)
    )


class NameField(PersonNameField):
    """A full name in any script; one letter is enough."""

    limit = NAME_LIMIT

    default_error_messages = {
        "required": _("Enter a name. Numbers and symbols are not allowed."),
        "invalid": _("Enter a name. Numbers and symbols are not allowed."),
        "too_long": _("This name is too long. Shorten it to at most 100 characters."),
    }

    def validate(self, value):
        super().validate(value)
        if len(value) > NAME_LIMIT:
            raise forms.ValidationError(self.error_messages["too_long"], code="too_long")
        if value and not is_name(value):
            raise forms.ValidationError(self.error_messages["invalid"], code="invalid")


class TelephoneField(LineField):
    """A telephone number that can be called back; its value is E.164."""

    limit = LONGEST
    widget = forms.TelInput

    def clean(self, value):
        value = super().clean(value)
        if not value:
            return ""
        try:
            return read_telephone(value)
        except NotATelephone as problem:
            raise forms.ValidationError(str(problem), code="invalid") from problem


class MailField(EmailField):
    default_error_messages = {"invalid": _("Check the email address, for example name@example.com.")}

    def to_python(self, value):
        name, at, domain = super().to_python(value).rpartition("@")
        return f"{name}{at}{domain.lower()}"


class PlainTextField(TextField):
    """Plain text with a limit in characters, as a person counts them: a composed syllable is one."""

    def __init__(self, *, rows=1, **options):
        super().__init__(widget=forms.Textarea(attrs={"rows": rows}) if rows > 1 else forms.TextInput, **options)
        self.clean_typed = clean_text if rows > 1 else clean_line

    def widget_attrs(self, widget):
        """Set no `maxlength`: a browser would truncate a pasted text silently."""
        return {}
