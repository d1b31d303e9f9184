"""What stands between a draft and its publication: errors, which block it, and warnings, which ask for a second look.

Drafts may be incomplete: nothing here raises, and nothing keeps anybody from saving. What depends on a language (words
to avoid, how long a sentence may be, how numbers are written) stands in `plain_language.yaml`, not here.

A model says with class constants what its fields are; all are optional:

`headings`: which texts, rows or pages stand below a heading, such as `{"tests_heading": ["tests_overview", "tests"]}`;
    rows of one kind only: `("articles", {"kind": "right"})`.
`source_words`: fields that hold a hospital's own words. Nobody may rewrite them here, so their sentences may be long.
`must_mention`: what its texts have to say and the field to say it in, such as `{"side_effects": "explanation"}`.
"""

import re
import unicodedata
from collections import Counter
from dataclasses import dataclass
from decimal import Decimal
from functools import cache, cached_property
from itertools import chain
from pathlib import Path
from urllib.parse import urlsplit

import phonenumbers
import yaml
from babel import Locale, UnknownLocaleError
from django.conf import settings
from django.core.exceptions import ObjectDoesNotExist
from django.db import models
from django.http.request import validate_host
from django.urls import NoReverseMatch, Resolver404, resolve
from django.utils.functional import lazy
from django.utils.text import Truncator, format_lazy
from django.utils.translation import get_language_info, override, to_locale
from django.utils.translation import gettext_lazy as _
from modeltranslation.utils import build_localized_fieldname, get_translation_fields

from hospital_site.publishing.differences import called_field, called_row, language_of
from hospital_site.publishing.languages import languages_by_preference
from hospital_site.publishing.models import Editable, Edition, without_language
from hospital_site.publishing.snapshots import captured_fields, columns, dump, inline_model, translated_names

ERROR, WARNING = "error", "warning"
CITATION = "source"
REGION_OF_TELEPHONES = "KR"


@dataclass(frozen=True)
class Finding:
    """One thing to put right (`error`) or to look at (`warning`).

    `field` is the name of the form field, in a row with the prefix of its form, such as `commitments-2-text_en`, so
    that a page can link to `#id_<field>`. `label` is what editors call it. `language` is `None` for neutral columns.
    """

    level: str
    message: str
    field: str
    language: str | None
    label: str


def findings(page, data=None):
    """Everything to say about the draft of `page`, errors first. `data`, of an old edition, is judged in its place."""
    if data is None:
        data = dump(page) if page.pk else columns(page)
    rows = list(rows_of(type(page), data))
    own_rows = [row for row in rows if not row.is_copied]
    found = chain(
        taken_address(page),
        *(rule(page, rows) for rule in ERRORS_OF_PAGES),
        *(rule(row) for row in rows for rule in ERRORS_OF_ROWS),
        missing_mentions(own_rows),
        unexplained_terms(own_rows),
        *(rule(row) for row in own_rows for rule in WARNINGS_OF_ROWS),
    )
    return sorted(found, key=lambda finding: finding.level != ERROR)


def blocks(findings):
    return any(finding.level == ERROR for finding in findings)


# ── The texts of a page ───────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class Row:
    """The columns of a page or of one of its rows, and where they stand on the form."""

    model: type
    data: dict
    form: str = "{}"
    called: str = ""
    is_copied: bool = False

    @cached_property
    def names(self):
        """The translated fields that the edition holds. The line that cites the source is no text of the page."""
        return [name for name in translated_names(self.model) if name != CITATION and self.has(name)]

    def has(self, name):
        return any(column in self.data for column in get_translation_fields(name))

    def text(self, name, code):
        return (self.data.get(build_localized_fieldname(name, code)) or "").strip()

    def texts(self, name):
        """`{language: text}` of the languages that have one."""
        return {code: text for code in languages() if (text := self.text(name, code))}

    def is_source(self, name):
        return name in getattr(self.model, "source_words", [])

    def finding(self, level, message, name, code=None):
        column = build_localized_fieldname(name, code) if name in translated_names(self.model) and code else name
        label = called_field(self.model._meta.get_field(column), self.called)
        return Finding(level, message, self.form.format(column), code, label)


