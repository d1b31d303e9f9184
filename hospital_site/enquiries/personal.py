"""Form fields for names in any script, telephone numbers and text, without resident registration numbers."""

import re
import unicodedata

import phonenumbers
from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

HOME_COUNTRY_CODE = phonenumbers.country_code_for_region(settings.HOME_REGION)
NAME_LIMIT = 100
LONE_VOWEL = "\u1173"  # the key of a Korean keyboard that looks like a dash, as NFKC leaves it

PUNCTUATION_OF_NAMES = set(" .'’-‐·・,()")
JOINERS = {"\u200c", "\u200d"}  # unseen, and part of how Persian and Indian names are spelled
LOOKS_LIKE_AN_ADDRESS = re.compile(r"www\.|\.(?:com|net|org|info|kr|io|cn|jp|ru|biz|xyz)\b", re.IGNORECASE)

# A birthday of six digits or eight, up to three signs that are no letters, a digit of sex and century, six more digits.
# Foreigners' numbers look alike. A telephone number abroad starts with a plus and may look alike too.
RESIDENT_NUMBER = re.compile(
    r"(?<![\d+])(?:19|20)?\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])[\W_]{0,3}[1-8]\d{6}(?!\d)"
)
DIGIT_BY_DIGIT = re.compile(r"(?<![\d+])\d(?:[\W_]{1,3}\d(?!\d))+")

# Numbers in Korea that a hospital can call back, with their leading zero: no 1588 or 1600 lines.
CALLABLE_IN_KOREA = re.compile(
    r"010\d{8}|01[16-9]\d{7,8}|02\d{7,8}|0(?:3[1-3]|4[1-4]|5[1-5]|6[1-4])\d{7,8}|070\d{7,8}|050[2-8]\d{7,8}"
)
CALLABLE_ABROAD = re.compile(r"\+[1-9]\d{6,14}")
WRITTEN_AS_TELEPHONE = re.compile(r"[+\d\s()./\-]+")


def normalize_text(text):
    """Return `text` in NFKC with every dash, and the vowel that looks like one, as a hyphen."""
    text = unicodedata.normalize("NFKC", text)
    return "".join("-" if letter == LONE_VOWEL or unicodedata.category(letter) == "Pd" else letter for letter in text)


def resembles_resident_number(text):
    written = normalize_text(text)
    closed_up = DIGIT_BY_DIGIT.sub(lambda spelled: re.sub(r"\D", "", spelled[0]), written)
    return bool(RESIDENT_NUMBER.search(written) or RESIDENT_NUMBER.search(closed_up))


def refuse_resident_number(text):
    if resembles_resident_number(text):
        raise forms.ValidationError(_("Remove what looks like a resident registration number."), code="resident_number")


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


def parse_telephone(text):
    """Return `text` as an E.164 number such as `+821012345678`, or `None` when a hospital could not call it."""
    written = normalize_text(text).strip()
    if len(written) > 30 or not WRITTEN_AS_TELEPHONE.fullmatch(written):
        return None
    try:
        number = phonenumbers.parse(written, settings.HOME_REGION)
    except phonenumbers.NumberParseException:
        return None
    whole = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    if number.country_code == HOME_COUNTRY_CODE:
        return whole if CALLABLE_IN_KOREA.fullmatch(f"0{number.national_number}") else None
    return whole if CALLABLE_ABROAD.fullmatch(whole) else None


def format_telephone(whole):
    """Return `+821012345678` as `010-1234-5678`, and a number abroad in its international form."""
    number = phonenumbers.parse(whole)
    if number.country_code != HOME_COUNTRY_CODE:
        return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.INTERNATIONAL)
    readable = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.NATIONAL)
    return readable if readable.startswith("0") else f"0{readable}"  # a shape that the library does not know


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
        whole = parse_telephone(value)
        if whole is None:
            raise forms.ValidationError(
                _("Check the phone number, for example 010-1234-5678 or +1 415 555 2671."), code="invalid"
            )
        return whole


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
