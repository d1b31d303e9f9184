"""Files of translators on the staff site: taken out of a queue, sent in, looked through, stored as drafts, undone."""

from collections import defaultdict
from datetime import timedelta

from django.conf import settings
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Case, CharField, Count, Q, Value, When
from django.http import Http404, HttpResponse, HttpResponseRedirect, StreamingHttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import get_language_info, ngettext
from django.utils.translation import gettext as _

from hospital_site.publishing.admin.site import viewed_kinds
from hospital_site.publishing.differences import words_changed
from hospital_site.publishing.permissions import languages_of
from hospital_site.translations import term_files
from hospital_site.translations.conflicts import still_there
from hospital_site.translations.exchange import imports
from hospital_site.translations.exchange.kinds import CLEAN, TO_DECIDE, Kind
from hospital_site.translations.exchange.reading import read
from hospital_site.translations.exchange.refusals import Unreadable
from hospital_site.translations.exchange.remarks import in_every_language
from hospital_site.translations.exchange.sorting import sort, units_by_id, warnings_of
from hospital_site.translations.exchange.writing import FORMATS, SeveralSources, write
from hospital_site.translations.models import TranslationFile
from hospital_site.translations.queue_filters import Filters
from hospital_site.translations.term_base import TermBase
from hospital_site.translations.units import anchor_of, split_key
from hospital_site.typed_text import whole_number

TEXTS_ON_A_PAGE = 20
UNAPPLIED_FOR = timedelta(days=7)
STORED = {"stored", "confirmed"}


def known_language(request, language):
    if language not in dict(settings.LANGUAGES):
        raise Http404
    if not viewed_kinds(request.user):
        raise PermissionDenied
    return language


def context_of(request, language, **more):
    info = get_language_info(language)
    return {
        **admin.site.each_context(request),
        "title": _("Files of translators: %(language)s") % {"language": capfirst(info["name_translated"])},
        "language": info,
        "may_write": language in languages_of(request.user),
        **more,
    }


# ── Out ───────────────────────────────────────────────────────────────────────────────────────────────────────────────


def export(request, language):
    """The texts of the queue as it is filtered, as a file in the format that `?format=` names."""
    known_language(request, language)
    name = request.GET.get("format", "po")
    if name not in FORMATS:
        raise Http404
    filters, term_base = Filters(request.GET, request.user), TermBase()
    try:
        pieces = write(name, language, Wanted(filters, language, term_base, request.GET.get("from")), term_base)
    except SeveralSources as error:
        for code in sorted(error.languages):
            messages.error(request, f"{error} {code}")
        return HttpResponseRedirect(reverse("admin:translation_queue", args=[language]) + filters.address())
    _write, ending, content_type = FORMATS[name]
    response = StreamingHttpResponse(pieces, content_type=f"{content_type}; charset=utf-8")
    file_name = f"texts-{language}-{timezone.localdate():%Y%m%d}.{ending}"
    response["Content-Disposition"] = f'attachment; filename="{file_name}"'
    return response


class Wanted:
    """The units of a filtered queue, read anew whenever they are asked for."""

    def __init__(self, filters, language, term_base, source):
        self.filters, self.language, self.term_base, self.source = filters, language, term_base, source

    def __iter__(self):
        for unit in self.filters.units(self.language, (), self.term_base):
            if self.source in (None, "", unit.source_language):
                yield unit


