"""Public views: choosing a hospital, the form, the check of the answers, the reference number, privacy notices.

Nothing half-filled is kept here: the words travel with the page, from the form to the check and, when anything goes
wrong, back. So they survive an expired token, a change of language or hospital, a form that is closed meanwhile, a
hospital that leaves the site, and a database that does not answer.
"""

import hashlib
import logging
from functools import wraps

from django.conf import settings
from django.core import signing
from django.db import Error as DatabaseProblem
from django.forms import CharField
from django.http import Http404, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.crypto import constant_time_compare
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_http_methods, require_safe

from hospital_site.enquiries import actions, rate_limits
from hospital_site.enquiries.forms import FORMS
from hospital_site.enquiries.models import Enquiry, PrivacyNotice
from hospital_site.enquiries.notices import changed_headings, language_of_words
from hospital_site.enquiries.recipients import (
    HOSPITAL,
    former_telephone,
    recipient_at,
    recipient_of,
    recipient_or_404,
)
from hospital_site.enquiries.states import Kind
from hospital_site.publishing.lists import PARAMETER, listed
from hospital_site.publishing.pages import public

HOSPITALS_IN_A_LIST = 20
SHOWN_FOR = 30 * 60  # seconds that the page with the reference number can be opened again
SENT = "enquiries.sent"
LARGEST_CARRIED = 1_000_000  # bytes of a form that is too large to be taken, and small enough to be given back
NOT_JUST_NOW = gettext_lazy("What you sent could not be received just now.")
HIDDEN_FIELDS = {"token", "shown", "website"}

log = logging.getLogger(__name__)


def private(view):
    """Decorator of views whose answers are stored nowhere. A database error becomes a page that keeps the data."""

    @wraps(view)
    def answer(request, *args, **kwargs):
        try:
            response = view(request, *args, **kwargs)
        except DatabaseProblem as problem:
            log.error("An enquiry could not be handled: %s", type(problem).__name__)
            response = try_again(request, NOT_JUST_NOW, status=503, soon=True)
        response["Cache-Control"] = "no-store"
        response["Referrer-Policy"] = "same-origin"
        return response

    return answer


@public(reads=[PARAMETER])
def choose(request, kind):
    """The choice of the hospital: each is a data controller of its own."""
    return render(request, "enquiries/choose.html", {"kind": Kind(kind), **listed_hospitals(request)})


def listed_hospitals(request):
    hospitals, part = listed(request, HOSPITAL, size=HOSPITALS_IN_A_LIST)
    return {"hospitals": hospitals, "list": part}


@csrf_exempt
@private
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def form(request, kind, hospital):
    """The form: checks size and rate limit, then handles one step."""
    if request.method == "POST":
        if int(request.META.get("CONTENT_LENGTH") or 0) > LARGEST_CARRIED:
            return render(request, "enquiries/too_large.html", status=413)
        if not rate_limits.count_post(request):
            why = _(
                "Too many forms came from the same internet connection within an hour, so none is taken for a while. "
                "Send it again in about an hour, or call the hospital."
            )
            return try_again(request, why, status=429)
    return fill_check_or_send(request, kind, hospital)


@csrf_protect
def fill_check_or_send(request, kind, hospital):
    """Handle one step of a form whose CSRF token is right."""
    recipient = recipient_at(hospital)
    if recipient is None or not recipient.receives(kind):
        return refuse(request, kind, hospital, recipient)
    if request.method != "POST":
        return render_form(request, FORMS[kind](recipient=recipient))
    if rate_limits.is_too_large(request):
        form = FORMS[kind](request.POST, recipient=recipient)
        return render_form(
            request, form, notice=_("The form was not sent: it holds far more text than a form can."), status=413
        )
    step = request.POST.get("step", "check")
    if step == "show":
        return render_form(request, FORMS[kind].as_typed(request.POST, recipient=recipient, with_consents=False))
    if step == "edit":
        return render_form(request, FORMS[kind].as_typed(request.POST, recipient=recipient))
    form = FORMS[kind](request.POST, recipient=recipient)
    if not form.is_valid():
        return render_form(request, form)
    if step == "send":
        return send(request, form)
    if form.is_expired:
        return show_expired(request, form)
    return render(request, "enquiries/check.html", {**form_context(form), "form": form, "step": "send"})


@sensitive_variables()
def send(request, form):
    """Store the form once, and redirect to the page with its reference, also when it is sent again."""
    enquiry = Enquiry.objects.filter(idempotency_key=form.idempotency_key()).first()
    if enquiry is None and form.is_expired:
        return show_expired(request, form)
    if enquiry is None:
        try:
            with rate_limits.count_submission(request, form):
                enquiry = actions.receive(form)
        except rate_limits.LimitReached:
            why = _(
                "You cannot send more today from the same contact or internet connection. "
                "Send it again tomorrow, or call the hospital."
            )
            return try_again(request, why, status=429, telephone=form.recipient.telephone)
    token = signing.dumps([enquiry.reference, browser_fingerprint(request)], salt=SENT)
    return HttpResponseRedirect(reverse("enquiries:sent", args=[token]))


def show_expired(request, form):
    """Show a form that was open for longer than it may be, with every answer, to be sent again."""
    form.renew_token()
    return render_form(request, form, notice=open_too_long())


def open_too_long():
    return _(
        "This page had been open for a long time, so it was not sent. Your words are still here: please send it again."
    )


