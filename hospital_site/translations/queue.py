"""The queue of one language in the admin: what is to be translated, row by row, and saved from there as drafts."""

from dataclasses import dataclass, field
from itertools import pairwise
from urllib.parse import urlencode

from django.conf import settings
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpResponseRedirect
from django.shortcuts import render
from django.utils.functional import cached_property
from django.utils.text import capfirst
from django.utils.translation import get_language_info, gettext_lazy, ngettext
from django.utils.translation import gettext as _

from hospital_site.publishing.admin.site import viewed_kinds
from hospital_site.publishing.differences import words_changed
from hospital_site.publishing.models import page_at, page_models
from hospital_site.publishing.page_scopes import may_see, visible
from hospital_site.publishing.permissions import languages_of
from hospital_site.translations import conflicts
from hospital_site.translations.exchange.writing import FORMAT_NAMES
from hospital_site.translations.models import FileText
from hospital_site.translations.storing import Change, Result, may_change, page_named, store
from hospital_site.translations.term_base import TermBase
from hospital_site.translations.term_files import NAMES as TERM_FORMATS
from hospital_site.translations.units import TO_DO, State, Unit, anchor_of, digest_of, units
from hospital_site.typed_text import clean_line

UNITS_ON_A_PAGE = 20
STATES = {
    "": (gettext_lazy("to do: missing, or the source changed"), TO_DO),
    "missing": (gettext_lazy("missing"), {State.MISSING}),
    "stale": (gettext_lazy("source changed"), {State.STALE}),
    "in_work": (gettext_lazy("in work: saved, not submitted yet"), {State.IN_WORK}),
    "waiting": (gettext_lazy("waiting for publication"), {State.WAITING}),
    "file": (gettext_lazy("from a file, to be decided"), set(State)),
    "all": (gettext_lazy("all texts"), set(State)),
}
LABELS = {
    State.MISSING: gettext_lazy("missing"),
    State.STALE: gettext_lazy("source changed"),
    State.IN_WORK: gettext_lazy("in work"),
    State.WAITING: gettext_lazy("waiting for publication"),
    State.CURRENT: gettext_lazy("up to date"),
}
CHIPS = {State.IN_WORK: "waiting", State.WAITING: "waiting", State.CURRENT: "in-sync"}
NOT_STORED = {
    Result.SOURCE_CHANGED: gettext_lazy(
        "Nothing was saved here: the source was changed while you were writing. It is shown as it is now, and your own "
        "text is still in the field. Read both, then save again."
    ),
    Result.TEXT_CHANGED: gettext_lazy(
        "Nothing was saved here: somebody else saved another translation meanwhile. It is shown below, and your own "
        "text is still in the field. Read both, then save again."
    ),
    Result.UNKNOWN: gettext_lazy("Nothing was saved here: this text no longer exists."),
}


