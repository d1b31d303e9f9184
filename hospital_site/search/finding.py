"""Finding pages: what the index has brought (`retrieval.py`), in the order in which a reader is shown it."""

from functools import cache, lru_cache
from itertools import compress
from operator import mul
from typing import NamedTuple

from django.utils.translation import get_language

from hospital_site.glossary.models import Term
from hospital_site.search.queries import GENERAL, LONGEST_QUERY, Query
from hospital_site.search.retrieval import SHOWN, Candidate, retrieve
from hospital_site.search.sections import fixed_pages, in_every_language, weights
from hospital_site.search.suggestions import suggestion_for
from hospital_site.search.vocabulary import current_vocabulary, preferred_parts
from hospital_site.search.words import compact, text_tokens, words_in_row

IS_TITLE, IN_TITLE, IN_HEADING, IN_TEXT = 30, 12, 8, 3
IS_ABOUT = 28  # the one page with a term as words of its title, such as “Clinical trials with the latest drugs”
COMPARED = 16  # one of several terms, so that their definitions come before a page that only mentions them
HELD = 10  # what each word of the query counts beside where it was found
OTHER_WORDS = 0.95  # what a synonym counts beside what was typed
OF_GLOSSARY = 0.9  # so that the page about a word comes before its definition


class Found(NamedTuple):
    """A page that answers, and how well it does: one of its passages, or a fixed page."""

    passage: Candidate | None
    anchors: list  # of the sections that hold a word, the best first; the top of the page is the empty one
    scores: list  # of each group of the query
    score: float
    held: float  # what the groups of the query count that it holds
    fixed: object = None

    @classmethod
    def of(cls, passage, anchors, scores, weights, fixed=None):
        """`weights` are those of the groups."""
        score = sum(map(mul, scores, weights))
        return cls(passage, anchors, scores, score, sum(compress(weights, scores)), fixed)

    def url(self):
        """Return the address in the reader's language."""
        return self.fixed.url() if self.fixed else f"/{get_language()}{self.passage.address}"

    def sort_key(self, term_limit):
        """Return what pages are sorted by; a term counts at most `term_limit` where more was asked than its meaning."""
        place = (self.passage.position, self.passage.pk) if self.passage else (0, 0)
        score = self.score
        if len(self.scores) > 1 and min(self.scores) < IN_TITLE and self.is_term:
            score = min(score, term_limit)
        return -score - HELD * self.held, place

    @property
    def is_term(self):
        return self.passage is not None and self.passage.kind == Term.page_kind()


class Results(NamedTuple):
    query: Query | None
    pages: list
    suggestion: str
    vocabulary: object = None
    is_too_long: bool = False

    @property
    def entry(self):
        """The term of the glossary that was asked for, or `None`."""
        return self.query and self.query.term

    @property
    def is_empty(self):
        """Was nothing typed?"""
        return self.query is None and not self.is_too_long

    @property
    def answers_term(self):
        """Is the first page the one about the term that was asked for, or its page in the glossary?"""
        return bool(self.entry and self.pages and self.pages[0].score >= IS_TITLE * OF_GLOSSARY * OTHER_WORDS)


def search(typed):
    """Return the `Results` for what somebody typed, in the reader's language."""
    typed = " ".join(typed.split())
    if len(typed) > LONGEST_QUERY:
        return Results(None, [], "", is_too_long=True)
    if not typed:
        return Results(None, [], "")
    vocabulary = current_vocabulary()
    query = Query(typed, vocabulary)
    if not query.groups:
        return Results(query, [], "", vocabulary)
    candidates = retrieve(query, vocabulary)
    pages = ranked(candidates, query, vocabulary)
    return Results(query, pages[:SHOWN], suggestion_for(query, pages, vocabulary), vocabulary)


def ranked(candidates, query, vocabulary):
    """Return the pages of `candidates` and the fixed pages that hold a group of the query, the best first."""
    groups = query.groups
    by_page, whole = {}, "".join(compact(group.typed) for group in groups)
    about = [page_about(candidates, group, vocabulary) for group in groups]
    for candidate in candidates:
        scores = scores_of(candidate, groups, about)
        if len(groups) > 1 and whole in whole_titles(candidate.title):
            scores = [IS_TITLE * of_kind(candidate.kind)] * len(groups)
        by_page.setdefault(candidate.page, []).append((scores, candidate))
    counted = [group.weight if len(groups) > 1 else 1 for group in groups]
    code = get_language()
    pages = [page_of(scored, counted, code) for scored in by_page.values()]
    pages += fixed_pages_of(groups, whole, counted)
    term_limit = COMPARED if query.compares else IN_TITLE
    found = sorted((page for page in pages if page.held), key=lambda page: page.sort_key(term_limit))
    most = max((page.held for page in found), default=0)
    enough = most - (1 if most > 2 else GENERAL)
    return [page for page in found if page.held >= enough or page.score >= IS_TITLE * OF_GLOSSARY * OTHER_WORDS]


