"""The states of an enquiry, and the transitions that staff may make."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Kind(models.TextChoices):
    APPOINTMENT = "appointment", _("Appointment enquiry")
    MEDIATION = "mediation", _("Request for consultation and mediation")


class State(models.TextChoices):
    NEW = "new", _("Received")
    ACKNOWLEDGED = "acknowledged", _("Acknowledged")
    IN_PROGRESS = "in_progress", _("In progress")
    WAITING = "waiting", _("Waiting for an answer")
    INFO_REQUESTED = "info_requested", _("Documents requested")
    DEPARTMENT_REVIEW = "department_review", _("With the department")
    BOOKED = "booked", _("Told about the booking")
    ANSWERED = "answered", _("Answered")
    REFERRED = "referred", _("Told about outside agencies")
    NOT_POSSIBLE = "not_possible", _("Told that it is not possible")
    WITHDRAWN = "withdrawn", _("Withdrawn by the person")
    CLOSED = "closed", _("Closed")
    DESTROYED = "destroyed", _("Destroyed")


S = State
ENDINGS = {
    Kind.APPOINTMENT: [S.BOOKED, S.NOT_POSSIBLE, S.WITHDRAWN],
    Kind.MEDIATION: [S.ANSWERED, S.REFERRED, S.NOT_POSSIBLE, S.WITHDRAWN],
}
PAUSES = {Kind.APPOINTMENT: [S.WAITING], Kind.MEDIATION: [S.WAITING, S.INFO_REQUESTED, S.DEPARTMENT_REVIEW]}


def allowed_moves(kind):
    """Return `{state: [states that staff may change it to]}`; a state without an entry is final."""
    first = [S.ACKNOWLEDGED] if kind == Kind.MEDIATION else []
    moves = {S.NEW: [*first, S.IN_PROGRESS, S.WITHDRAWN, S.NOT_POSSIBLE]}
    moves |= {state: [S.IN_PROGRESS, S.WITHDRAWN, S.NOT_POSSIBLE] for state in first}
    moves[S.IN_PROGRESS] = [*PAUSES[kind], *ENDINGS[kind]]
    moves |= {state: [S.IN_PROGRESS, S.WITHDRAWN] for state in PAUSES[kind]}
    moves |= {state: [S.CLOSED] for state in ENDINGS[kind]}
    return moves | {S.CLOSED: [S.IN_PROGRESS]}


MOVES = {kind: allowed_moves(kind) for kind in Kind}
STATES = {kind: [*MOVES[kind], S.DESTROYED] for kind in Kind}
NEEDS_A_REASON = {(S.CLOSED, S.IN_PROGRESS)}
OVER = [S.CLOSED, S.DESTROYED]
ENDED = [S.BOOKED, S.ANSWERED, S.REFERRED, S.NOT_POSSIBLE, S.WITHDRAWN, *OVER]
UNCONTACTED = [S.NEW, S.ACKNOWLEDGED]
