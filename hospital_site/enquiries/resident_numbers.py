"""Recognition of Korean resident registration numbers in text, however they are written. None is ever stored.

A number is a birthday YYMMDD (or YYYYMMDD) and seven more digits, the first of them 1 to 8. The last digit is no
checksum since 2020, so it is not looked at. Foreigners’ numbers look alike.
"""

import re
from datetime import date
from itertools import accumulate
from pathlib import Path

import phonenumbers
from django import forms
from django.utils.translation import gettext_lazy as _

from hospital_site.enquiries.folding import normalize_text
from hospital_site.yaml_files import read_yaml

SPOKEN = read_yaml(Path(__file__).with_suffix(".yaml"))


def any_of(words):
    """Return a pattern for one of `words`, the longest first."""
    return "|".join(sorted(words.split(), key=len, reverse=True))


CLOSES_UP = re.compile(rf"(?>[\W_]|{any_of(SPOKEN['between'])})*+")
NUMBER_OF_DIGITS = re.compile(SPOKEN["number_of_digits"])
DATE_IN_WORDS = re.compile(SPOKEN["date"])
NUMERALS = str.maketrans({word: str(value) for value, words in enumerate(SPOKEN["numerals"]) for word in words})
SPELLED_OUT = re.compile(rf"(?>[{''.join(SPOKEN['numerals'])}](?>[\W_]|{any_of(SPOKEN['between_numerals'])})*+){{13,}}")

# Telephone numbers as they are usually written. One that begins like a date in January or October to December might be
# part of a resident number, unless no digit follows; and one of Seoul like the second day of a month before it.
TELEPHONE = re.compile(
    r"""(?<![\d+])(?:
        0(?:2|[3-6][1-5]|1[016-9]|50[2-8]|70|80)[)\s.-]{1,3}
        (?:[2-9]\d{2,3}[\s.-]{1,3}\d{4}(?!\d) | \d{3,4}[\s.-]{1,3}\d{4}(?!\d)(?![\W_]*\d))
      | (?<!\d[\W_])(?<!\d[\W_]{2})02\d{7}(?!\d)
      | 0(?:2\d{8}|[3-6][1-5]\d{7,8}|1[016-9]\d{7,8}|[78]0\d{7,8}|50[2-8]\d{7,8})(?!\d)
      | 1[568]\d\d-\d{4}(?!\d)
    )""",
    re.VERBOSE,
)
CLOCK_TIME = re.compile(r"(?:[01]?\d|2[0-3]):[0-5]\d\s")
FEWEST_DIGITS = 10  # where a date in words leaves out its zeros
LENGTHS = {13: 0, 15: 2}  # digits of a number, and how many of them stand before the year of two digits
DATE_SHAPES = {13: (2, 2, 2), 15: (4, 2, 2)}
MOST_GROUPS = 6  # of digits, where other numbers stand beside


def refuse_resident_number(text):
    if resembles_resident_number(text):
        raise forms.ValidationError(_("Remove what looks like a resident registration number."), code="resident_number")


def resembles_resident_number(text):
    text = normalize_text(text).casefold()
    return contains_number(text) or any(contains_number(row.translate(NUMERALS)) for row in SPELLED_OUT.findall(text))


def contains_number(text):
    """Return whether `text`, of which the digits are 0 to 9, contains a resident number."""
    if sum(map(str.isdecimal, text)) < FEWEST_DIGITS:
        return False
    text = NUMBER_OF_DIGITS.sub(" ", text)
    text = DATE_IN_WORDS.sub(lambda found: f"{found[1]}{found[2]:0>2}{found[3]:0>2}", text)
    text = TELEPHONE.sub(" x ", text)
    return any(is_resident_number(text, window) for groups in chains_of_digits(text) for window in windows_of(groups))


def chains_of_digits(text):
    """Yield lists of groups of digits, as matches, between which stands nothing but signs and the usual words."""
    chain = []
    for group in re.finditer(r"\d+", text):
        if chain and not CLOSES_UP.fullmatch(text, chain[-1].end(), group.start()):
            yield chain
            chain = []
        chain.append(group)
    yield chain


def windows_of(chain):
    """Yield the parts of a chain that may be a resident number: all of it, or what is grouped like one."""
    lengths = [len(group[0]) for group in chain]
    if sum(lengths) in LENGTHS:
        yield chain
    for start in range(len(chain)):
        for count, total in enumerate(accumulate(lengths[start : start + MOST_GROUPS]), start=1):
            if total in LENGTHS and is_grouped(lengths[start : start + count], total):
                yield chain[start : start + count]
    yield from digit_by_digit(chain)


def is_grouped(lengths, total):
    """Return whether groups of these lengths keep the birthday or the other half together."""
    return lengths[0] >= total - 7 or tuple(lengths[:3]) == DATE_SHAPES[total] or lengths[-1] in (6, 7)


def digit_by_digit(chain):
    """Yield each row of single digits that has the length of a resident number."""
    row = []
    for group in [*chain, None]:
        if group and len(group[0]) == 1:
            row.append(group)
            continue
        if len(row) in LENGTHS:
            yield row
        row = []


def is_resident_number(text, window):
    digits = "".join(group[0] for group in window)
    century, rest = digits[: LENGTHS[len(digits)]], digits[LENGTHS[len(digits)] :]
    is_number = century in ("", "19", "20") and is_birthday(rest[:6]) and rest[6] in "12345678"
    return is_number and not is_telephone_abroad(text, window) and not has_clock_time(text, window)


def is_birthday(digits):
    year, month, day = (int(digits[at : at + 2]) for at in (0, 2, 4))
    try:
        date(2000 + year, month, day)
    except ValueError:
        return False
    return True


def is_telephone_abroad(text, window):
    """Return whether a plus stands before it and it is a telephone number, grouped as nobody groups the other."""
    start, end = window[0].start(), window[-1].end()
    if text[start - 1 : start] != "+" or [len(group[0]) for group in window] == [6, 7]:
        return False
    try:
        return phonenumbers.is_valid_number(phonenumbers.parse(text[start - 1 : end]))
    except phonenumbers.NumberParseException:
        return False


def has_clock_time(text, window):
    """Return whether the digits behind a date are a time such as 14:30, and another number."""
    return any(CLOCK_TIME.match(text, group.start()) for group in window[1:])