def terms(request, language):
    """The term base as a file in the format that `?format=` names."""
    known_language(request, language)
    name = request.GET.get("format", "csv")
    if name not in term_files.TYPES:
        raise Http404
    ending, content_type = term_files.TYPES[name]
    response = HttpResponse(term_files.write(name, TermBase().terms), content_type=f"{content_type}; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="terms.{ending}"'
    return response


# ── In ────────────────────────────────────────────────────────────────────────────────────────────────────────────────


def files(request, language):
    """The files that the person has sent for `language`, and a form to send another one."""
    known_language(request, language)
    problem = ""
    if request.method == "POST":
        if language not in languages_of(request.user):
            raise PermissionDenied
        try:
            file = received(request, language)
            return HttpResponseRedirect(reverse("admin:translation_file", args=[language, file.pk]))
        except Unreadable as error:
            problem = str(error)
    sent = own_files(request.user, language)[:20]
    context = context_of(request, language, problem=problem, files=sent, largest=largest_in_megabytes())
    return render(request, "admin/translations/files.html", context)


def largest_in_megabytes():
    """The largest file that may be sent here, as a proxy in front lets no more pass; the command reads larger ones."""
    return settings.DATA_UPLOAD_MAX_MEMORY_SIZE // 1_000_000


def own_files(user, language):
    return TranslationFile.objects.filter(account=user.pk, language=language)


def received(request, language):
    """Sort the file that was sent and keep it. Those of the person that nobody applied within a week are deleted."""
    sent = request.FILES.get("file")
    if sent is None:
        raise Unreadable(_("Choose a file first."))
    if sent.size > settings.DATA_UPLOAD_MAX_MEMORY_SIZE:
        sentence = _("The file is larger than %(number)d MB: send it in parts.")
        raise Unreadable(sentence % {"number": largest_in_megabytes()})
    head, texts = read(sent)
    imports.refuse_others(head, settings.SITE_ADDRESS, dict(settings.LANGUAGES), language)
    old = timezone.now() - UNAPPLIED_FOR
    TranslationFile.objects.filter(account=request.user.pk, applied_at=None, at__lt=old).delete()
    return imports.keep(sent.name, language, sort(texts, language, TermBase(), by=request.user), by=request.user)


def file(request, language, number):
    """One file: what it was sorted into. From here it is stored as drafts, undone, or forgotten."""
    known_language(request, language)
    one = get_object_or_404(own_files(request.user, language), pk=number)
    if request.method == "POST":
        if language not in languages_of(request.user):
            raise PermissionDenied
        return decided(request, language, one)
    texts = with_kind_now(one)
    counts = dict(texts.order_by().values_list("kind_now").annotate(Count("pk")))
    waiting = dict(texts.filter(outcome="").order_by().values_list("kind_now").annotate(Count("pk")))
    kind = request.GET.get("kind", "")
    if kind not in counts:
        kind = next((each for each in Kind if each in counts), "")
    # What there is to look at again comes first, then the order of the file.
    listed = texts.filter(kind_now=kind).annotate(is_clean=Q(remarks={})).order_by("is_clean", "line")
    part = Paginator(listed, TEXTS_ON_A_PAGE).get_page(request.GET.get("p"))
    term_base = TermBase()
    stored = one.texts.filter(outcome__in=STORED).count()
    context = context_of(
        request,
        language,
        file=one,
        kinds=[(each, counts.get(each, 0), each == kind) for each in Kind if each != Kind.UNCHANGED],
        part=part,
        rows=[shown(text, unit, term_base) for text, unit in with_units(part, language, request.user)],
        clean=sum(waiting.get(each, 0) for each in CLEAN),
        to_decide=sum(waiting.get(each, 0) for each in TO_DECIDE),
        stored=stored,
        warned=texts.filter(kind_now=Kind.NEW, outcome="").exclude(remarks={}).count(),
    )
    return render(request, "admin/translations/file.html", context)


def with_kind_now(one):
    """The texts of a file with `kind_now`: those that nobody has decided and that are gone since are not known here."""
    waiting = one.texts.filter(outcome="").exclude(kind=Kind.UNKNOWN)
    gone = set(waiting.values_list("pk", flat=True)) - set(still_there(waiting, one.language))
    now = Case(When(pk__in=gone, then=Value(str(Kind.UNKNOWN))), default="kind", output_field=CharField())
    return one.texts.annotate(kind_now=now)


def take_preferred(one, pressed, language, user):
    """Write the preferred form into a text of the file that is not stored yet: `pressed` is its key and the word.

    Return the id of its unit, or `None` if there is no such text any more.
    """
    number, _bar, word = pressed.partition("|")
    number = whole_number(number)
    text = one.texts.filter(pk=number, kind=Kind.NEW, outcome="").first() if number is not None else None
    unit = next((unit for _text, unit in with_units([text], language, user)), None) if text else None
    if unit:
        term_base = TermBase()
        text.text = term_base.forbidden(text.text, language).replace_in(text.text, word)
        text.remarks = in_every_language(lambda: warnings_of(text.text, unit, term_base))
        text.save(update_fields=["text", "remarks"])
    return unit and text.unit


def with_units(texts, language, user):
    """Yield each of `texts` with its unit, those of one kind of page read together."""
    kinds = defaultdict(set)
    for text in texts:
        kinds[split_key(text.page)[0]].add(text.page)
    units = {}
    for kind, keys in kinds.items():
        units |= units_by_id(kind, keys, language, user)
    yield from ((text, units.get(text.unit)) for text in texts)


def shown(text, unit, term_base):
    """What the page says of one text: the text, its unit, and where it differs from what is there now."""
    is_waiting = text.kind == Kind.NEW and not text.outcome
    now = text.before if text.outcome else (unit.text if unit else "")
    return {
        "text": text,
        "unit": unit,
        "anchor": anchor_of(text.unit),
        "forbidden": term_base.forbidden_in(text.text, unit) if unit and is_waiting else [],
        "words": words_changed(now, text.text) if unit else [("same", text.text)],
        "source": words_changed(text.source, unit.source) if unit else [("same", text.source)],
        "source_info": get_language_info(unit.source_language) if unit else None,
    }


def decided(request, language, one):
    here = reverse("admin:translation_file", args=[language, one.pk])
    if pressed := request.POST.get("_take"):
        if unit := take_preferred(one, pressed, language, request.user):
            messages.success(request, _("The preferred form was written."))
            here += f"#{anchor_of(unit)}"
    elif "_apply" in request.POST:
        imports.apply(one, by=request.user)
        number = one.texts.filter(outcome__in=STORED).count()
        sentence = ngettext("%(number)d text stored as a draft.", "%(number)d texts stored as drafts.", number)
        messages.success(request, sentence % {"number": number})
    elif "_undo" in request.POST:
        undone, left = imports.undo(one, by=request.user)
        sentence = ngettext("%(number)d text is as it was before.", "%(number)d texts are as they were before.", undone)
        messages.success(request, sentence % {"number": undone})
        if left:
            sentence = ngettext(
                "%(number)d text was left: somebody has changed it since.",
                "%(number)d texts were left: somebody has changed them since.",
                left,
            )
            messages.warning(request, sentence % {"number": left})
    elif "_forget" in request.POST and one.applied_at is None:
        one.delete()
        return HttpResponseRedirect(reverse("admin:translation_files", args=[language]))
    return HttpResponseRedirect(here)
