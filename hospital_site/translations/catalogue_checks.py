"""Checks that a catalogue must pass before patients read its translations, with the line of each fault.

A *fault* would be met on a page, or stops the file from being read: no catalogue with one is compiled. What is only
*unfinished* (missing or fuzzy) shows English there, so that a language can be begun.
"""

import re
from gettext import c2py
from pathlib import Path
from typing import NamedTuple

import polib
from babel import Locale, UnknownLocaleError
from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import to_language, to_locale

from hospital_site.translations import catalogues
from hospital_site.translations.extraction import identity
from hospital_site.translations.sentence_checks import check_text

LINE = re.compile(
    r"\s*|#(?![~|]).*"
    r'|(?:#(?:~|\||~\|)\s*)?(?:(?:msgctxt|msgid|msgid_plural|msgstr|msgstr\[\d+\])\s*)?"(?:[^"\\]|\\.)*"\s*'
)
TRIED = [*range(201), 1000, 10**6]  # numbers that tell plural forms apart


class Fault(NamedTuple):
    path: Path
    line: int
    msgid: str
    text: str
    is_unfinished: bool = False

    def __str__(self):
        path = self.path.relative_to(settings.BASE_DIR) if self.path.is_relative_to(settings.BASE_DIR) else self.path
        return f"{path}:{self.line}: " + (f"“{self.msgid}”: {self.text}" if self.msgid else self.text)


def check(language):
    """Return the faults in the catalogue of `language`."""
    return check_file(catalogues.path_of(language), language)


def check_file(path, language=None):
    """Return the faults in a catalogue; without `language` it says itself which language it is."""
    path = Path(path)
    catalogue, faults = parse(path)
    if faults:
        return faults
    language = language or to_language(catalogue.metadata.get("Language", ""))
    try:
        locale = Locale.parse(to_locale(language))
    except (UnknownLocaleError, ValueError):
        text = _("The head of the file names no known language: write it as “Language: vi”.")
        return [Fault(path, 1, "", text)]
    return [*header_faults(path, catalogue, locale), *entry_faults(path, catalogue, language)]


# ── The file ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def parse(path):
    """Return `(catalogue, [])`, or `(None, faults)` of a file that cannot be read."""
    if faults := list(syntax_faults(path)):
        return None, faults
    try:
        return polib.pofile(str(path), wrapwidth=0), []
    except (OSError, ValueError, IndexError) as error:
        line = re.search(r"line (\d+)", str(error))
        return None, [Fault(path, int(line[1]) if line else 1, "", unreadable())]


def unreadable():
    return _(
        "This line cannot be read. Each text stands in straight quotation marks on its line, and one inside it is "
        "written with a backslash before it."
    )


def syntax_faults(path):
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = path.read_bytes()[: error.start].count(b"\n") + 1
        yield Fault(path, line, "", _("The file is not in UTF-8: save it in that encoding."))
        return
    except OSError:
        yield Fault(path, 1, "", _("There is no such file, or it cannot be read."))
        return
    for number, line in enumerate(text.split("\n"), start=1):
        if not LINE.fullmatch(line.rstrip("\r")):
            yield Fault(path, number, "", unreadable())


def header_faults(path, catalogue, locale):
    if not any(entry.msgid_plural for entry in catalogue):
        return
    rule = catalogue.metadata.get("Plural-Forms", "")
    parsed = re.fullmatch(r"\s*nplurals\s*=\s*(\d+)\s*;\s*plural\s*=\s*(.+?);?\s*", rule)
    if not parsed:
        text = _("The head of the file lacks the plural rule of the language: write “Plural-Forms: %(rule)s”.")
        yield Fault(path, 1, "", text % {"rule": catalogues.plural_forms(locale)})
        return
    try:
        form_of = c2py(parsed[2])
        forms = {number: form_of(number) for number in TRIED}
    except (ValueError, ZeroDivisionError):
        forms = {}
    apart = {}
    for number, form in forms.items():
        apart.setdefault(form, {}).setdefault(locale.plural_form(number), number)
    if not forms or max(forms.values()) >= int(parsed[1]) or any(len(kinds) > 1 for kinds in apart.values()):
        text = _("The plural rule is not that of the language. It is “%(rule)s”.")
        yield Fault(path, 1, "", text % {"rule": catalogues.plural_forms(locale)})


# ── Its sentences ─────────────────────────────────────────────────────────────────────────────────────────────────────


def entry_faults(path, catalogue, language):
    """Yield the faults of each sentence. Obsolete translations do no harm: nothing reads them."""
    seen = {}
    numbers = numbers_of_forms(catalogue)
    for entry in catalogue:
        if entry.obsolete:
            continue
        if identity(entry) in seen:
            text = _("The sentence stands in the file twice, first in line %(line)d.") % {"line": seen[identity(entry)]}
            yield Fault(path, entry.linenum, entry.msgid, text)
        seen.setdefault(identity(entry), entry.linenum)
        if any(catalogues.translations_of(entry)) or language != settings.SOURCE_LANGUAGE:
            for text, is_unfinished in check_entry(entry, language, numbers):
                yield Fault(path, entry.linenum, entry.msgid, text, is_unfinished)


def check_entry(entry, language, numbers):
    """Yield `(fault, is_unfinished)` of one translated sentence; `numbers` are those that each plural form serves."""
    forms = catalogues.translations_of(entry)
    if entry.msgid_plural and len(forms) != len(numbers):
        text = _("It has %(found)d plural forms; the language has %(needed)d.")
        yield text % {"found": len(forms), "needed": len(numbers)}, False
        return
    if entry.fuzzy:
        yield _("It is marked as fuzzy, and pages show English: check it, then remove the mark."), True
        return
    for form, translation in enumerate(forms):
        if not translation.strip():
            text = _("Plural form %(form)d is not translated.") % {"form": form}
            yield text if entry.msgid_plural else _("It is not translated."), True
        elif entry.msgid_plural:
            yield from ((fault, False) for fault in check_form(translation, entry, language, numbers[form]))
        else:
            yield from ((fault, False) for fault in check_text(translation, entry.msgid, language))


def check_form(translation, entry, language, numbers):
    """Return the faults of one plural form. One that serves a single number may say it in a word, or leave it out."""
    faults = list(check_text(translation, entry.msgid_plural, language, may_lack_number=len(numbers) == 1))
    if faults and len(numbers) == 1:
        return min(faults, list(check_text(translation, entry.msgid, language)), key=len)
    return faults


def numbers_of_forms(catalogue):
    """Return of each plural form the numbers that it serves; nothing where the file has no rule that can be read."""
    try:
        form_of = c2py(catalogue.metadata["Plural-Forms"].partition("plural=")[2].rpartition(";")[0])
        count = catalogues.number_of_forms(catalogue)
        return [[number for number in TRIED if form_of(number) == form] for form in range(count)]
    except (KeyError, ValueError, TypeError, ZeroDivisionError):
        return []
