"""The queues of translators on the staff site: their addresses, and their numbers on its front page."""

from functools import reduce
from operator import or_
from urllib.parse import urlencode

from django.conf import settings
from django.contrib import messages
from django.db.models import Q, Sum
from django.http import Http404, HttpResponseRedirect
from django.urls import reverse
from django.utils.html import format_html
from django.utils.text import format_lazy
from django.utils.translation import get_language_info
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST
from modeltranslation.utils import build_localized_fieldname

from hospital_site.publishing.admin.pages import AFTER_EDIT
from hospital_site.publishing.admin.site import OTHER_MENUS, OTHER_TASKS, OTHER_VIEWS, Task, viewed_kinds
from hospital_site.publishing.admin_links import QUEUES
from hospital_site.publishing.models import TranslationState
from hospital_site.publishing.page_scopes import visible
from hospital_site.publishing.permissions import languages_of
from hospital_site.translations.exchange.sorting import units_by_id
from hospital_site.translations.file_views import export, file, files, terms
from hospital_site.translations.queue import queue
from hospital_site.translations.storing import Change, store
from hospital_site.translations.term_base import TermBase
from hospital_site.translations.units import State, Unit, split_key

OTHER_VIEWS += [
    ("translations/<str:language>/", queue, "translation_queue"),
    ("translations/<str:language>/export/", export, "translation_export"),
    ("translations/<str:language>/terms/", terms, "translation_terms"),
    ("translations/<str:language>/files/", files, "translation_files"),
    ("translations/<str:language>/files/<int:number>/", file, "translation_file"),
]


def tasks(request):
    """Yield the texts that are missing or out of date in each language, with links to its queue. One query."""
    user = request.user
    seen = [
        Q(page__in=visible(kind.objects.all(), user).with_key().values("edition_key")) for kind in viewed_kinds(user)
    ]
    if not seen:
        return
    states = TranslationState.objects.filter(reduce(or_, seen)).order_by().values("language")
    counts = {row["language"]: row for row in states.annotate(missing=Sum("missing"), stale=Sum("stale"))}
    own = languages_of(user)
    for code, _name in settings.LANGUAGES:
        count, address = counts.get(code, {}), reverse("admin:translation_queue", args=[code])
        labels = {"missing": _("missing"), "stale": _("source changed")}
        lists = [(label, count[n], f"{address}?state={n}") for n, label in labels.items() if count.get(n)]
        title = format_lazy(_("translations: {language}"), language=get_language_info(code)["name_translated"])
        yield Task(title, sum(number for _label, number, _list in lists), lists, code in own, address)


def menu(user):
    """The queue of a language that `user` writes, rather than that of the language in which the site began."""
    codes = languages_of(user)
    code = next((code for code in codes if code != settings.LANGUAGE_CODE), next(iter(codes), None))
    if user.is_authenticated and code and viewed_kinds(user):
        return _("Translations"), reverse("admin:translation_queue", args=[code])
    return None


def texts_of(language, page, state):
    """The address of the texts of `page` in the queue of `language`."""
    query = urlencode({"page": page.key, "state": state})
    return f"{reverse('admin:translation_queue', args=[language])}?{query}"


def warn_of_forbidden_forms(request, page, changed):
    """Tell whoever saved `page` what the glossary forbids in what they wrote, with a link to the preferred form."""
    texts = [
        (row, name, code, getattr(row, build_localized_fieldname(name, code)) or "")
        for row, name, code in changed
        if name not in getattr(row, "source_words", [])
    ]
    term_base = TermBase()
    for code in sorted({code for _row, _name, code, _text in texts}):
        here = [text for text in texts if text[2] == code]
        forbidden = term_base.forbidden("\n".join(text for *_where, text in here), code)
        for row, name, _code, text in here:
            for word, instead in forbidden.found_in(text):
                unit = Unit(page, page if row == page else row, name, code, None, State.CURRENT)
                values = {"field": unit.label, "words": word, "instead": instead}
                button = format_html(
                    '<button form="desk_action" class="confirm" formaction="{}" name="preferred" value="{}">'
                    "{}</button>",
                    reverse("admin:translation_preferred", args=[code]),
                    f"{unit.id}|{unit.digest}|{word}",
                    WRITE % {"instead": instead},
                )
                messages.warning(request, format_html("{} {}", format_html(FORBIDDEN, **values), button))


FORBIDDEN = _("{field}: the glossary prefers “{instead}” to “{words}”, unless you mean something else.")
WRITE = _("Write “%(instead)s”")


@require_POST
def write_preferred(request, language):
    """Write the preferred form into a text just saved, and lead back to the form of its page."""
    if language not in dict(settings.LANGUAGES):
        raise Http404
    unit_id, _bar, rest = request.POST.get("preferred", "").partition("|")
    seen, _bar, word = rest.partition("|")
    page = unit_id.partition("/")[0]
    unit = units_by_id(split_key(page)[0], [page], language, request.user).get(unit_id)
    if unit is None:
        raise Http404
    text = TermBase().forbidden(unit.text, language).replace_in(unit.text, word)
    outcome = store([Change(unit.id, language, seen, unit.source_digest, text)], by=request.user)[unit.id]
    if outcome.is_done:
        messages.success(request, PREFERRED_WRITTEN)
    else:
        messages.error(request, outcome.sentence or NOT_WRITTEN)
    return HttpResponseRedirect(unit.form_url)


PREFERRED_WRITTEN = _("The preferred form was written.")
NOT_WRITTEN = _("Nothing was saved: somebody else changed this text meanwhile.")

OTHER_VIEWS.append(("translations/<str:language>/preferred/", write_preferred, "translation_preferred"))
AFTER_EDIT.append(warn_of_forbidden_forms)
OTHER_TASKS.append(tasks)
OTHER_MENUS.append(menu)
QUEUES.append(texts_of)
