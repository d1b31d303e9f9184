"""What one reader sees: the editions of a moment, in a preview with one of them replaced. It imports no write side."""

from collections import defaultdict
from datetime import date
from functools import partial
from itertools import chain
from typing import NamedTuple

from django.conf import settings
from django.http import Http404
from django.utils import timezone
from django.utils.functional import SimpleLazyObject
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from hospital_site.publishing.embedding import (
    embedded_keys,
    embedded_pages,
    embeds,
    has_pages_below,
    kind_of,
    kinds_between,
    kinds_that_embed,
)
from hospital_site.publishing.models import Edition, SignOff, in_reader_language, page_models, without_language
from hospital_site.publishing.reader_queries import (
    editions_around,
    editions_at,
    editions_below,
    editions_in_list,
    editions_of,
    editions_of_whole,
    latest_edition,
)
from hospital_site.publishing.reads import note, note_page
from hospital_site.publishing.snapshots import Snapshot

SIBLINGS = 5


class Gone(Http404):
    """The page was withdrawn. `successor` is the `Snapshot` of the page to go to instead, or `None`."""

    def __init__(self, successor=None):
        super().__init__()
        self.successor = successor


class Review(NamedTuple):
    """The latest clinical review of a page in the reader's language, for the line that patients see."""

    name: str
    role: str
    reviewed_on: date
    review_due: date
    is_current: bool

    @classmethod
    def of(cls, edition, name="review", code=None):
        """→ `None` when no clinician has signed this page in the language `code` (the reader's)."""
        note_page(edition)
        found = getattr(edition, name) if hasattr(edition, name) else look_for_review(edition)
        if not found:
            return None
        days = (date.fromisoformat(found[name]) for name in ("reviewed_on", "review_due"))
        is_current = found["digest"] == edition.language_digests.get(code or get_language())
        return cls(found["name"], found["role"], *days, is_current=is_current)


def look_for_review(edition):
    """The latest signature for an edition that was read without it, one of its very words before any other."""
    signatures = list(SignOff.objects.filter(page=edition.page, language=get_language()).order_by("-pk").values())
    words = edition.language_digests.get(get_language())
    found = next((s for s in signatures if s["digest"] == words), None) or next(iter(signatures), None)
    return found and found | {name: found[name].isoformat() for name in ("reviewed_on", "review_due")}


