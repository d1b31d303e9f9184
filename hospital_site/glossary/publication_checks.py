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
        instead = forms_in("\n".join(text for _row, _name, text in here), terms, code)
        if not instead:
            continue
        allowed = {word for term in terms for form in preferred_forms(term, code) for word in variants(form, code)}
        pattern = pattern_of({*instead, *allowed}, code)  # a longer form that may be written comes first
        for row, name, text in here:
            for word in dict.fromkeys(match[1] for match in pattern.finditer(text)):
                if word not in allowed:
                    message = format_lazy(FORBIDDEN, words=word, instead=instead[word])
                    yield row.finding(WARNING, message, name, code)


def forms_in(text, terms, code):
    """Return `{forbidden form: preferred form}` of the forms that occur anywhere in `text`."""
    return {
        word: preferred_forms(term, code)[0]
        for term in terms
        for form in lines(term, "forbidden", code)
        for word in variants(form, code)
        if word in text
    }


FORBIDDEN = _(
    "Write “{instead}” rather than “{words}”, unless you mean something else. The glossary forbids that form."
)
