"""How templates say what a snapshot holds: in the reader's language, or honestly in another."""

import re
from types import SimpleNamespace

import phonenumbers
from django import template
from django.conf import settings
from django.utils.html import conditional_escape, format_html, format_html_join
from django.utils.safestring import mark_safe
from django.utils.translation import get_language_info, gettext

from hospital_site.publishing.languages import spoken

register = template.Library()

REGION_OF_TELEPHONES = "KR"
BLANK_LINES = re.compile(r"\n\s*\n")


@register.filter
def says(row, field):
    """`{% if page|says:"closing" %}`: has any language a text for this field?"""
    return bool(spoken(row, field))


@register.simple_tag
def words(row, field):
    """`{% words page "name" %}`: a text inside a line. One from another language is marked and says so."""
    said = spoken(row, field)
    if not said.is_other:
        return said.text
    return format_html(
        '<span lang="{}">{}</span> <small class="other-language">({})</small>', said.lang, said.text, only_in(said.lang)
    )


@register.simple_tag
def plain_words(row, field):
    """`{% plain_words page "name" %}`: the text alone, for titles and attributes, where no mark can stand."""
    return spoken(row, field).text


@register.simple_tag
def prose(row, field):
    """`{% prose page "introduction" %}`: paragraphs and lists. Those from another language stand under a note."""
    said = spoken(row, field)
    if not said.is_other:
        return blocks(said.text)
    return format_html(
        '<div class="other-language"><p class="note">{}</p><div lang="{}">{}</div></div>',
        not_yet_in_this_language(said.lang),
        said.lang,
        blocks(said.text),
    )


@register.simple_tag
def one_language(row, *fields):
    """`{% one_language article "title" "text" as spoken %}`: a whole record in one language, or `None` without texts.

    → `spoken.title`, `spoken.text`, `spoken.lang`, `spoken.is_other` and `spoken.note`.
    """
    said = spoken(row, *fields)
    if not said:
        return None
    texts = dict(zip(fields, said.texts, strict=True))
    note = not_yet_in_this_language(said.lang) if said.is_other else ""
    return SimpleNamespace(**texts, lang=said.lang, is_other=said.is_other, note=note)


@register.filter
def paragraphs(text):
    """`{{ spoken.text|paragraphs }}`: escaped paragraphs and lists of a plain text."""
    return blocks(text)


@register.simple_tag
def telephone(number):
    """`{% telephone "1670-2545" %}`: a number that a telephone dials when it is touched."""
    try:
        parsed = phonenumbers.parse(number, REGION_OF_TELEPHONES)
        callable_ = phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.RFC3966).removeprefix("tel:")
    except phonenumbers.NumberParseException:
        return number
    if not number.startswith(("+", "0")):  # such as 119 and 1670-2545: dialled in Korea as they are, not from abroad
        callable_ = phonenumbers.normalize_digits_only(number)
    return format_html('<a class="telephone" href="tel:{}">{}</a>', callable_, number)


def blocks(text):
    """Blank lines part paragraphs; lines that all start with “- ” make a list; a single line break stays one."""
    return format_html_join("\n", "{}", ((block(part.strip()),) for part in BLANK_LINES.split(text) if part.strip()))


def block(text):
    lines = text.splitlines()
    if all(line.startswith("- ") for line in lines):
        return format_html("<ul>{}</ul>", format_html_join("", "<li>{}</li>", ((line[2:],) for line in lines)))
    return format_html("<p>{}</p>", mark_safe("<br>".join(conditional_escape(line) for line in lines)))  # noqa: S308


def only_in(code):
    return gettext("in %(language)s only") % {"language": language_name(code)}


def not_yet_in_this_language(code):
    return gettext("This text is not yet available in your language. It is shown in: %(language)s.") % {
        "language": language_name(code)
    }


def language_name(code):
    return gettext(get_language_info(code)["name"]) if code in dict(settings.LANGUAGES) else code
