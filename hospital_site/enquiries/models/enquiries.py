"""Enquiries of patients, the steps of staff, recusals, and monthly counts."""

import secrets
import uuid
from datetime import timedelta

from django.conf import settings
from django.db import models
from django.db.models import Case, Q, Value, When
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from hospital_site.enquiries.models.receiving import (
    DataController,
    free_days_before,
    working_days_before,
    years_before,
)
from hospital_site.enquiries.scopes import hospitals_of
from hospital_site.enquiries.sealing import SealedJSON, SealedText, Unreadable, is_readable, keyed_hashes
from hospital_site.enquiries.states import ENDED, ENDINGS, OVER, STATES, UNCONTACTED, Kind, State

LONGEST_ENDING = timedelta(days=14)  # that a record which only waits to be closed may wait
DUES = {
    "contact": _("First contact is late"),
    "reply": _("Written reply is late"),
    "close": _("Done, to be closed"),
}
CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
PREFIXES = {Kind.APPOINTMENT: "A", Kind.MEDIATION: "M"}
SEE_ALL = "enquiries.see_enquiries"
PERMISSIONS = {Kind.APPOINTMENT: "enquiries.handle_appointments", Kind.MEDIATION: "enquiries.handle_requests"}


def generate_reference(kind):
    """Return a random reference such as `A-7KQ4-92MD`, from which nothing can be inferred."""
    letters = "".join(secrets.choice(CROCKFORD) for _letter in range(8))
    return f"{PREFIXES[kind]}-{letters[:4]}-{letters[4:]}"


def normalize_reference(text):
    """Return a reference, or a part of one, as it is stored: `a 7kq4 92md` → `A-7KQ4-92MD`, O read as 0, I as 1."""
    letters = "".join(letter for letter in text.upper() if letter.isalnum())
    prefix = letters[:1] if letters[:1] in PREFIXES.values() else ""
    rest = letters.removeprefix(prefix).translate(str.maketrans("OIL", "011"))
    if len(rest) <= 4 and not prefix:
        return rest
    return "-".join(part for part in (prefix, rest[:4], rest[4:]) if part)


NO_LIMIT = 1_000_000


def moment_before(moment, kind, period):
    """Return `moment` minus a retention period: days for appointment enquiries, years for requests."""
    return moment - timedelta(days=period) if kind == Kind.APPOINTMENT else years_before(moment, period)


def idle_since(kind, limit):
    """Return the condition that an enquiry whose work has not ended is idle since `limit`."""
    if kind == Kind.APPOINTMENT:
        return Q(reopened_at=None, created_at__lt=limit) | Q(reopened_at__lt=limit)
    return Q(state_since__lt=limit)


class EnquiryQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Those that `user` may see: their kinds of enquiries at their hospitals, but none that is about them."""
        theirs = self.exclude(recusals__user=user)
        if user.is_superuser:
            return theirs
        kinds = [kind for kind in Kind if user.has_perm(SEE_ALL) or user.has_perm(PERMISSIONS[kind])]
        return theirs.filter(hospital__in=hospitals_of(user), kind__in=kinds)

    def reachable_from(self, address):
        """Without hospitals whose records can be opened only from networks that do not contain `address`."""
        closed = [one.hospital_id for one in DataController.objects.all() if not one.is_reachable_from(address)]
        return self.exclude(hospital__in=closed)

    def received_between(self, first, last):
        """Those that arrived on the days from `first` to `last` and are not destroyed."""
        return self.filter(created_at__date__range=(first, last)).exclude(state=State.DESTROYED)

    def not_stopped(self):
        """Those whose processing the person has not asked to stop."""
        return self.filter(stopped_at=None)

    def of_person(self, *, telephone="", mail=""):
        """Those of the person with this telephone number (E.164) or mail address."""
        found = Q(pk=None)
        if telephone:
            found |= Q(telephone_hash__in=keyed_hashes("telephone", telephone))
        if mail:
            found |= Q(mail_hash__in=keyed_hashes("mail", mail.lower()))
        return self.filter(found, answers__isnull=False)

    def with_same_contact_as(self, enquiry):
        """The other enquiries with the same telephone number or mail address."""
        same = Q(pk=None)
        for column in ("telephone_hash", "mail_hash"):
            if value := getattr(enquiry, column):
                same |= Q(**{column: value})
        return self.filter(same).exclude(pk=enquiry.pk)

    def with_dues(self, at=None):
        """Annotate `due`: the first "contact", the written "reply" or the "close" of what is done is late; or empty."""
        at = at or timezone.now()
        whens, free_days = [], free_days_before(at)
        for controller in DataController.objects.all():
            ours = Q(hospital=controller.hospital_id, stopped_at=None)
            for kind in Kind:
                late = working_days_before(at, controller.contact_days(kind), free_days(controller.hospital_id))
                whens.append(
                    When(ours & Q(kind=kind, state__in=UNCONTACTED, created_at__lt=late), then=Value("contact"))
                )
            late = at - timedelta(days=controller.reply_days)
            unanswered = ours & Q(kind=Kind.MEDIATION, created_at__lt=late) & ~Q(state__in=ENDED)
            whens.append(When(unanswered, then=Value("reply")))
            for kind, endings in ENDINGS.items():
                done = ours & Q(kind=kind, state__in=endings, state_since__lt=at - LONGEST_ENDING)
                whens.append(When(done, then=Value("close")))
        return self.annotate(due=Case(*whens, default=Value(""), output_field=models.CharField()))

    def expired(self, at=None):
        """Those whose retention period, as promised when they were sent, is over since the work on them ended.

        The work ends when the person has been told, not when somebody closes the record. What never ends has an outer
        limit: an appointment enquiry since it was received or last opened again, a request since its last step. Where
        the hospital has changed a period since, the shorter one counts.
        """
        at = at or timezone.now()
        over = Q(pk=None)
        for controller in DataController.objects.all():
            for kind in Kind:
                ours = Q(hospital=controller.hospital_id, kind=kind)
                promises = self.filter(ours).order_by().values_list("kept_for", "kept_open").distinct()
                for kept_for, kept_open in promises:
                    same = ours & Q(kept_for=kept_for, kept_open=kept_open)
                    shortest = min(kept_for or NO_LIMIT, controller.kept_for(kind))
                    over |= same & Q(ended_at__lt=moment_before(at, kind, shortest))
                    limit = at - timedelta(days=min(kept_open or NO_LIMIT, controller.kept_open(kind)))
                    over |= same & Q(ended_at=None) & idle_since(kind, limit)
        return self.filter(over).exclude(state=State.DESTROYED)

    def expired_stubs(self, at=None):
        at = at or timezone.now()
        over = Q(pk=None)
        for controller in DataController.objects.all():
            over |= Q(hospital=controller.hospital_id, destroyed_at__lt=years_before(at, controller.stub_years))
        return self.filter(over, state=State.DESTROYED)


class Enquiry(models.Model):
    """One form that a person sent to one hospital. Everything about the person is encrypted in `answers`."""

    reference = models.CharField(_("reference number"), max_length=12, unique=True)
    # Translators: which form a patient sent: an appointment enquiry, or a request for mediation
    kind = models.CharField(_("form"), max_length=20, choices=Kind.choices)
    hospital = models.ForeignKey("centers.Hospital", models.PROTECT, related_name="+", verbose_name=_("hospital"))
    state = models.CharField(_("state"), max_length=20, choices=State.choices, default=State.NEW)
    language = models.CharField(_("language of the form"), max_length=10, blank=True)
    answers = SealedJSON(_("answers"), null=True)
    telephone_hash = models.CharField(max_length=64, blank=True, db_index=True)
    mail_hash = models.CharField(max_length=64, blank=True, db_index=True)
    idempotency_key = models.CharField(max_length=64, blank=True, db_index=True, db_column="sending")
    created_at = models.DateTimeField(_("received at"), default=timezone.now)
    state_since = models.DateTimeField(_("in this state since"), default=timezone.now)
    reopened_at = models.DateTimeField(_("last opened again at"), null=True, blank=True)
    stopped_at = models.DateTimeField(_("suspended at"), null=True, blank=True)
    ended_at = models.DateTimeField(_("work ended at"), null=True, blank=True)
    closed_at = models.DateTimeField(_("closed at"), null=True, blank=True)
    destroyed_at = models.DateTimeField(_("destroyed at"), null=True, blank=True)
    kept_for = models.PositiveSmallIntegerField(_("days or years promised after the end"), null=True, blank=True)
    kept_open = models.PositiveSmallIntegerField(_("days promised when nothing ends"), null=True, blank=True)

    objects = EnquiryQuerySet.as_manager()

    class Meta:
        verbose_name = _("enquiry")
        verbose_name_plural = _("enquiries")
        ordering = ["-created_at", "-pk"]
        default_permissions = []
        permissions = [
            ("handle_appointments", _("Can handle appointment enquiries")),
            ("handle_requests", _("Can handle requests for consultation and mediation")),
            ("see_enquiries", _("Can see enquiries of every kind, without handling them")),
            ("export_enquiry", _("Can export enquiries, with a reason")),
            ("answer_rights", _("Can tell a person what is held about them, and delete it")),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["idempotency_key"], condition=~Q(idempotency_key=""), name="one_sending_is_one_enquiry"
            ),
            models.CheckConstraint(
                condition=Q(answers__isnull=True, state=State.DESTROYED)
                | Q(answers__isnull=False) & ~Q(state=State.DESTROYED),
                name="an_enquiry_is_empty_exactly_when_destroyed",
            ),
            models.CheckConstraint(
                condition=~Q(state=State.DESTROYED) | Q(telephone_hash="", mail_hash="", idempotency_key=""),
                name="a_destroyed_enquiry_cannot_be_found_by_person",
            ),
            models.CheckConstraint(
                condition=~Q(state=State.DESTROYED) | Q(stopped_at=None), name="a_destroyed_enquiry_is_not_stopped"
            ),
            models.CheckConstraint(
                condition=Q(kind=Kind.APPOINTMENT, state__in=STATES[Kind.APPOINTMENT])
                | Q(kind=Kind.MEDIATION, state__in=STATES[Kind.MEDIATION]),
                name="an_enquiry_has_a_state_of_its_kind",
            ),
            models.CheckConstraint(
                condition=Q(state__in=OVER, closed_at__isnull=False) | Q(closed_at=None) & ~Q(state__in=OVER),
                name="an_enquiry_knows_when_it_was_closed",
            ),
            models.CheckConstraint(
                condition=Q(state__in=ENDED, ended_at__isnull=False) | Q(ended_at=None) & ~Q(state__in=ENDED),
                name="an_enquiry_knows_when_its_work_ended",
            ),
            models.CheckConstraint(
                condition=Q(state=State.DESTROYED, destroyed_at__isnull=False)
                | Q(destroyed_at=None) & ~Q(state=State.DESTROYED),
                name="an_enquiry_knows_when_it_was_destroyed",
            ),
        ]
        indexes = [
            models.Index(fields=["hospital", "kind", "state", "-created_at"], name="enquiry_queue"),
            models.Index(fields=["ended_at"], name="enquiry_retention"),
        ]

    def __str__(self):
        return self.reference

    def get_absolute_url(self):
        """Return the address of its page in the admin."""
        return reverse("admin:enquiries_enquiry_change", args=[self.pk])

    def sealed_identity(self):
        return [self.reference, self.hospital_id, self.kind]

    @property
    def is_readable(self):
        return is_readable(self)

    @property
    def readable_answers(self):
        """The answers; empty where they are destroyed or cannot be read."""
        return self.answers or {} if self.is_readable else {}


class Step(models.Model):
    """What staff did with an enquiry or noted about it. Deleted when the enquiry is destroyed."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    enquiry = models.ForeignKey(Enquiry, models.CASCADE, related_name="steps", verbose_name=_("enquiry"))
    # Translators: the date and time
    at = models.DateTimeField(_("at"), default=timezone.now)
    # Translators: the member of staff who did it
    by = models.CharField(_("by"), max_length=150)
    # Translators: the state of an enquiry before a step
    before = models.CharField(_("from"), max_length=20, choices=State.choices, blank=True)
    # Translators: the state of an enquiry after a step
    after = models.CharField(_("to"), max_length=20, choices=State.choices, blank=True)
    note = SealedText(_("note"), blank=True)

    class Meta:
        # Translators: a change of an enquiry’s state, with who did it and a note
        verbose_name = _("step")
        verbose_name_plural = _("steps")
        ordering = ["pk"]
        default_permissions = []

    def __str__(self):
        return f"{self.enquiry} {self.before}, {self.after}"

    def sealed_identity(self):
        return [self.uuid, self.enquiry.reference]

    @property
    def readable_note(self):
        """The note, or the sentence that it cannot be read."""
        try:
            return self.note
        except Unreadable as problem:
            return str(problem)


