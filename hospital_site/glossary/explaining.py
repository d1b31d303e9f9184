"""Explaining words where a section first uses them: a button opens the definition, or a link leads to its page.

Inside a hospital's own words nothing is marked. The words to explain are named below them, as this site's.
"""

import re

from django.utils.html import escape
from django.utils.safestring import mark_safe
from django.utils.translation import get_language, gettext

from hospital_site.glossary.matching import pattern_of, preferred_forms, variants
from hospital_site.glossary.models import Term
from hospital_site.publishing.languages import in_language
from hospital_site.publishing.reading import reader_of
from hospital_site.publishing.reads import note

TAG = re.compile(r"(<(/?)(\w*)[^>]*>)")
VOID = {"area", "br", "hr", "img", "input", "link", "meta", "source", "wbr"}
LEFT_ALONE = {"a", "address", "button", "h1", "h2", "h3", "h4", "h5", "h6", "label", "script", "summary", "svg"}
LINKED_NAME = re.compile(r"<a [^>]*>([^<]+)</a>")
PROSE = 'class="prose"'
BUTTON = (  # of what is escaped
    '<span class="term"><button type="button" popovertarget="word-{number}" value="{number}">{word}</button>'
    '<a href="{address}" aria-label="{word}"></a>{ending}</span>'
)

vocabularies = {}  # by language: the stamp of the editions that it was made of, and the vocabulary


class Vocabulary:
    """The published terms of one language, ready to be found in a text."""

    def __init__(self, terms, code):
        self.terms = {}  # by what may stand in a text; `None` for a word that pages do not explain
        for term in terms:
            is_explained = term.is_explained_on_pages and in_language(term, "definition", code)
            for form in preferred_forms(term, code):
                for word in variants(form, code):
                    self.terms.setdefault(word, term if is_explained else None)
        self.pattern = pattern_of(self.terms, code) if self.terms else None
        self.addresses = {}  # of terms that a page has explained, by slug

    def address(self, term):
        if term.slug not in self.addresses:
            self.addresses[term.slug] = escape(term.get_absolute_url())
        return self.addresses[term.slug]


def vocabulary_for(request, page):
    """Return the vocabulary of the reader's language, made anew only when an edition or a signature has come."""
    note(f"kind:{Term.page_kind()}")
    code, reader = get_language(), reader_of(request)
    stamp = getattr(page.edition, "stamp", None)
    if stamp is None or reader.as_of or reader.override:
        return Vocabulary(reader.listed(Term), code)
    known_stamp, vocabulary = vocabularies.get(code, (None, None))
    if known_stamp != stamp:
        vocabulary = Vocabulary(reader.listed(Term), code)
        vocabularies[code] = stamp, vocabulary
    return vocabulary


def explain(html, request, page):
    """Return the HTML of one section of `page` with its words explained. Notes on `request` which ones."""
    if page is None or PROSE not in html or not hasattr(page, "edition"):
        return html
    if not hasattr(request, "vocabulary"):
        request.vocabulary, request.explained = vocabulary_for(request, page), {}
    if request.vocabulary.pattern is None:
        return html
    section = Section(
        request.vocabulary, request.explained, known=[str(page), re.sub(r"\s*\([^()]*\)$", "", str(page))]
    )
    return mark_safe(section.explain(html))  # noqa: S308 (escaped when rendered)


class Section:
    """One section of a page, in which each term is explained once.

    `numbers` are those of the terms that the page explains, with the terms, by slug. `known` are words that need no
    explanation here, such as the name of the page; so are the names of pages that the section links to.
    """

    def __init__(self, vocabulary, numbers, known=()):
        self.vocabulary = vocabulary
        self.numbers = numbers
        self.done = self.slugs_of(known)
        self.below_quote = []  # the terms to be named below the hospital's words that are being read
        self.open = []  # the elements around the text that is being read: name, and what is done around it
        self.mode = ""  # what is done with it: "alone" or nothing leaves it as it is

    def slugs_of(self, words):
        return {term.slug for word in words if (term := self.vocabulary.terms.get(word.strip()))}

    def explain(self, html):
        self.done |= self.slugs_of(LINKED_NAME.findall(html))
        text, *pieces = TAG.split(html)
        explained = [text]
        for tag, slash, name, text in zip(*(pieces[place::4] for place in range(4)), strict=True):
            explained.append(tag)
            if slash:
                explained.append(self.close(name))
            elif name and name not in VOID and not tag.endswith("/>"):
                self.open.append((name, self.mode))
                self.mode = self.mode_inside(name, tag)
            is_read = self.mode in ("prose", "quote") and not text.isspace()
            explained.append(self.vocabulary.pattern.sub(self.word, text) if is_read else text)
        return "".join(explained)

    def mode_inside(self, name, tag):
        if self.mode == "alone" or name in LEFT_ALONE or " lang=" in tag:
            return "alone"
        if self.mode == "quote" or name in ("blockquote", "figure"):
            return "quote"
        return "prose" if PROSE in tag else self.mode

    def close(self, name):
        """Close the element `name`; below a quotation that ends, name the words of it."""
        while self.open:
            opened, self.mode = self.open.pop()
            if opened == name:
                break
        if self.mode == "quote" or not self.below_quote:
            return ""
        words = ", ".join(self.button(term, escape(str(term))) for term in self.below_quote)
        self.below_quote = []
        intro = escape(gettext("Words explained by this site:"))
        return f'<p class="explained">{intro} {words}</p>'

    def word(self, match):
        term = self.vocabulary.terms[re.sub(r"\s+", " ", match[1])]
        if term is None or term.slug in self.done:
            return match[0]
        self.done.add(term.slug)
        if self.mode == "quote":
            self.below_quote.append(term)
            return match[0]
        return self.button(term, match[1], match[2])

    def button(self, term, word, ending=""):
        """The word as a button with its ending, and a link that shows where a browser knows no popovers."""
        number, _term = self.numbers.setdefault(term.slug, (str(len(self.numbers) + 1), term))
        return BUTTON.format(number=number, word=word, address=self.vocabulary.address(term), ending=ending)
