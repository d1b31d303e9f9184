"""Compares a translation with its English sentence, and with what its language must keep to (`language_rules.yaml`)."""

import re
import unicodedata
from collections import Counter
from functools import cache
from pathlib import Path

from babel import Locale, UnknownLocaleError
from babel.numbers import get_decimal_symbol, get_group_symbol
from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import to_locale

from hospital_site.typed_text import BLANKS, INVISIBLE, JOINERS, clean_text
from hospital_site.yaml_files import read_yaml

PERCENT_PLACEHOLDER = re.compile(r"%(?:\((?P<name>\w+)\))?[-+#0]*\d*(?:\.\d+)?[sdifrxeg]|%%")
BRACE_PLACEHOLDER = re.compile(r"\{(?P<name>\w*)(?:[.\[!:][^{}]*)?\}")
PLACEHOLDER = r"(?:%\(\w+\)[sd]|%[sd]|\{\w*\})"
TAG = re.compile(r"</?[a-zA-Z][^<>]*>|&#?\w+;")
ADDRESS = re.compile(r"https?://[^\s<>\"”’)]+|[\w.+-]+@[\w-]+\.[\w.-]*\w")
BETWEEN = r"(?:[\"'”’)\]」』》〉]|</?\w+[^>]*>)*"
BRACKETS = ["()", "[]", "（）", "「」", "『』", "《》"]
NUMBER = re.compile(r"\d{1,3}(?:[ \u00a0\u202f]\d{3})+(?:[.,]\d+)?(?!\d)|\d+(?:[.,٫٬’']\d+)*")
VOID = {"br", "hr", "img", "wbr"}


@cache
def rules_of(code):
    rules = read_yaml(Path(__file__).with_name("language_rules.yaml"))
    return rules.get(code) or rules.get(code.partition("-")[0]) or {}


def check_text(text, original, code, *, may_lack_number=False):
    """Yield what is wrong with `text` as the translation of `original` into `code`, one sentence for a translator each.

    `may_lack_number` is true for a plural form that serves one number only, such as the Arabic dual.
    """
    yield from placeholder_faults(text, original, may_lack_number)
    yield from tag_faults(text, original)
    yield from number_faults(text, original, code, may_lack_number)
    yield from character_faults(text, original, code)
    yield from language_faults(text, code)


# ── What must stay ────────────────────────────────────────────────────────────────────────────────────────────────────


def placeholders(text):
    """Return the placeholders of a text; one without a name counts as often as it occurs."""
    found = [match for pattern in [PERCENT_PLACEHOLDER, BRACE_PLACEHOLDER] for match in pattern.finditer(text)]
    named = {match[0] for match in found if match.groupdict().get("name")}
    return named, sorted(match[0] for match in found if match[0] not in named)


def placeholder_faults(text, original, may_lack_number):
    (named, unnamed), (named_here, unnamed_here) = placeholders(original), placeholders(text)
    missing = sorted(named - named_here) + list((without_percent(unnamed) - without_percent(unnamed_here)).elements())
    if not (may_lack_number and len(missing) == 1):
        for part in missing:
            yield _("The placeholder %(part)s is missing.") % {"part": part}
    added = sorted(named_here - named) + list((without_percent(unnamed_here) - without_percent(unnamed)).elements())
    for part in added:
        yield _("The placeholder %(part)s is not in the English sentence: the page would show an error.") % {
            "part": part
        }
    if stray(text, "%", PERCENT_PLACEHOLDER) > stray(original, "%", PERCENT_PLACEHOLDER):
        yield _("The sign %(sign)s stands alone: the page would show an error. For a percent sign write it twice.") % {
            "sign": "%"
        }
    for sign in "{}":
        if stray(text, sign, BRACE_PLACEHOLDER) > stray(original, sign, BRACE_PLACEHOLDER):
            yield _("The brace %(sign)s has no partner: a placeholder needs both, with its name between them.") % {
                "sign": sign
            }


def without_percent(unnamed):
    """A percent sign is no placeholder: an Arabic one (٪) may take its place. Numbers are compared on their own."""
    return Counter(part for part in unnamed if part != "%%")


def stray(text, sign, pattern):
    return pattern.sub("", text).count(sign)