def rows_of(model, data):
    """The page itself, its rows, and the rows that it copies from another page, where they are edited."""
    yield Row(model, data)
    for name in model.inline_relations:
        part = inline_model(model, name)
        for number, row in enumerate(data.get(name, [])):
            yield Row(part, row, f"{name}-{number}-{{}}", called_row(part, row, number + 1))
    for name in model.embedded_relations:
        field = model._meta.get_field(name)
        for row in data.get(name, []):
            called = called_row(field.related_model, row, called=field.verbose_name)
            yield Row(field.related_model, row, name, called, is_copied=True)


def languages():
    return list(dict(settings.LANGUAGES))


def called_language(code):
    return get_language_info(code)["name_translated"]


def in_readers_language(texts):
    return next((texts[code] for code in languages_by_preference() if code in texts), "")


language_name = lazy(called_language, str)
explained = lazy(in_readers_language, str)


@cache
def plain_language():
    """The rules per language."""
    return yaml.safe_load(Path(__file__).with_name("plain_language.yaml").read_text(encoding="utf-8"))


def occurs(pattern, text):
    return re.search(pattern, text, re.IGNORECASE)


# ── Errors ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def required_languages():
    """`{"names": [code, …], "texts": [code, …]}`, from the setting `REQUIRED_LANGUAGES`.

    A page without a name in a language cannot be found or cited there, so names are required in every language. Any
    other text may be missing: the page then shows it honestly in another language. Only the first language of the site
    must have what any language has, because most readers read that one and the others are translated from it.
    """
    every = {"names": languages(), "texts": [settings.LANGUAGE_CODE]}
    return every | getattr(settings, "REQUIRED_LANGUAGES", {})


def missing_languages(row):
    required, names = required_languages(), naming_fields(row)
    for name in row.names:
        texts = row.texts(name)
        for code in languages():
            if code in texts:
                continue
            if name in names:
                if code in required["names"]:
                    yield row.finding(ERROR, naming(code, NAME_MISSING), name, code)
            elif texts and code in required["texts"]:
                yield row.finding(ERROR, naming(code, TEXT_MISSING), name, code)
            elif texts:
                yield row.finding(WARNING, naming(code, TRANSLATION_MISSING), name, code)


def naming_fields(row):
    """A page goes by its name or title. A row may do without a title, but not without a name if it has that field."""
    candidates = ["name", "title"] if issubclass(row.model, Editable) else ["name"]
    return [name for name in candidates if name in row.names][:1]


def naming(code, sentence, **values):
    """`sentence` with the name of the language `code` in it."""
    return format_lazy(sentence, language=language_name(code), **values)


NAME_MISSING = _("This name is missing ({language}). Write it: patients look for the page by its name.")
TEXT_MISSING = _("This text exists in another language only. Write it ({language}), or remove it from every language.")
TRANSLATION_MISSING = _("This text is missing ({language}). Patients see it in another language, with a note.")


def empty_headings(page, rows):
    for row in rows:
        for heading, below in getattr(row.model, "headings", {}).items():
            texts = row.texts(heading) if row.has(heading) else {}
            if texts and not any(stands_below(page, row, name) for name in below):
                message = _("Nothing stands below this heading. Write the text below it, or remove the heading.")
                yield row.finding(ERROR, message, heading, next(iter(texts)))


def stands_below(page, row, below):
    """Has the text, the list of rows or the list of pages called `below` anything in it?"""
    name, wanted = (below, {}) if isinstance(below, str) else below
    if row.has(name):
        return bool(row.texts(name))
    if isinstance(held := row.data.get(name), list):
        return any(wanted.items() <= record.items() for record in held)
    pages = getattr(page, name, None) if page.pk else None
    return bool(pages) and pages.filter(**wanted).exists()


def pictures_without_words(row):
    """A picture in the field `photograph` is described in `photograph_alt`, in the languages that names must have."""
    for field in captured_fields(row.model):
        if not isinstance(field, models.ImageField) or not row.data.get(field.attname):
            continue
        described = f"{field.name}_alt"
        if row.has(described):
            codes = required_languages()["names"]
            gaps = [(build_localized_fieldname(described, c), c) for c in codes if not row.text(described, c)]
        else:
            gaps = [] if str(row.data.get(described) or "").strip() else [(described, None)]
        for column, code in gaps:
            known = column if column in row.data else field.name
            label = called_field(row.model._meta.get_field(known), row.called)
            yield Finding(ERROR, PICTURE, row.form.format(known), code, label)


