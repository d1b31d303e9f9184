"""The addresses of signing in and of each person's sign-in security, under the names that allauth asks for."""

from allauth.account.views import LogoutView, ReauthenticateView
from allauth.mfa.base import views as factors
from allauth.mfa.recovery_codes import views as recovery
from allauth.mfa.totp import views as app
from allauth.mfa.webauthn import views as passkeys
from django.contrib import admin
from django.contrib.auth.decorators import login_required
from django.shortcuts import redirect
from django.urls import path
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from hospital_site.staff import views
from hospital_site.staff.views import own_page


def confirm(view):
    return own_page(view, _("Confirm that it is you"))


urlpatterns = [
    path("login/", views.sign_in, name="account_login"),
    path("login/code/", views.code, name="mfa_authenticate"),
    path("logout/", require_POST(LogoutView.as_view()), name="account_logout"),
    path("session/", views.session, name="session"),
    path("kept/<int:pk>/", admin.site.admin_view(views.kept_form), name="kept_form"),
    path("security/", views.security, name="mfa_index"),
    path("security/onward/", login_required(views.go_onward), name="security_onward"),
    path("security/confirm/", confirm(ReauthenticateView.as_view()), name="account_reauthenticate"),
    path("security/confirm/code/", confirm(factors.reauthenticate), name="mfa_reauthenticate"),
    path("security/confirm/passkey/", confirm(passkeys.reauthenticate_webauthn), name="mfa_reauthenticate_webauthn"),
    path("security/app/", own_page(views.AppView.as_view(), _("Set up an app")), name="mfa_activate_totp"),
    path("security/app/remove/", own_page(app.deactivate_totp, _("Remove the app")), name="mfa_deactivate_totp"),
    path(
        "security/recovery-codes/",
        own_page(recovery.view_recovery_codes, _("Recovery codes")),
        name="mfa_view_recovery_codes",
    ),
    path(
        "security/recovery-codes/new/",
        own_page(recovery.generate_recovery_codes, _("Create new recovery codes")),
        name="mfa_generate_recovery_codes",
    ),
    path("security/recovery-codes/file/", recovery.download_recovery_codes, name="mfa_download_recovery_codes"),
    path("security/passkeys/", login_required(lambda request: redirect("mfa_index")), name="mfa_list_webauthn"),
    path(
        "security/passkeys/new/",
        own_page(passkeys.add_webauthn, _("Add a passkey")),
        name="mfa_add_webauthn",
    ),
    path(
        "security/passkeys/<int:pk>/name/",
        own_page(passkeys.edit_webauthn, _("Name a passkey")),
        name="mfa_edit_webauthn",
    ),
    path("security/passkeys/<int:pk>/remove/", views.remove_passkey, name="mfa_remove_webauthn"),
]
