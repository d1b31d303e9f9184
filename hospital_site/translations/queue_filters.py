"""What the address of a queue asks for, and what its filters offer."""

from collections import Counter
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy

from hospital_site.publishing.admin.site import viewed_kinds
from hospital_site.publishing.models import page_at, page_models
from hospital_site.publishing.page_scopes import may_see, visible
from hospital_site.translations import conflicts
from hospital_site.translations.storing import page_named
from hospital_site.translations.units import TO_DO, State, units
from hospital_site.typed_text import clean_line

MOST_PAGES = 200  # that the filter of pages offers
STATES = {
    "": (gettext_lazy("to do: missing, or the source changed"), TO_DO),
    "missing": (gettext_lazy("missing"), {State.MISSING}),
    "stale": (gettext_lazy("source changed"), {State.STALE}),
    "in_work": (gettext_lazy("in work: saved, not submitted yet"), {State.IN_WORK}),
    "waiting": (gettext_lazy("waiting for publication"), {State.WAITING}),
    "file": (gettext_lazy("from a file, to be decided"), set(State)),
    "all": (gettext_lazy("all texts"), set(State)),
}


class Filters:
    """What the address of a queue asks for. What it does not know, it ignores."""

    def __init__(self, query, user):
        self.query, self.user = query, user
        self.state = query.get("state", "") if query.get("state", "") in STATES else ""
        kinds = {model.page_kind() for model in page_models()}
        self.kind = query.get("kind", "") if query.get("kind", "") in kinds else ""
        self.within = self.page_key(query.get("within", ""))
        self.page = self.page_key(query.get("page", ""))
        self.term = clean_line(query.get("term", ""))[:80]

    @property
    def without_page(self):
        return self.address(page=None)

    def page_key(self, key):
        page = page_named(key)
        return key if page is not None and may_see(self.user, page) else ""

    @cached_property
    def only_page(self):
        return page_at(self.page) if self.page else None

    @property
    def chosen(self):
        """Return `[(name, value), …]` of the filters that are set."""
        names = ("state", "kind", "within", "page", "term")
        return [(name, value) for name in names if (value := getattr(self, name))]

    def address(self, **more):
        """The address of the queue with these filters, `more` added; `None` takes one away."""
        found = dict(self.chosen) | more
        return "?" + urlencode({name: value for name, value in found.items() if value}, doseq=True)

    def units(self, language, also, term_base):
        """The units that are asked for, and those whose ids are in `also`."""
        states, also = STATES[self.state][1], set(also)
        kind = self.page.partition(":")[0] if self.page else self.kind
        forms = term_base.forms(self.term) if self.term else ()
        pages = {unit.partition("/")[0] for unit in also}
        wanted = None
        if self.state == "file":
            waiting = conflicts.to_decide(language, self.user).values_list("unit", "page")
            wanted = {unit for unit, _page in waiting}
            pages |= {page for _unit, page in waiting}
        for unit in units(
            language,
            user=self.user,
            kind=kind,
            within=self.within,
            states=states if wanted is None else TO_DO,
            also=pages,
        ):
            is_of_page = not self.page or unit.page.key == self.page
            is_wanted = unit.state in states and (wanted is None or unit.id in wanted)
            if unit.id in also or (is_wanted and is_of_page and has_any(unit, forms)):
                yield unit


def has_any(unit, forms):
    text = f"{unit.source}\n{unit.text}".casefold()
    return not forms or any(form in text for form in forms)


def parts_of_site(user):
    """`[(plural name of a kind, [(key, name), …]), …]` of the pages with pages below them that `user` may see."""
    above = {field.related_model for model in page_models() for field in map(model._meta.get_field, model.parents)}
    for model in viewed_kinds(user):
        if model in above:
            pages = [(page.key, str(page)) for page in visible(model.objects.all(), user)]
            if pages:
                yield capfirst(model._meta.verbose_name_plural), pages


def pages_of(found):
    """`[(page, number of its texts, where it is submitted), …]` of the units `found`; none where there are too many."""
    pages = {unit.page.key: unit.page for unit in found}
    numbers = Counter(unit.page.key for unit in found)
    return [(page, numbers[key], submit_url(page)) for key, page in pages.items()] if len(pages) <= MOST_PAGES else []


def submit_url(page):
    return reverse(f"admin:{page._meta.label_lower.replace('.', '_')}_publish", args=[page.pk])
