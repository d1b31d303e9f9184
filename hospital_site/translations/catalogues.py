"""The catalogues of interface sentences: kept in `locale/` by polib, compiled for Django, without GNU gettext."""

import copy
import os
import re
from gettext import c2py
from pathlib import Path

import django
import polib
from babel import Locale
from babel.messages.catalog import get_close_matches
from babel.plural import to_gettext
from django.apps import apps
from django.conf import settings
from django.utils.translation import to_locale

from hospital_site.translations.extraction import identity

START = "“make messages” keeps this list."
# What a tool writes here stays. The day of the template is left out: a file that nobody changed does not change.
GENERAL = {
    "Project-Id-Version": "hospital-site",
    "Report-Msgid-Bugs-To": "docs/translators.md",
    "PO-Revision-Date": "YEAR-MO-DA HO:MI+ZONE",
    "Last-Translator": "FULL NAME <EMAIL@ADDRESS>",
    "Language-Team": "LANGUAGE <LL@li.org>",
}
ENCODING = {"MIME-Version": "1.0", "Content-Type": "text/plain; charset=UTF-8", "Content-Transfer-Encoding": "8bit"}


def template_path():
    """Where all sentences are without translations: what a tool asks for to begin or to update a language."""
    return Path(settings.LOCALE_PATHS[0]) / "django.pot"


def path_of(language):
    return Path(settings.LOCALE_PATHS[0]) / to_locale(language) / "LC_MESSAGES" / "django.po"


def read(language):
    """Return the catalogue of `language`; an empty one where there is no file yet."""
    path = path_of(language)
    return polib.pofile(str(path), wrapwidth=0) if path.exists() else polib.POFile(wrapwidth=0)


def write(language, catalogue):
    path_of(language).parent.mkdir(parents=True, exist_ok=True)
    path_of(language).write_text(str(catalogue), encoding="utf-8")


def write_template(template):
    template.header = f"{START}\nTranslators begin a language with a copy of it; “docs/translators.md” says how."
    template.metadata_is_fuzzy = True  # as xgettext writes it: the header is for a translator to fill in
    template.metadata = {**GENERAL, "Language": "", **ENCODING, "Plural-Forms": "nplurals=INTEGER; plural=EXPRESSION;"}
    template_path().parent.mkdir(parents=True, exist_ok=True)
    template_path().write_text(str(template), encoding="utf-8")


def compile(language):
    """Write the `.mo` that Django reads, beside the catalogue, in one step."""
    unfinished = path_of(language).with_name(f"{os.getpid()}.mo")
    unfinished.write_bytes(with_english(language, read(language)).to_binary())
    unfinished.chmod(0o644)  # another account runs the site than the one that installs it
    unfinished.replace(path_of(language).with_suffix(".mo"))


def with_english(language, catalogue):
    """Return `catalogue` with the English of what is not translated, for which Django would show the first language.

    A sentence that Django itself has in the language is left to Django.
    """
    if language in (settings.LANGUAGE_CODE, settings.SOURCE_LANGUAGE):
        return catalogue
    of_django, one = sentences_of_django(language), c2py(plural_rule(catalogue))(1)
    for entry in catalogue:
        if not entry.obsolete and not entry.translated() and entry.msgid not in of_django:
            entry.fuzzy, entry.msgstr = False, "" if entry.msgid_plural else entry.msgid
            for form in entry.msgstr_plural:
                is_singular = form == one and len(entry.msgstr_plural) > 1
                entry.msgstr_plural[form] = entry.msgid if is_singular else entry.msgid_plural
    return catalogue


def sentences_of_django(language):
    folders = [Path(django.__file__).parent / "conf", *(Path(app.path) for app in apps.get_app_configs())]
    files = [folder / "locale" / to_locale(language) / "LC_MESSAGES/django.mo" for folder in folders]
    return {entry.msgid for file in files if file.exists() for entry in polib.mofile(str(file)) if entry.msgstr}


