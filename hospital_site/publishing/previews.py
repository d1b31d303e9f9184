"""Showing staff, and the holders of a link, what patients do not see: a draft, or an earlier edition."""

from django.shortcuts import render
from django.urls import resolve
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from hospital_site.publishing import actions
from hospital_site.publishing.forms import AnswerForm
from hospital_site.publishing.models import link_of, page_at
from hospital_site.publishing.models.links import PreviewLink
from hospital_site.publishing.reading import Reading


def show_as(request, page, reading, title, **banner):
    """Answer `request` with the view that patients get for `page`, reading as `reading`, under a banner."""
    request.reading, request.address = reading, page.address
    request.banner = {"title": title, "shown": reading.shown, "at": reading.at, **banner}
    view = resolve(page.get_absolute_url())
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
    if page.editions().in_force().filter(data__isnull=True).exists():
        return closed(request, _("This page was withdrawn, so its draft is not shown any more."), 410)
    form = AnswerForm(request.POST or None) if link.is_for_approval else None
    if request.method == "POST" and form and form.is_valid():
        try:
            actions.answer_link(link, page, **form.cleaned_data)
        except actions.Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            link.refresh_from_db()
    elif request.method == "GET":
        actions.open_link(link, page)
    draft = actions.compose(page)
    answered = link.answered_digest == draft.digest and PreviewLink.Answer(link.answer).label if link.answer else ""
    banner = {"link": link, "form": form, "seen": draft.digest, "answered": answered}
    response = show_as(request, page, Reading(shown=draft), _("Preview of the draft"), **banner)
    response["Cache-Control"] = "no-store"
    return response


def closed(request, sentence, status):
    response = render(request, "publishing/closed_link.html", {"sentence": sentence}, status=status)
    response["Cache-Control"] = "no-store"
    response["X-Robots-Tag"] = "noindex, nofollow"
    return response
