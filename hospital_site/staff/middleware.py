"""What happens around every request of staff: their session is renewed, and no form of theirs is lost."""

from django.conf import settings
from django.contrib import admin, messages
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.middleware import SessionMiddleware
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _

from hospital_site.staff import kept_forms, sessions
from hospital_site.staff.field_labels import labelled
from hospital_site.staff.form_filling import fill
from hospital_site.staff.models import KeptForm
from hospital_site.typed_text import whole_number


class StaffSessionMiddleware(SessionMiddleware):
    """Leaves the cookie of a session that has just ended in the browser, so that a form sent with it is known."""

    def process_response(self, request, response):
        name = settings.SESSION_COOKIE_NAME
        key, session = request.COOKIES.get(name, ""), request.session
        is_new = session.modified and SESSION_KEY not in session and session.session_key != key
        if is_new and sessions.is_session_key(key):
            session[sessions.FORMER_KEY] = key
        response = super().process_response(request, response)
        is_deleted = name in response.cookies and not response.cookies[name].value
        if is_deleted and sessions.ended_session(key):
            del response.cookies[name]
        return response


class KeepFormsMiddleware:
    """Renews the session of staff, keeps a form that an ended session sends, and shows it again."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        if not kept_forms.is_desk(request):
            return self.get_response(request)
        if request.path_info != reverse("session") and request.user.is_authenticated:
            sessions.renew(request.session, request.user)
        number = taken_parameter(request)
        if number is None or not request.user.is_authenticated or not admin.site.has_permission(request):
            return self.get_response(request)
        return self.with_kept_form(request, number)

    def process_view(self, request, view, args, kwargs):
        return kept_forms.after_ended_session(request) if kept_forms.is_desk(request) else None

    def with_kept_form(self, request, number):
        kept = KeptForm.objects.available_to(request.user).filter(pk=number).first()
        content = kept and kept_forms.content_of(kept)
        if not content:
            if request.method == "GET":
                messages.warning(request, _("What you wrote was kept for one hour and is deleted now."))
            return self.get_response(request)
        request.kept_fields = dict(content["fields"])
        response = self.get_response(request)
        if request.method == "POST":
            if response.status_code == 302:  # saved, so it is needed no longer
                kept.delete()
            return response
        return shown(request, response, kept)


def taken_parameter(request):
    """Takes the number of a kept form out of the address, and returns it; `None` if there is none."""
    number = whole_number(request.GET.get(kept_forms.PARAMETER, ""))
    if number is None:
        return None
    request.GET = request.GET.copy()
    del request.GET[kept_forms.PARAMETER]
    request.META["QUERY_STRING"] = request.GET.urlencode()
    return number


def shown(request, response, kept):
    """Returns the page with the kept text in its form; a page with the text alone if the form is no longer there."""
    page = None
    if response.status_code == 200 and response.get("Content-Type", "").startswith("text/html"):

        def notice(left_over):
            context = {"kept": kept, "left_over": labelled(request.path_info, left_over.items())}
            return render_to_string("admin/staff/kept_notice.html", context, request=request)

        page = fill(response.content.decode(), request.kept_fields, notice)
    if page is None:
        return redirect("kept_form", kept.pk)
    response.content = page
    return response