def page_about(candidates, group, vocabulary):
    """Return the key of the one page that has the term `group` as words of its title, which is no term itself."""
    if not group.entry:
        return None
    pages = [candidate for candidate in candidates if candidate.kind != Term.page_kind()]
    named = {
        page.title: page for page in pages if any(phrase.words in title_words(page.title) for phrase in group.phrases)
    }
    keys = {page.page for page in named.values()}
    is_term = any(title in vocabulary.known for page in named.values() for title in whole_titles(page.title))
    return keys.pop() if len(keys) == 1 and not is_term else None


def page_of(scored, weights, code):
    """Return the page of passages with their scores for each group: what one lacks, another one may hold."""
    best = [max(of_group) for of_group in zip(*(scores for scores, _candidate in scored), strict=True)]
    scored.sort(key=lambda one: (-sum(one[0]), one[1].language != code, one[1].pk))
    anchors = [candidate.anchor if below_title(scores) else "" for scores, candidate in scored[:1]]
    anchors += [candidate.anchor for scores, candidate in scored if below_title(scores)]
    return Found.of(scored[0][1], list(dict.fromkeys(anchors)), best, weights)


def below_title(scores):
    """Does the section itself hold a word, not only the title of its page?"""
    return any(0 < score <= IN_HEADING for score in scores)


def scores_of(candidate, groups, about):
    weight = weights().get((candidate.kind, candidate.anchor), 1)
    return [
        IS_ABOUT if candidate.page == page else score_of(candidate, group, weight)
        for group, page in zip(groups, about, strict=True)
    ]


def score_of(candidate, group, weight):
    factor = of_kind(candidate.kind)
    if group.entry and group.entry.key == candidate.page:
        return IS_TITLE * factor
    titles, in_title = whole_titles(candidate.title), title_tokens(candidate.title)
    is_heading, in_heading = candidate.anchor in group.anchors, title_tokens(candidate.heading)
    best = IN_HEADING if is_heading else 0
    for phrase in group.phrases:
        if phrase.compact in titles:
            score = IS_TITLE
        elif phrase.tokens <= in_title:
            score = IN_TITLE
        elif is_heading or phrase.tokens <= in_heading:
            score = IN_HEADING
        elif best < IN_TEXT * weight and all(digest in candidate.tokens for digest in phrase.digests):
            score = IN_TEXT * weight
        else:
            continue
        best = max(best, score if phrase.is_typed else score * OTHER_WORDS)
    return best * factor


@cache
def of_kind(kind):
    return OF_GLOSSARY if kind == Term.page_kind() else 1


@lru_cache(maxsize=4_000)
def title_tokens(title):
    return frozenset(text_tokens(title))


@lru_cache(maxsize=4_000)
def title_words(title):
    return words_in_row(title)


@lru_cache(maxsize=4_000)
def whole_titles(title):
    return frozenset(map(compact, preferred_parts(title)))


def fixed_pages_of(groups, whole, weights):
    """Yield the fixed pages with their scores: the title and each of the words of one count as titles."""
    phrases = [phrase for group in groups for phrase in group.phrases]
    forms = {whole, *(phrase.compact for phrase in phrases)}
    for fixed, words, all_tokens in words_of_fixed_pages():
        if forms.isdisjoint(words) and not any(phrase.tokens <= all_tokens for phrase in phrases):
            continue
        scores = [max(score_of_words(short, tokens, group) for short, tokens in words.items()) for group in groups]
        if whole in words:
            scores = [IS_TITLE] * len(groups)
        elif fixed.is_list and len(groups) > 1:
            scores = [min(score, IN_HEADING) for score in scores]
        if any(scores):
            yield Found.of(None, [], scores, weights, fixed)


@cache
def words_of_fixed_pages():
    """Return each fixed page, the tokens of what leads to it in every language by compact form, and all tokens."""
    words = {fixed: words_of(fixed) for fixed in fixed_pages}
    return [(fixed, some, frozenset().union(*some.values())) for fixed, some in words.items()]


def words_of(fixed):
    sentences = [in_every_language(sentence).values() for sentence in (fixed.title, fixed.words)]
    words = [words for texts in sentences for text in texts for words in text.split(",")]
    return {compact(each): title_tokens(each) for each in words}


def score_of_words(short, tokens, group):
    if any(phrase.compact == short for phrase in group.phrases):
        return IS_TITLE
    return IN_TITLE if any(phrase.tokens <= tokens for phrase in group.phrases) else 0