def tag_faults(text, original):
    wanted, found = (Counter(" ".join(tag.split()) for tag in TAG.findall(each)) for each in (original, text))
    missing, added = list((wanted - found).elements()), list((found - wanted).elements())
    for tag in missing.copy():
        same = next((other for other in added if tag_name(other) == tag_name(tag) and "=" in tag), None)
        if same:
            missing.remove(tag)
            added.remove(same)
            yield _("%(tag)s became %(other)s: what stands inside a tag is not translated.") % {
                "tag": tag,
                "other": same,
            }
    for tag in missing:
        yield _("The tag %(tag)s is missing.") % {"tag": tag}
    for tag in added:
        yield _("The tag %(tag)s is not in the English sentence.") % {"tag": tag}
    if not missing and not added and is_nested(original) and not is_nested(text):
        yield _("The tags are not closed in the order in which they are opened.")
    for address in (
        Counter(ADDRESS.findall(TAG.sub(" ", original))) - Counter(ADDRESS.findall(TAG.sub(" ", text)))
    ).elements():
        yield _("The address %(address)s is missing or was changed.") % {"address": address}


def tag_name(tag):
    return re.match(r"</?\w+|&#?\w+;", tag)[0]


def is_nested(text):
    opened = []
    for tag in TAG.findall(text):
        name = tag_name(tag).strip("</")
        if tag.startswith("</"):
            if not opened or opened.pop() != name:
                return False
        elif tag.startswith("<") and not tag.endswith("/>") and name not in VOID:
            opened.append(name)
    return not opened


# ── Numbers ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def number_faults(text, original, code, may_lack_number):
    """A number may be written in other digits, with other separators, or in words; it stays the same number."""
    source = settings.SOURCE_LANGUAGE
    wanted, found = numbers(original, source), numbers(text, code)
    for value in sorted(wanted.keys() - found.keys()):
        if not may_lack_number and not is_spelled(value, text, code):
            yield _("The number %(number)s is missing, or is another one here.") % {"number": wanted[value]}
    for value in sorted(found.keys() - wanted.keys()):
        if not is_spelled(value, original, source):
            yield _("The number %(number)s is not in the English sentence.") % {"number": found[value]}
    percent = re.compile("%%|[%٪％﹪]")
    if "%%" in original and not percent.search(text) and not is_spelled("%", text, code):
        yield _("The number %(number)s is missing, or is another one here.") % {"number": "%"}


def numbers(text, code):
    """Return `{value: as it is written}` of the numbers in `text`, which is written as readers of `code` write them."""
    text = ADDRESS.sub(" ", TAG.sub(" ", BRACE_PLACEHOLDER.sub(" ", PERCENT_PLACEHOLDER.sub(" ", text))))
    found = {}
    for token in NUMBER.findall(text):
        plain = "".join(str(unicodedata.digit(sign)) if sign.isdecimal() else sign for sign in token)
        found |= dict.fromkeys(values(plain, code), token)
    return found


def values(token, code):
    """Return the values of a number such as `1.500` or `2,5`; of several where it is a date or a version."""
    for decimal, group in [separators(code), separators(settings.SOURCE_LANGUAGE), ("٫", "٬")]:
        marks = "[" + re.escape({"\u00a0": "\u00a0\u202f ", "\u202f": "\u00a0\u202f "}.get(group, group)) + "]"
        if re.fullmatch(rf"\d{{1,3}}(?:{marks}\d{{3}})+(?:{re.escape(decimal)}\d+)?", token):
            return [re.sub(marks, "", token).replace(decimal, ".")]
        if re.fullmatch(rf"\d+(?:{re.escape(decimal)}\d+)?", token):
            return [token.replace(decimal, ".")]
    return re.findall(r"\d+", token)


@cache
def separators(code):
    try:
        locale = Locale.parse(to_locale(code))
    except (UnknownLocaleError, ValueError):
        return ".", ","
    return get_decimal_symbol(locale), get_group_symbol(locale)


def is_spelled(value, text, code):
    words = rules_of(code).get("numbers", {}).get(value)
    if not words:
        return False
    bounds = r"\b(?:{})\b" if code == settings.SOURCE_LANGUAGE else "{}"
    return bool(re.search(bounds.format(words), text, re.IGNORECASE))


