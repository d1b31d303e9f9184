"""Units of translators' work: one text in one language. The queue shows them, and files are made of them."""

import hashlib
import re
from dataclasses import dataclass
from enum import StrEnum
from itertools import islice

from django.db.models import prefetch_related_objects
from django.utils.text import Truncator, capfirst
from modeltranslation.utils import build_localized_fieldname

from hospital_site.publishing.admin_links import form_url
from hospital_site.publishing.models import Editable, Edition, TranslationState, page_models
from hospital_site.publishing.page_scopes import visible
from hospital_site.publishing.staleness import Gap, gap_of, names_of, normal, source_of, words
from hospital_site.typed_text import clean_text, whole_number

PAGES_AT_ONCE = 100


class State(StrEnum):
    MISSING = "missing"
    STALE = "stale"  # the source has changed since
    IN_WORK = "in_work"  # the draft says something else than patients read, and nobody has submitted it
    WAITING = "waiting"  # submitted or scheduled
    CURRENT = "current"


TO_DO = frozenset({State.MISSING, State.STALE})


@dataclass(frozen=True)
class Unit:
    """The text `field` of `row`, which is `page` or an inline row of it, in one `language`.

    `id` is its stable name: `centers.clinic:5/centers.area:7/explanation`, `centers.clinic:5/name`.
    """

    page: Editable
    row: object
    field: str
    language: str
    gap: Gap | None
    state: State
    row_label: str = ""

    @property
    def id(self):
        keys = [self.page.key] if self.row is self.page else [self.page.key, row_key(self.row)]
        return "/".join([*keys, self.field])

    @property
    def anchor(self):
        """Where the queue shows it."""
        return anchor_of(self.id)

    @property
    def column(self):
        return build_localized_fieldname(self.field, self.language)

    @property
    def model_field(self):
        return self.row._meta.get_field(self.column)

    @property
    def source_language(self):
        """The language to translate from: of a text that counts as a source itself, the one that it is to fit."""
        if self.gap and self.gap.changes:
            return self.gap.changes[0][0]
        return source_of(self.row, self.field)

    @property
    def source(self):
        return getattr(self.row, build_localized_fieldname(self.field, self.source_language)) or ""

    @property
    def checked_source(self):
        """What the source said when the text was last checked; `None` where it says so still, or nobody checked."""
        return (self.gap.changes[0][1] or None) if self.gap and self.gap.changes else None

    @property
    def text(self):
        return getattr(self.row, self.column) or ""

    @property
    def digest(self):
        """The fingerprint of the translation that whoever replaces it must have seen."""
        return digest_of(self.text)

    @property
    def source_digest(self):
        """The fingerprint of the source that whoever checks the translation must have seen."""
        return digest_of(normal(self.source))

    @property
    def max_length(self):
        return self.model_field.max_length

    @property
    def label(self):
        """`Commitment 3 “Helping you eat again” — text`, as editors call it."""
        name = self.row._meta.get_field(self.field).verbose_name
        return f"{self.row_label} — {name}" if self.row_label else capfirst(name)

    @property
    def form_url(self):
        return form_url(self.page.key)


def anchor_of(unit_id):
    return "unit-" + re.sub(r"\W", "-", unit_id)


def row_key(row):
    return f"{row._meta.label_lower}:{row.pk}"


def digest_of(text):
    return hashlib.sha256(clean_text(text).strip().encode()).hexdigest()[:16]


# ── All units of a language ───────────────────────────────────────────────────────────────────────────────────────────


def units(language, *, user=None, kind="", within="", states=None, also=()):
    """Yield the units of `language`, page by page, of all pages or those that `user` may see.

    `kind` is a kind of page, `within` the key of a page: that one and those below it. `states` are those wanted (all);
    pages whose keys are in `also` are looked through whatever their state. A hundred pages are read at once.
    """
    keys = None
    if states and set(states) <= TO_DO:
        keys = {*pages_to_do(language), *also}
    for model in page_models():
        if (kind and model.page_kind() != kind) or (user is not None and not may_view(user, model)):
            continue
        pages = model.objects.all() if user is None else visible(model.objects.all(), user)
        if within:
            pages = pages.within([within])
        if keys is not None:
            numbers = [whole_number(pk) for kind_of, pk in map(split_key, keys) if kind_of == model.page_kind()]
            wanted = [pk for pk in numbers if pk is not None]
            if not wanted:
                continue
            pages = pages.filter(pk__in=wanted)
        rows = pages.order_by("pk").iterator(PAGES_AT_ONCE)
        while some := list(islice(rows, PAGES_AT_ONCE)):
            yield from units_of_pages(some, language)


def split_key(key):
    """`centers.treatment:5` → `("centers.treatment", "5")`"""
    kind, _colon, pk = key.partition(":")
    return kind, pk


def may_view(user, model):
    return user.has_perm(f"{model._meta.app_label}.view_{model._meta.model_name}")


def pages_to_do(language):
    states = TranslationState.objects.filter(language=language)
    return set((states.filter(missing__gt=0) | states.filter(stale__gt=0)).values_list("page", flat=True))


def units_of_pages(pages, language):
    """The units of `pages`, which are of one kind, in as many queries as one page takes."""
    prefetch_related_objects(pages, *pages[0].inline_relations)
    ours = Edition.objects.filter(page__in=[page.key for page in pages])
    live = {edition.page: edition for edition in ours.live()}
    scheduled = set(ours.scheduled().values_list("page", "digest"))
    for page in pages:
        is_submitted = page.submitted_digest and page.submitted_digest == page.draft_digest
        is_waiting = is_submitted or (page.key, page.draft_digest) in scheduled
        yield from units_of(page, language, live.get(page.key), is_waiting)


def units_of(page, language, live=None, is_waiting=False):
    published = published_texts(page, live.data if live else None)
    for row, label in labelled_rows(page):
        for name in names_of(row):
            if not is_unit(row, name, language):
                continue
            gap = gap_of(row, name, language)
            column = build_localized_fieldname(name, language)
            state = State.IN_WORK if not is_waiting else State.WAITING
            if gap:
                state = State(gap.kind)
            elif normal(published.get(row_key(row), {}).get(column)) == words(row, name, language):
                state = State.CURRENT
            yield Unit(page, row, name, language, gap, state, label)


def is_unit(row, name, language):
    """Is the text `name` of `row` one that translators have in `language`: is it translated, or to be translated?"""
    source = source_of(row, name)
    return bool(words(row, name, source)) and (source != language or gap_of(row, name, language) is not None)


def published_texts(page, data):
    """`{"centers.area:7": {"name_ko": …}}`: the columns of the rows that patients read, by the key of the row."""
    if data is None:
        return {}
    texts = {row_key(page): data}
    for name in page.inline_relations:
        kind = getattr(type(page), name).rel.related_model._meta.label_lower
        texts |= {f"{kind}:{row.get('id')}": row for row in data.get(name, [])}
    return texts


def labelled_rows(page):
    """`[(page, ""), (row, "Area 1 “Liver cancer”"), …]`"""
    rows = [(page, "")]
    for name in page.inline_relations:
        for number, row in enumerate(getattr(page, name).all(), start=1):
            title = Truncator(str(row)).chars(40)
            rows.append((row, f"{capfirst(row._meta.verbose_name)} {number}{f' “{title}”' if title else ''}"))
    return rows
