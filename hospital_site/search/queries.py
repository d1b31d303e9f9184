"""Reading what somebody typed: its words and terms, and what a passage must hold to answer it."""

from functools import cache, lru_cache
from typing import NamedTuple

from hospital_site.search.models import all_of, any_of
from hospital_site.search.sections import interface_headings
from hospital_site.search.words import (
    NAMES,
    compact,
    digest,
    fold,
    gist,
    is_inflected,
    is_syllabic,
    phrase_tokens,
    pieces,
    rules,
    stem,
    telling_words,
    text_tokens,
    verb_forms,
    without_endings,
    words_in_row,
)

LONGEST_QUERY = 200  # letters
MOST_GROUPS = 8
LONGEST_TERM = 7  # words
GENERAL = 0.3  # what a general word counts
SHORTEST_PART = 2  # syllables of a word that is written together with another one
SHORTEST_TERM = 3  # syllables of a term that is written together with a word that nobody knows
LONGEST_COMPOUND = 20  # syllables of a word that is taken apart


class Phrase(NamedTuple):
    """One form of what somebody looks for; `is_typed` unless it is a synonym."""

    compact: str
    words: str
    tokens: frozenset
    digests: list
    digests_in_names: list
    is_typed: bool = False

    @classmethod
    def of(cls, text):
        tokens = frozenset(phrase_tokens(text))
        in_names = [digest(f"{NAMES}{token}") for token in sorted(tokens)]
        return cls(compact(text), words_in_row(text), tokens, [digest(token) for token in sorted(tokens)], in_names)


@lru_cache(maxsize=5_000)
def known_phrase(text):
    """Return the phrase of a form that this site knows, which may be remembered, as nothing that somebody typed may."""
    return Phrase.of(text)


class Group(NamedTuple):
    """A word or a term of a query. A text holds it when it holds all tokens of one of its `phrases`.

    `entry` is the term of the glossary, or `None`. `anchors` are sections whose heading has the words. `weight` is what
    it counts beside others.
    """

    typed: str
    phrases: list
    entry: object = None
    anchors: frozenset = frozenset()
    weight: float = 1.0

    def held(self, *, in_names=False):
        """Return what a passage that holds this has in the index; nothing that holds all of something shorter there."""
        telling = [one for one in self.phrases if not any(other.tokens < one.tokens for other in self.phrases)]
        of_phrases = {all_of(one.digests_in_names if in_names else one.digests) for one in telling}
        anchors = [digest(f"{NAMES if in_names else ''}#{anchor}") for anchor in sorted(self.anchors)]
        return any_of([*sorted(of_phrases), *anchors])


class Query:
    """What somebody typed, as groups. `was_cut`: some words were left out. `compares`: one asks how things differ."""

    def __init__(self, typed, vocabulary):
        self.typed = typed
        words = split_words(pieces(fold(typed)), vocabulary)
        known = find_terms(words, vocabulary)
        groups = [group_of(some, entry, synonyms) for some, entry, synonyms in known]
        self.words = words
        self.compares = not rules()["comparing_words"].isdisjoint(words)
        self.groups = unique(group for group in groups if group)
        self.was_cut = len(self.groups) > MOST_GROUPS
        del self.groups[MOST_GROUPS:]

    @property
    def term(self):
        """The term that is asked for, when nothing else is."""
        return self.groups[0].entry if len(self.groups) == 1 else None


def unique(groups):
    return list({(group.entry.key if group.entry else group.typed): group for group in groups}.values())


def find_terms(words, vocabulary):
    """Yield the words of each term of the glossary or synonym, the longest first, and of every word between them.

    → `(words, entry, synonyms)`
    """
    start = 0
    while start < len(words):
        end, entry, synonyms = longest_term(words, start, vocabulary)
        yield words[start:end], entry, synonyms
        start = end


def longest_term(words, start, vocabulary):
    for end in range(min(len(words), start + LONGEST_TERM), start, -1):
        some = words[start:end]
        keys = ["".join(map(stem, [*some[:-1], form])) for form in (some[-1], *without_endings(some[-1]))]
        entry = next((vocabulary.known[key] for key in keys if key in vocabulary.known), None)
        meant, synonyms = next(
            (vocabulary.same[key] for key in [*keys, gist(some)] if key in vocabulary.same), (None, [])
        )
        if entry or (synonyms and telling_words(some)):
            return end, entry or meant, synonyms
    return start + 1, None, []


def split_words(words, vocabulary):
    """Return `words` with syllabic ones taken apart (`parts_of`), and single syllables put together."""
    parts = [part for word in words for part in parts_of(word, vocabulary)]
    put_together = []
    for part in parts:
        is_syllable = len(part) == 1 and is_syllabic(part) and part not in vocabulary.known
        if is_syllable and part not in rules()["question_words"] and put_together and put_together[-1][1]:
            put_together[-1][0] += part
        else:
            put_together.append([part, is_syllable])
    return [word for word, _is_syllable in put_together]


def parts_of(word, vocabulary):
    """Return the words that are written together in `word`: two known ones, else a known one and what is beside it.

    A word that nobody knows is taken off a term of three syllables or more, before it or behind it.
    """
    if not is_syllabic(word) or len(word) > LONGEST_COMPOUND or is_known(word, vocabulary):
        return [word]
    cuts = range(len(word) - SHORTEST_PART, SHORTEST_PART - 1, -1)
    begun = [cut for cut in cuts if word[:cut] in vocabulary.known or word[:cut] in vocabulary.same]
    for cut in begun:
        if is_known(word[cut:], vocabulary):
            return [word[:cut], word[cut:]]
    if begun and begun[0] >= SHORTEST_TERM:
        return [word[: begun[0]], *parts_of(word[begun[0] :], vocabulary)]
    ended = [cut for cut in cuts if len(word) - cut >= SHORTEST_TERM and is_known(word[cut:], vocabulary)]
    return [word[: ended[-1]], word[ended[-1] :]] if ended else [word]


def is_known(word, vocabulary):
    """Is `word` a term, an everyday word or a general one, with an ending or without?"""
    known = vocabulary.known, vocabulary.same, rules()["general_words"]
    return any(form in some for form in (word, *without_endings(word)) for some in known)


def group_of(words, entry, synonyms):
    """Return the group of `words`, or `None` where they only ask."""
    typed = " ".join(words)
    if not entry and not synonyms and typed in rules()["question_words"]:
        return None
    said = [] if entry else [typed, *without_endings(typed)]
    if not entry and not synonyms and is_inflected(typed):
        said += verb_forms(typed)
    known = map(known_phrase, [*synonyms, *(entry.preferred if entry else [])])
    by_tokens = {phrase.tokens: phrase for phrase in [*known, *map(Phrase.of, said)] if phrase.tokens}
    short = compact(typed)
    phrases = [phrase._replace(is_typed=phrase.compact == short) for phrase in by_tokens.values()]
    is_general = any(form in rules()["general_words"] for form in (typed, *without_endings(typed)))
    return Group(typed, phrases, entry, anchors_of(phrases), GENERAL if is_general else 1) if phrases else None


def anchors_of(phrases):
    """Return the anchors of sections whose heading, a sentence of the interface, has one of `phrases`."""
    return frozenset(
        anchor for anchor, tokens in heading_tokens() if any(phrase.tokens <= tokens for phrase in phrases)
    )


@cache
def heading_tokens():
    return {
        (anchor, frozenset(text_tokens(heading)))
        for headings in interface_headings().values()
        for anchor, by_language in headings.items()
        for heading in by_language.values()
    }
