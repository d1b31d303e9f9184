"""Reads the quantities in a text: numbers, amounts with a unit, telephone numbers.

How languages write them is in `quantities.yaml`. Every step takes time in proportion to the length of the text.
"""

import re
import unicodedata
from collections import Counter, defaultdict
from dataclasses import dataclass
from decimal import Decimal
from functools import cache, lru_cache
from pathlib import Path
from typing import NamedTuple

import phonenumbers
from babel import Locale, UnknownLocaleError
from django.conf import settings
from django.utils.translation import to_locale

from hospital_site.publishing.publication_checks.links import without_links
from hospital_site.yaml_files import read_yaml

THIN_SPACES = "\u00a0\u2009\u202f"
ARABIC_SIGNS = str.maketrans("٪٫٬", "%.,")
LATIN = r"[A-Za-z\u00c0-\u024f\u1e00-\u1eff]"
NUMBER = r"(?:(?<![\d.])\d++(?:,\d{3}(?!\d))*+\.\d++(?!\.\d)|\d++(?:,\d{3}(?!\d))*+)"


@dataclass(frozen=True)
class Quantity:
    """One quantity of a text, as it is `written`.

    `readings` are what it may mean, the most likely first: the `5` of `5–10 mg` is `("5mg", "5")`. It `is_exact` when
    it is a telephone number or an amount with a unit.
    """

    written: str
    readings: tuple[str, ...]
    is_exact: bool = False

    @property
    def is_telephone(self):
        return self.readings[0].startswith("+")


class Quantities(NamedTuple):
    """What a text says in digits, and the readings of what it says, or may say, in letters."""

    in_digits: list[Quantity]
    in_letters: set[str]

    def readings(self):
        return Counter(reading for quantity in self.in_digits for reading in quantity.readings)


@lru_cache(maxsize=64)  # one text is compared with several, and read again for each
def quantities_in(text, code):
    """Return the `Quantities` of `text` in the language `code`. Links are left to `different_links`."""
    text, telephones = without_telephones(normalized(without_links(text)))
    text = with_decimal_points(text, code)
    text = with_month_numbers(text, code)
    in_digits = [*telephones, *map(as_called, numbers_in_digits(text, code)), *roman_numerals(text, "certain")]
    ambiguous = {reading for numeral in roman_numerals(text, "ambiguous") for reading in numeral.readings}
    return Quantities(in_digits, ambiguous | months_named(text, code) | numbers_in_letters(text, code))


def normalized(text):
    """Digits of every script become ASCII digits; spaces between thousands and full hours (9:00) are dropped."""
    text = re.sub(rf"(?<=\d)[{THIN_SPACES}](?=\d{{3}})", "", text)
    text = unicodedata.normalize("NFKC", text).translate(ARABIC_SIGNS)
    text = re.sub(r"\d", lambda digit: str(unicodedata.decimal(digit[0])), text)
    return re.sub(r"(?<=\d):00(?!\d)", "", text)


def with_decimal_points(text, code):
    """`1.500,5` → `1500.5` in a language that writes a comma before decimals."""
    if not has_decimal_comma(code):
        return text
    text = re.sub(r"(?<![\d.,])\d{1,3}(?:\.\d{3})+(?![\d.])", lambda number: number[0].replace(".", ""), text)
    return re.sub(r"(?<![\d.,])(\d+),(\d+)(?![\d,])", r"\1.\2", text)


@cache
def has_decimal_comma(code):
    try:
        return Locale.parse(to_locale(code)).number_symbols["latn"]["decimal"] == ","
    except (UnknownLocaleError, KeyError):
        return False


def without_telephones(text):
    """Return `text` with spaces for its telephone numbers, and these as quantities, read in their E.164 form."""
    found, pieces, end = [], [], 0
    for match in phonenumbers.PhoneNumberMatcher(text, settings.HOME_REGION):
        number = phonenumbers.format_number(match.number, phonenumbers.PhoneNumberFormat.E164)
        found.append(Quantity(match.raw_string, (number,), is_exact=True))
        pieces.append(text[end : match.start])
        end = match.end
    return " ".join([*pieces, text[end:]]), found


def as_called(quantity):
    """Return an emergency number, such as 119, as the telephone number that it is."""
    is_short = not quantity.is_exact and quantity.written.isdecimal()
    if not is_short or not phonenumbers.is_emergency_number(quantity.written, settings.HOME_REGION):
        return quantity
    return Quantity(quantity.written, (f"+{quantity.written}",), is_exact=True)


