"""The published glossary beside a text that is translated: what its words are called in the other language."""

from dataclasses import dataclass
from functools import cached_property

from django.conf import settings

from hospital_site.glossary.matching import lines, pattern_of, preferred_forms, variants
from hospital_site.glossary.models import Term
from hospital_site.glossary.publication_checks import ForbiddenForms
from hospital_site.publishing.reading import EditionReader


@dataclass(frozen=True)
class Entry:
    """A word of the source, the `preferred` form in the language of the translation, and whether that `is_used`."""

    word: str
    preferred: str
    is_used: bool


class TermBase:
    """The terms that are published, read once."""

    def __init__(self):
        self._patterns, self._forbidden = {}, {}

    @cached_property
    def terms(self):
        return list(EditionReader().tree(Term))

    def words(self, code):
        """`({word: term}, pattern)` of the preferred forms in the language `code`."""
        if code not in self._patterns:
            by_word = {w: term for term in self.terms for f in preferred_forms(term, code) for w in variants(f, code)}
            self._patterns[code] = by_word, pattern_of(by_word, code) if by_word else None
        return self._patterns[code]

    def entries(self, unit):
        """Return the `Entry`s for the terms in the source of `unit`, in their order."""
        by_word, pattern = self.words(unit.source_language)
        text = unit.text.casefold()
        found = {}
        for match in pattern.finditer(unit.source) if pattern else []:
            term = by_word.get(" ".join(match[1].split()))
            if term and (forms := preferred_forms(term, unit.language)):
                used = {word for form in forms for word in variants(form, unit.language)}
                found.setdefault(forms[0], Entry(match[1], forms[0], any(word.casefold() in text for word in used)))
        return list(found.values())

    def forbidden(self, text, code):
        return ForbiddenForms(text, self.terms, code)

    def forbidden_in(self, text, unit):
        """Return `[(forbidden form, preferred form), …]` in `text`; the hospital's own words may be what they are."""
        is_own_words = unit.field in getattr(unit.row, "source_words", [])
        forms, forbidden = self.forbidden_forms(unit.language)
        return forbidden.found_in(text) if not is_own_words and any(form in text for form in forms) else []

    def forbidden_forms(self, code):
        """`(forms, ForbiddenForms)` of all forms that are forbidden in the language `code`."""
        if code not in self._forbidden:
            forms = [form for term in self.terms for form in lines(term, "forbidden", code)]
            words = {word for form in forms for word in variants(form, code)}
            self._forbidden[code] = words, self.forbidden("\n".join(words), code)
        return self._forbidden[code]

    def forms(self, word):
        """Return `word` and, if it is a term, its forms in all languages, in lower case: what a search looks for."""
        codes = list(dict(settings.LANGUAGES))
        for code in codes:
            by_word, _pattern = self.words(code)
            if term := by_word.get(word):
                return {form.casefold() for other in codes for form in preferred_forms(term, other)}
        return {word.casefold()}