PICTURE = _("This picture is not described. Say in one sentence what it shows, for patients who cannot see it.")


def taken_address(page):
    address = address_of(page)
    rivals = Edition.objects.filter(address=address).exclude(page=page.key).with_content()
    if address and (rivals.live().exists() or rivals.scheduled().exists()):
        message = _("Another page has the address {address} or will have it soon. Choose another one.")
        yield Row(type(page), {}).finding(ERROR, format_lazy(message, address=address), "slug")


def address_of(page):
    """The address of `page`; empty as long as the draft lacks what makes one."""
    try:
        return page.address
    except (NoReverseMatch, ObjectDoesNotExist, AttributeError):
        return ""


# ── Links inside the site ─────────────────────────────────────────────────────────────────────────────────────────────

WEB_ADDRESS = r"https?://[A-Za-z0-9.:\[\]-]+(?:/[A-Za-z0-9/_.~%#?&=+-]*)?"
SENTENCE_SIGNS = ".?&=+-"


def broken_links(page, rows):
    for row in rows:
        for field in captured_fields(row.model):
            value = row.data.get(field.attname)
            if isinstance(value, str) and isinstance(field, models.CharField | models.TextField):
                for link in dict.fromkeys(own_links(value)):
                    if not is_open(page, urlsplit(link).path):
                        label = called_field(field, row.called)
                        message = format_lazy(BROKEN_LINK, link=link)
                        yield Finding(ERROR, message, row.form.format(field.attname), language_of(field), label)


BROKEN_LINK = _("Patients find no page at {link}. Correct the address, or publish that page first.")


def own_links(text):
    """Addresses of this site in `text`: paths that begin with a language, and whole addresses of one of its hosts."""
    codes = "|".join(map(re.escape, languages()))
    pattern = rf"{WEB_ADDRESS}|(?<![\w/.:])/(?:{codes})/[A-Za-z0-9/_.~%#?&=+-]*"
    for match in re.finditer(pattern, text):
        link = match[0].rstrip(SENTENCE_SIGNS)
        if link.startswith("/") or is_own_host(link):
            yield link


def is_own_host(link):
    try:
        host = urlsplit(link).hostname
    except ValueError:
        return False
    return validate_host(host or "", [own for own in settings.ALLOWED_HOSTS if own != "*"])


def is_open(page, path):
    """Can patients open `path` now, or once `page` is published?"""
    address = without_language(path or "/")
    if path.startswith(f"/{settings.STATIC_URL.strip('/')}/") or address == address_of(page):
        return True
    code = path.split("/")[1] if address != (path or "/") else settings.LANGUAGE_CODE
    match = resolved(path, code) or resolved(f"/{code}{address}", code)
    if not match or "admin" in match.app_names:
        return False
    return not (match.args or match.kwargs) or is_live(address if address.endswith("/") else f"{address}/")


def resolved(path, code):
    """What the site shows at `path`, a slash at the end added where it is missing."""
    with override(code):
        for candidate in (path, f"{path}/"):
            try:
                return resolve(candidate)
            except Resolver404:
                continue
    return None


def is_live(address):
    """Is there a live page at `address`, and are all pages above it live?"""
    edition = Edition.objects.live().filter(address=address).first()
    if not edition:
        return False
    above = Edition.objects.live().filter(page__in=edition.ancestors)
    return above.count() == len(edition.ancestors)


# ── Numbers that must be the same in all languages ────────────────────────────────────────────────────────────────────

THIN_SPACES = "\u00a0\u2009\u202f"
NUMBER = re.compile(r"\d+(?:\.\d+)?\s?%?")


def different_numbers(row):
    for name in row.names:
        texts = row.texts(name)
        first, *others = texts or [None]
        for code in others:
            here, there = numbers_of(texts[code], code), numbers_of(texts[first], first)
            only_here = unsaid(here - there, texts[first], first)
            only_there = unsaid(there - here, texts[code], code)
            if only_here or only_there:
                values = {"here": ", ".join(only_here) or "–", "there": ", ".join(only_there) or "–"}
                yield row.finding(ERROR, naming(first, NUMBERS_DIFFER, **values), name, code)


