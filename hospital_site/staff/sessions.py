"""The session engine of the site, and how long staff stay signed in.

A session of staff ends some time after its last request (its idle limit), and some hours after the sign-in whatever
happens. Its cookie lasts as long as the browser; its row is kept for `REMEMBERED_FOR` after its end, so that what an
ended session sends can still be told from what a stranger sends.
"""

from datetime import UTC, datetime, timedelta

from django.conf import settings
from django.contrib.auth import HASH_SESSION_KEY, SESSION_KEY, load_backend
from django.contrib.auth.signals import user_logged_in
from django.contrib.sessions.backends.base import UpdateError
from django.contrib.sessions.backends.db import SessionStore as DatabaseSessionStore
from django.contrib.sessions.models import Session
from django.db import InterfaceError, OperationalError
from django.dispatch import receiver
from django.utils import timezone
from django.utils.crypto import constant_time_compare

from hospital_site.staff.models import KeptForm

REMEMBERED_FOR = timedelta(days=1)
RENEW_EVERY = timedelta(seconds=30)  # a session is written at most this often only because it is used
LENGTH_OF_KEYS = 32
BEGAN, RENEWED, ENDS = "staff_began", "staff_renewed", "staff_ends"  # seconds since 1970
FORMER_KEY = "former_session"  # the key of the ended session whose cookie this session has replaced

# Functions that return whether an account has the short idle limit; apps above append theirs in `AppConfig.ready`.
HAS_SHORT_LIMIT = []


def is_session_key(text):
    """Whether `text`, which a browser sent, looks like a key: no database is asked for anything else."""
    return bool(text) and len(text) == LENGTH_OF_KEYS and text.isascii() and text.isalnum()


class SessionStore(DatabaseSessionStore):
    """Sessions in the database. One of staff ends at the moment that it holds under `ENDS`."""

    def _validate_session_key(self, key):
        return is_session_key(key)

    def get_expiry_date(self, **kwargs):
        ends = self.get(ENDS)
        return datetime.fromtimestamp(ends, UTC) if ends else super().get_expiry_date(**kwargs)

    def get_expiry_age(self, **kwargs):
        """Returns the seconds that are left."""
        return max(0, round((self.get_expiry_date(**kwargs) - timezone.now()).total_seconds()))

    def save(self, must_create=False):
        """Raises what the database says where it is away: Django would take the session for one that was deleted."""
        try:
            super().save(must_create)
        except UpdateError as problem:
            if isinstance(problem.__context__, OperationalError | InterfaceError):
                raise problem.__context__ from None
            raise

    @classmethod
    def clear_expired(cls):
        """Called by `manage.py clearsessions`: deletes what is needed no longer, kept forms included."""
        Session.objects.filter(expire_date__lt=timezone.now() - REMEMBERED_FOR).delete()
        KeptForm.objects.expired().delete()


def idle_limit(user):
    is_short = any(has_short_limit(user) for has_short_limit in HAS_SHORT_LIMIT)
    return timedelta(minutes=settings.ENQUIRY_IDLE_MINUTES if is_short else settings.STAFF_IDLE_MINUTES)


@receiver(user_logged_in, dispatch_uid="session_begins")
def begin(request, user, **kwargs):
    """Starts the hours of a session anew, after a full sign-in."""
    for name in (BEGAN, RENEWED, ENDS, FORMER_KEY):
        request.session.pop(name, None)
    renew(request.session, user)


def renew(session, user, at_once=False):
    """Moves the end of the session away, because it was used; never beyond STAFF_SESSION_HOURS after its beginning."""
    now = timezone.now().timestamp()
    if not at_once and now - session.get(RENEWED, 0) < RENEW_EVERY.total_seconds():
        return
    began = session.setdefault(BEGAN, now)
    session[RENEWED] = now
    session[ENDS] = min(now + idle_limit(user).total_seconds(), last_moment(began))


def last_moment(began):
    return began + timedelta(hours=settings.STAFF_SESSION_HOURS).total_seconds()


def end_of(request):
    """Returns what a page says about the end of its session, or `None` for whoever is not signed in.

    `at`: the moment when it ends without another request; `left`: the seconds until then; `is_last`: whether another
    request would not move it.
    """
    ends = request.session.get(ENDS)
    if not ends or not request.user.is_authenticated:
        return None
    return {
        "at": datetime.fromtimestamp(ends, UTC),
        "left": max(0, round(ends - timezone.now().timestamp())),
        "is_last": ends >= last_moment(request.session[BEGAN]),
    }


# ── Sessions that have ended ──────────────────────────────────────────────────────────────────────────────────────────


def ended_session(key):
    """Returns the row of a session that ended within `REMEMBERED_FOR`, or `None`. Signing out leaves no row."""
    now = timezone.now()
    ended = Session.objects.filter(expire_date__lte=now, expire_date__gt=now - REMEMBERED_FOR)
    return ended.filter(session_key=key).first() if is_session_key(key) else None


def owner_of_ended_session(request):
    """Returns the account whose session in this browser has just ended, or `None`.

    The account must still be open and have the same password, and the session must have shown the second factor where
    one is asked for.
    """
    for key in (request.COOKIES.get(settings.SESSION_COOKIE_NAME), request.session.get(FORMER_KEY)):
        if row := ended_session(key):
            return owner_of(row.get_decoded())
    return None


def owner_of(data):
    [backend] = map(load_backend, settings.AUTHENTICATION_BACKENDS)
    user = backend.get_user(data[SESSION_KEY]) if SESSION_KEY in data else None
    if user is None or not constant_time_compare(data.get(HASH_SESSION_KEY, ""), user.get_session_auth_hash()):
        return None
    # Imported here because readers have sessions too, and allauth takes 150 ms to load.
    from hospital_site.staff.allauth_internals import AUTHENTICATION_METHODS_SESSION_KEY

    steps = data.get(AUTHENTICATION_METHODS_SESSION_KEY, [])
    if settings.SECOND_FACTOR and not any(step["method"] == "mfa" for step in steps):
        return None
    return user
