"""What happens around every request."""

import threading

from django.conf import settings
from django.contrib.admin.options import TO_FIELD_VAR
from django.core.exceptions import BadRequest, FieldDoesNotExist
from django.db import DataError

from hospital_site.errors import refusal
from hospital_site.patience import SHORT, in_trouble
from hospital_site.staff.kept_forms import is_desk
from hospital_site.staff.network import body_length
from hospital_site.staff.sessions import owner_of_ended_session

COME_BACK_AFTER = 30  # seconds
WAITING = threading.BoundedSemaphore(2)  # a worker has more threads than this, which kept pages need
LARGEST_OF_SIGN_IN = 8_000  # bytes; a passkey answers with about one thousand


def friendly_refusals(get_response):
    """Say in words what Django answers with an empty page, such as a wrong method, and after a 503 when to return."""

    def middleware(request):
        response = get_response(request)
        if response.status_code == 503:
            response.headers.setdefault("Retry-After", str(COME_BACK_AFTER))
        if response.status_code == 405 and not response.content:
            friendly = refusal(405)
            friendly["Allow"] = response["Allow"]
            return friendly
        return response

    return middleware


def same_origin_resources(get_response):
    """Let no other site load anything of this one into its pages, static files included."""

    def middleware(request):
        response = get_response(request)
        response.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        return response

    return middleware


def spare_threads(get_response):
    """While the database is in trouble, let few requests wait for it; what somebody has sent always may."""

    def middleware(request):
        if not in_trouble.is_set() or request.method not in ("GET", "HEAD"):
            return get_response(request)
        if not WAITING.acquire(timeout=SHORT / 10):
            return refusal(503)
        try:
            return get_response(request)
        finally:
            WAITING.release()

    return middleware


def refuse_large_bodies(get_response):
    """Refuse, unread, what is larger than any form of somebody who is not signed in: it would be spooled to the disk.

    A session that has just ended may still send a form, which is kept for its author.
    """

    def middleware(request):
        if is_too_large(request) and not request.user.is_authenticated and not owner_of_ended_session(request):
            return refusal(413)
        return get_response(request)

    return middleware


def is_too_large(request):
    length = body_length(request)
    if length is None:
        return is_desk(request) or request.method not in ("GET", "HEAD")
    if is_desk(request):
        return length > LARGEST_OF_SIGN_IN
    return length > settings.DATA_UPLOAD_MAX_MEMORY_SIZE and request.content_type == "multipart/form-data"


def refuse_impossible_values(get_response):
    """Answer 400 where a request asks for a value that no column can hold, such as a NUL or a date before the year 1.

    Django’s admin hands such values to the database. PostgreSQL, SQLite and Python refuse different ones, each with an
    exception of its own.
    """

    def middleware(request):
        return get_response(request)

    def process_exception(request, exception):
        if is_about_impossible_value(request, exception):
            raise BadRequest(f"A value that no column can hold: {exception}") from exception

    middleware.process_exception = process_exception
    return middleware


def is_about_impossible_value(request, exception):
    if isinstance(exception, FieldDoesNotExist):
        return TO_FIELD_VAR in request.GET  # the admin refuses every other field that does not exist
    has_nul = isinstance(exception, ValueError) and "NUL (0x00)" in str(exception)  # as psycopg2 says it
    return has_nul or isinstance(exception, DataError | OverflowError)