NUMBERS_DIFFER = _(
    "The numbers are not the same as in the other text ({language}). Only here: {here}. Only there: {there}."
)


def numbers_of(text, code):
    """The numbers in `text` in one way of writing, as often as they stand there: `60%`, `1000`, `+8216702545`."""
    text = re.sub(rf"(?<=\d)[{THIN_SPACES}](?=\d{{3}})", "", text)
    text = unicodedata.normalize("NFKC", text)
    found = Counter()
    for telephone in list(phonenumbers.PhoneNumberMatcher(text, REGION_OF_TELEPHONES)):
        found[phonenumbers.format_number(telephone.number, phonenumbers.PhoneNumberFormat.E164)] += 1
        text = text.replace(telephone.raw_string, " ", 1)
    text = with_digits(text, code)
    text = re.sub(r"(?<=\d),(?=\d{3}(?!\d))", "", text)
    text = re.sub(r"(?<=\d):00\b", "", text)
    text = re.sub(r"(\d)\s?([-–~]|to)\s?(?=\d+(\.\d+)?\s?%)", r"\1% ", text)
    return found + Counter(without_zeros(number) for number in NUMBER.findall(text))


def without_zeros(number):
    number = re.sub(r"\s", "", number)
    return re.sub(r"^0+(?=\d)", "", number)


def with_digits(text, code):
    """Put digits where the language `code` writes words: months, thousands, percent, hours after noon."""
    ways = plain_language()["numbers"].get(code, {})
    for month, number in months(code).items():
        text = re.sub(rf"(?<=\d)\s?\b{month}\b\.?|\b{month}\b\.?(?=\s\d)", f" {number} ", text)
    if "percent" in ways:
        text = re.sub(rf"\s?(?:{ways['percent']})", "%", text, flags=re.IGNORECASE)
    if "afternoon" in ways:
        text = re.sub(ways["afternoon"], after_noon, text, flags=re.IGNORECASE)
    if units := ways.get("units"):
        quantity = rf"(?:\d+(?:[.,]\d+)*\s?(?:{'|'.join(units)})\s?)+"
        text = re.sub(quantity, lambda match: f"{multiplied(match[0], units)} ", text, flags=re.IGNORECASE)
    return text


def after_noon(match):
    hour = int(match["hour"])
    return str(hour + 12 if hour < 12 else hour)


def multiplied(quantity, units):
    """What `quantity` comes to, such as 12000 for one ten-thousand and two thousands."""
    total = 0
    for number, unit in re.findall(rf"(\d+(?:[.,]\d+)*)\s?({'|'.join(units)})", quantity, re.IGNORECASE):
        size = next(size for pattern, size in units.items() if re.match(pattern, f"{unit} ", re.IGNORECASE))
        total += Decimal(number.replace(",", "")) * size
    return f"{total.normalize():f}"


@cache
def months(code):
    """`{"November": 11, "Nov": 11, …}` of a language that names its months."""
    try:
        names = Locale.parse(to_locale(code)).months["format"]
    except UnknownLocaleError:
        return {}
    written = {name.rstrip("."): number for width in ("wide", "abbreviated") for number, name in names[width].items()}
    return {re.escape(name): number for name, number in written.items() if not re.search(r"\d", name)}


def unsaid(numbers, text, code):
    """Those of `numbers` that `text`, in the language `code`, does not write out in letters either."""
    ways = plain_language()["numbers"].get(code, {})
    words = {str(number): ways["word"].format(words=words) for number, words in ways.get("words", {}).items()}
    return [number for number in numbers.elements() if number not in words or not occurs(words[number], text)]


# ── Warnings: how a text reads ────────────────────────────────────────────────────────────────────────────────────────


def hard_sentences(row):
    """Sentences that are too long, one by one or on average. The hospital's own words may be."""
    for name, code, text in every_text(row):
        rules = plain_language()["sentences"].get(code)
        if not rules or row.is_source(name):
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
    """The sentences and list entries of `text`."""
    goes_on = plain_language()["sentences"].get(code, {}).get("goes_on")
    found = []
    for block in re.split(r"\n\s*\n|\n(?=- )", text):
        begun = ""
        for piece in re.split(r"(?<=[.!?])\s+|(?<=[.!?][\"”’)])\s+", block.strip()):
            begun = f"{begun} {piece}".strip()
            if not (goes_on and occurs(goes_on, begun)):
                found.append(begun)
                begun = ""
        found.append(begun)
    return [sentence for sentence in found if sentence]