@dataclass
class Shown:
    """One row of the queue: a unit, what its field holds, and what was done with it just now."""

    unit: Unit
    text: str
    is_done: bool = False
    problem: str = ""
    changes: list = field(default_factory=list)
    terms: list = field(default_factory=list)
    forbidden: list = field(default_factory=list)
    may_write: bool = False
    from_file: FileText | None = None
    file_words: list = field(default_factory=list)
    previous: str = ""
    next: str = ""

    @property
    def kind(self):
        return capfirst(self.unit.page._meta.verbose_name)

    @property
    def anchor(self):
        return self.unit.anchor

    @property
    def chip(self):
        return CHIPS.get(self.unit.state, str(self.unit.state)), LABELS[self.unit.state]

    @property
    def lines(self):
        return 2 + max(len(text) // 60 + text.count("\n") for text in (self.text, self.unit.source))

    @property
    def source_info(self):
        return get_language_info(self.unit.source_language)


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


# ── The page ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def queue(request, language):
    """Show the queue of `language` and store what is sent from it. Whoever may not write the language reads it."""
    if language not in dict(settings.LANGUAGES):
        raise Http404
    if not viewed_kinds(request.user):
        raise PermissionDenied
    filters, outcomes = Filters(request.GET, request.user), {}
    kept = getattr(request, "kept_fields", {})
    also = [*request.GET.getlist("after"), *sent_ids(kept)]
    if request.method == "POST":
        if language not in languages_of(request.user):
            raise PermissionDenied
        file_text, decision = conflicts.pressed(request.POST, language, request.user)
        outcomes = store(changes_in(request.POST, language, decision == conflicts.TAKE and file_text), by=request.user)
        decided = [name for name, outcome in outcomes.items() if outcome.result in (Result.STORED, Result.CONFIRMED)]
        if decision == conflicts.LEAVE and file_text:
            decided.append(file_text.unit)
        conflicts.decide(language, decided)
        if all(outcome.is_done for outcome in outcomes.values()):
            return done(request, filters, outcomes)
        also = sent_ids(request.POST)
    context = shown_page(request, filters, language, also, outcomes)
    return render(request, "admin/translations/queue.html", context)


def sent_ids(fields):
    return [name.removeprefix("seen-") for name in fields if name.startswith("seen-")]


def changes_in(sent, language, file_text=None):
    """What was written into the rows, those included whose buttons were not pressed, and what was confirmed.

    `file_text` is the text of a file that takes the place of what stands in its row.
    """
    ids = sent_ids(sent)
    confirmed = set(ids) if "_confirm_shown" in sent else {sent.get("_confirm")}
    taken, _bar, word = sent.get("_take", "").partition("|")
    term_base = TermBase() if taken else None
    for name in ids:
        text = sent.get(f"text-{name}", "")
        if file_text and name == file_text.unit:
            text = file_text.text
        if name == taken:
            text = term_base.forbidden(text, language).replace_in(text, word)
        known = {"seen": sent[f"seen-{name}"], "source_seen": sent.get(f"source-{name}", "")}
        if digest_of(text) != known["seen"] and (text.strip() or name in (sent.get("_save"), sent.get("_next"))):
            yield Change(name, language, text=text, **known)
        elif name in confirmed:
            yield Change(name, language, **known)


def done(request, filters, outcomes):
    """Say what was done, and lead back to the row that was left, or to the next one."""
    results = [outcome.result for outcome in outcomes.values()]
    stored, confirmed = results.count(Result.STORED), results.count(Result.CONFIRMED)
    if stored:
        sentence = ngettext("%(number)d text saved as a draft.", "%(number)d texts saved as drafts.", stored)
        messages.success(request, sentence % {"number": stored})
    if confirmed:
        sentence = ngettext(
            "%(number)d text marked as still correct.", "%(number)d texts marked as still correct.", confirmed
        )
        messages.success(request, sentence % {"number": confirmed})
    if not stored and not confirmed:
        messages.info(request, _("Nothing was changed."))
    ids, sent = sent_ids(request.POST), request.POST
    from_file = sent.get("_from_file", "").split("|")[-1]
    pressed = (
        from_file
        or sent.get("_save")
        or sent.get("_next")
        or sent.get("_confirm")
        or sent.get("_take", "").partition("|")[0]
    )
    at = pressed if pressed in ids else next(iter(ids), "")
    if "_next" in sent or "_confirm" in sent:
        following = ids[ids.index(at) + 1 :] if at else []
        at = next(iter(following), sent.get("following") or at)
    after = [name for name, outcome in outcomes.items() if outcome.result != Result.UNCHANGED]
    return HttpResponseRedirect(f"{request.path}{filters.address(at=at, after=after)}#{anchor_of(at)}")


def shown_page(request, filters, language, also, outcomes):
    user, term_base = request.user, TermBase()
    found = list(filters.units(language, also, term_base))
    listed = Paginator(found, UNITS_ON_A_PAGE)
    ids = [unit.id for unit in found]
    at = (request.method == "GET" and request.GET.get("at")) or next(iter(also), "")
    number = ids.index(at) // UNITS_ON_A_PAGE + 1 if at in ids else request.GET.get("p")
    part = listed.get_page(number)
    info = get_language_info(language)
    done_ids = {*request.GET.getlist("after"), *(name for name, outcome in outcomes.items() if outcome.is_done)}
    rows = [row_of(unit, request.POST, outcomes, done_ids, user) for unit in part]
    for one, other in pairwise(rows):
        one.next, other.previous = other.anchor, one.anchor
    add_terms(rows, language, term_base)
    add_file_texts(rows, language, put=request.GET.get("put", ""))
    return {
        **admin.site.each_context(request),
        "title": _("Translations: %(language)s") % {"language": capfirst(info["name_translated"])},
        "language": info,
        "queues": [get_language_info(code) for code, _name in settings.LANGUAGES],
        "filters": filters,
        "states": [(name, label) for name, (label, _states) in STATES.items()],
        "kinds": [(model.page_kind(), model._meta.verbose_name_plural) for model in viewed_kinds(user)],
        "parts": list(parts_of_site(user)),
        "number": len(set(ids) - done_ids),
        "part": part,
        "at_row": next((row for row in rows if row.unit.id == at), None),
        "rows": rows,
        "from_files": conflicts.to_decide(language, user).count(),
        "formats": FORMAT_NAMES,
        "term_formats": TERM_FORMATS,
        "sources": sorted({unit.source_language for unit in found}),
        "following": ids[part.end_index()] if part.has_next() else "",
        "may_write": any(row.may_write for row in rows),
        "may_write_language": language in languages_of(user),
        "may_submit": language in languages_of(user) and STATES[filters.state][1] <= TO_DO,
        "has_problem": any(row.problem for row in rows),
        "confirmable": sum(row.unit.state == State.STALE and row.may_write for row in rows),
    }


def row_of(unit, sent, outcomes, done_ids, user):
    row = Shown(unit, unit.text, is_done=unit.id in done_ids)
    row.may_write = unit.language in languages_of(user) and may_change(user, unit.page) and may_change(user, unit.row)
    outcome = outcomes.get(unit.id)
    if f"text-{unit.id}" in sent and not (outcome and outcome.is_done):
        row.text = sent[f"text-{unit.id}"]
    if outcome and not outcome.is_done:
        row.problem = outcome.sentence or NOT_STORED[outcome.result]
    changes = unit.gap.changes if unit.gap else ()
    row.changes = [(get_language_info(code), words_changed(old, new)) for code, old, new in changes if old]
    return row


def add_file_texts(rows, language, put):
    """Give `rows` what files say of them; the one whose text of a file is to be corrected has it in its field."""
    waiting = conflicts.by_unit(language, [row.unit.id for row in rows]) if rows else {}
    for row in rows:
        row.from_file = waiting.get(row.unit.id)
        if row.from_file:
            row.file_words = words_changed(row.unit.text, row.from_file.text)
            if put == str(row.from_file.pk):
                row.text = row.from_file.text


def add_terms(rows, language, term_base):
    if not rows or not term_base.terms:
        return
    forbidden = term_base.forbidden("\n".join(row.text for row in rows), language)
    for row in rows:
        row.terms = term_base.entries(row.unit)
        is_own_words = row.unit.field in getattr(row.unit.row, "source_words", [])
        row.forbidden = [] if is_own_words else forbidden.found_in(row.text)


def parts_of_site(user):
    """`[(plural name of a kind, [(key, name), …]), …]` of the pages with pages below them that `user` may see."""
    above = {field.related_model for model in page_models() for field in map(model._meta.get_field, model.parents)}
    for model in viewed_kinds(user):
        if model in above:
            pages = [(page.key, str(page)) for page in visible(model.objects.all(), user)]
            if pages:
                yield capfirst(model._meta.verbose_name_plural), pages
