"""Signing in, and each person's own page about it: allauth's views in the frame of the admin."""

from functools import wraps

from allauth.account.utils import get_next_redirect_url
from allauth.account.views import LoginView, LogoutView, ReauthenticateView
from allauth.mfa.adapter import get_adapter
from allauth.mfa.base import views as factors
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes import views as recovery
from allauth.mfa.totp import views as app
from allauth.mfa.webauthn import views as passkeys
from django.contrib import admin, messages
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_required
from django.http import JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from hospital_site.staff import second_factor, sessions, sign_in_limits
from hospital_site.staff.allauth_internals import get_pending_stage, ratelimit
from hospital_site.staff.field_labels import labelled
from hospital_site.staff.kept_forms import address_of, content_of
from hospital_site.staff.models import KeptForm

CONFIRM = _("Confirm that it is you")
ONWARD = "sign_in_onward"  # the session key of the address that a person wanted before they had to set up


def in_admin_frame(view, title):
    """Returns `view` of allauth inside the frame of the admin, never stored by a browser."""

    @never_cache
    @wraps(view)
    def framed(request, *args, **kwargs):
        response = view(request, *args, **kwargs)
        if isinstance(response, TemplateResponse):
            frame = admin.site.each_context(request) | {"title": title, "onward": ONWARD in request.session}
            response.context_data = frame | (response.context_data or {})
        return response

    return framed


def own_page(view, title):
    """Returns `view` of allauth for whoever is signed in; all others are led to the sign-in."""
    return login_required(in_admin_frame(view, title))


class CodeView(factors.AuthenticateView):
    def get_context_data(self, **kwargs):
        kinds = set(second_factor.factors_of(self.stage.login.user).values_list("type", flat=True))
        return super().get_context_data(**kwargs) | {"kinds": kinds}


class AppView(app.ActivateTOTPView):
    def form_valid(self, form):
        response = super().form_valid(form)
        its_app = second_factor.factors_of(self.request.user).get(type=Authenticator.Type.TOTP)
        second_factor.is_first_use(its_app, form.cleaned_data["code"])  # so that it opens nothing any more
        return response


class SecurityView(factors.IndexView):
    def get_context_data(self, **kwargs):
        theirs = second_factor.factors_of(self.request.user).order_by("created_at")
        return super().get_context_data(**kwargs) | {
            "app": next((factor for factor in theirs if factor.type == Authenticator.Type.TOTP), None),
            "passkeys": [factor for factor in theirs if factor.type == Authenticator.Type.WEBAUTHN],
        }


ask_name = in_admin_frame(LoginView.as_view(), _("Sign in to the staff site"))
ask_code = in_admin_frame(CodeView.as_view(), CONFIRM)
sign_out = require_POST(LogoutView.as_view())

security = own_page(SecurityView.as_view(), _("Sign-in security"))
confirm_by_password = own_page(ReauthenticateView.as_view(), CONFIRM)
confirm_by_code = own_page(factors.reauthenticate, CONFIRM)
confirm_by_passkey = own_page(passkeys.reauthenticate_webauthn, CONFIRM)
add_app = own_page(AppView.as_view(), _("Set up an app"))
remove_app = own_page(app.deactivate_totp, _("Remove the app"))
recovery_codes = own_page(recovery.view_recovery_codes, _("Recovery codes"))
download_recovery_codes = recovery.download_recovery_codes
new_recovery_codes = own_page(recovery.generate_recovery_codes, _("Create new recovery codes"))
add_passkey = own_page(passkeys.add_webauthn, _("Add a passkey"))
name_passkey = own_page(passkeys.edit_webauthn, _("Name a passkey"))
remove = own_page(passkeys.remove_webauthn, _("Remove a passkey"))


def sign_in(request):
    """Asks for name and password. Whoever is signed in goes on, or sets up a second factor that is missing."""
    if request.user.is_authenticated:
        onward = get_next_redirect_url(request) or reverse("admin:index")
        if admin.site.has_permission(request):
            return redirect(onward)
        if not second_factor.has_one(request.user):
            request.session[ONWARD] = onward
            return redirect("mfa_index")
        logout(request)
        messages.warning(request, _("Please sign in again, this time with your second factor."))
    if sign_in_limits.count_post(request) is None:
        return ratelimit.respond_429(request)
    return sign_in_limits.remember(request, ask_name(request))


def code(request):
    """Asks for the second factor, after name and password."""
    stage = get_pending_stage(request)
    if stage and stage.is_outdated:
        messages.warning(request, _("This account or its password was changed meanwhile. Please begin again."))
        return stage.abort()
    if not request.user.is_authenticated and not stage:
        messages.warning(request, _("Your sign-in was not begun here or took too long. Please begin again."))
    return sign_in_limits.remember(request, ask_code(request))


def remove_passkey(request, pk):
    if request.user.is_authenticated:
        passkey = get_object_or_404(second_factor.factors_of(request.user), pk=pk, type=Authenticator.Type.WEBAUTHN)
        if not get_adapter().can_delete_authenticator(passkey):
            messages.error(request, get_adapter().error_messages["cannot_delete_authenticator"])
            return redirect("mfa_index")
    return remove(request, pk=pk)


def session(request):
    """The seconds that are left of this session, as JSON. Asking does not renew it; sending the form does."""
    if request.method == "POST" and request.user.is_authenticated:
        sessions.renew(request.session, request.user, at_once=True)
    end = sessions.end_of(request)
    response = JsonResponse({"left": end["left"], "is_last": end["is_last"]} if end else {"left": 0, "is_last": True})
    response["Cache-Control"] = "no-store"
    return response


@admin.site.admin_view
def kept_form(request, pk):
    """What somebody wrote into a form that was not saved: to be copied, opened in its form, or deleted."""
    kept = KeptForm.objects.available_to(request.user).filter(pk=pk).first()
    content = kept and content_of(kept)
    if not content:
        messages.warning(request, _("What you wrote was kept for one hour and is deleted now."))
        return redirect("admin:index")
    if request.method == "POST":
        kept.delete()
        messages.success(request, _("Deleted."))
        return redirect("admin:index")
    frame = admin.site.each_context(request) | {"title": _("What you wrote")}
    context = frame | {
        "kept": kept,
        "texts": labelled(content["path"], content["fields"]),
        "form_address": address_of(kept),
    }
    return render(request, "admin/staff/kept_form.html", context)


@login_required
def passkeys_in_security(request):
    return redirect("mfa_index")


@login_required
def go_onward(request):
    """Redirects to the page that somebody wanted before they had to set up a second factor."""
    return redirect(request.session.pop(ONWARD, "admin:index"))
