"""What a reader is shown of what was found: titles, excerpts with the found words marked, links to sections."""

import re
import unicodedata
from functools import cache, lru_cache
from html import escape
from typing import NamedTuple

from django.apps import apps
from django.utils.safestring import mark_safe
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from hospital_site.publishing.languages import hidden_languages, languages_by_preference
from hospital_site.publishing.models.prepared import prepared
from hospital_site.search.models import Passage
from hospital_site.search.retrieval import filled_up
from hospital_site.search.sections import interface_headings
from hospital_site.search.words import OTHER_PIECES, fold, is_syllabic, phrase_tokens, pieces, rules, stem

LENGTH = 170  # letters of an excerpt
BEFORE = 50  # of them before the first word that was found
AROUND = 4 * BEFORE  # that are looked at before and after them
MOST_SECTIONS = 3
OF_TEXT = ["edition_id", "anchor", "language", "title", "heading", "text"]


class Line(NamedTuple):
    """A link to one section of a page; `lang` where its words are in another language than the reader's."""

    heading: str
    url: str
    lang: str


class Hit(NamedTuple):
    """One page as the results show it. `lang` and `excerpt_lang` are empty for the reader's language."""

    url: str
    title: str
    lang: str
    kind: str
    owner: str
    excerpt: str
    excerpt_lang: str
    lines: list


def hits_of(results):
    """Return the `Hit` of each page of `results`, in one query."""
    texts = texts_of([page for page in results.pages if not page.fixed])
    owners = results.vocabulary.topmost if results.vocabulary else {}
    marker = Marker(results.query.groups) if results.query else None
    order = languages_by_preference()
    return [fixed_hit(page) if page.fixed else hit_of(page, texts, owners, marker, order) for page in results.pages]


def arranged(results):
    """Return what a reader meets: the hit that answers the term that was asked for, or `None`; then hits by kind.

    → `(hit, [(kind, [hit, …]), …])`, the kind of the best hit first.
    """
    hits = hits_of(results)
    answer = hits.pop(0) if results.answers_term else None
    in_glossary = results.entry.page.get_absolute_url() if answer else ""  # to which the answer has a link
    groups = {}
    for hit in hits:
        if hit.url != in_glossary:
            groups.setdefault(hit.kind, []).append(hit)
    return answer, list(groups.items())


def fixed_hit(page):
    return Hit(page.url(), str(page.fixed.title), "", _("This site"), "", "", "", [])


class Text(NamedTuple):
    """A passage to show."""

    edition: int
    anchor: str
    language: str
    title: str
    heading: str
    text: str


def texts_of(pages):
    """Return the texts to show of each edition, by anchor and language."""
    editions = sorted(page.passage.edition for page in pages)
    anchors = sorted({"", *(anchor for page in pages for anchor in page.anchors[: MOST_SECTIONS + 1])})
    found = {edition: {} for edition in editions}
    for row in passages_to_show(hidden_languages(), editions=filled_up(editions), anchors=filled_up(anchors)):
        text = Text._make(row)
        found[text.edition][text.anchor, text.language] = text
    return found


@prepared
def passages_to_show(hidden, *, editions, anchors):
    passages = Passage.objects.filter(edition__in=editions, anchor__in=anchors).exclude(language__in=hidden)
    return passages.order_by().values_list(*OF_TEXT)


def hit_of(page, texts, owners, marker, order):
    """Return the `Hit` of `page`. `order` are the codes of the languages that the reader is shown, their own first."""
    first, code = page.passage, order[0]
    of_edition, best = texts[first.edition], page.anchors[0]
    shown = text_at(of_edition, best, order)
    titled = of_edition.get((best, code)) or of_edition.get(("", code)) or shown
    owner = owners.get(first.topmost, {})
    url = page.url()
    anchors = [anchor for anchor in page.anchors[: MOST_SECTIONS + 1] if anchor]
    lines = [line_of(first.kind, url, of_edition, anchor, order) for anchor in anchors]
    return Hit(
        url=url + (f"#{best}" if best else ""),
        title=marker.mark(titled.title),
        lang=other(titled.language, code),
        kind=name_of_kind(first.kind, code),
        owner=owner.get(code) or next(iter(owner.values()), ""),
        excerpt=marker.excerpt(shown.text),
        excerpt_lang=other(shown.language, code),
        lines=[line for line in lines if line][:MOST_SECTIONS],
    )


