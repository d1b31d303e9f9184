"""The queue of one language in the admin: what is to be translated, row by row, and saved from there as drafts."""

from dataclasses import dataclass, field
from itertools import pairwise

from django.apps import apps
from django.conf import settings
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpResponseRedirect
from django.shortcuts import render
from django.utils.text import capfirst
from django.utils.translation import get_language_info, gettext_lazy, ngettext
from django.utils.translation import gettext as _

from hospital_site.publishing.admin.site import viewed_kinds
from hospital_site.publishing.differences import words_changed
from hospital_site.publishing.permissions import languages_of
from hospital_site.translations import conflicts
from hospital_site.translations.exchange.records import preview_route
from hospital_site.translations.exchange.writing import FORMAT_NAMES
from hospital_site.translations.models import FileText
from hospital_site.translations.queue_filters import STATES, Filters, pages_of, parts_of_site
from hospital_site.translations.storing import Change, Result, may_change, store
from hospital_site.translations.term_base import TermBase
from hospital_site.translations.term_files import NAMES as TERM_FORMATS
from hospital_site.translations.units import State, Unit, anchor_of, digest_of

UNITS_ON_A_PAGE = 20
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


LEFT = gettext_lazy("The text of the file was left out. What is saved stays as it is.")
KEPT = gettext_lazy("What is saved stays as it is.")


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
    def landing(self):
        """Where a translator goes on: the field, or the heading of whoever only reads."""
        return f"id_{self.anchor}" if self.may_write else self.anchor

    @property
    def preview(self):
        page = self.unit.page
        return preview_route(page._meta.label_lower, self.unit.language).replace("/0/", f"/{page.pk}/")

    @property
    def is_shortened(self):
        """Whether the comparison leaves out a part of the source."""
        return any("…" in text and text not in self.unit.source for _info, part in self.changes for _how, text in part)

    @property
    def chip(self):
        return CHIPS.get(self.unit.state, str(self.unit.state)), LABELS[self.unit.state]

    @property
    def lines(self):
        return 2 + max(len(text) // 60 + text.count("\n") for text in (self.text, self.unit.source))

    @property
    def source_info(self):
        return get_language_info(self.unit.source_language)


# ── The page ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def queue(request, language):
    """Show the queue of `language` and store what is sent from it. Whoever may not write the language reads it."""
    if language not in dict(settings.LANGUAGES):
        raise Http404
    if not viewed_kinds(request.user):
        raise PermissionDenied
    filters, outcomes = Filters(request.GET, request.user), {}
    kept = getattr(request, "kept_fields", {})
    also = [*request.GET.getlist("after"), *sorted(sent_ids(kept), key=lambda name: not is_written(kept, name))]
    if request.method == "POST":
        if language not in languages_of(request.user):
            raise PermissionDenied
        file_text, decision = conflicts.pressed(request.POST, language, request.user)
        changes = list(changes_in(request.POST, language, decision == conflicts.TAKE and file_text))
        outcomes = store(changes, by=request.user)
        decided = [name for name, outcome in outcomes.items() if outcome.result in (Result.STORED, Result.CONFIRMED)]
        if decision == conflicts.LEAVE and file_text:
            decided.append(file_text.unit)
        conflicts.decide(language, decided)
        if all(outcome.is_done for outcome in outcomes.values()):
            said = LEFT if decision == conflicts.LEAVE else KEPT if "_keep" in request.POST else ""
            forbidden = with_forbidden_forms(changes, outcomes, language)
            return done(request, filters, outcomes, forbidden, said)
        also = sent_ids(request.POST)
    context = shown_page(request, filters, language, also, outcomes)
    return render(request, "admin/translations/queue.html", context)


def sent_ids(fields):
    return [name.removeprefix("seen-") for name in fields if name.startswith("seen-")]


def is_written(kept, name):
    """Whether the kept text of the unit `name` differs from the one that its author saw."""
    text, seen = (kept.get(f"{prefix}-{name}", [""])[0] for prefix in ("text", "seen"))
    return digest_of(text) != seen


def changes_in(sent, language, file_text=None):
    """What was written into the rows, those included whose buttons were not pressed, and what was confirmed.

    `file_text` is the text of a file that takes the place of what stands in its row.
    """
    ids = [name for name in sent_ids(sent) if name != sent.get("_keep")]
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


def with_forbidden_forms(changes, outcomes, language):
    """Return the ids of those texts stored by `changes` in which the glossary forbids something."""
    stored = [change for change in changes if outcomes[change.id].result == Result.STORED]
    term_base = TermBase() if stored else None
    return [
        change.id
        for change in stored
        if not is_own_words(change.id) and term_base.forbidden(change.text, language).found_in(change.text)
    ]


def is_own_words(unit_id):
    """Whether the text is one of those that a hospital wrote itself."""
    *rows, name = unit_id.split("/")
    return name in getattr(apps.get_model(rows[-1].partition(":")[0]), "source_words", [])


def done(request, filters, outcomes, forbidden=(), said=""):
    """Say what was done, and lead to the next row, or back to the one that was left or that has a forbidden form.

    `said` takes the place of the sentence that nothing was changed.
    """
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
        messages.info(request, said or _("Nothing was changed."))
    ids, sent = sent_ids(request.POST), request.POST
    from_file = sent.get("_from_file", "").split("|")[-1]
    pressed = (
        from_file
        or sent.get("_save")
        or sent.get("_next")
        or sent.get("_confirm")
        or sent.get("_keep")
        or sent.get("_take", "").partition("|")[0]
    )
    at = pressed if pressed in ids else next(iter(ids), "")
    if forbidden:
        at = forbidden[0]
    elif "_next" in sent or "_confirm" in sent:
        following = ids[ids.index(at) + 1 :] if at else []
        at = next(iter(following), sent.get("following") or at)
    after = [name for name, outcome in outcomes.items() if outcome.result != Result.UNCHANGED]
    return HttpResponseRedirect(f"{request.path}{filters.address(at=at, after=after)}#id_{anchor_of(at)}")


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
        one.next, other.previous = other.landing, one.landing
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
        "pages": pages_of(found),
        "part": part,
        "at_row": next((row for row in rows if row.unit.id == at), None),
        "rows": rows,
        "done_rows": [row for row in rows if row.is_done],
        "from_files": conflicts.to_decide(language, user).count(),
        "formats": FORMAT_NAMES,
        "term_formats": TERM_FORMATS,
        "sources": sorted({unit.source_language for unit in found}),
        "following": ids[part.end_index()] if part.has_next() else "",
        "may_write": any(row.may_write for row in rows),
        "may_write_language": language in languages_of(user),
        "may_submit": language in languages_of(user) and filters.state not in ("in_work", "waiting"),
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
