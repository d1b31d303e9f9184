"""What patients see: choosing a hospital, filling a form, checking the answers, and the number they get.

Nothing half-filled is kept here: the words travel with the page, from the form to the check and, when anything goes
wrong, back. So they survive an expired token, a change of language or hospital, and a database that does not answer.
"""

import hashlib
import logging
from functools import wraps

from django.conf import settings
from django.core import signing
from django.db import Error as DatabaseProblem
from django.http import Http404, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.crypto import constant_time_compare
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_http_methods, require_safe

from hospital_site.enquiries import actions, limits
from hospital_site.enquiries.desks import desk_or_404, desks
from hospital_site.enquiries.forms import FORMS
from hospital_site.enquiries.models import Enquiry, PrivacyNotice
from hospital_site.enquiries.states import Kind
from hospital_site.publishing.pages import public

SHOWN_FOR = 30 * 60  # seconds that the page with the reference number can be opened again
SENT = "enquiries.sent"

log = logging.getLogger(__name__)


def private(view):
    """Between this person and the server: kept nowhere, told to nobody, found by no search engine."""

    @wraps(view)
    def answer(request, *args, **kwargs):
        try:
            response = view(request, *args, **kwargs)
        except DatabaseProblem as problem:
            log.error("An enquiry could not be handled: %s", type(problem).__name__)
            response = try_again(request, _("The form could not be stored just now."), status=503)
        response["Cache-Control"] = "no-store"
        response["Referrer-Policy"] = "same-origin"
        return response

    return answer


@public
def choose(request, kind):
    """Which hospital the form is for: each is a controller of its own."""
    return render(request, "enquiries/choose.html", {"kind": Kind(kind), "desks": desks()})


@csrf_exempt
@private
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def form(request, kind, hospital):
    """The form, and everything that can happen to it."""
    if request.method == "POST":
        if limits.is_too_large(request):
            return render(request, "enquiries/too_large.html", status=413)
        if not limits.may_post(request):
            return try_again(request, _("Too many forms came from your network in the last hour."), status=429)
    return fill_check_or_send(request, kind, hospital)


@csrf_protect
def fill_check_or_send(request, kind, hospital):
    desk = desk_or_404(hospital)
    if not desk.receives(kind):
        return render(request, "enquiries/closed.html", {"desk": desk, "kind": Kind(kind)})
    if request.method != "POST":
        return show(request, FORMS[kind](desk=desk))
    step = request.POST.get("step", "check")
    if step == "show":
        return show(request, FORMS[kind].as_typed(request.POST, desk=desk, with_consents=False))
    if step == "edit":
        return show(request, FORMS[kind].as_typed(request.POST, desk=desk))
    form = FORMS[kind](request.POST, desk=desk)
    if not form.is_valid():
        return show(request, form)
    if step == "send":
        return send(request, form)
    return render(request, "enquiries/check.html", {**context_of(form), "form": form, "step": "send"})


@sensitive_variables()
def send(request, form):
    """Store the form once, and lead to the page with its number. A second sending of the same leads there too."""
    enquiry = Enquiry.objects.filter(sending=form.sending()).first()
    if enquiry is None:
        try:
            with limits.counted(request, form):
                enquiry = actions.receive(form)
        except limits.Reached:
            return try_again(
                request, _("Too many forms were sent from your network or your contact today."), status=429
            )
    token = signing.dumps([enquiry.reference, browser_of(request)], salt=SENT)
    return HttpResponseRedirect(reverse("enquiries:sent", args=[token]))


@private
@require_safe
def sent(request, token):
    """The reference number, for the browser that sent the form and only for a while."""
    try:
        reference, browser = signing.loads(token, salt=SENT, max_age=SHOWN_FOR)
    except signing.BadSignature:
        return render(request, "enquiries/over.html", status=410)
    enquiry = Enquiry.objects.filter(reference=reference, answers__isnull=False).first()
    if enquiry is None or not constant_time_compare(browser, browser_of(request)):
        return render(request, "enquiries/over.html", status=410)
    desk = next((desk for desk in desks() if desk.hospital_id == enquiry.hospital_id), None)
    if desk is None:
        raise Http404
    context = {
        "kind": Kind(enquiry.kind),
        "desk": desk,
        "reference": enquiry.reference,
        "by_phone": enquiry.answers.get("contact_by") == "phone",
        "contact_days": desk.controller.contact_days(enquiry.kind),
    }
    return render(request, "enquiries/sent.html", context)


def browser_of(request):
    """A fingerprint of the form's cookie, which goes when the browser is closed."""
    cookie = request.COOKIES.get(settings.CSRF_COOKIE_NAME, "")
    return hashlib.sha256(f"{SENT}{cookie}".encode()).hexdigest()[:16]


def show(request, form, *, notice="", status=200):
    context = {**context_of(form), "form": form, "notice": notice, "step": "check"}
    return render(request, "enquiries/form.html", context, status=status)


def context_of(form):
    """What the pages of a form need besides it: who receives it, and the other hospitals that would."""
    others = [desk for desk in desks() if desk.slug != form.desk.slug and desk.receives(form.kind)]
    return {"kind": form.kind, "desk": form.desk, "controller": form.desk.controller, "others": others}


def try_again(request, why, *, status):
    """Say why it did not work, and carry every word for another try. Needs neither database nor cache."""
    carried = [
        (name, value)
        for name, values in request.POST.lists()
        for value in values
        if name != "csrfmiddlewaretoken" and name != "step"
    ]
    step = request.POST.get("step", "check")
    labels = {name: field.label for kind in FORMS.values() for name, field in kind.base_fields.items()}
    words = [
        (labels[name], value)
        for name, value in carried
        if name in labels and name not in ("token", "shown", "website") and " " in value.strip()
    ]
    context = {"why": why, "carried": carried, "step": step, "words": words}
    return render(request, "enquiries/try_again.html", context, status=status)


def keep_words(request):
    """For a form that came without its token: the same form, the same words, a fresh token. `None` for other pages."""
    match = request.resolver_match
    if request.method != "POST" or match is None or match.view_name != "enquiries:form":
        return None
    kind, desk = match.kwargs["kind"], desk_or_404(match.kwargs["hospital"])
    notice = _("This page had been open for long, so it was not sent. Your words are still here: please send it again.")
    return show(request, FORMS[kind].as_typed(request.POST, desk=desk), notice=notice, status=403)


# ── The privacy notice ────────────────────────────────────────────────────────────────────────────────────────────────


@public
def privacy(request):
    return render(request, "enquiries/privacy.html", {"desks": desks()})


@cache_control(no_cache=True)
@require_safe
def privacy_notice(request, hospital, number=None):
    """The notice in force, or an earlier version by its number."""
    desk = desk_or_404(hospital)
    notices = list(PrivacyNotice.objects.filter(hospital=desk.hospital_id))
    notice = next((one for one in notices if number in (None, one.number)), None)
    if notice is None and (number or notices):
        raise Http404
    context = {
        "desk": desk,
        "notice": notice,
        "words": notice.words.get(get_language()) if notice else None,
        "notices": notices,
        "is_latest": notice is not None and notice == notices[0],
    }
    return render(request, "enquiries/privacy_notice.html", context)
