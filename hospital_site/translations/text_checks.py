"""Checks of a translated text of a page: those of publication, and those of sentences that hold for any text."""

import re

from django.utils.translation import gettext as _
from modeltranslation.utils import build_localized_fieldname

from hospital_site.publishing.publication_checks import ERROR, ROW_CHECKS, WARNING
from hospital_site.publishing.publication_checks.quantities import difference_of
from hospital_site.publishing.publication_checks.rows import Row
from hospital_site.translations.sentence_checks import character_faults, letters, rules_of, speech_faults

LIST_ENTRY = re.compile(r"^- \S", re.MULTILINE)


def text_faults(text, unit):
    """Yield what is wrong with `text`, cleaned, as the translation of `unit`, in sentences for a translator."""
    source, language = unit.source.strip(), unit.language
    yield from number_faults(text, source, language, unit.source_language)
    yield from character_faults(re.sub("  +", " ", text.strip()), source, language)
    yield from speech_faults(text, language)
    if is_source_again(text, source, unit.source_language):
        yield _("This is the source again, not a translation.")
    if LIST_ENTRY.search(source) and not LIST_ENTRY.search(text):
        yield _("The source has a list: begin each line of it with “- ”.")


def number_faults(text, source, language, source_language):
    found = difference_of(text, language, source, source_language)
    if found and found[0] == ERROR:
        yield str(found[1])


def is_source_again(text, source, source_language):
    """Is it the same text, in letters that only its language has, or of several words?"""
    if " ".join(text.split()) != " ".join(source.split()):
        return False
    script = rules_of(source_language).get("script")
    return bool(re.search(script, source)) if script else len(letters(source)) > 20 and " " in source


def text_warnings(text, unit):
    """Yield what publishing would ask about in `text`."""
    columns = {code: build_localized_fieldname(unit.field, code) for code in (unit.source_language, unit.language)}
    texts = {unit.source_language: unit.source, unit.language: text}
    row = Row(type(unit.row), {columns[code]: each for code, each in texts.items()})
    for check in ROW_CHECKS:
        for finding in check(row):
            if finding.level == WARNING and finding.language == unit.language:
                yield str(finding.message)
