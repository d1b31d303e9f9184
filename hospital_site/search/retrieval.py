"""Asking the index for passages that may answer: a few bounded questions.

Every question has a limit, so that a search costs about the same however large the site is and whatever is typed.
"""

from typing import NamedTuple

from django.db.models import F
from django.db.models.fields.json import KeyTextTransform
from django.utils import timezone

from hospital_site.publishing.languages import hidden_languages
from hospital_site.publishing.models import Edition
from hospital_site.publishing.models.prepared import prepared
from hospital_site.search.models import Passage, all_but_one, all_of, any_of

LIMIT = 60  # passages that one question brings
ENOUGH = 3  # pages; fewer, and less of the query must be held
SHOWN = 15  # pages
ASKED_ALONE = 4  # words of which pages may hold one only
RARE = 6  # pages that hold a word that tells much: what else they hold is looked at
MOST_READ_WHOLE = 3 * LIMIT  # passages of pages that are read whole
FILLED_UP = 8  # keys at a time that a question is made longer by

OF_EDITION = {
    **{name: F(f"edition__{name}") for name in ("page", "address", "kind", "position")},
    "topmost": KeyTextTransform("0", "edition__ancestors"),
}
OF_PASSAGE = ["language", "anchor", "title", "heading", "tokens"]


class Candidate(NamedTuple):
    """A passage that may answer, as the index brings it."""

    pk: int
    edition: int
    page: str
    address: str
    kind: str
    position: int
    topmost: str | None  # key of the page above all others above it
    language: str
    anchor: str
    title: str
    heading: str
    tokens: str


def retrieve(query, vocabulary):
    """Return passages that hold all of the query, those whose names do first; some of it where too few do.

    General words alone are looked for last. Terms that are compared come in any case.
    """
    groups, index = query.groups, Questions(vocabulary)
    names, texts = ([group.held(in_names=in_names) for group in groups] for in_names in (True, False))
    index.ask(all_of(names))
    if not index.has(SHOWN):
        index.ask(all_of(texts))
    if len(groups) > 2:
        index.ask(all_but_one(names))
    elif len(telling := telling_of(groups, names)) == 1:
        index.ask(*telling)
    if len(groups) > 1 and not index.has(ENOUGH):
        index.ask(without_a_term(groups, texts))
        index.ask(any_of(telling_of(groups, names) or names))
        alone = [index.ask(one) for one in (telling_of(groups, texts) or texts)[:ASKED_ALONE]]
        index.read_whole({edition for editions in alone if len(editions) <= RARE for edition in editions})
        if not index.has(ENOUGH):
            index.ask(any_of(names))
    if query.compares:
        index.read_whole({group.entry.page.edition.pk for group in groups if group.entry})
    return index.current()


class Questions:
    """The questions of one search to the index, as of one moment, and the candidates that they have brought."""

    def __init__(self, vocabulary):
        self.now = timezone.now()
        self.structure = tuple(vocabulary.closed), hidden_languages()
        self.asked = {""}
        self.found = {}

    def ask(self, condition):
        """Return the editions of the passages that `condition` brings; none where it was asked before."""
        if condition in self.asked:
            return set()
        self.asked.add(condition)
        return self.keep(passages_that_hold(*self.structure, query=condition, as_of=self.now))

    def read_whole(self, editions):
        """Add all passages of `editions`."""
        if editions:
            self.keep(passages_of(*self.structure, editions=filled_up(sorted(editions)), as_of=self.now))

    def keep(self, rows):
        candidates = list(map(Candidate._make, rows))
        self.found.update((candidate.pk, candidate) for candidate in candidates)
        return {candidate.edition for candidate in candidates}

    def has(self, enough):
        return len({candidate.page for candidate in self.found.values()}) >= enough

    def current(self):
        editions = {candidate.edition for candidate in self.found.values()}
        current = {pk for (pk,) in current_editions(editions=filled_up(sorted(editions)), as_of=self.now)}
        return [candidate for candidate in self.found.values() if candidate.edition in current]


def telling_of(groups, held):
    """Return those of the conditions `held` that are of no general word."""
    return [one for group, one in zip(groups, held, strict=True) if group.weight == 1]


def without_a_term(groups, held):
    """Return what holds all terms, or all of the query but one term; all but a word of it where no term is known.

    `held` are the conditions of the `groups`.
    """
    terms = [one for group, one in zip(groups, held, strict=True) if group.entry]
    others = [one for group, one in zip(groups, held, strict=True) if not group.entry]
    if len(groups) < 3:
        return all_of(terms)
    if not terms or not others:
        return all_but_one(held)
    return any_of([all_of(terms), all_of([*others, all_but_one(terms)])])


@prepared
def passages_that_hold(closed, hidden, *, query, as_of):
    return as_candidates(Passage.objects.begun(as_of, closed, hidden).that_hold(query)).up_to(LIMIT)


@prepared
def passages_of(closed, hidden, *, editions, as_of):
    return as_candidates(Passage.objects.begun(as_of, closed, hidden).filter(edition__in=editions))[:MOST_READ_WHOLE]


def as_candidates(passages):
    """Return the rows of which `Candidate` is made."""
    return passages.order_by().annotate(**OF_EDITION).values_list("pk", "edition_id", *OF_EDITION, *OF_PASSAGE)


@prepared
def current_editions(*, editions, as_of):
    return Edition.objects.live(as_of).filter(pk__in=editions).order_by().values_list("pk")


def filled_up(keys):
    """Return `keys` with the last one again and again, so that few different statements are written."""
    return [*keys, *keys[-1:] * (-len(keys) % FILLED_UP)]