class EditionReader:
    """The only way from editions to templates. A request has one as `request.reader` when staff preview.

    `as_of` is the moment to read (now). `override` is what to show in place of the current edition of its page: an
    earlier edition, or the candidate that publishing the draft would issue. `stand_ins` are candidates, by page, for
    pages above it that patients do not see yet.
    """

    def __init__(self, as_of=None, override=None, stand_ins=None):
        self.as_of = as_of
        self.override = override
        self.stand_ins = stand_ins or {}

    def page(self, model, path, *, in_every_language=False, siblings=0, listed=()):
        """Return the page of kind `model` at `path`, with the pages around it (two queries).

        It is a `Snapshot` whose `ancestors` lists the pages above it, the top first, each also by its name
        (`page.center`); `children` lists the pages below it, also by the accessors of the model (`page.clinics`);
        `embedded` lists the pages that it embeds, by the name of the relation, in their order; `embedded_in` lists
        the pages that embed it. These stand below a page above it, embedded ones perhaps with one more page between.
        `siblings` lists other pages of its kind under the same page, at most as many as are asked for; `listed` the
        pages of these kinds, which stand below no other. A page that is shown `in_every_language` has as `reviews` its
        review in each, by code.
        Raises `Http404` for what was never published and `Gone` for what is withdrawn.
        """
        languages = list(dict(settings.LANGUAGES)) if in_every_language else []
        edition = self._edition_at(model, without_language(path), languages)
        family = self._family(edition, siblings, listed)
        ancestors = []
        for key in edition.ancestors:
            ancestors.append(attach_ancestors(self._snapshot(family[key]), list(ancestors)))
        page = attach_ancestors(self._snapshot(edition), ancestors)
        children = [e for e in family.values() if e.parent == edition.page]
        attach_children(page, [attach_ancestors(self._snapshot(e), [*ancestors, page]) for e in children])
        page.attach(embedded_in=[self._near(e, ancestors) for e in family.values() if embeds(e, edition)])
        page.attach(embedded=self._embedded(page, family))
        beside = [e for e in family.values() if is_beside(e, edition)] if siblings else []
        page.attach(siblings=[attach_ancestors(self._snapshot(e), ancestors) for e in beside])
        page.attach(listed=[attach_ancestors(self._snapshot(e), []) for e in family.values() if e.kind in listed])
        page.attach(reviews={code: Review.of(edition, f"review_{code}", code) for code in languages})
        return page

    def tree(self, *kinds, with_reviews=False):
        """Return all live pages of these `kinds` that hang together, the topmost with the others below (one query).

        The kinds must include every level between the top and the lowest. Ask for reviews where one of the pages is
        shown whole.
        """
        note(*(f"{'kind' if with_reviews else 'heads'}:{kind_of(kind)}" for kind in kinds))
        language = get_language() if with_reviews else None
        return self._grown(editions_of(language, kinds=[kind_of(kind) for kind in kinds], as_of=self._moment))

    def some(self, kind, *below, number=1, size, each):
        """Return the live pages of `kind` on the list number `number` of `size` each, and whether more follow.

        `kind` stands below no other; each page has `each` live pages of every kind in `below` directly below it (two
        queries, which take the same time however many pages there are).
        """
        note(*(f"heads:{kind_of(one)}" for one in [kind, *below]))
        tops = editions_in_list((number - 1) * size, size + 1, kind=kind_of(kind), as_of=self._moment)
        keys = [edition.page for edition in tops[:size]]
        kinds = [kind_of(one) for one in below]
        lower = editions_below(each, tops=keys, kinds=kinds, as_of=self._moment) if keys and kinds else []
        return self._grown([*tops[:size], *lower]), len(tops) > size

    def whole(self, kind, *below, path="", keys=(), others=(), alone=()):
        """Return the live pages of `kind` at `path` or with these `keys`, with all pages of the kinds `below` them.

        Beside them stand the pages with the keys `others`, without what is below them, and all of the kinds `alone`
        (one query).
        """
        note(*(f"heads:{one}" for one in [kind, *below, *alone]))
        address = without_language(path) if path else ""
        wanted = {"address": address, "tops": list(keys), "others": list(others), "as_of": self._moment}
        return self._grown(editions_of_whole(kind=kind, kinds=list(below), alone=list(alone), **wanted))

    def addresses(self):
        """Return `(pk, kind, address, live_from)` of all live pages that can be opened, in their order (one query)."""
        note(*(f"kind:{kind_of(kind)}" for kind in page_models()))
        live = Edition.objects.live(self._moment).in_page_order()
        rows = list(live.values_list("page", "ancestors", "pk", "kind", "address", "live_from"))
        pages = {page for page, *_row in rows}
        return [tuple(row) for _page, ancestors, *row in rows if pages.issuperset(ancestors)]

    def stamp(self):
        """Return what changes whenever what patients see may have changed (one query)."""
        return next((edition.stamp for edition in latest_edition(as_of=self._moment)), None)

    def _grown(self, live):
        """Return the topmost pages of `live` editions, each with the others below it."""
        editions = {edition.page: edition for edition in live}
        children = defaultdict(list)
        for edition in editions.values():
            if set(edition.ancestors) <= set(editions):
                children[edition.parent].append(edition)

        def grow(edition, ancestors):
            page = attach_ancestors(self._snapshot(edition), ancestors)
            attach_children(page, [grow(child, [*ancestors, page]) for child in children[edition.page]])
            return page

        return [grow(top, []) for top in children[""]]

    def listed(self, model):
        """Return all live pages of `model`, a kind that stands below no other, each with its review (one query)."""
        note(f"kind:{kind_of(model)}")
        live = editions_of(get_language(), kinds=[kind_of(model)], as_of=self._moment)
        return [attach_ancestors(self._snapshot(edition), []) for edition in live]

    def versions(self, page):
        """Return `[(version, until), …]`: `page` as patients have read it so far, the latest first (one query).

        Each version is a `Snapshot` below the pages that are above `page` now. `until` is the moment at which another
        one took its place, or it was withdrawn; `None` where patients read it still. What was cancelled is left out.
        """
        started = Edition.objects.filter(page=page.edition.page, cancelled_at=None, live_from__lte=self._moment)
        started = list(started.order_by("live_from", "number"))
        ends = [*(edition.live_from for edition in started[1:]), None]
        versions = [(e, end) for e, end in zip(started, ends, strict=True) if not e.is_withdrawal]
        return [(attach_ancestors(self._snapshot(e), page.ancestors), end) for e, end in reversed(versions)]

    @property
    def _moment(self):
        return self.as_of or timezone.now()

    def _current(self):
        return Edition.objects.current(self.as_of)

    def _edition_at(self, model, address, languages):
        if self.override and (self.override.kind, self.override.address) == (model.page_kind(), address):
            return self.override
        note(f"at:{model.page_kind()}:{address}")
        here = editions_at(get_language(), *languages, kind=kind_of(model), address=address, as_of=self._moment)
        found = sorted(here, key=lambda edition: edition.is_withdrawal)
        if not found:
            raise Http404(_("There is no page at this address."))
        if found[0].is_withdrawal:
            raise Gone(self._successor_of(found[0]))
        return found[0]

    def _family(self, edition, siblings, listed):
        """Return the editions around `edition`, by page: see `page`."""
        model = edition.model
        embedded = [key for name in embedded_pages(model) for key in embedded_keys(edition, name)]
        if not (edition.ancestors or listed or has_pages_below(model)):
            return {}
        found = editions_around(
            siblings,
            page=edition.page,
            ancestors=edition.ancestors,
            embedded=embedded,
            kind=edition.kind,
            parent=edition.parent,
            kinds=[*kinds_that_embed(edition.kind), *kinds_between(model)],
            listed=listed,
            as_of=self._moment,
        )
        note(*(f"heads:{kind}" for kind in listed), *([f"first:{edition.kind}@{edition.parent}"] if siblings else []))
        note(f"below:{edition.page}", f"embed:{edition.page}", *(f"head:{key}" for key in edition.ancestors))
        family = {e.page: e for e in found}
        if edition is self.override:
            family |= {key: e for key, e in self.stand_ins.items() if key not in family or family[key].is_withdrawal}
        for key in edition.ancestors:
            if key not in family:
                raise Http404(_("There is no page at this address."))
            if family[key].is_withdrawal:
                raise Gone(self._successor_of(family[key]))
        return {key: e for key, e in family.items() if not e.is_withdrawal}

    def _embedded(self, page, family):
        """Return the pages that `page` embeds, by the name of the relation. What stands above them must be live too."""
        known = {above.edition.page: above for above in page.ancestors}
        for edition in family.values():
            if edition.kind in kinds_between(page._model) and edition.page not in known:
                known[edition.page] = self._near(edition, page.ancestors)
        keys = {name: embedded_keys(page.edition, name) for name in embedded_pages(page._model)}
        wanted_pages = set(chain(*keys.values()))
        above_them = {key for page in wanted_pages & set(family) for key in family[page].ancestors}
        note(*(f"head:{key}" for key in wanted_pages | above_them))
        return {
            name: [
                attach_ancestors(self._snapshot(e), [known[key] for key in e.ancestors])
                for e in family.values()
                if e.page in wanted and set(e.ancestors) <= set(known)
            ]
            for name, wanted in keys.items()
        }

    def _successor_of(self, withdrawal):
        """The page named when a page was withdrawn, if patients can open it. A chain is followed to its end."""
        seen = set()
        while withdrawal and withdrawal.successor and withdrawal.successor not in seen:
            seen.add(withdrawal.successor)
            edition = self._current().filter(page=withdrawal.successor).first()
            if edition and not edition.is_withdrawal:
                above = self._current().with_content().filter(page__in=edition.ancestors)
                is_open = above.count() == len(edition.ancestors)
                return self.page(edition.model, edition.address) if is_open else None
            withdrawal = edition
        return None

    def _near(self, edition, ancestors):
        """Return the page of `edition`, which stands directly below one of `ancestors`, the top first."""
        keys = [above.edition.page for above in ancestors]
        return attach_ancestors(self._snapshot(edition), ancestors[: keys.index(edition.parent) + 1])

    def _snapshot(self, edition):
        review = SimpleLazyObject(partial(Review.of, edition))
        is_draft = not isinstance(edition, Edition)
        address = partial(in_reader_language, edition.address)
        return Snapshot(
            edition.model, edition.data, edition=edition, get_absolute_url=address, is_draft=is_draft, review=review
        )


def is_beside(edition, page):
    return (edition.kind, edition.parent) == (page.kind, page.parent) and edition.page != page.page


def attach_ancestors(page, ancestors):
    """Attach the pages above `page`: as `ancestors`, the top first, and each by its name, such as `page.center`."""
    page.attach(ancestors=ancestors, **{above._model._meta.model_name: above for above in ancestors})
    return page


def attach_children(page, children):
    """Attach the pages below, also by the accessors of the model, such as `page.clinics`; empty where none are."""
    page.attach(children=children)
    for relation in page._model._meta.related_objects:
        if relation.field.name in getattr(relation.related_model, "parents", []):
            of_this_kind = [child for child in children if child._model is relation.related_model]
            page.attach(**{relation.get_accessor_name(): of_this_kind})


def in_order(pages):
    """Yield `pages` with all pages below them, each before its own."""
    for page in pages:
        yield page
        yield from in_order(page.children)


def reader_of(request):
    """Return how `request` reads: as patients do, unless staff opened a preview."""
    return getattr(request, "reader", None) or EditionReader()


def live_or_404(request, model, **around):
    """Return the page of kind `model` at the address of `request`, as its reader may see it, with what is `around`."""
    return reader_of(request).page(model, getattr(request, "address", request.path_info), **around)
