"""Tags and filters that show the texts of a snapshot in the reader's language, or marked in another one."""

import re
from datetime import date
from functools import lru_cache
from types import SimpleNamespace

from django import template
from django.conf import settings
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import escape, format_html
from django.utils.safestring import mark_safe
from django.utils.translation import get_language, get_language_info, gettext

from hospital_site.publishing.languages import NEVER_CHECKED, attributes_of
from hospital_site.publishing.languages import localized as localized_texts
from hospital_site.publishing.reads import note_page

register = template.Library()

register.simple_tag(attributes_of, name="lang")  # `<p {% lang texts.lang %}>`
EMERGENCY_NUMBER = re.compile("[0-9]{3}")
BLANK_LINES = re.compile(r"\n\s*\n")


@register.filter
def has_text(row, field):
    """`{% if page|has_text:"closing" %}`: whether the field has a text in any language."""
    return bool(localized_texts(row, field))


@register.simple_tag
def text(row, field):
    """`{% text page "name" %}`: a text inside a line. A text in another language is marked and followed by a note."""
    found = localized_texts(row, field)
    return marked(found, found.text)


def marked(found, text):
    """`text` inside a line, marked and followed by a note when it was `found` in another language."""
    if not found.is_other:
        return text
    return format_html(
        '<span {}>{}</span> <small class="other-language">({})</small>',
        attributes_of(found.lang),
        text,
        only_in(found.lang),
    )


@register.simple_tag
def plain_text(row, field):
    """`{% plain_text page "name" %}`: the text alone, for titles and attributes, which allow no markup."""
    return localized_texts(row, field).text


@register.simple_tag
def rich_text(row, field):
    """`{% rich_text page "introduction" %}`: paragraphs and lists, under a note when they are in another language."""
    found = localized_texts(row, field)
    return under_notes(row, field, found, blocks(found.text))


def under_notes(row, field, found, html):
    """`html` of the text `field` of `row` under the notes that it needs: in another language, or out of date."""
    html = in_its_language(found, html)
    note = out_of_date(row, field, found.lang)
    return format_html('<p class="note outdated">{}</p>{}', note, html) if note else html


def out_of_date(row, field, code):
    """Since when the source of a translation says something else, in a sentence; empty where it is up to date.

    Editions that were issued before texts had a source say nothing of it.
    """
    edition = getattr(row, "edition", None)
    note_page(edition)
    wanted = getattr(row, "row_number", 0), field, code
    text = next((text for text in getattr(edition, "stale", ()) if tuple(text[:3]) == wanted), None)
    source, since = [*(text or ())[3:], "", ""][:2]
    if not source:
        return ""
    if since == NEVER_CHECKED:
        sentence = gettext("This translation has not been checked against the original (%(language)s) yet.")
        return sentence % {"language": language_name(source)}
    day = date.fromisoformat(since) if since else timezone.localdate(edition.live_from)
    sentence = gettext(
        "The original (%(language)s) was changed on %(day)s. This translation has not been checked since, and may say "
        "something else."
    )
    return sentence % {"language": language_name(source), "day": date_format(day)}


def in_its_language(found, html):
    """`html` of a text that was found for a reader, under a note when it is in another language."""
    if not found.is_other:
        return html
    return format_html(
        '<div class="other-language"><p class="note">{}</p><div {}>{}</div></div>',
        not_yet_in_this_language(found.lang),
        attributes_of(found.lang),
        html,
    )


@register.simple_tag
def localized(row, *fields):
    """`{% localized article "title" "text" as texts %}`: several texts of a record, all in the same language.

    → `texts.title`, `texts.text`, `texts.lang`, `texts.is_other`, `texts.note` and `texts.out_of_date`, which are
    empty where nothing is to be said, or `None` when all are empty.
    """
    found = localized_texts(row, *fields)
    if not found:
        return None
    texts = dict(zip(fields, found.texts, strict=True))
    note = not_yet_in_this_language(found.lang) if found.is_other else ""
    outdated = next(filter(None, (out_of_date(row, field, found.lang) for field in fields)), "")
    return SimpleNamespace(**texts, lang=found.lang, is_other=found.is_other, note=note, out_of_date=outdated)


@register.filter
def paragraphs(text):
    """`{{ texts.text|paragraphs }}`: escaped paragraphs and lists of a plain text."""
    return blocks(text)


@register.simple_tag
@lru_cache(maxsize=1000)
def telephone(number):
    """`{% telephone "1670-2545" %}`: a link that dials the number."""
    if EMERGENCY_NUMBER.fullmatch(number):
        return format_html('<a class="telephone" href="tel:{0}">{0}</a>', number)
    import phonenumbers  # 35 ms that a page with no other number than that of emergencies does without

    try:
        parsed = phonenumbers.parse(number, settings.HOME_REGION)
        callable_ = phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.RFC3966).removeprefix("tel:")
    except phonenumbers.NumberParseException:
        return number
    if not number.startswith(("+", "0")):  # such as 119 and 1670-2545, which have no international form
        callable_ = phonenumbers.normalize_digits_only(number)
    return format_html('<a class="telephone" href="tel:{}">{}</a>', callable_, number)


def blocks(text):
    """HTML of a plain text: blank lines separate paragraphs, lines that all start with “- ” are a list."""
    return mark_safe("\n".join(map(block, parts(escape(text)))))  # noqa: S308 (escaped first, once for all)


def parts(text):
    return [part.strip() for part in BLANK_LINES.split(text) if part.strip()]


def is_list(part):
    return all(line.startswith("- ") for line in part.splitlines())


def block(escaped):
    """Return the paragraph or list of an escaped text."""
    lines = escaped.splitlines()
    if is_list(escaped):
        return f"<ul>{''.join(f'<li>{line[2:]}</li>' for line in lines)}</ul>"
    return f"<p>{'<br>'.join(lines)}</p>"


@register.simple_tag
def only_in(code):
    return gettext("in %(language)s only") % {"language": language_name(code)}


@register.filter
def note_of_language(code):
    """`{{ statement.language|note_of_language }}`: that a text is in another language; empty in the reader's."""
    return not_yet_in_this_language(code) if code and code != get_language() else ""


def not_yet_in_this_language(code):
    return gettext("This text is not yet available in your language. It is shown in: %(language)s.") % {
        "language": language_name(code)
    }


def language_name(code):
    return gettext(get_language_info(code)["name"]) if code in dict(settings.LANGUAGES) else code
