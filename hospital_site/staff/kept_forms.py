"""Forms of staff that arrived and could not be saved, because the session or the form was too old, or too large.

What somebody wrote is kept encrypted for its author, for an hour, and put back into the form when the author opens it
again. It is never sent on from here: only a person saves it. See decision 0015.
"""

import json
import re
from urllib.parse import parse_qsl, urlencode

from cryptography.fernet import InvalidToken
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import get_user_model
from django.contrib.auth.views import redirect_to_login
from django.core import signing
from django.core.exceptions import PermissionDenied
from django.http import UnreadablePostError
from django.shortcuts import redirect
from django.urls import Resolver404, resolve, reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hospital_site.staff.encryption import cipher
from hospital_site.staff.models import KeptForm
from hospital_site.staff.network import body_length
from hospital_site.staff.sessions import owner_of_ended_session
from hospital_site.typed_text import whole_number

PARAMETER = "kept"  # of the address of a form that is shown with the kept text
OWNER_FIELD = "form_owner"  # the hidden field of a form that says, signed, for whom it was made
SIGN_IN_VIEWS = {"login", "logout", "password_change", "auth_user_password_change", "jsi18n"}
SECRET = re.compile(r"(?:.*[-_])?(?:password\d*|passwd|code|otp|secret|credential)", re.IGNORECASE)
MOST_ROWS = 1_000  # that are added to a form for kept text
LARGEST_GIVEN_BACK = 10_000_000  # bytes of a form that is too large to be taken

TOO_LARGE_TO_KEEP = gettext_lazy(
    "Your session or this form was too old, so nothing was saved, and the text is too long to be kept for you. "
    "Copy it from the fields below, sign in again, and paste it into the form."
)
TOO_OLD = gettext_lazy(
    "This form was too old, so nothing was saved. Copy your text from the fields below, open the form again, and "
    "paste it there."
)
OF_SOMEBODY_ELSE = gettext_lazy(
    "This form was opened by another account, so nothing was saved. What was written is kept for that account for one "
    "hour."
)


class NotSaved(PermissionDenied):
    """Raised when a form was not saved. The error page shows `sentence` and, to be copied, `fields`."""

    def __init__(self, sentence, fields=()):
        super().__init__("A form was not saved.")
        self.sentence, self.fields = sentence, fields


# ── What a form holds ─────────────────────────────────────────────────────────────────────────────────────────────────


def is_desk(request):
    return re.match(r"/[^/]+/admin/", request.path_info) is not None


def is_form_of_desk(request):
    """Whether a form was sent to the admin, other than one about signing in."""
    try:
        match = resolve(request.path_info)  # `request.resolver_match` is not set yet where a middleware fails
    except Resolver404:
        return False
    is_admin = match.app_name == "admin" and match.url_name not in SIGN_IN_VIEWS
    return request.method == "POST" and is_admin and is_from_this_site(request)


def is_from_this_site(request):
    """Whether no header of the browser says that the form stood on another site."""
    origin = request.headers.get("Origin")
    is_own = origin in (None, f"{request.scheme}://{request.get_host()}")
    return is_own and request.headers.get("Sec-Fetch-Site", "same-origin") in ("same-origin", "none")


def fields_of(request):
    """Returns `[(name, [value, …]), …]` without secrets and files; an empty list if nothing was filled in."""
    if not is_form_of_desk(request):
        return []
    try:
        fields = [(name, values) for name, values in request.POST.lists() if may_be_kept(name)]
    except UnreadablePostError:
        return []
    return fields if any(value.strip() for _name, values in fields for value in values) else []


def may_be_kept(name):
    return name not in ("csrfmiddlewaretoken", OWNER_FIELD) and not name.startswith("_") and not SECRET.fullmatch(name)


def fields_of_large_form(request):
    """Returns the fields of a form that Django refused to read, if somebody who is signed in sent it to the admin."""
    if not is_form_of_desk(request) or not request.user.is_authenticated:
        return []
    length = body_length(request)
    if length is None or length > LARGEST_GIVEN_BACK or request.content_type != "application/x-www-form-urlencoded":
        return []
    body = request.body if hasattr(request, "_body") else request.read(LARGEST_GIVEN_BACK)
    fields = {}
    for name, value in parse_qsl(body.decode(errors="replace"), keep_blank_values=True):
        if may_be_kept(name):
            fields.setdefault(name, []).append(value)
    return list(fields.items())


