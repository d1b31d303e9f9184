"""What a reader sees when a page cannot be shown: one page in all languages, without database or static files."""

import base64
import hashlib
import logging
import re
import sys

from django.conf import settings
from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent
from django.http import HttpResponse
from django.template.loader import render_to_string
from django.utils.translation import get_language

from hospital_site import logs
from hospital_site.database import is_away
from hospital_site.publishing.reading import Gone
from hospital_site.staff import kept_forms
from hospital_site.staff.field_labels import labelled

log = logging.getLogger(__name__)


def refusal(status, successor=None, sentence="", texts=()):
    """Return the page that says, in every language that patients read, why the answer is `status` and what to do now.

    The language of the address comes first.
    `successor` is the page to go to instead of one that was withdrawn. `sentence` takes the place of the usual one;
    `texts` are what a member of staff wrote and could not save: `[(label, text), …]`.
    """
    context = {
        "status": status,
        "languages": sorted(settings.OPEN_LANGUAGES, key=lambda code: code != get_language()),  # the reader's first
        "successor": successor,
        "site_contact": settings.SITE_CONTACT,
        "is_demonstration": settings.DEMONSTRATION,
        "sentence": sentence,
        "texts": texts,
        "request_id": logs.request_id.get() if status >= 500 else "",
    }
    page = render_to_string("error.html", context)
    response = HttpResponse(page, status=status)
    response["Cache-Control"] = "no-store"
    response._csp_update = {"style-src": [style_hash(page)]}
    return response


def style_hash(page):
    """The hash by which a Content-Security-Policy allows the inline style of `page`."""
    style = re.search(r"<style>(.*?)</style>", page, flags=re.DOTALL)[1]
    return f"'sha256-{base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()}'"


def bad_request(request, exception):
    if isinstance(exception, RequestDataTooBig | TooManyFieldsSent):
        return refusal(413, texts=labelled(request.path_info, kept_forms.fields_of_large_form(request)))
    return refusal(400)


def forbidden(request, exception):
    if isinstance(exception, kept_forms.NotSaved):
        return refusal(403, sentence=exception.sentence, texts=labelled(request.path_info, exception.fields))
    return refusal(403)


def csrf_failure(request, reason=""):
    """A form without its token: it comes back with what was typed, to patients and staff; all else is refused."""
    # Imported here because pages of readers do without: together they take 150 ms.
    from hospital_site.enquiries.views import return_form
    from hospital_site.publishing.previews import sent_comment

    if response := return_form(request) or kept_forms.after_csrf_failure(request):
        return response
    comment = sent_comment(request)
    return refusal(403, sentence=kept_forms.TOO_OLD if comment else "", texts=comment)


def not_found(request, exception):
    if isinstance(exception, Gone):
        return refusal(410, exception.successor)
    return refusal(404)


def too_many_requests(request):
    return refusal(429)


def server_error(request):
    """A mistake of ours, or a database that does not answer: patients and staff get back what they wrote."""
    status = 503 if is_away(sys.exc_info()[1]) else 500
    try:
        from hospital_site.enquiries.views import return_after_mistake

        if form := return_after_mistake(request, status):
            return form
    except Exception as another:  # whatever it is, there must be an answer
        log.error("What was sent could not be returned: %s", type(another).__name__)
    from hospital_site.publishing.previews import sent_comment

    return refusal(status, texts=sent_comment(request) or labelled(request.path_info, kept_forms.fields_of(request)))