def length(sentence, unit):
    """Words, or letters without the spaces between them."""
    return len(sentence.split()) if unit == "words" else len(re.sub(r"\s", "", sentence))


def beginning(sentence):
    return Truncator(" ".join(sentence.split())).chars(60)


def other_manners(row):
    """Sentences that end in another style of speech than the site's."""
    for name, code, text in every_text(row):
        manner = plain_language()["sentences"].get(code, {}).get("manner")
        for sentence in sentences(text, code) if manner else []:
            spoken = re.sub(r"\([^()]*\)", "", sentence)
            if re.search(r"[.!?]\W*$", spoken) and not occurs(manner, spoken):
                ending = f"…{sentence[-40:]}" if len(sentence) > 40 else sentence
                yield row.finding(WARNING, format_lazy(OTHER_MANNER, sentence=ending), name, code)


OTHER_MANNER = _("This sentence does not end in the formal style of the site: “{sentence}”")


def words_to_avoid(row):
    for name, code, text in every_text(row):
        for rule in plain_language()["avoid"]:
            may_stay = rule.get("spares_sources") and row.is_source(name)
            if words := not may_stay and first_match(rule, code, text):
                instead, reason = rule["instead"][code], explained(rule["reason"])
                message = format_lazy(AVOID, words=words, instead=instead, reason=reason)
                yield row.finding(WARNING, message, name, code)


AVOID = _("Write “{instead}” rather than “{words}”. {reason}")


def bold_claims(row):
    """Superlatives and promises that the law on medical advertising forbids, or for which evidence must exist."""
    for name, code, text in every_text(row):
        for rule in plain_language()["claims"]:
            if words := first_match(rule, code, text):
                reason, law = explained(rule["reason"]), explained(rule["law"])
                yield row.finding(WARNING, format_lazy(CLAIM, words=words, reason=reason, law=law), name, code)


CLAIM = _("“{words}” may count as forbidden advertising. {reason} ({law})")


def first_match(rule, code, text):
    match = code in rule["find"] and occurs(rule["find"][code], text)
    return match[0].strip() if match else ""


def every_text(row):
    return [(name, code, text) for name in row.names for code, text in row.texts(name).items()]


def unexplained_terms(rows):
    """Medical terms in added words that the page does not explain. The hospital's own words nobody may rewrite here."""
    for code in languages():
        places = [(row, name, text) for row in rows for name, spoken, text in every_text(row) if spoken == code]
        page = "\n".join(text for _row, _name, text in places)
        for term in plain_language()["terms"]:
            rule = term.get(code)
            if not rule or occurs(rule["explained"], page) or occurs(rf"(?:{rule['find']})\w*\s?\(", page):
                continue
            for row, name, text in places:
                if not row.is_source(name) and (match := occurs(rule["find"], text)):
                    message = format_lazy(UNEXPLAINED, term=match[0].strip(), plain=rule["plain"])
                    yield row.finding(WARNING, message, name, code)
                    break


UNEXPLAINED = _("The page does not explain “{term}”. Say it in plain words where it first stands: “{plain}”")


def missing_mentions(rows):
    """What pages of this kind must say, in every language that has any text of the page."""
    page = rows[0]
    for subject, field in getattr(page.model, "must_mention", {}).items():
        rule = plain_language()["must_mention"][subject]
        for code in languages():
            texts = [text for row in rows for _name, spoken, text in every_text(row) if spoken == code]
            if texts and code in rule["find"] and not occurs(rule["find"][code], "\n".join(texts)):
                message = format_lazy("{say} ({law})", say=explained(rule["say"]), law=explained(rule["law"]))
                yield page.finding(WARNING, message, field, code)


ERRORS_OF_PAGES = [empty_headings, broken_links]
ERRORS_OF_ROWS = [missing_languages, different_numbers, pictures_without_words]
WARNINGS_OF_ROWS = [hard_sentences, other_manners, words_to_avoid, bold_claims]