def owner_mark(user):
    """Returns a signed value for a hidden field: this form was made for `user`."""
    return signing.dumps(user.pk, salt=OWNER_FIELD)


def marked_owner(request):
    """Returns the open account that the sent form was made for, or `None`."""
    try:
        pk = signing.loads(request.POST.get(OWNER_FIELD, ""), salt=OWNER_FIELD, max_age=2 * settings.SESSION_COOKIE_AGE)
    except signing.BadSignature:
        return None
    return get_user_model().objects.filter(pk=pk, is_active=True, is_staff=True).first()


# ── Keeping ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def keep(request, fields, *, owner):
    """Keeps `fields` for `owner`. Returns the new `KeptForm`, or raises `NotSaved` if they are too large."""
    content = {"user": owner.pk, "path": request.get_full_path(), "fields": fields}
    content = json.dumps(content, ensure_ascii=False).encode()
    if len(content) > KeptForm.LARGEST:
        raise NotSaved(TOO_LARGE_TO_KEEP, fields)
    KeptForm.objects.expired().delete()
    theirs = KeptForm.objects.filter(user=owner).order_by("-pk")
    KeptForm.objects.filter(pk__in=list(theirs.values_list("pk", flat=True)[KeptForm.MOST - 1 :])).delete()
    return KeptForm.objects.create(user=owner, sealed=cipher().encrypt(content))


def content_of(kept):
    """Returns `{"path": …, "fields": […]}`, or `None` if it was encrypted with a missing key or for somebody else."""
    try:
        content = json.loads(cipher().decrypt(bytes(kept.sealed)))
    except InvalidToken:
        return None
    return content if content["user"] == kept.user_id else None


def address_of(kept):
    """Returns the address of the form, with which it is shown with the kept text."""
    path = content_of(kept)["path"]
    return f"{path}{'&' if '?' in path else '?'}{urlencode({PARAMETER: kept.pk})}"


def added_rows(request, prefix):
    """Returns how many new rows the formset `prefix` needs for the kept text that `request` is to show."""
    kept = getattr(request, "kept_fields", {})
    total, initial = (whole_number(kept.get(f"{prefix}-{name}_FORMS", ["0"])[0]) for name in ("TOTAL", "INITIAL"))
    if total is None or initial is None:
        return 0
    return min(max(0, total - initial), MOST_ROWS)


def after_ended_session(request):
    """Keeps a form that a session has sent after its end, and leads to the sign-in. `None` for everything else."""
    if request.method != "POST" or request.user.is_authenticated:
        return None
    owner = (fields := fields_of(request)) and owner_of_ended_session(request)
    if not owner:
        return None
    return sign_in_again(request, keep(request, fields, owner=owner))


def sign_in_again(request, kept):
    messages.warning(
        request,
        _(
            "Your session had ended, so nothing was saved. What you wrote is kept for one hour. "
            "Sign in, and you find it in the form again."
        ),
    )
    return redirect_to_login(address_of(kept), reverse("admin:login"))


def after_csrf_failure(request):
    """Keeps a form of staff whose CSRF token is old, such as after a sign-in in another tab. `None` for others.

    Somebody else may have signed in meanwhile: the form belongs to whom it was made for.
    """
    fields = fields_of(request)
    here = fields and (request.user if request.user.is_authenticated else owner_of_ended_session(request))
    if not here:
        return None
    owner = marked_owner(request)
    if owner is None:
        raise NotSaved(TOO_OLD, fields)
    kept = keep(request, fields, owner=owner)
    if owner != here:
        raise NotSaved(OF_SOMEBODY_ELSE)
    if not request.user.is_authenticated:
        return sign_in_again(request, kept)
    messages.warning(
        request,
        _("You have signed in again since this form was opened, so nothing was saved yet. Here is what you wrote."),
    )
    return redirect(address_of(kept))


def tell(request):
    """Adds a message for whoever has just signed in and has forms that were not saved."""
    for kept in KeptForm.objects.available_to(request.user).order_by("pk"):
        if content_of(kept):
            link = format_html('<a href="{}">{}</a>', reverse("kept_form", args=[kept.pk]), _("Show what I wrote"))
            sentence = _("A form of yours was not saved. What you wrote is kept for one hour. {link}")
            messages.warning(request, format_html(sentence, link=link))
