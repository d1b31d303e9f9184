"""Showing staff, and the holders of a link, what patients do not see: a draft, or an earlier edition."""

from django.shortcuts import render
from django.urls import resolve
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from hospital_site.publishing.candidates import compose
from hospital_site.publishing.forms import AnswerForm
from hospital_site.publishing.models import Edition, link_of, page_at
from hospital_site.publishing.policy import Refused
from hospital_site.publishing.preview_links import answer_link, count_opening
from hospital_site.publishing.reading import EditionReader


def preview_reader(shown):
    """Return a reader that shows `shown`, a candidate or an edition, with the drafts of pages above it not yet open."""
    open_pages = set(Edition.objects.live().filter(page__in=shown.ancestors).values_list("page", flat=True))
    missing = [page_at(key) for key in shown.ancestors if key not in open_pages]
    return EditionReader(override=shown, stand_ins={page.key: compose(page) for page in missing if page})


def show_as(request, address, reader, title, **banner):
    """Answer `request` with the view that patients get at `address`, read through `reader`, under a banner."""
    request.reader, request.address = reader, address
    request.banner = {"title": title, "shown": reader.override, "at": reader.as_of, **banner}
    view = resolve(f"/{get_language()}{address}")
    request.method, method = "GET", request.method
    response = view.func(request, *view.args, **view.kwargs)
    request.method = method
    response["X-Robots-Tag"] = "noindex, nofollow"
    response["X-Frame-Options"] = "SAMEORIGIN"
    response._csp_replace = {"frame-ancestors": ["'self'"]}
    return response


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def preview_link(request, token):
    """The draft behind a signed link. Whatever is wrong with the link is said on a clear page."""
    link = link_of(token)
    page = link and page_at(link.page)
    if link is None or page is None:
        return closed(request, _("This link is not complete or was not made by us. Ask for it again."), 404)
    if link.revoked_at:
        return closed(request, _("This link was revoked. Ask the person who sent it for a new one."), 410)
    if not link.is_open():
        return closed(request, _("This link has expired. Ask the person who sent it for a new one."), 410)
    keys = [above.key for above in [*page.ancestors(), page]]
    if Edition.objects.current().filter(page__in=keys, data__isnull=True).exists():
        return closed(request, _("This page was withdrawn, so its draft is not shown any more."), 410)
    form = AnswerForm(request.POST or None) if link.is_for_approval else None
    if request.method == "POST" and form and form.is_valid():
        try:
            answer_link(link, page, **form.cleaned_data)
        except Refused as refusal:
            form.add_error(None, str(refusal))
    if request.method != "HEAD":
        count_opening(link, page)
    draft = compose(page)
    answer = link.answers.last() if form else None
    answered = answer.get_answer_display() if answer and answer.digest == draft.digest else ""
    banner = {"link": link, "form": form, "seen": draft.digest, "answered": answered}
    response = show_as(request, draft.address, preview_reader(draft), _("Preview of the draft"), **banner)
    response["Cache-Control"] = "no-store"
    return response


def sent_comment(request):
    """Return `[(label, text)]` of the comment in an answer to a preview link, to be given back if it was not taken."""
    match = request.resolver_match
    if request.method != "POST" or match is None or match.view_name != "preview_link":
        return []
    comment = request.POST.get("comment", "").strip()
    return [(AnswerForm.base_fields["comment"].label, comment)] if comment else []


def closed(request, sentence, status):
    context = {"sentence": sentence, "comment": request.POST.get("comment", "").strip()}
    response = render(request, "publishing/closed_link.html", context, status=status)
    response["Cache-Control"] = "no-store"
    response["X-Robots-Tag"] = "noindex, nofollow"
    return response