# ── Bringing one up to the code ───────────────────────────────────────────────────────────────────────────────────────


def update(language, template, *, prune=False):
    """Return the catalogue of `language` with the sentences of `template`. No translation is lost:

    a reworded sentence keeps its old one as fuzzy, with the old words as `#|`; one that no sentence is like becomes
    obsolete (`#~`), until `prune` removes it or the sentence comes back.
    """
    old = read(language)
    catalogue = polib.POFile(wrapwidth=0)
    catalogue.header = old.header or f"{START} Translators write in the msgstr lines only."
    catalogue.metadata = headers(language, old.metadata)
    forms = dict.fromkeys(range(number_of_forms(catalogue)), "")

    known = {identity(entry): entry for entry in old}
    unused = known.keys() - {identity(sentence) for sentence in template}
    unused = [known[key] for key in sorted(unused) if any(translations_of(known[key]))]
    reworded = []
    for sentence in template:
        entry = copy.deepcopy(sentence)
        entry.msgstr_plural = forms.copy() if entry.msgid_plural else {}
        if before := known.get(identity(sentence)):
            carry_over(before, entry)
        elif before := most_similar(sentence, unused):
            carry_over(before, entry)
            mark_reworded(before, entry)
            reworded.append(before)
        catalogue.append(entry)
    if not prune:
        catalogue.extend(obsolete(entry) for entry in unused if not any(entry is other for other in reworded))
    return catalogue


def most_similar(sentence, entries):
    by_text = {entry.msgid.lower(): entry for entry in entries}
    return next((by_text[text] for text in get_close_matches(sentence.msgid.lower(), by_text, 1)), None)


def carry_over(before, entry):
    """Give `entry` what translators wrote in `before`."""
    translations = before.msgstr_plural or {0: before.msgstr}
    if entry.msgid_plural:
        entry.msgstr_plural = {form: translations.get(form, "") for form in entry.msgstr_plural}
    else:
        entry.msgstr = translations[0]
    entry.tcomment = before.tcomment
    if before.fuzzy:
        entry.fuzzy = True
        entry.previous_msgctxt = before.previous_msgctxt
        entry.previous_msgid, entry.previous_msgid_plural = before.previous_msgid, before.previous_msgid_plural


def mark_reworded(before, entry):
    """Make `entry` fuzzy, with the words that its translation was made from."""
    entry.fuzzy = True
    if entry.previous_msgid is None:
        entry.previous_msgctxt = before.msgctxt
        entry.previous_msgid, entry.previous_msgid_plural = before.msgid, before.msgid_plural or None


def obsolete(entry):
    entry.obsolete, entry.comment, entry.occurrences = True, "", []
    return entry


# ── Headers ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def headers(language, kept):
    """Return the headers of a catalogue; what a translator's tool wrote (`kept`) stays, the plural rule too."""
    locale = Locale.parse(to_locale(language))
    return {
        **GENERAL,
        "Language-Team": locale.english_name,
        "Plural-Forms": plural_forms(locale),
        **kept,
        "Language": str(locale),
        **ENCODING,
    }


def plural_forms(locale):
    """Return the CLDR's plural rule of `locale` for whole numbers as gettext writes it."""
    # Babel leaves the exponent of compact numbers (French “1e6”) in the rule, which gettext does not know.
    return re.sub(r"\be\b", "0", to_gettext(locale.plural_form))


def plural_rule(catalogue):
    return re.search(r"plural=([^;]+)", catalogue.metadata["Plural-Forms"])[1]


def number_of_forms(catalogue):
    return int(re.search(r"nplurals=\s*(\d+)", catalogue.metadata["Plural-Forms"])[1])


def translations_of(entry):
    return [entry.msgstr_plural[form] for form in sorted(entry.msgstr_plural)] if entry.msgid_plural else [entry.msgstr]
