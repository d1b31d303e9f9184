"""What this site uses of allauth beyond its documented interface, in one place. See decision 0016."""

from django.core.exceptions import ImproperlyConfigured

try:
    from allauth.account.internal.flows.login import (
        AUTHENTICATION_METHODS_SESSION_KEY,
        get_authentication_records,
        record_authentication,
    )
    from allauth.account.internal.stagekit import get_pending_stage
    from allauth.core.internal import ratelimit
    from allauth.core.internal.cryptokit import compare_user_code
    from allauth.mfa.stages import AuthenticateStage
    from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time
except ImportError as moved:
    raise ImproperlyConfigured(
        f"This release of django-allauth has moved what the sign-in of staff is made of: {moved}. "
        "Install the release in requirements.txt, or adapt hospital_site/staff/allauth_internals.py (decision 0016)."
    ) from moved

__all__ = [
    "AUTHENTICATION_METHODS_SESSION_KEY",
    "AuthenticateStage",
    "compare_user_code",
    "format_hotp_value",
    "get_authentication_records",
    "get_pending_stage",
    "hotp_value",
    "ratelimit",
    "record_authentication",
    "yield_hotp_counters_from_time",
]

# What allauth calls or sets by a name that begins with an underscore, and this site overrides or sets too.
PRIVATE_NAMES = {
    "allauth.account.adapter.DefaultAccountAdapter": ["_login_failed_rl_usage", "_rollback_login_failed_rl_usage"],
    "allauth.mfa.adapter.DefaultMFAAdapter": ["_get_site_name", "_get_user_identifier"],
}
