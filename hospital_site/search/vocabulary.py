"""What a worker remembers for the search, made anew when what patients see has changed: the terms of the glossary.

It also knows which pages hide those below them. No query is remembered.
"""

import re
from collections import defaultdict
from functools import cache, cached_property
from pathlib import Path
from typing import NamedTuple

from django.conf import settings
from django.db.models import Exists, OuterRef
from django.utils import timezone
from django.utils.translation import get_language

from hospital_site.glossary.matching import lines, preferred_forms
from hospital_site.glossary.models import Term
from hospital_site.publishing.languages import hidden_languages, shown_languages
from hospital_site.publishing.models import Edition
from hospital_site.publishing.models.prepared import prepared
from hospital_site.publishing.reading import EditionReader
from hospital_site.search.models import Passage
from hospital_site.search.sections import fixed_pages, in_every_language
from hospital_site.search.words import compact, fold, gist, is_syllabic, pieces, spellings, telling_words
from hospital_site.yaml_files import read_yaml

LONGEST_TITLE = 60  # letters of a title that somebody may have meant to type
LETTERS_OF_LONG_WORD, SYLLABLES_OF_LONG_WORD = 6, 3
LONG_WORD = re.compile(rf"[^\W\d_]{{{LETTERS_OF_LONG_WORD},}}")

vocabularies = {}  # by language: the stamp of the editions that it was made of, and the vocabulary


class Form(NamedTuple):
    """One way to write a term in a language. Only a preferred one may be shown."""

    text: str
    language: str
    is_preferred: bool


class Entry:
    """One term of the glossary with its forms; `page` is its snapshot."""

    def __init__(self, page):
        self.page = page
        self.key = page.edition.page
        self.forms = [
            Form(text, code, is_preferred)
            for code in shown_languages()
            for is_preferred, texts in ((True, preferred_forms(page, code)), (False, lines(page, "aliases", code)))
            for text in texts
        ]

    @property
    def preferred(self):
        return [form.text for form in self.forms if form.is_preferred]

    def shown_for(self, form):
        """Return the preferred form in the language of `form`, without what stands in brackets."""
        preferred = [each for each in self.forms if each.is_preferred]
        return next((each for each in preferred if each.language == form.language), preferred[0]).text.partition("(")[0]


class Vocabulary:
    """The published terms, ready to be found in a query."""

    def __init__(self):
        self.entries = [Entry(page) for page in EditionReader().listed(Term)]
        self.known = {}  # by compact form: the term
        for is_preferred in (True, False):
            for entry in self.entries:
                for form in entry.forms:
                    if form.is_preferred == is_preferred:
                        self.known.setdefault(compact(form.text), entry)
        self.same = {}  # by compact form and by gist of what people say: the term that is meant, and all that means it
        for line in synonyms():
            entry = next((self.known[compact(form)] for form in line if compact(form) in self.known), None)
            for form in line:
                for key in keys_of(form):
                    self.same.setdefault(key, (entry, line))
        self.closed = closed_parents()

    @cached_property
    def topmost(self):
        """The titles of the pages that stand below no other one, by key, then by language."""
        titles = Passage.objects.current(hidden=hidden_languages()).filter(anchor="", edition__parent="")
        titles = titles.exclude(edition__kind=Term.page_kind())
        found = defaultdict(dict)
        for page, language, title in titles.order_by().values_list("edition__page", "language", "title"):
            found[page][language] = title
        return found

    @cached_property
    def only_forbidden(self):
        """Forms by compact form that nobody may write, and that lead to no term: they mean something else."""
        forms = {
            compact(form): form
            for entry in self.entries
            for code in dict(settings.LANGUAGES)
            for form in lines(entry.page, "forbidden", code)
        }
        return {key: form for key, form in forms.items() if key not in self.known}

    @cached_property
    def meant(self):
        """What somebody may have meant to type, and what is shown of it: the last of what is written alike counts.

        Terms, titles of pages, names of fixed pages, everyday words, and the long words of all these.
        """
        titles = Passage.objects.current(self.closed, hidden_languages()).filter(anchor="")
        named = [title for page in fixed_pages for title in in_every_language(page.title).values()]
        named += [
            part
            for title in titles.order_by("title").values_list("title", flat=True).distinct()
            if len(title) <= LONGEST_TITLE
            for part in preferred_parts(title)
        ]
        terms = [(form.text, entry.shown_for(form).strip()) for entry in self.entries for form in entry.forms]
        long_words = {word for shown in [*named, *dict(terms).values()] for word in LONG_WORD.findall(shown)}
        everyday = [form for line in synonyms() for form in line if is_one_long_word(form)]
        return [*((text, text) for text in [*sorted(long_words), *everyday, *named]), *terms]

    @cached_property
    def suggestions(self):
        """What is shown of what somebody may have meant, by compact form."""
        return {key: shown for text, shown in self.meant if (key := compact(text)) and key not in self.only_forbidden}

    @cached_property
    def spelt(self):
        """The letters of all that, and of forms that mean something else: by number, then by form and spelling."""
        found = defaultdict(dict)
        for form in [*(text for text, _shown in self.meant), *self.only_forbidden.values()]:
            for number, letters in enumerate(spellings(form)):
                found[len(letters)][form, number] = letters
        return found


def keys_of(form):
    """Return by what a form of a synonym is found: as it is, and by its gist where every word of it tells."""
    words = pieces(fold(form))
    return {compact(form), gist(words) if telling_words(words) == words else ""} - {""}


def is_one_long_word(form):
    """Is it a word that a slip leaves recognizable, such as “claustrophobia”, and no part of a sentence?"""
    short = compact(form)
    return len(pieces(fold(form))) == 1 and len(short) >= (
        SYLLABLES_OF_LONG_WORD if is_syllabic(short) else LETTERS_OF_LONG_WORD
    )


@cache
def synonyms():
    """Return the lines of `synonyms.yaml`: lists of what means the same."""
    return read_yaml(Path(__file__).with_name("synonyms.yaml"))


def preferred_parts(title):
    """Return what stands for `title`: `Interferon-α (alpha)` → itself, and both of its parts."""
    head, _bracket, inside = title.partition("(")
    parts = [title, head, inside[:-1]] if inside.endswith(")") else [title]
    return [part.strip() for part in parts if part.strip()]


def closed_parents():
    """Return the keys of pages that patients cannot open, though pages below them are published."""
    open_page = Edition.objects.live().filter(page=OuterRef("parent"))
    hidden = Edition.objects.live().exclude(parent="").exclude(Exists(open_page))
    return sorted(hidden.order_by().values_list("parent", flat=True).distinct())


def current_vocabulary():
    """Return the vocabulary of the reader's language. One query while nothing has changed."""
    code = get_language()
    stamp = next((edition.stamp for edition in latest_edition(as_of=timezone.now())), None)
    known_stamp, vocabulary = vocabularies.get(code, (None, None))
    if vocabulary is None or known_stamp != stamp or stamp is None:
        vocabulary = Vocabulary()
        vocabularies[code] = stamp, vocabulary
    return vocabulary


@prepared
def latest_edition(*, as_of):
    return Edition.objects.only("pk").with_stamp(as_of).order_by("-pk")[:1]
