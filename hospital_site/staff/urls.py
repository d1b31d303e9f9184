"""The addresses of signing in and of each person's sign-in security, under the names that allauth asks for."""

from functools import partial

from django.urls import path

from hospital_site.lazy_urls import LazyView

view = partial(LazyView, "hospital_site.staff.views")

urlpatterns = [
    path("login/", view("sign_in"), name="account_login"),
    path("login/code/", view("code"), name="mfa_authenticate"),
    path("logout/", view("sign_out"), name="account_logout"),
    path("session/", view("session"), name="session"),
    path("kept/<int:pk>/", view("kept_form"), name="kept_form"),
    path("security/", view("security"), name="mfa_index"),
    path("security/onward/", view("go_onward"), name="security_onward"),
    path("security/confirm/", view("confirm_by_password"), name="account_reauthenticate"),
    path("security/confirm/code/", view("confirm_by_code"), name="mfa_reauthenticate"),
    path("security/confirm/passkey/", view("confirm_by_passkey"), name="mfa_reauthenticate_webauthn"),
    path("security/app/", view("add_app"), name="mfa_activate_totp"),
    path("security/app/remove/", view("remove_app"), name="mfa_deactivate_totp"),
    path("security/recovery-codes/", view("recovery_codes"), name="mfa_view_recovery_codes"),
    path("security/recovery-codes/new/", view("new_recovery_codes"), name="mfa_generate_recovery_codes"),
    path("security/recovery-codes/file/", view("download_recovery_codes"), name="mfa_download_recovery_codes"),
    path("security/passkeys/", view("passkeys_in_security"), name="mfa_list_webauthn"),
    path("security/passkeys/new/", view("add_passkey"), name="mfa_add_webauthn"),
    path("security/passkeys/<int:pk>/name/", view("name_passkey"), name="mfa_edit_webauthn"),
    path("security/passkeys/<int:pk>/remove/", view("remove_passkey"), name="mfa_remove_webauthn"),
]