def numbers_in_digits(text, code):
    """Return the numbers in digits, with the multipliers and units beside them."""
    afternoons = {match.start("hour") for match in pattern_of("afternoon", code).finditer(text)}
    found, following = [], None
    for match in reversed(list(number_pattern(code).finditer(text))):
        number, unit = match["number"], unit_of(match["currency"] or match["unit"], code)
        is_start_of_range = bool(match["range"] and following and not unit.names)
        if is_start_of_range:
            multipliers, unit = following
        else:
            multipliers = re.sub(NUMBER, "", number)
        values = [value_of(number, code)]
        if is_start_of_range and multipliers and number[-1].isdigit():
            values.insert(0, value_of(number + multipliers, code))
        if match.start("number") in afternoons and number.isdigit() and int(number) < 12:
            values.insert(0, str(int(number) + 12))
        readings = [amount(value, name) for name in unit.names for value in values]
        if is_start_of_range or unit.is_ambiguous or not unit.names:
            readings += values
        is_exact = bool(unit.names) and not unit.is_ambiguous
        found.append(Quantity(written(match), tuple(readings), is_exact))
        following = multipliers, unit
    return found[::-1]


def written(match):
    """The number with its unit as it is in the text, without what follows."""
    end = match.end("unit") if match["unit"] else match.end("number")
    return match.string[match.start() : end].strip()


def value_of(number, code):
    """Return `number`, digits with multipliers such as `3 million`, in plain digits without needless zeros."""
    multipliers = notation(code).get("multipliers", {})
    if not multipliers or re.fullmatch(NUMBER, number):
        return plain_digits(number)
    terms = [
        (Decimal(part.replace(",", "")), False)
        if part[0].isdigit()
        else (next(size for word, size in multipliers.items() if re.match(word, f"{part} ", re.IGNORECASE)), True)
        for part in re.findall(rf"{NUMBER}|{'|'.join(multipliers)}", number, re.IGNORECASE)
    ]
    return plain_digits(f"{total(terms):f}")


def total(terms):
    """Add up `[(number, is_multiplier), …]`: a multiplier applies to the smaller numbers just before it.

    Two, hundred, thousand, three → 200003.
    """
    stack = []
    for number, is_multiplier in terms:
        if is_multiplier:
            smaller = 0
            while stack and stack[-1] < number:
                smaller += stack.pop()
            number *= smaller or 1
        stack.append(number)
    return Decimal(sum(stack))


def plain_digits(number):
    """`007` → `7`, `1,000` → `1000`, `1.50` → `1.5`."""
    number = re.sub(r"^0+(?=\d)", "", number.replace(",", ""))
    return number.rstrip("0").rstrip(".") if "." in number else number


def roman_numerals(text, kind):
    numerals = {numeral: str(number) for number, numeral in every_notation()["roman"][kind].items()}
    pattern = rf"(?<!{LATIN})(?<!\d)({'|'.join(numerals)})(?=[A-Ca-c]?\d?(?!{LATIN}|\d))"
    return [Quantity(match[0], (numerals[match[0]],)) for match in re.finditer(pattern, text)]


# ── Numbers in letters ────────────────────────────────────────────────────────────────────────────────────────────────


def numbers_in_letters(text, code):
    """Return the readings of the numbers that `text` writes out, with their units, together and word by word."""
    found = set()
    units = re.compile(rf"[\s\u2010-]?({units_pattern(code)})", re.IGNORECASE)
    for pattern, word_pattern, words in written_out(code):
        for match in pattern.finditer(text):
            spelled = [words[word.lower()] for word in word_pattern.findall(match[1])]
            values = {value for values, _is_multiplier in spelled for value in values}
            if len(spelled) > 1:
                terms = [(number_in(values[0]), is_multiplier) for values, is_multiplier in spelled]
                values.add(plain_digits(f"{total(terms):f}"))
            found |= values
            if unit := units.match(text, match.end()):
                numbers = [value for value in values if not value.endswith("%")]
                found |= {amount(number, name) for name in unit_of(unit[1], code).names for number in numbers}
    return found


def number_in(value):
    return Decimal(value.rstrip("%"))


