"""What one reader sees: the editions of a moment, in a preview with one of them replaced."""

from collections import defaultdict
from datetime import date
from functools import partial
from typing import NamedTuple

from django.db.models import Q
from django.http import Http404
from django.utils.functional import SimpleLazyObject
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from hospital_site.publishing.actions import compose
from hospital_site.publishing.models import Edition, SignOff, page_at, without_language
from hospital_site.publishing.snapshots import Snapshot


class Gone(Http404):
    """The page was withdrawn: it was here and is not any more."""


class Review(NamedTuple):
    """The latest clinical review of a page in the reader's language, for the line that patients see."""

    name: str
    role: str
    reviewed_on: date
    review_due: date
    is_current: bool

    @classmethod
    def of(cls, edition):
        """→ `None` when no clinician has signed this page in this language."""
        found = edition.review if hasattr(edition, "review") else look_for_review(edition)
        if not found:
            return None
        days = (date.fromisoformat(found[name]) for name in ("reviewed_on", "review_due"))
        is_current = found["digest"] == edition.language_digests.get(get_language())
        return cls(found["name"], found["role"], *days, is_current=is_current)


def look_for_review(edition):
    """The latest signature for an edition that was read without it, one of its very words before any other."""
    signatures = list(SignOff.objects.filter(page=edition.page, language=get_language()).order_by("-pk").values())
    words = edition.language_digests.get(get_language())
    found = next((s for s in signatures if s["digest"] == words), None) or next(iter(signatures), None)
    return found and found | {name: found[name].isoformat() for name in ("reviewed_on", "review_due")}


class Reading:
    """The only way from editions to templates. A request has one as `request.reading` when staff preview.

    `at` is the moment to read (now). `shown` is an edition to show in place of the live one: an earlier one, or the
    unsaved one that publishing the draft would write.
    """

    def __init__(self, at=None, shown=None):
        self.at = at
        self.shown = shown

    def page(self, model, path):
        """The page of kind `model` at `path`, with the pages above and directly below it attached (two queries).

        → a `Snapshot` whose `trail` lists the pages above it, the top first, each also by its name (`page.center`), and
        which has the pages below it under the accessors of the model (`page.clinics`).
        Raises `Http404` for what was never published and `Gone` for what is withdrawn.
        """
        edition = self._edition_at(model, without_language(path))
        family = self._family(edition)
        page = place(self._snapshot(edition), self._trail([family[key] for key in edition.ancestors]))
        below = [e for e in family.values() if e.parent == edition.page]
        attach_below(page, [place(self._snapshot(e), [*page.trail, page]) for e in below])
        return page

    def tree(self, *kinds):
        """All live pages of these `kinds` that hang together, the topmost returned, the others below them (one query).

        The kinds must include every level between the top and the lowest.
        """
        live = self._in_force().of(*kinds).with_content().order_by("kind", "position", "page")
        editions = {edition.page: edition for edition in live}
        below = defaultdict(list)
        for edition in editions.values():
            if set(edition.ancestors) <= set(editions):
                below[edition.parent].append(edition)

        def grow(edition, trail):
            page = place(self._snapshot(edition), trail)
            attach_below(page, [grow(child, [*trail, page]) for child in below[edition.page]])
            return page

        return [grow(top, []) for top in below[""]]

    def beside(self, page, limit=12):
        """Up to `limit` other live pages of the same kind under the same page, in their order (one query)."""
        edition = page.edition
        rivals = self._in_force().of(edition.kind).filter(parent=edition.parent).with_content()
        return [place(self._snapshot(e), page.trail) for e in rivals.exclude(page=edition.page)[:limit]]

    def _trail(self, editions):
        trail = []
        for edition in editions:
            trail.append(place(self._snapshot(edition), list(trail)))
        return trail

    def _in_force(self):
        return Edition.objects.in_force(self.at)

    def _edition_at(self, model, address):
        if self.shown and (self.shown.kind, self.shown.address) == (model.page_kind(), address):
            return self.shown
        here = self._in_force().of(model).filter(address=address).with_review(get_language(), self.at)
        found = sorted(here, key=lambda edition: edition.is_withdrawal)
        if not found:
            raise Http404(_("There is no page at this address."))
        if found[0].is_withdrawal:
            raise Gone
        return found[0]

    def _family(self, edition):
        """The editions above and directly below `edition`, by page."""
        around = Q(page__in=edition.ancestors) | Q(parent=edition.page)
        family = {e.page: e for e in self._in_force().filter(around)}
        for key in edition.ancestors:
            is_hidden = key not in family or family[key].is_withdrawal
            if edition is self.shown and is_hidden and (above := page_at(key)):
                family[key] = compose(above)
            if key not in family:
                raise Http404(_("There is no page at this address."))
            if family[key].is_withdrawal:
                raise Gone
        return {key: e for key, e in family.items() if not e.is_withdrawal}

    def _snapshot(self, edition):
        review = SimpleLazyObject(partial(Review.of, edition))
        return Snapshot(edition.model, edition.data, edition=edition, is_draft=edition.pk is None, review=review)


def place(page, trail):
    """Attach the pages above `page`: as `trail`, the top first, and each by its name, such as `page.center`."""
    page.attach(trail=trail, **{above._model._meta.model_name: above for above in trail})
    return page


def attach_below(page, below):
    """Attach the pages `below`, also by the accessors of the model, such as `page.clinics`; empty where none are."""
    page.attach(below=below)
    for relation in page._model._meta.related_objects:
        if relation.field.name in getattr(relation.related_model, "parents", []):
            children = [child for child in below if child._model is relation.related_model]
            page.attach(**{relation.get_accessor_name(): children})


def in_order(pages):
    """`pages` with all pages below them, each before its own."""
    for page in pages:
        yield page
        yield from in_order(page.below)


def reading(request):
    """How `request` reads: as patients do, unless staff opened a preview."""
    return getattr(request, "reading", None) or Reading()


def live_or_404(request, model):
    """The page of kind `model` at the address of `request`, as its reader may see it."""
    return reading(request).page(model, getattr(request, "address", request.path_info))
