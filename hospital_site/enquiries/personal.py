"""Form fields for names in any script, telephone numbers, mail addresses and text."""

import re
import unicodedata

from django import forms
from django.utils.translation import gettext_lazy as _

from hospital_site.enquiries.telephones import NotATelephone, read_telephone

NAME_LIMIT = 100

PUNCTUATION_OF_NAMES = set(" .'’-‐·・,()")
JOINERS = {"\u200c", "\u200d"}  # unseen, and part of how Persian and Indian names are spelled
LOOKS_LIKE_AN_ADDRESS = re.compile(r"www\.|\.(?:com|net|org|info|kr|io|cn|jp|ru|biz|xyz)\b", re.IGNORECASE)


def is_name(text):
    def is_letter(letter):
        return unicodedata.category(letter)[0] in "LM"

    def belongs(before, letter, after):
        joins = letter in JOINERS and is_letter(before) and is_letter(after)
        return is_letter(letter) or letter in PUNCTUATION_OF_NAMES or joins

    return (
        0 < len(text) <= NAME_LIMIT
        and unicodedata.category(text[0]).startswith("L")
        and all(map(belongs, f" {text}", text, f"{text[1:]} "))
        and not LOOKS_LIKE_AN_ADDRESS.search(text)
    )


class NameField(forms.CharField):
    """A full name in any script; one letter is enough."""

    default_error_messages = {
        "required": _("Enter a name. Numbers and symbols are not allowed."),
        "invalid": _("Enter a name. Numbers and symbols are not allowed."),
        "too_long": _("This name is too long. Shorten it to at most 100 characters."),
    }

    def to_python(self, value):
        value = super().to_python(value)
        return value if len(value) > 4 * NAME_LIMIT else " ".join(unicodedata.normalize("NFKC", value).split())

    def validate(self, value):
        super().validate(value)
        if len(value) > NAME_LIMIT:
            raise forms.ValidationError(self.error_messages["too_long"], code="too_long")
        if value and not is_name(value):
            raise forms.ValidationError(self.error_messages["invalid"], code="invalid")


class TelephoneField(forms.CharField):
    """A telephone number that can be called back; its value is E.164."""

    widget = forms.TelInput

    def clean(self, value):
        value = super().clean(value)
        if not value:
            return ""
        try:
            return read_telephone(value)
        except NotATelephone as problem:
            raise forms.ValidationError(str(problem), code="invalid") from problem


class MailField(forms.EmailField):
    default_error_messages = {"invalid": _("Check the email address, for example name@example.com.")}

    def to_python(self, value):
        name, at, domain = super().to_python(value).rpartition("@")
        return f"{name}{at}{domain.lower()}"


class PlainTextField(forms.CharField):
    """Plain text with a limit in characters, as a person counts them: a composed syllable is one."""

    def __init__(self, *, rows=1, **options):
        super().__init__(widget=forms.Textarea(attrs={"rows": rows}) if rows > 1 else forms.TextInput, **options)

    def to_python(self, value):
        value = super().to_python(value)
        if len(value) > 100_000:
            return value
        return unicodedata.normalize("NFC", value.replace("\r\n", "\n"))

    def widget_attrs(self, widget):
        """Set no `maxlength`: a browser would truncate a pasted text silently."""
        return {}