@cache
def written_out(code):
    """Return `[(pattern of a number, pattern of one word, {word: ((value, …), is_multiplier)}), …]`."""
    found = []
    for rule in notation(code).get("written_out", []):
        words = defaultdict(list)
        for value, alternatives in rule["words"].items():
            for word in alternatives.split("|"):
                words[word].append(str(value))
        spelled = {word: (tuple(values), False) for word, values in words.items()}
        spelled |= {word: ((str(size),), True) for word, size in rule.get("multipliers", {}).items()}
        one = "|".join(sorted(map(re.escape, spelled), key=len, reverse=True))
        several = rf"(?:{one})(?:(?:{rule['joint']})(?:{one}))*"
        pattern = re.compile(rule["find"].replace("{words}", several), re.IGNORECASE)
        word = re.compile(rf"(?<![A-Za-z])(?:{one})(?![A-Za-z])", re.IGNORECASE)
        found.append((pattern, word, spelled))
    return found


# ── Months ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def with_month_numbers(text, code):
    """Write a number for the name of a month beside a day or a year."""
    if not (names := months(code)):
        return text
    month = rf"\b(?:{'|'.join(map(re.escape, names))})\b\.?"
    return re.sub(
        rf"(?<=\d)\s?({month})|({month})(?=\s\d)",
        lambda match: f" {names[(match[1] or match[2]).rstrip('.')]} ",
        text,
    )


def months_named(text, code):
    """Return the numbers of the months that `text` names."""
    names = months(code)
    words = re.findall(rf"\b(?:{'|'.join(map(re.escape, names))})\b", text) if names else []
    return {str(names[word]) for word in words}


@cache
def months(code):
    """Return `{"November": 11, "Nov": 11, …}` of a language that names its months."""
    try:
        names = Locale.parse(to_locale(code)).months["format"]
    except UnknownLocaleError:
        return {}
    written = {name.rstrip("."): number for width in ("wide", "abbreviated") for number, name in names[width].items()}
    return {name: number for name, number in written.items() if not re.search(r"\d", name)}


# ── Units and patterns ────────────────────────────────────────────────────────────────────────────────────────────────


class Unit(NamedTuple):
    """The names that a unit may have in `quantities.yaml`; it `is_ambiguous` when the word may be no unit at all."""

    names: tuple[str, ...] = ()
    is_ambiguous: bool = False


@cache
def unit_of(written, code):
    if not written:
        return Unit()
    tables = [every_notation(), notation(code)]
    names = [
        name
        for table in tables
        for kind in ("units", "currencies")
        for name, pattern in table.get(kind, {}).items()
        if re.fullmatch(pattern, written, re.IGNORECASE)
    ]
    if names:
        return Unit(tuple(names))
    ambiguous = notation(code).get("ambiguous_units", {}).items()
    names = tuple(name for name, pattern in ambiguous if re.fullmatch(pattern, written, re.IGNORECASE))
    return Unit(names, is_ambiguous=True)


def amount(value, unit):
    """Return the reading of an amount: `amount("0.5", "g")` → `500mg`."""
    factor, unit = every_notation()["scales"].get(unit, (1, unit))
    return f"{value}{unit}" if factor == 1 else f"{plain_digits(f'{Decimal(value) * Decimal(str(factor)):f}')}{unit}"


@cache
def number_pattern(code):
    """Match every number in digits, with its currency or unit, and with what joins it to the end of a range."""
    ways, every = notation(code), every_notation()
    multiplier = f"(?:{'|'.join(ways.get('multipliers', [])) or '(?!)'})"
    multiplied = rf"{NUMBER}(?:\s?{multiplier})++"
    number = rf"(?:{multiplied}(?:\s?{multiplied})*+(?:{NUMBER})?|{NUMBER})"
    currency = "|".join(every["currencies"].values())
    joint = "|".join(filter(None, [every["ranges"], ways.get("ranges")]))
    return re.compile(
        rf"(?:(?P<currency>{currency})\s?)?(?P<number>{number})(?:[\s\u2010-]?(?P<unit>{units_pattern(code)}))?"
        rf"(?P<range>\s?(?:{joint})\s?(?=\d))?",
        re.IGNORECASE,
    )


@cache
def units_pattern(code):
    """Match a unit after its number, the ambiguous ones last. One in Latin letters ends with the word."""
    ways, every = notation(code), every_notation()
    kinds = [every["units"], ways.get("units", {}), every["currencies"], ways.get("ambiguous_units", {})]
    patterns = "|".join(pattern for kind in kinds for pattern in kind.values())
    return rf"(?:{patterns})(?!(?<=[A-Za-z]){LATIN})"


@cache
def pattern_of(name, code):
    return re.compile(notation(code).get(name, "(?!)"), re.IGNORECASE)


@cache
def every_notation():
    return read_yaml(Path(__file__).with_name("quantities.yaml"))


def knows_units(code):
    return code in every_notation()["languages"]


def notation(code):
    return every_notation()["languages"].get(code, {})
