"""The second factor of staff: who has one, whether the session has shown it, how it is removed."""

from datetime import timedelta

from allauth.mfa.models import Authenticator
from allauth.mfa.signals import authentication_failed, authenticator_added, authenticator_removed
from allauth.mfa.utils import decrypt, encrypt
from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.models import Session
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Exists, OuterRef
from django.dispatch import receiver
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from hospital_site.staff.allauth_internals import (
    compare_user_code,
    format_hotp_value,
    get_authentication_records,
    hotp_value,
    record_authentication,
    yield_hotp_counters_from_time,
)
from hospital_site.staff.audit import about, record
from hospital_site.staff.models import AuditEntry

KINDS = [Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN]  # recovery codes only stand in for one of these
SEALED = {Authenticator.Type.TOTP: "secret", Authenticator.Type.RECOVERY_CODES: "seed"}


class Unreadable(ValidationError):
    """Raised when the secret of the codes was encrypted with a key that is not among ENQUIRY_KEYS."""

    def __init__(self):
        super().__init__(
            _(
                "Codes cannot be checked, because a key of this site is missing. "
                "Ask an administrator to put it back or to remove your second factor."
            )
        )


# ── Who has one ───────────────────────────────────────────────────────────────────────────────────────────────────────


def factors_of(user):
    """Returns the second factors of `user`, without recovery codes."""
    return Authenticator.objects.filter(user=user, type__in=KINDS)


def has_one(user, *kinds):
    return factors_of(user).filter(type__in=kinds or KINDS).exists()


def annotate_second_factor(users):
    """Returns the queryset `users`, annotated with `has_second_factor`."""
    return users.annotate(has_second_factor=Exists(factors_of(OuterRef("pk"))))


def is_shown(request, user):
    """Returns whether `user` has shown a second factor in this session. To have one is not enough."""
    return any(step["method"] == "mfa" for step in get_authentication_records(request, user))


def is_missing(request):
    return settings.SECOND_FACTOR and not is_shown(request, request.user)


def is_first_use(authenticator, code):
    """Returns whether `code` of an app is newer than every code before, and stores the half minute that it is of.

    allauth remembers in the cache, and for no longer than half a minute, while a code holds for a minute and a half.
    """
    with transaction.atomic():
        app = Authenticator.objects.select_for_update().get(pk=authenticator.pk)
        secret = decrypt(app.data["secret"])
        meant = [
            step
            for step in yield_hotp_counters_from_time()
            if compare_user_code(actual=code, expected=format_hotp_value(hotp_value(secret, step)))
        ]
        is_first = max(meant, default=0) > app.data.get("last_step", 0)
        if is_first:
            app.data["last_step"] = max(meant)
            app.save(update_fields=["data"])
        return is_first


# ── Removing it ───────────────────────────────────────────────────────────────────────────────────────────────────────


@transaction.atomic
def take_away(person, *, by, reason=""):
    """Removes all second factors of `person` and ends their sessions, when they have lost their telephone."""
    Authenticator.objects.filter(user=person).delete()
    end_sessions(person)
    told = f"{person}: taken away" + (f": {reason}" if reason else "")
    record(AuditEntry.Action.SECOND_FACTOR, by=by, reason=told, data=about(person))


def end_sessions(person, but=None):
    """Signs `person` out everywhere, except from the session with the key `but`."""
    remembered = timezone.now() - timedelta(days=1)  # what has just ended may no longer keep a form either
    sessions = Session.objects.filter(expire_date__gt=remembered).exclude(session_key=but)
    theirs = [session.pk for session in sessions.iterator() if session.get_decoded().get(SESSION_KEY) == str(person.pk)]
    Session.objects.filter(pk__in=theirs).delete()


@transaction.atomic
def reseal(authenticator):
    """Encrypts the secret again with the first key of ENQUIRY_KEYS. Returns whether there was one."""
    row = Authenticator.objects.select_for_update().get(pk=authenticator.pk)
    name = SEALED.get(row.type)
    if name:
        row.data[name] = encrypt(decrypt(row.data[name]))
        row.save(update_fields=["data"])
    return bool(name)


# ── The audit log ─────────────────────────────────────────────────────────────────────────────────────────────────────


@receiver(authenticator_added, dispatch_uid="second_factor_added")
def note_added(request, user, authenticator, **kwargs):
    """Counts the new factor as shown in this session, and ends those that were opened with the password alone."""
    if authenticator.type not in KINDS:
        return
    if not is_shown(request, user):
        request.session.cycle_key()
        end_sessions(user, but=request.session.session_key)
    record_authentication(request, user, "mfa", type=authenticator.type)
    record(AuditEntry.Action.SECOND_FACTOR, by=user, reason=f"{user}: added {authenticator.type}", data=about(user))


@receiver(authenticator_removed, dispatch_uid="second_factor_removed")
def note_removed(user, authenticator, **kwargs):
    if authenticator.type in KINDS:
        reason = f"{user}: removed {authenticator.type}"
        record(AuditEntry.Action.SECOND_FACTOR, by=user, reason=reason, data=about(user))


@receiver(authentication_failed, dispatch_uid="second_factor_failed")
def note_failed(user, **kwargs):
    """Writes the name, unlike for a wrong password: whoever came this far knew the password of this account."""
    record(AuditEntry.Action.SIGN_IN_FAILED, by=user)
