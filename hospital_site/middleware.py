"""What happens around every request."""

from django.contrib.admin.options import TO_FIELD_VAR
from django.core.exceptions import BadRequest, FieldDoesNotExist
from django.db import DataError

from hospital_site.errors import refusal


def friendly_refusals(get_response):
    """Say in words what Django answers with an empty page, such as a wrong method."""

    def middleware(request):
        response = get_response(request)
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
