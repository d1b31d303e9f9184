"""Checks that nothing is missing: languages, what belongs below a heading, an address of its own."""

from django.conf import settings
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from hospital_site.publishing.languages import NEVER_CHECKED
from hospital_site.publishing.models import Editable, Edition
from hospital_site.publishing.publication_checks.rows import ERROR, WARNING, with_language

# ── Languages ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def missing_languages(candidate, rows):
    """Find texts that are missing in a language that patients read; a page that has none of one is named once.

    A page without a name in a language cannot be found or cited there, so `REQUIRED_LANGUAGES` asks for names in some.
    Any other text may be missing: the page then shows it honestly in another language. Only the first language of the
    site must have what any language has, because most readers read that one.
    """
    required = settings.REQUIRED_LANGUAGES
    written = {code for row in rows for name in row.names for code in row.texts(name)}
    for code in settings.OPEN_LANGUAGES:
        if code not in written and code not in required["names"]:
            yield rows[0].finding(WARNING, with_language(code, PAGE_MISSING), *naming_fields(rows[0]), code)
            continue
        for row in rows:
            yield from missing_texts(row, code, required)


def missing_texts(row, code, required):
    names = naming_fields(row)
    for name in row.names:
        texts = row.texts(name)
        if code in texts:
            continue
        if name in names:
            if code in required["names"]:
                yield row.finding(ERROR, with_language(code, NAME_MISSING), name, code)
        elif texts and code in required["texts"]:
            yield row.finding(ERROR, with_language(code, TEXT_MISSING), name, code)
        elif texts:
            yield row.finding(WARNING, with_language(code, TRANSLATION_MISSING), name, code)


def naming_fields(row):
    """A page goes by its name or title. A row may do without a title, but not without a name if it has that field."""
    candidates = ["name", "title"] if issubclass(row.model, Editable) else ["name"]
    return [name for name in candidates if name in row.names][:1]


NAME_MISSING = _("This name is missing ({language}). Write it: patients look for the page by its name.")
TEXT_MISSING = _("This text exists in another language only. Write it ({language}), or remove it from every language.")
PAGE_MISSING = _("This page is not translated ({language}). Its readers see it in another language, with notes.")
TRANSLATION_MISSING = _("This text is missing ({language}). Patients see it in another language, with a note.")


def stale_translations(candidate, rows):
    """Find the translations whose source has changed since they were last checked, or that nobody has checked."""
    for number, name, code, _source, since in candidate.stale:
        if name in rows[number].names:
            sentence = TRANSLATION_UNCHECKED if since == NEVER_CHECKED else TRANSLATION_STALE
            yield rows[number].finding(WARNING, with_language(code, sentence), name, code)


TRANSLATION_UNCHECKED = _("Nobody has checked this translation ({language}) against its source yet.")
TRANSLATION_STALE = _(
    "Another language of this text was changed since. Check whether the translation ({language}) still says the same."
)

# ── Headings ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def empty_headings(candidate, rows):
    """Find headings, named by the constant `headings` of their model, without anything below them."""
    for row in rows:
        for heading, contents in getattr(row.model, "headings", {}).items():
            texts = row.texts(heading) if row.has_field(heading) else {}
            if texts and not any(has_content(candidate, row, content) for content in contents):
                yield row.finding(ERROR, EMPTY_HEADING, heading, next(iter(texts)))


EMPTY_HEADING = _("There is no text below this heading. Write the text, or remove the heading.")


def has_content(candidate, row, content):
    """Is there anything in the text, the inline rows or the child pages that `content` names?"""
    name, conditions = (content, {}) if isinstance(content, str) else content
    if row.has_field(name):
        return bool(row.texts(name))
    if isinstance(inline_rows := row.data.get(name), list):
        return any(conditions.items() <= inline_row.items() for inline_row in inline_rows)
    return name in candidate.children


# ── Address ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def taken_address(candidate, rows):
    others = Edition.objects.filter(address=candidate.address).exclude(page=candidate.page).with_content()
    if candidate.address and (others.live().exists() or others.scheduled().exists()):
        yield rows[0].finding(ERROR, format_lazy(ADDRESS_TAKEN, address=candidate.address), "slug")


ADDRESS_TAKEN = _("Another page has the address {address} or will have it soon. Choose another one.")
