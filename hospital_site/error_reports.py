"""Reports of errors to a Sentry, where the operator names one: what failed and where, nothing of anybody.

What may leave is a list, not what may not: no messages, variables, addresses, bodies, cookies, headers or users.
"""

from django.conf import settings

from hospital_site.logs import Repeats, request_id, route_of

OF_EVENT = {"event_id", "timestamp", "level", "logger", "platform"}
OF_EXCEPTION = {"type", "module"}
OF_FRAME = {"filename", "module", "function", "lineno", "in_app"}

repeats = Repeats()


def start(**options):
    """Lets every line of the log that is an error be reported too. Without `SENTRY_DSN` nothing is loaded or sent."""
    if not settings.SENTRY_DSN:
        return
    import sentry_sdk
    from sentry_sdk.integrations.logging import LoggingIntegration

    sentry_sdk.init(
        dsn=settings.SENTRY_DSN,
        before_send=reduced,
        default_integrations=False,
        auto_enabling_integrations=False,
        integrations=[LoggingIntegration(level=None, sentry_logs_level=None)],
        include_local_variables=False,
        include_source_context=False,
        max_breadcrumbs=0,
        auto_session_tracking=False,
        send_client_reports=False,
        spotlight=False,
        **options,
    )


def reduced(event, hint):
    """The event with nothing but what may leave, or `None` for one that was reported in this minute."""
    record = hint.get("log_record")
    if record is None or not repeats.filter(record):
        return None
    exceptions = event.get("exception", {}).get("values", [])
    return {
        **only(OF_EVENT, event),
        "message": record.msg if not record.exc_info and record.name.startswith("hospital_site") else "",
        "exception": {"values": [with_frames(exception) for exception in exceptions]},
        "tags": {"request_id": request_id.get(), "route": route_of(record)},
    }


def with_frames(exception):
    frames = (exception.get("stacktrace") or {}).get("frames", [])
    return {**only(OF_EXCEPTION, exception), "stacktrace": {"frames": [only(OF_FRAME, frame) for frame in frames]}}


def only(names, values):
    return {name: value for name, value in values.items() if name in names}
