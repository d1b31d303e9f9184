"""How often passwords may be tried: by whom, from where, and in which browser.

Tries are counted by name *and* address, so that nobody shuts an account for its owner from elsewhere; by address over
all names; and by name over all addresses, so that guessing from many places leads nowhere either. A browser in which
somebody has signed in before has a count of its own, whatever others do.
"""

import math
import time

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core import signing
from django.core.cache import cache
from django.utils.crypto import get_random_string, salted_hmac
from django.utils.translation import ngettext

from hospital_site.staff.allauth_internals import get_pending_stage, ratelimit

LIMITS = {
    "post": "60/m/ip",  # a ward may share one address
    "post_of_known_browser": "60/m/key",
    "address": "20/m/ip",
    "name_and_address": "5/5m/key,20/h/key",
    "name": "60/h/key,200/d/key",
    "known_browser": "5/5m/key,20/h/key",
    "own_password": "5/5m/key,20/h/key",
}

COOKIE = SALT = "staff_browser"
REMEMBERED_FOR = 180 * 24 * 60 * 60  # seconds
MOST_ACCOUNTS = 20  # that one browser is remembered for


def count(request, limit, key=None):
    """Returns what can be rolled back when the password was right, or `None` when the limit is reached."""
    usage = ratelimit.consume(request, app="staff", action=limit, config=LIMITS, key=key)
    if usage is None:
        request.seconds_to_wait = seconds_to_wait(request, app="staff", action=limit, config=LIMITS, key=key)
    return usage


def seconds_to_wait(request, *, key, **limit):
    """Returns in how many seconds a limit that is reached lets the next try pass."""
    left = [0]
    for rate in ratelimit.get_rates(**limit):
        names = {"app": limit["app"], "action": limit["action"], "rate": rate, "key": key}
        tries = cache.get(ratelimit.get_cache_key(request, **names), [])  # when each was, the newest first
        if len(tries) >= rate.amount:
            left.append(tries[rate.amount - 1] + rate.duration - time.time())
    return max(left)


def too_often(request):
    """Returns the sentence for whoever has reached a limit, counted here or, of second factors, by allauth."""
    seconds = getattr(request, "seconds_to_wait", None)
    if seconds is None:
        user = request.user if request.user.is_authenticated else get_pending_stage(request).login.user
        key = f"mfa-auth-user-{user.pk}"
        seconds = seconds_to_wait(request, app="allauth.account", action="login_failed", config=None, key=key)
    minutes = max(1, math.ceil(seconds / 60))
    if minutes <= 90:
        sentence = ngettext(
            "Too many attempts. Please wait %(number)d minute, then try again.",
            "Too many attempts. Please wait %(number)d minutes, then try again.",
            minutes,
        )
        return sentence % {"number": minutes}
    hours = math.ceil(minutes / 60)
    sentence = ngettext(
        "Too many attempts. Please wait %(number)d hour, then try again.",
        "Too many attempts. Please wait %(number)d hours, then try again.",
        hours,
    )
    return sentence % {"number": hours}


def count_post(request):
    """Counts a form of the sign-in, whatever is in it. Returns `None` when there were too many."""
    known = cookie_of(request)
    if known["marks"]:
        return count(request, "post_of_known_browser", known["browser"])
    return count(request, "post")


def consume(request, name):
    """Counts one try of the password of `name`. Returns its usage, or `None` when there were too many."""
    name = name.lower()
    if browser := known_browser(request, name):
        return count(request, "known_browser", f"{browser}:{name}")
    counted = []
    keys = {"address": None, "name_and_address": f"{ratelimit.get_ip(request)}:{name}", "name": name}
    for limit, key in keys.items():  # a try that an earlier limit refuses is not counted for a later one
        usage = count(request, limit, key)
        if usage is None:
            return None
        counted += usage.usage
    return ratelimit.RateLimitUsage(counted)


# ── Browsers in which somebody has signed in before ───────────────────────────────────────────────────────────────────


def mark_of(user):
    """Returns what the cookie holds of an account. Another password makes another mark."""
    return salted_hmac(SALT, f"{user.pk}:{user.get_session_auth_hash()}").hexdigest()[:32]


def cookie_of(request):
    """Returns `{"browser": …, "marks": […]}` of the accounts that have signed in with this browser, if any."""
    try:
        return signing.loads(request.COOKIES.get(COOKIE, ""), salt=SALT, max_age=REMEMBERED_FOR)
    except signing.BadSignature:
        return {"browser": get_random_string(16), "marks": []}


def known_browser(request, name):
    """Returns the name of this browser if `name` has signed in here with the present password, else `None`."""
    known = cookie_of(request)
    if not known["marks"]:
        return None
    users = get_user_model().objects.filter(username__iexact=name, is_active=True)
    return known["browser"] if any(mark_of(user) in known["marks"] for user in users) else None


def remember(request, response):
    """Returns `response`, with a cookie that knows this browser again where somebody has just signed in."""
    if request.user.is_authenticated:
        known, mark = cookie_of(request), mark_of(request.user)
        known["marks"] = [mark, *(other for other in known["marks"] if other != mark)][:MOST_ACCOUNTS]
        response.set_cookie(
            COOKIE,
            signing.dumps(known, salt=SALT),
            max_age=REMEMBERED_FOR,
            secure=settings.SESSION_COOKIE_SECURE,
            httponly=True,
            samesite="Lax",
        )
    return response
