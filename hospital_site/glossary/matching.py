"""Finding the words of the glossary in a text: with endings attached, in the plural, the longest first."""

import re
import unicodedata
from collections import defaultdict
from functools import cache
from pathlib import Path

from hospital_site.publishing.languages import in_language
from hospital_site.yaml_files import read_yaml

ABBREVIATION = re.compile(r"\w*\w[A-Z]\w*")


@cache
def inflection(code):
    """Return `(endings, plurals)` of the language `code`: a regular expression, and pairs for `re.sub`."""
    rules = read_yaml(Path(__file__).with_name("inflection.yaml")).get(code, {})
    return re.sub(r"\s", "", rules.get("endings", "")), rules.get("plurals", [])


@cache
def not_followed_by(code):
    """Return a pattern that refuses an ending that cannot follow the syllable in front of it."""
    rules = read_yaml(Path(__file__).with_name("inflection.yaml")).get(code, {})
    refused = []
    for rule in rules.get("after", []):
        first, last = map(ord, rules["syllables"])
        signs = "".join(sign for sign in map(chr, range(first, last + 1)) if is_meant(sign, rule))
        refused.append(rf"(?<=[{signs}])(?:{rule['never']})(?!\w)")
    return f"(?!{'|'.join(refused)})" if refused else ""


def is_meant(syllable, rule):
    """Does `rule` speak of a syllable with this final consonant, or without one?"""
    final, but = (unicodedata.normalize("NFD", sign)[2:] for sign in (syllable, rule.get("but", "")))
    return not final if rule["final"] == "none" else bool(final) and final != but


@cache
def other_readings(code):
    """Return a pattern of places where the letters of a term begin another word."""
    rules = read_yaml(Path(__file__).with_name("inflection.yaml")).get(code, {})
    readings = [re.sub(r"\s", "", reading) for reading in rules.get("other_readings", [])]
    return f"(?!{'|'.join(readings)})" if readings else ""


def preferred_forms(term, code):
    """Return what stands for `term` in a text: `neuroendocrine tumor (NET)` → that, and both of its parts."""
    name = unicodedata.normalize("NFC", in_language(term, "name", code)).strip()
    head, _bracket, inside = name.partition("(")
    return [form for form in (name, head.strip(), inside.rstrip(") ")) if form]


def lines(term, field, code):
    """Return the forms that `field` of `term` holds, one a line."""
    return [line.strip() for line in in_language(term, field, code).splitlines() if line.strip()]


def variants(form, code):
    """Return how `form` may be written in a text: in the plural, at the start of a sentence, in small letters."""
    _endings, plurals = inflection(code)
    found = [form, *(re.sub(pattern, new, form) for pattern, new in plurals if re.search(pattern, form))]
    if ABBREVIATION.fullmatch(form):
        return set(found[:2])
    return {change(word[0]) + word[1:] for word in found for change in (str.upper, str.lower)}


def pattern_of(words, code):
    """Return a pattern of `words` with their endings: group 1 is the word, group 2 its ending. It needs some words."""
    endings, _plurals = inflection(code)
    by_first = defaultdict(list)  # so that most places in a text are passed over at a glance
    for word in sorted(words, key=lambda word: (-len(word), word)):
        by_first[re.escape(word[0])].append(re.escape(word[1:]).replace(r"\ ", r"\s+"))
    choices = "|".join(f"{first}(?:{'|'.join(rest)})" for first, rest in by_first.items())
    start = rf"(?=[{''.join(by_first)}])(?<![\w-]){other_readings(code)}"
    return re.compile(rf"{start}({choices}){not_followed_by(code)}({endings})(?!\w)")