@private
@require_safe
def sent(request, token):
    """The reference number, for the browser that sent the form, for SHOWN_FOR seconds."""
    try:
        reference, browser = signing.loads(token, salt=SENT, max_age=SHOWN_FOR)
    except signing.SignatureExpired:
        return render(request, "enquiries/over.html", {"was_received": True}, status=410)
    except signing.BadSignature:
        return render(request, "enquiries/over.html", {"was_received": False}, status=410)
    enquiry = Enquiry.objects.filter(reference=reference, answers__isnull=False).first()
    if enquiry is None or not constant_time_compare(browser, browser_fingerprint(request)):
        return render(request, "enquiries/over.html", {"was_received": False}, status=410)
    recipient = recipient_of(enquiry.hospital_id)
    context = {
        "kind": Kind(enquiry.kind),
        "recipient": recipient,
        "reference": enquiry.reference,
        "by_phone": enquiry.readable_answers.get("contact_by") == "phone",
        "contact_days": recipient.controller.contact_days(enquiry.kind),
    }
    return render(request, "enquiries/sent.html", context)


def browser_fingerprint(request):
    """Return a hash of the CSRF cookie, which ends with the browser session."""
    cookie = request.COOKIES.get(settings.CSRF_COOKIE_NAME, "")
    return hashlib.sha256(f"{SENT}{cookie}".encode()).hexdigest()[:16]


def render_form(request, form, *, notice="", status=200):
    context = {**form_context(form), "form": form, "notice": notice, "step": "check"}
    return render(request, "enquiries/form.html", context, status=status)


def form_context(form):
    """Return the context of the pages of a form: its recipient, and the other hospitals that receive such a form."""
    others = [recipient for recipient in form.recipient.others if recipient.receives(form.kind)]
    return {"kind": form.kind, "recipient": form.recipient, "controller": form.recipient.controller, "others": others}


def refuse(request, kind, hospital, recipient):
    """Answer for a hospital that does not receive this form or is not live, and return what was sent."""
    if request.method == "POST" and recipient is None:
        why = _("This hospital is no longer on this site, so the form was not sent.")
        return try_again(request, why, status=404, telephone=former_telephone(hospital))
    if request.method == "POST":
        why = _("Meanwhile this hospital has stopped receiving this form here, so it was not sent.")
        return try_again(request, why, status=409, telephone=recipient.telephone)
    if recipient is None:
        raise Http404
    return render(request, "enquiries/closed.html", {"recipient": recipient, "kind": Kind(kind)})


def try_again(request, why, *, status, telephone="", soon=False):
    """Explain the failure, and carry all data along for another try. Needs neither database nor cache."""
    carried = [
        (name, value)
        for name, values in request.POST.lists()
        for value in values
        if name != "csrfmiddlewaretoken" and name != "step"
    ]
    context = {
        "why": why,
        "soon": soon,
        "telephone": telephone,
        "carried": carried,
        "step": request.POST.get("step", "check"),
        "words": list(written_answers(request.resolver_match.kwargs.get("kind"), carried)),
    }
    return render(request, "enquiries/try_again.html", context, status=status)


def written_answers(kind, carried):
    """Yield the label and the text of each text field of the form `kind`."""
    fields = FORMS[kind].base_fields if kind else {}
    for name, value in carried:
        field = fields.get(name)
        if isinstance(field, CharField) and name not in HIDDEN_FIELDS and value.strip():
            yield field.label, value


def return_form(request):
    """Return a page with the same form and data after a CSRF failure, or `None` for other pages."""
    if not is_form_sent(request):
        return None
    kind, hospital = (request.resolver_match.kwargs[name] for name in ("kind", "hospital"))
    recipient = recipient_at(hospital)
    if recipient is None or not recipient.receives(kind):
        return refuse(request, kind, hospital, recipient)
    if settings.CSRF_COOKIE_NAME in request.COOKIES:
        notice = open_too_long()
    else:
        notice = _(
            "Your browser did not send this site’s cookie, so the form was not sent. The form needs this one cookie; "
            "it is deleted when you close the browser. Allow cookies for this site, then send the form again: your "
            "words are still here."
        )
    return render_form(request, FORMS[kind].as_typed(request.POST, recipient=recipient), notice=notice, status=403)


def return_after_mistake(request, status):
    """Return a page with the same data after a mistake of this site (or 503), or `None` for other pages."""
    if not is_form_sent(request):
        return None
    ours = _("Your form was not received because of an error on this site.")
    why = NOT_JUST_NOW if status == 503 else ours
    return private(try_again)(request, why, status=status, soon=True)


def is_form_sent(request):
    match = request.resolver_match
    return request.method == "POST" and match is not None and match.view_name == "enquiries:form"


# ── The privacy notice ────────────────────────────────────────────────────────────────────────────────────────────────


@public(reads=[PARAMETER])
def privacy(request):
    return render(request, "enquiries/privacy.html", listed_hospitals(request))


@public
def privacy_notice(request, hospital, number=None):
    """The current notice, or an earlier version by its number."""
    recipient = recipient_or_404(hospital)
    notices = list(PrivacyNotice.objects.filter(hospital=recipient.hospital_id))
    notice = next((one for one in notices if number in (None, one.number)), None)
    if notice is None and (number or notices):
        raise Http404
    context = {
        "recipient": recipient,
        "notice": notice,
        "words": notice.words[language_of_words(notice)] if notice else None,
        "language": language_of_words(notice) if notice else "",
        "changed": changed_sections(notice, notices),
        "notices": notices,
        "is_latest": notice is not None and notice == notices[0],
    }
    return render(request, "enquiries/privacy_notice.html", context)


def changed_sections(notice, notices):
    """Return the headings that differ from the version before; `None` for the first."""
    before = next((one for one in notices if notice and one.number == notice.number - 1), None)
    code = before and language_of_words(notice)
    return before and changed_headings(before.words.get(code), notice.words[code])
