"""Warnings about forms that the glossary forbids. Published terms count, not their drafts."""

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from hospital_site.glossary.matching import lines, pattern_of, preferred_forms, variants
from hospital_site.glossary.models import Term
from hospital_site.publishing.publication_checks import WARNING, own_texts
from hospital_site.publishing.reading import EditionReader


def forbidden_forms(candidate, rows):
    """Find words that the glossary forbids, outside the hospital's own words, and name the preferred form."""
    texts = [(row, *found) for row in rows for found in own_texts(row) if not row.has_source_words(found[0])]
    terms = EditionReader().tree(Term) if texts else []
    for code in sorted({code for _row, _name, code, _text in texts}):
        here = [(row, name, text) for row, name, language, text in texts if language == code]
        forbidden = ForbiddenForms("\n".join(text for _row, _name, text in here), terms, code)
        for row, name, text in here:
            for word, instead in forbidden.found_in(text):
                message = format_lazy(FORBIDDEN, words=word, instead=instead)
                yield row.finding(WARNING, message, name, code, word=word)


class ForbiddenForms:
    """The forms that `terms` forbid in the language `code`, of those that occur in `text`."""

    def __init__(self, text, terms, code):
        self.instead = forms_in(text, terms, code)
        self.allowed = {word for term in terms for form in preferred_forms(term, code) for word in variants(form, code)}
        # A longer form that may be written comes first.
        self.pattern = pattern_of({*self.instead, *self.allowed}, code) if self.instead else None

    def found_in(self, text):
        """Return `[(forbidden form, preferred form), …]` in the order of `text`, each once."""
        words = dict.fromkeys(match[1] for match in self.pattern.finditer(text)) if self.pattern else []
        return [(word, self.instead[word]) for word in words if word not in self.allowed]

    def replace_in(self, text, word):
        """Return `text` with the preferred form for the forbidden form `word`; endings stay."""
        if word not in self.instead:
            return text
        return self.pattern.sub(lambda found: self.instead[word] + found[2] if found[1] == word else found[0], text)


def forms_in(text, terms, code):
    """Return `{forbidden form: preferred form}` of the forms that occur anywhere in `text`."""
    return {
        word: capitalized_like(word, preferred_forms(term, code)[0])
        for term in terms
        for form in lines(term, "forbidden", code)
        for word in variants(form, code)
        if word in text
    }


def capitalized_like(word, form):
    return form[0].upper() + form[1:] if word[0].isupper() else form


FORBIDDEN = _(
    "Write “{instead}” rather than “{words}”, unless you mean something else. The glossary forbids that form."
)
