"""Texts of files that could not simply be stored: they stand in the queue beside what is there now until decided."""

from collections import defaultdict
from functools import reduce
from operator import or_

from django.apps import apps
from django.db.models import Q

from hospital_site.publishing.admin.site import viewed_kinds
from hospital_site.publishing.models import Translated
from hospital_site.publishing.page_scopes import visible
from hospital_site.publishing.staleness import names_of
from hospital_site.translations.models import FileText
from hospital_site.translations.units import is_unit, split_key
from hospital_site.typed_text import whole_number

TAKE, LEAVE = "take", "leave"


def to_decide(language, user):
    """Return the texts that wait in the queue of `language`, of pages that `user` may see."""
    seen = [
        Q(page__in=visible(kind.objects.all(), user).with_key().values("edition_key")) for kind in viewed_kinds(user)
    ]
    waiting = FileText.objects.to_decide(language).filter(reduce(or_, seen, Q(pk__in=[])))
    return FileText.objects.filter(pk__in=still_there(waiting, language)).select_related("file")


def still_there(texts, language):
    """Return the keys of those of `texts`, a queryset, whose row is still there and whose source nobody has emptied."""
    by_model = defaultdict(lambda: defaultdict(list))
    for key, unit in texts.values_list("pk", "unit"):
        row, _slash, name = unit.rpartition("/")
        kind, pk = split_key(row.rpartition("/")[2])
        by_model[kind][whole_number(pk)].append((key, name))
    models = {model._meta.label_lower: model for model in apps.get_models() if issubclass(model, Translated)}
    return [
        key
        for kind, wanted in by_model.items()
        if kind in models
        for row in models[kind]._base_manager.filter(pk__in=wanted)
        for key, name in wanted[row.pk]
        if name in names_of(row) and is_unit(row, name, language)
    ]


def by_unit(language, ids):
    """Return `{id of a unit: the last text of a file that waits beside it}`."""
    waiting = FileText.objects.to_decide(language).filter(unit__in=ids).select_related("file").order_by("pk")
    return {text.unit: text for text in waiting}


def pressed(sent, language, user):
    """Return `(text, TAKE or LEAVE)` of the button that was pressed beside a text of a file, else `(None, "")`."""
    number, what, *_unit = [*sent.get("_from_file", "").split("|"), "", ""]
    number = whole_number(number)
    if number is None or what not in (TAKE, LEAVE):
        return None, ""
    return to_decide(language, user).filter(pk=number).first(), what


def decide(language, ids):
    """Note that somebody has decided what waited beside the units `ids`."""
    if ids:
        FileText.objects.to_decide(language).filter(unit__in=ids).update(outcome=FileText.Outcome.DECIDED)
