"""Telephone numbers that a hospital can call: read only where there is one way to read them, kept as E.164."""

import re

import phonenumbers
from babel import Locale
from django.conf import settings
from django.utils.translation import get_language, to_locale
from django.utils.translation import gettext_lazy as _

from hospital_site.enquiries.folding import normalize_text
from hospital_site.enquiries.resident_numbers import resembles_resident_number

HOME_COUNTRY_CODE = phonenumbers.country_code_for_region(settings.HOME_REGION)
LONGEST, FEWEST_DIGITS = 30, 7
NO_COUNTRY = (None, "001")  # of numbers that a country shares, and of satellites and international freephone numbers

WRITTEN_AS_TELEPHONE = re.compile(r"[\s(]*\+?[\d\s()./\-]+")
HOME_PREFIX = re.compile(rf"[\s(]*\+?[\s(]*{HOME_COUNTRY_CODE}[\s()./\-]*0?[\s()./\-]*")
MOBILE_WITHOUT_ZERO = re.compile(r"10\D*\d{4}\D*\d{4}")
# Numbers in Korea that a hospital can call back, with their leading zero: how they begin, then the rest.
CALLABLE_IN_KOREA = re.compile(r"010\d{8}|(01[16-9]|02|0(?:3[1-3]|4[1-4]|5[1-5]|6[1-4])|070|050[2-8])\d{7,8}")
SERVICE_NUMBER = re.compile(r"0?(?:0?(?:2|[3-6]\d))?1[568]\d{6}|0[68]0\d{6,8}")

UNREADABLE = _("Check the phone number, for example 010-1234-5678 or +1 415 555 2671.")
UNKNOWN_COUNTRY = _(
    "It is not clear which country this number is in. Start a Korean number with 0, for example 010-1234-5678, and any "
    "other with “+” and its country code, for example +1 415 555 2671."
)
DIALLING_PREFIX = _(
    "Write “+” and the country code instead of what is dialled before it, such as 00 or 001. For example: "
    "+81 90 1234 5678."
)
CANNOT_BE_CALLED_BACK = _(
    "Numbers such as 1588-1234 belong to companies and cannot be called back. Enter your own number, for example "
    "010-1234-5678, or with “+” one outside Korea, for example +1 415 555 2671."
)


class NotATelephone(ValueError):
    """A number that cannot be called, or can be read in more than one way. The message is a sentence for its writer."""


def read_telephone(text):
    """Return `text` as an E.164 number such as `+821012345678`. Raises NotATelephone."""
    written = normalize_text(text).strip()
    groups = re.findall(r"\d+", written)
    digits = "".join(groups)
    if len(written) > LONGEST or not WRITTEN_AS_TELEPHONE.fullmatch(written) or len(digits) < FEWEST_DIGITS:
        raise NotATelephone(UNREADABLE)
    has_plus = "+" in written
    if digits.startswith(str(HOME_COUNTRY_CODE)) and (prefix := HOME_PREFIX.match(written)):
        if not has_plus and len(groups) > 1 and len(groups[0]) == 3:  # grouped like a number in North America
            raise NotATelephone(UNKNOWN_COUNTRY)
        return read_in_korea(f"0{written[prefix.end() :]}")
    if has_plus:
        return read_abroad(written)
    if digits.startswith("00"):
        raise NotATelephone(DIALLING_PREFIX)
    if MOBILE_WITHOUT_ZERO.fullmatch(written):
        return read_in_korea(f"0{written}")
    if digits.startswith("0") or SERVICE_NUMBER.fullmatch(digits):
        return read_in_korea(written)
    raise NotATelephone(UNKNOWN_COUNTRY)


def read_in_korea(written):
    """Return the E.164 number of one that starts with 0. It is grouped as in Korea: 03-1234-5678 is in Tokyo."""
    groups = re.findall(r"\d+", written)
    digits = "".join(groups)
    if SERVICE_NUMBER.fullmatch(digits):
        raise NotATelephone(CANNOT_BE_CALLED_BACK)
    found = CALLABLE_IN_KOREA.fullmatch(digits)
    if not found:
        raise NotATelephone(UNREADABLE)
    if len(groups) > 1 and groups[0] not in (found[1], "050") and not groups[0].startswith("010"):
        raise NotATelephone(UNKNOWN_COUNTRY)
    return f"+{HOME_COUNTRY_CODE}{digits[1:]}"


def read_abroad(written):
    try:
        number = phonenumbers.parse(written)
    except phonenumbers.NumberParseException as problem:
        raise NotATelephone(UNREADABLE) from problem
    length = phonenumbers.is_possible_number_with_reason(number)
    is_whole = length == phonenumbers.ValidationResult.IS_POSSIBLE
    has_country = phonenumbers.region_code_for_number(number) not in NO_COUNTRY
    if not (is_whole and has_country) or resembles_resident_number(written):
        raise NotATelephone(UNREADABLE)
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def parse_telephone(text):
    """Return `text` as an E.164 number, or `None` where it is none."""
    try:
        return read_telephone(text)
    except NotATelephone:
        return None


def format_telephone(whole):
    """Return `+821012345678` as `010-1234-5678`, and a number abroad in its international form."""
    number = phonenumbers.parse(whole)
    if number.country_code != HOME_COUNTRY_CODE:
        return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.INTERNATIONAL)
    readable = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.NATIONAL)
    return readable if readable.startswith("0") else f"0{readable}"  # a shape that the library does not know


def country_abroad(whole):
    """Return the country of an E.164 number in the active language, or an empty string for Korea and where unknown."""
    region = phonenumbers.region_code_for_number(phonenumbers.parse(whole))
    if region in (*NO_COUNTRY, settings.HOME_REGION):
        return ""
    return Locale.parse(to_locale(get_language())).territories.get(region, "")