@cache
def name_of_kind(kind, _language):
    return capfirst(apps.get_model(kind)._meta.verbose_name)


def text_at(of_edition, anchor, order):
    """Return the text at `anchor` in the reader's language, else in the next that has it."""
    at_anchor = [text for code in order if (text := of_edition.get((anchor, code)))]
    return min(at_anchor or of_edition.values(), key=lambda one: (not one.text, order.index(one.language)))


def line_of(kind, url, of_edition, anchor, order):
    text = text_at(of_edition, anchor, order)
    if text.heading:
        return Line(text.heading, f"{url}#{anchor}", other(text.language, order[0]))
    heading = interface_headings().get(kind, {}).get(anchor, {}).get(order[0])
    return Line(heading, f"{url}#{anchor}", "") if heading else None


def other(language, code):
    return "" if language == code else language


def start_of_word(text, place):
    """Return where the first word after `place` begins, or `place` in a language that puts no spaces between words."""
    if place <= 0:
        return 0
    return text.find(" ", place, place + BEFORE) + 1 or place


# ── The words that were found ─────────────────────────────────────────────────────────────────────────────────────────


@lru_cache(maxsize=5_000)
def stem_of_page(word):
    """Return the stem of a word of a page, which may be remembered, as nothing that somebody typed may."""
    return stem(fold(word))


@cache
def stems_that_ask():
    return frozenset(map(stem, rules()["question_words"]))


class Marker:
    """Marks the words of a query in a text: syllabic ones whatever the spaces, others in all their forms."""

    def __init__(self, groups):
        typed = [fold(group.typed) for group in groups]
        phrases = [phrase for group in groups for phrase in group.phrases]
        forms = {*("".join(pieces(each)) for each in typed), *(phrase.compact for phrase in phrases)}
        tokens = {*(token for each in typed for token in phrase_tokens(each))}.union(*(one.tokens for one in phrases))
        syllabic = [form for form in forms if form and is_syllabic(form)]
        self.stems = {token for token in tokens if not is_syllabic(token)} - stems_that_ask()
        longest_first = sorted(syllabic, key=len, reverse=True)
        patterns = [r"\s*".join(map(re.escape, word)) for word in longest_first]
        self.syllabic = re.compile("|".join(patterns)) if patterns else None

    def first(self, text):
        """Return where the first word that was found begins, or 0."""
        found = self.syllabic.search(text) if self.syllabic else None
        starts = [found.start()] if found else []
        for match in OTHER_PIECES.finditer(text) if self.stems else ():
            if stem_of_page(match[0]) in self.stems:
                starts.append(match.start())
                break
        return min(starts, default=0)

    def spans(self, text):
        found = [match.span() for match in self.syllabic.finditer(text)] if self.syllabic else []
        for match in OTHER_PIECES.finditer(text) if self.stems else ():
            if stem_of_page(match[0]) in self.stems:
                found.append(match.span())
        merged = []
        for start, end in sorted(found):
            if merged and start <= merged[-1][1]:
                merged[-1][1] = max(end, merged[-1][1])
            else:
                merged.append([start, end])
        return merged

    def mark(self, text):
        """Return `text` as HTML with the words that were found in `<mark>`."""
        text = unicodedata.normalize("NFC", text)
        html, at = [], 0
        for start, end in self.spans(text):
            html += [escape(text[at:start]), "<mark>", escape(text[start:end]), "</mark>"]
            at = end
        return mark_safe("".join([*html, escape(text[at:])]))  # noqa: S308 (its pieces are escaped)

    def excerpt(self, text):
        """Return the piece of `text` around the first word that was found, marked; its beginning where none was."""
        text = unicodedata.normalize("NFC", text)
        at = start_of_word(text, self.first(text) - AROUND)
        around = text[at : at + 2 * AROUND + LENGTH]
        tidy = re.sub(r"\s*\n- ", ", ", around)
        tidy = re.sub(r"(?<=[.:?!。]), ", " ", " ".join(tidy.split())).removeprefix("- ")
        start = start_of_word(tidy, self.first(tidy) - BEFORE)
        end = start + LENGTH
        if end < len(tidy):
            end = max(tidy.rfind(" ", start, end), start + LENGTH // 2)
        is_cut = end < len(tidy) or at + len(around) < len(text)
        return mark_safe(f"{'… ' if at or start else ''}{self.mark(tidy[start:end])}{' …' if is_cut else ''}")  # noqa: S308