class Recusal(models.Model):
    """Somebody of the staff who must neither see nor handle an enquiry, because it is about them."""

    enquiry = models.ForeignKey(Enquiry, models.CASCADE, related_name="recusals", verbose_name=_("enquiry"))
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", verbose_name=_("account"))
    at = models.DateTimeField(_("at"), default=timezone.now)
    by = models.CharField(_("by"), max_length=150)

    class Meta:
        # Translators: a member of staff whom a request is about, and who therefore does not see it
        verbose_name = _("recusal")
        verbose_name_plural = _("recusals")
        ordering = ["pk"]
        default_permissions = []
        constraints = [models.UniqueConstraint(fields=["enquiry", "user"], name="somebody_is_recused_once")]

    def __str__(self):
        return f"{self.enquiry} {self.user}"


class MonthlyCount(models.Model):
    """How many enquiries a hospital received in a month, kept when nothing else of them is."""

    hospital = models.ForeignKey("centers.Hospital", models.PROTECT, related_name="+", verbose_name=_("hospital"))
    kind = models.CharField(_("form"), max_length=20, choices=Kind.choices)
    month = models.DateField(_("month"))
    number = models.PositiveIntegerField(pgettext_lazy("how many", "number"), default=0)

    class Meta:
        db_table = "enquiries_tally"
        verbose_name = _("monthly count")
        verbose_name_plural = _("monthly counts")
        ordering = ["-month", "hospital", "kind"]
        default_permissions = ["view"]
        constraints = [
            models.UniqueConstraint(fields=["hospital", "kind", "month"], name="a_month_is_counted_once_per_form")
        ]

    def __str__(self):
        return f"{self.hospital} {self.kind} {self.month:%Y-%m}: {self.number}"
