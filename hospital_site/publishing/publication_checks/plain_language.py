"""Warnings about how a text reads: sentences, terms, words to avoid, advertising claims.

What depends on a language is in `plain_language.yaml`.
"""

import re
from functools import cache
from pathlib import Path

from django.utils.functional import lazy
from django.utils.text import Truncator, format_lazy
from django.utils.translation import gettext_lazy as _

from hospital_site.publishing.languages import languages_by_preference
from hospital_site.publishing.publication_checks.rows import WARNING, language_codes, occurs, own_texts, page_text
from hospital_site.yaml_files import read_yaml


@cache
def plain_language():
    """Return the rules per language."""
    return read_yaml(Path(__file__).with_name("plain_language.yaml"))


def in_interface_language(texts):
    return next((texts[code] for code in languages_by_preference() if code in texts), "")


lazily_in_interface_language = lazy(in_interface_language, str)

# ── Sentences ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def long_sentences(row):
    """Find sentences that are too long, one by one or on average. The hospital's own words may be long."""
    for name, code, text in own_texts(row):
        rules = plain_language()["sentences"].get(code)
        if not rules or row.has_source_words(name):
            continue
        unit, longest, average = rules["unit"], rules["longest"], rules["average"]
        lengths = [(sentence, length(sentence, unit)) for sentence in sentences(text, code)]
        for sentence, number in lengths:
            if number > longest:
                message = format_lazy(TOO_LONG[unit], number=number, most=longest, sentence=beginning(sentence))
                yield row.finding(WARNING, message, name, code)
        mean = sum(number for _sentence, number in lengths) / max(1, len(lengths))
        if len(lengths) > 1 and mean > average:
            message = format_lazy(LONG_ON_AVERAGE[unit], number=round(mean), most=average)
            yield row.finding(WARNING, message, name, code)


TOO_LONG = {
    "words": _("This sentence has {number} words; {most} are easy to read. Make two of it: “{sentence}”"),
    "letters": _("This sentence has {number} letters; {most} are easy to read. Make two of it: “{sentence}”"),
}
LONG_ON_AVERAGE = {
    "words": _("The sentences have {number} words on average; {most} are easy to read. Make some of them shorter."),
    "letters": _("The sentences have {number} letters on average; {most} are easy to read. Make some of them shorter."),
}


def sentences(text, code):
    """Return the sentences and list entries of `text`."""
    goes_on = plain_language()["sentences"].get(code, {}).get("goes_on")
    found = []
    for block in re.split(r"\n\s*\n|\n(?=- )", text):
        begun = ""
        for piece in re.split(r"(?<=[.!?])\s+|(?<=[.!?][\"”’)])\s+", block.strip()):
            begun = f"{begun} {piece}".strip()
            if not (goes_on and occurs(goes_on, piece)):
                found.append(begun)
                begun = ""
        found.append(begun)
    return [sentence for sentence in found if sentence]


def length(sentence, unit):
    """Count words, or letters without the spaces between them."""
    return len(sentence.split()) if unit == "words" else len(re.sub(r"\s", "", sentence))


def beginning(sentence):
    return Truncator(" ".join(sentence.split())).chars(60)


def informal_sentences(row):
    """Find sentences that do not end in the formal style of the site."""
    for name, code, text in own_texts(row):
        formal_ending = plain_language()["sentences"].get(code, {}).get("formal_ending")
        for sentence in sentences(text, code) if formal_ending else []:
            without_brackets = re.sub(r"\([^()]*\)", "", sentence)
            if ends_a_sentence(without_brackets) and not occurs(formal_ending, without_brackets):
                ending = f"…{sentence[-40:]}" if len(sentence) > 40 else sentence
                yield row.finding(WARNING, format_lazy(INFORMAL, sentence=ending), name, code)


def ends_a_sentence(text):
    """Is there one of `.!?` after the last letter of `text`? Read from the end, so that long texts stay cheap."""
    return any(sign in ".!?" for sign in re.match(r"\W*", text[::-1])[0])


INFORMAL = _("This sentence does not end in the formal style of the site: “{sentence}”")

# ── Words ─────────────────────────────────────────────────────────────────────────────────────────────────────────────


def words_to_avoid(row):
    for name, code, text in own_texts(row):
        for rule in plain_language()["avoid"]:
            is_spared = rule.get("spares_sources") and row.has_source_words(name)
            if words := not is_spared and first_match(rule, code, text):
                instead, reason = rule["instead"][code], lazily_in_interface_language(rule["reason"])
                message = format_lazy(AVOID, words=words, instead=instead, reason=reason)
                yield row.finding(WARNING, message, name, code)


AVOID = _("Write “{instead}” rather than “{words}”. {reason}")


def advertising_claims(row):
    """Find superlatives and promises that the law on medical advertising forbids or wants evidence for."""
    for name, code, text in own_texts(row):
        for rule in plain_language()["claims"]:
            if words := first_match(rule, code, text):
                reason, law = (lazily_in_interface_language(rule[key]) for key in ("reason", "law"))
                yield row.finding(WARNING, format_lazy(CLAIM, words=words, reason=reason, law=law), name, code)


CLAIM = _("“{words}” may count as forbidden advertising. {reason} ({law})")


def first_match(rule, code, text):
    match = code in rule["find"] and occurs(rule["find"][code], text)
    return match[0].strip() if match else ""


def unexplained_terms(candidate, rows):
    """Find medical terms, outside the hospital's own words, that no text of the page explains."""
    for code in language_codes():
        text_of_page = page_text(rows, code)
        for term in plain_language()["terms"]:
            rule = term.get(code)
            if rule and not is_explained(rule, text_of_page):
                yield from first_use(rule, code, rows)


def is_explained(rule, text):
    return occurs(rule["explained"], text) or occurs(rf"(?:{rule['find']})\w*\s?\(", text)


def first_use(rule, code, rows):
    """Yield a finding at the first place where an editor of this site uses the term of `rule`."""
    for row in rows:
        for name, language, text in own_texts(row):
            if language == code and not row.has_source_words(name) and (match := occurs(rule["find"], text)):
                message = format_lazy(UNEXPLAINED, term=match[0].strip(), plain=rule["plain"])
                yield row.finding(WARNING, message, name, code)
                return


UNEXPLAINED = _("The page does not explain “{term}”. Explain it in plain words where it first occurs: “{plain}”")