# ── Signs ─────────────────────────────────────────────────────────────────────────────────────────────────────────────


def character_faults(text, original, code):
    if outer_whitespace(text) != outer_whitespace(original):
        yield _("It begins or ends with other white space than the English sentence.")
    elif "  " in text and "  " not in original:
        yield _("Two spaces stand in a row.")
    if not unicodedata.is_normalized("NFC", text):
        yield _(
            "Letters are stored in pieces (NFD), as some computers do, so that no search finds them: type them anew."
        )
    for match in invisible_signs(text, rules_of(code).get("signs", "")):
        if match[0] not in original:
            before = text[max(0, match.start() - 12) : match.start()]
            yield _("An invisible sign (%(name)s) stands after “%(before)s”: remove it.") % {
                "name": f"U+{ord(match[0][0]):04X}",
                "before": before,
            }
    for opening, closing in [*BRACKETS, *rules_of(code).get("quotes", [])]:
        if text.count(opening) != text.count(closing) and original.count(opening) == original.count(closing):
            yield _("%(opening)s and %(closing)s do not match: one of them is missing.") % {
                "opening": opening,
                "closing": closing,
            }


def invisible_signs(text, needed):
    for pattern in (INVISIBLE, BLANKS, JOINERS, re.compile("[\ufffd\ue000-\uf8ff]")):
        for match in pattern.finditer(text):
            is_joiner_in_place = pattern is JOINERS and clean_text(text) == text
            if match[0] not in needed and not is_joiner_in_place:
                yield match


def outer_whitespace(text):
    return text[: len(text) - len(text.lstrip())], text[len(text.rstrip()) :]


# ── What only one language has ────────────────────────────────────────────────────────────────────────────────────────


def language_faults(text, code):
    rules = rules_of(code)
    if "script" in rules and letters(text) and not re.search(rules["script"], text):
        yield _("This is the English again, or another language.")
    yield from speech_faults(text, code)
    if "after_placeholder" in rules:
        endings = re.sub(r"\s", "", rules["after_placeholder"])
        for match in re.finditer(f"{PLACEHOLDER}{BETWEEN} ?(?:{endings})", text):
            yield _("In “%(part)s” the ending depends on a word that is not known: turn the sentence round.") % {
                "part": match[0]
            }
    for word, instead in forbidden_forms(text, code):
        yield _("The glossary rules out “%(part)s”; write “%(instead)s”.") % {"part": word, "instead": instead}


def speech_faults(text, code):
    rules = rules_of(code)
    for pattern in rules.get("speech", {}).get("others", []):
        for match in re.finditer(pattern, text):
            yield _("“%(part)s” is another level of speech than the rest of the site (%(level)s).") % {
                "part": match[0],
                "level": rules["speech"]["level"],
            }


def letters(text):
    """Return the letters of a text without its placeholders, tags and addresses."""
    text = re.sub(rf"{PLACEHOLDER}|{TAG.pattern}|{ADDRESS.pattern}", "", text)
    return "".join(character for character in text if character.isalpha())


def forbidden_forms(text, code):
    """Yield `(form, preferred form)` of the forms in `text` that the term base forbids in the language `code`."""
    forms, allowed = term_base(code)
    for name in allowed:
        text = text.replace(name, " ")
    end = "" if rules_of(code).get("is_inflected") else r"(?:e?s)?(?!\w)"
    for form, instead in forms.items():
        if re.search(rf"(?<!\w){re.escape(form)}{end}", text):
            yield form, instead


@cache
def term_base(code):
    """Return `({forbidden form: preferred form}, preferred forms, the longest first)` in the language `code`."""
    rows = [row for path in settings.TERM_BASES for row in read_yaml(path)["terms"]]
    preferred = {row[f"name_{code}"] for row in rows if row.get(f"name_{code}")}
    forms = dict(rules_of(code).get("never", []))
    for row in rows:
        for form in filter(None, map(str.strip, row.get(f"forbidden_{code}", "").splitlines())):
            forms.setdefault(form, row.get(f"name_{code}", ""))
    allowed = {name for name in preferred if any(form in name for form in forms)} - forms.keys()
    return forms, sorted(allowed, key=len, reverse=True)
