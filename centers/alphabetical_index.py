"""The index of illnesses, tests and treatments: whole where it is short, on a large site a letter at a time."""

from django.http import Http404
from django.utils.text import capfirst
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from centers.models import Center, Clinic, Condition, DiagnosticTest, Hospital, Treatment
from hospital_site.glossary.alphabet import by_letter
from hospital_site.publishing.embedding import kind_of
from hospital_site.publishing.lists import ListPage, page_number
from hospital_site.publishing.reading import in_order
from hospital_site.publishing.reads import collect, note
from hospital_site.publishing.snapshots import Snapshot, localized

INDEXES = {"illnesses": Condition, "tests": DiagnosticTest, "treatments": Treatment}
LETTER = "letter"  # the parameter that names one
ON_ONE_PAGE = 100
ON_A_PART = 50

known = {}  # by language: the stamp of the editions that they were made of, and the indexes


def part_of_index(request, reader, kind):
    """Return what `a_to_z.html` shows of the index of a `kind`, of all where it is `None`.

    → `letters` to show, as `by_letter` returns them; of a large index also `all_letters`, the `letter` that is shown
    and which part of its `list`. Raises `Http404` for what does not exist.
    """
    note(*(f"heads:{kind_of(model)}" for model in models_of(kind)))
    if kind in (None, "illnesses"):
        note(f"kind:{kind_of(Clinic)}")  # its areas are illnesses
    letters = indexes(reader)[kind]
    asked, number = request.GET.get(LETTER), page_number(request)
    entries = dict(letters).get(asked) if asked else next((entries for _letter, entries in letters), [])
    is_whole = sum(len(entries) for _letter, entries in letters) <= ON_ONE_PAGE
    parts = 1 if is_whole else -(-len(entries or []) // ON_A_PART)
    if entries is None or number > max(parts, 1):
        raise Http404(_("There is no page at this address."))
    if is_whole:
        return {"letters": letters}
    letter = asked or letters[0][0]
    shown = entries[(number - 1) * ON_A_PART : number * ON_A_PART]
    all_letters = [letter for letter, _entries in letters]
    part = ListPage(number, has_more=number < parts)
    return {"letters": [(letter, shown)], "all_letters": all_letters, "letter": letter, "list": part}


def models_of(kind):
    return [Hospital, Center, Clinic, *([INDEXES[kind]] if kind else INDEXES.values())]


def indexes(reader):
    """Return the index of each kind, and of all as `None`, made anew only when an edition has come."""
    code, stamp = get_language(), reader.stamp()
    known_stamp, found = known.get(code, (None, None))
    if found is None or known_stamp != stamp:
        with collect():  # what one index reads is noted where it is shown
            pages = list(in_order(reader.tree(*models_of(None))))
        entries = [entry for page in pages for entry in entries_of(page)]
        found = {None: by_letter(entries)}
        found |= {kind: by_letter([entry for entry in entries if entry.index == kind]) for kind in INDEXES}
        known[code] = stamp, found
    return found


def entries_of(page):
    """Yield what an index names of `page`: itself, or the illnesses of a clinic."""
    if page._model is Clinic:
        with_page = {str(condition) for condition in page.conditions}
        for area in (area for area in page.areas if str(area) not in with_page):
            yield entry(area, "illnesses", capfirst(area._model._meta.verbose_name), page, "#areas")
    for index, model in INDEXES.items():
        if page._model is model:
            kind = page.get_kind_display() if hasattr(page, "kind") else capfirst(model._meta.verbose_name)
            yield entry(page, index, kind, page)


def entry(row, index, label, page, anchor=""):
    """Return the name of `row` alone, which costs little to keep, with its `label` and the `owner` of its `page`."""
    address = f"{page.get_absolute_url()}{anchor}"
    owner = named(page.hospital)
    return named(row, index=index, label=str(label), owner=owner, get_absolute_url=address)


def named(row, **attached):
    return Snapshot(
        row._model, {column: row._data.get(column) for column in localized(row._model, ["name"])}, **attached
    )
