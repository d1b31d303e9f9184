"""What patients send, who receives it, what they agreed to, and who looked at it."""

import secrets
from datetime import datetime, time, timedelta

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator, validate_email
from django.db import models
from django.db.models import Case, F, Q, Value, When
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from hospital_site.enquiries.sealing import SealedJSON, SealedText, keyed_hashes
from hospital_site.enquiries.states import ENDINGS, OVER, REPLIED, STATES, Kind, State
from hospital_site.publishing.models.append_only import AppendOnly, AppendOnlyQuerySet
from hospital_site.publishing.roles import hospitals_of

CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
PREFIXES = {Kind.APPOINTMENT: "A", Kind.MEDIATION: "M"}
PERMISSIONS = {Kind.APPOINTMENT: "enquiries.handle_appointments", Kind.MEDIATION: "enquiries.handle_requests"}


def days(text, default, most, help_text=""):
    limits = [MinValueValidator(1), MaxValueValidator(most)]
    return models.PositiveSmallIntegerField(text, default=default, validators=limits, help_text=help_text)


def validate_addresses(value):
    for address in value.split():
        validate_email(address)


class Controller(models.Model):
    """Who at one hospital receives what patients send, answers for it, and how long it is kept.

    The texts of consents, the privacy notice and the job that deletes all read the periods from here.
    """

    class Basis(models.TextChoices):
        CONSENT = "consent", _("The person’s consent")
        CONTRACT = "contract", _("Steps that the person asked for before a contract")

    hospital = models.OneToOneField(
        "centers.Hospital", models.PROTECT, related_name="controller", verbose_name=_("hospital")
    )
    receives_appointments = models.BooleanField(
        _("receives appointment enquiries"),
        default=False,
        help_text=_("Patients can send the form only while somebody at the hospital reads what arrives."),
    )
    receives_requests = models.BooleanField(_("receives requests for consultation and mediation"), default=False)
    telephone = models.CharField(
        _("telephone"),
        max_length=40,
        blank=True,
        help_text=_("Named in consents and confirmations, for people who would rather call."),
    )
    appointment_mail = models.TextField(
        _("mail to the appointment desk"),
        blank=True,
        validators=[validate_addresses],
        help_text=_("One address per line. Mail says only that something arrived, with its reference number."),
    )
    request_mail = models.TextField(_("mail to the mediation office"), blank=True, validators=[validate_addresses])
    basis = models.CharField(
        _("legal basis of the personal information"),
        max_length=10,
        choices=Basis.choices,
        default=Basis.CONSENT,
        help_text=_("With consent the form has a box to tick; otherwise the same text stands there as a notice."),
    )
    promises_no_disadvantage = models.BooleanField(
        _("confirmed in writing that nobody’s care is affected by a request"), default=False
    )
    answer_days = days(_("working days until an appointment enquiry is answered"), 2, 30)
    first_contact_days = days(_("working days until the first contact after a request"), 3, 30)
    reply_days = days(_("days until the written reply to a request"), 14, 90)
    appointment_days = days(_("days that an appointment enquiry is kept after it is closed"), 90, 365)
    unclosed_days = days(_("days that an appointment enquiry is kept when nobody closes it"), 180, 730)
    request_years = days(_("years that a request is kept after it is closed"), 3, 10)
    stub_years = days(_("years that the empty record of a destroyed enquiry is kept"), 3, 10)
    officer = models.CharField(_("privacy officer"), max_length=120, blank=True, help_text=_("Name or department."))
    officer_telephone = models.CharField(_("telephone of the privacy officer"), max_length=40, blank=True)
    officer_mail = models.EmailField(_("mail of the privacy officer"), blank=True)
    contractors = models.TextField(
        _("contractors"), blank=True, help_text=_("Who works with the data for the hospital, and at what.")
    )

    class Meta:
        verbose_name = _("receiving hospital")
        verbose_name_plural = _("receiving hospitals")
        ordering = ["pk"]

    def __str__(self):
        return str(self.hospital)

    def receives(self, kind):
        return self.receives_appointments if kind == Kind.APPOINTMENT else self.receives_requests

    def contact_days(self, kind):
        """Working days within which a person hears from the hospital."""
        return self.answer_days if kind == Kind.APPOINTMENT else self.first_contact_days

    def recipients(self, kind):
        return (self.appointment_mail if kind == Kind.APPOINTMENT else self.request_mail).split()


class Holiday(models.Model):
    """A weekday on which the hospitals give no appointments."""

    day = models.DateField(_("day"), unique=True)
    name = models.CharField(_("name"), max_length=80, blank=True)

    class Meta:
        verbose_name = _("public holiday")
        verbose_name_plural = _("public holidays")
        ordering = ["day"]

    def __str__(self):
        return f"{self.day} {self.name}"


def working_days_before(moment, count):
    """The start of the working day that lies `count` working days before `moment`."""
    day = timezone.localdate(moment)
    holidays = set(Holiday.objects.filter(day__range=(day - timedelta(days=90), day)).values_list("day", flat=True))
    while count:
        day -= timedelta(days=1)
        count -= day.weekday() < 5 and day not in holidays
    return timezone.make_aware(datetime.combine(day, time.min))


def years_before(moment, years):
    """The same day `years` earlier; 29 February becomes the 28th."""
    try:
        return moment.replace(year=moment.year - years)
    except ValueError:
        return moment.replace(year=moment.year - years, day=28)


def new_reference(kind):
    """Such as `A-7KQ4-92MD`: random, so that it tells neither a number, nor a date, nor a name."""
    letters = "".join(secrets.choice(CROCKFORD) for _letter in range(8))
    return f"{PREFIXES[kind]}-{letters[:4]}-{letters[4:]}"


class EnquiryQuerySet(models.QuerySet):
    def visible_to(self, user):
        """What `user` may see: their kinds of enquiries at the hospitals they are named for, and nothing otherwise."""
        if user.is_superuser:
            return self
        kinds = [kind for kind, permission in PERMISSIONS.items() if user.has_perm(permission)]
        return self.filter(hospital__in=hospitals_of(user), kind__in=kinds)

    def of_person(self, *, telephone="", mail=""):
        """What is held about the person with this telephone number (E.164) or mail address."""
        found = Q(pk=None)
        if telephone:
            found |= Q(telephone_hash__in=keyed_hashes("telephone", telephone))
        if mail:
            found |= Q(mail_hash__in=keyed_hashes("mail", mail.lower()))
        return self.filter(found, answers__isnull=False)

    def with_dues(self, at=None):
        """Annotate `due`: "contact" when the first answer is late, "reply" when the written one is, else empty."""
        at = at or timezone.now()
        whens = []
        for controller in Controller.objects.all():
            ours = Q(hospital=controller.hospital_id)
            for kind in Kind:
                late = working_days_before(at, controller.contact_days(kind))
                whens.append(When(ours & Q(kind=kind, state=State.NEW, created_at__lt=late), then=Value("contact")))
            late = at - timedelta(days=controller.reply_days)
            unanswered = ours & Q(kind=Kind.MEDIATION, created_at__lt=late) & ~Q(state__in=REPLIED)
            whens.append(When(unanswered, then=Value("reply")))
        return self.annotate(due=Case(*whens, default=Value(""), output_field=models.CharField()))

    def expired(self, at=None):
        """What is past the date that its hospital promised."""
        at = at or timezone.now()
        over = Q(pk=None)
        for controller in Controller.objects.all():
            ours = Q(hospital=controller.hospital_id)
            appointments = Q(closed_at__lt=at - timedelta(days=controller.appointment_days)) | Q(
                closed_at=None, created_at__lt=at - timedelta(days=controller.unclosed_days)
            )
            requests = Q(closed_at__lt=years_before(at, controller.request_years))
            over |= ours & (Q(kind=Kind.APPOINTMENT) & appointments | Q(kind=Kind.MEDIATION) & requests)
        return self.filter(over).exclude(state=State.DESTROYED)

    def stubs_expired(self, at=None):
        at = at or timezone.now()
        over = Q(pk=None)
        for controller in Controller.objects.all():
            over |= Q(hospital=controller.hospital_id, destroyed_at__lt=years_before(at, controller.stub_years))
        return self.filter(over, state=State.DESTROYED)


class Enquiry(models.Model):
    """One form that a person sent to one hospital. What tells anything about the person is sealed in `answers`."""

    reference = models.CharField(_("reference number"), max_length=12, unique=True)
    kind = models.CharField(_("form"), max_length=20, choices=Kind.choices)
    hospital = models.ForeignKey("centers.Hospital", models.PROTECT, related_name="+", verbose_name=_("hospital"))
    state = models.CharField(_("state"), max_length=20, choices=State.choices, default=State.NEW)
    language = models.CharField(_("language of the form"), max_length=10)
    answers = SealedJSON(_("answers"), null=True)
    telephone_hash = models.CharField(max_length=64, blank=True, db_index=True)
    mail_hash = models.CharField(max_length=64, blank=True, db_index=True)
    sending = models.CharField(max_length=64, blank=True, db_index=True)
    created_at = models.DateTimeField(_("received at"), default=timezone.now)
    state_since = models.DateTimeField(_("in this state since"), default=timezone.now)
    closed_at = models.DateTimeField(_("closed at"), null=True, blank=True)
    destroyed_at = models.DateTimeField(_("destroyed at"), null=True, blank=True)

    objects = EnquiryQuerySet.as_manager()

    class Meta:
        verbose_name = _("enquiry")
        verbose_name_plural = _("enquiries")
        ordering = ["-created_at", "-pk"]
        default_permissions = []
        permissions = [
            ("handle_appointments", _("Can handle appointment enquiries")),
            ("handle_requests", _("Can handle requests for consultation and mediation")),
            ("export_enquiry", _("Can export enquiries, with a reason")),
            ("answer_rights", _("Can tell a person what is held about them, and delete it")),
        ]
        constraints = [
            models.UniqueConstraint(fields=["sending"], condition=~Q(sending=""), name="one_sending_is_one_enquiry"),
            models.CheckConstraint(
                condition=Q(answers__isnull=True, state=State.DESTROYED)
                | Q(answers__isnull=False) & ~Q(state=State.DESTROYED),
                name="an_enquiry_is_empty_exactly_when_destroyed",
            ),
            models.CheckConstraint(
                condition=~Q(state=State.DESTROYED) | Q(telephone_hash="", mail_hash="", sending=""),
                name="a_destroyed_enquiry_cannot_be_found_by_person",
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
                condition=Q(state=State.DESTROYED, destroyed_at__isnull=False)
                | Q(destroyed_at=None) & ~Q(state=State.DESTROYED),
                name="an_enquiry_knows_when_it_was_destroyed",
            ),
        ]
        indexes = [
            models.Index(fields=["hospital", "kind", "state", "-created_at"], name="enquiry_queue"),
            models.Index(fields=["state", "closed_at"], name="enquiry_retention"),
        ]

    def __str__(self):
        return self.reference

    def get_absolute_url(self):
        """The page of the desk, for staff."""
        return reverse("admin:enquiries_enquiry_change", args=[self.pk])

    @property
    def is_over(self):
        return self.state in OVER

    @property
    def can_be_reopened(self):
        return self.state == State.CLOSED

    @property
    def is_ended(self):
        return self.state in ENDINGS[self.kind]


class ConsentText(models.Model):
    """The exact words of a consent as a person saw them, kept once for everybody who saw the same."""

    hospital = models.ForeignKey("centers.Hospital", models.PROTECT, related_name="+", verbose_name=_("hospital"))
    kind = models.CharField(_("form"), max_length=20, choices=Kind.choices)
    box = models.CharField(_("box"), max_length=20)
    language = models.CharField(_("language"), max_length=10)
    version = models.CharField(_("version"), max_length=64, unique=True)
    words = models.TextField(_("words"))
    first_shown_at = models.DateTimeField(_("first sent with at"), default=timezone.now)

    class Meta:
        verbose_name = _("consent text")
        verbose_name_plural = _("consent texts")
        ordering = ["-first_shown_at", "-pk"]
        default_permissions = ["view"]

    def __str__(self):
        return f"{self.box} {self.language} {self.version[:12]}"


class Consent(models.Model):
    """What one person answered to one consent text."""

    enquiry = models.ForeignKey(Enquiry, models.CASCADE, related_name="consents", verbose_name=_("enquiry"))
    text = models.ForeignKey(ConsentText, models.PROTECT, related_name="+", verbose_name=_("text"))
    given = models.BooleanField(_("given"))

    class Meta:
        verbose_name = _("consent")
        verbose_name_plural = _("consents")
        ordering = ["pk"]
        default_permissions = []
        constraints = [models.UniqueConstraint(fields=["enquiry", "text"], name="a_consent_text_is_answered_once")]

    def __str__(self):
        return f"{self.enquiry} {self.text}"


class Step(models.Model):
    """What staff did with an enquiry or noted about it. It disappears with the enquiry's words."""

    enquiry = models.ForeignKey(Enquiry, models.CASCADE, related_name="steps", verbose_name=_("enquiry"))
    at = models.DateTimeField(_("at"), default=timezone.now)
    by = models.CharField(_("by"), max_length=150)
    before = models.CharField(_("from"), max_length=20, choices=State.choices, blank=True)
    after = models.CharField(_("to"), max_length=20, choices=State.choices, blank=True)
    note = SealedText(_("note"), blank=True)

    class Meta:
        verbose_name = _("step")
        verbose_name_plural = _("steps")
        ordering = ["pk"]
        default_permissions = []

    def __str__(self):
        return f"{self.enquiry} {self.before} → {self.after}"


class NotificationQuerySet(models.QuerySet):
    def unsent(self):
        return self.filter(sent_at=None)

    def due(self, at=None):
        """To be sent now, and not just being sent by somebody else."""
        at = at or timezone.now()
        return self.unsent().filter(Q(claimed_until=None) | Q(claimed_until__lt=at), next_try_at__lte=at)


class Notification(models.Model):
    """A mail to staff that something arrived: written with the enquiry, in one transaction, sent later by a command."""

    enquiry = models.ForeignKey(Enquiry, models.CASCADE, related_name="notifications", verbose_name=_("enquiry"))
    recipient = models.EmailField(_("recipient"))
    message_id = models.CharField(max_length=120, unique=True)
    created_at = models.DateTimeField(_("written at"), default=timezone.now)
    next_try_at = models.DateTimeField(_("next try at"), default=timezone.now)
    claimed_until = models.DateTimeField(null=True, blank=True)
    tries = models.PositiveIntegerField(_("tries"), default=0)
    sent_at = models.DateTimeField(_("sent at"), null=True, blank=True)
    problem = models.CharField(_("last problem"), max_length=200, blank=True)

    objects = NotificationQuerySet.as_manager()

    class Meta:
        verbose_name = _("notification")
        verbose_name_plural = _("notifications")
        ordering = ["pk"]
        default_permissions = ["view"]
        constraints = [
            models.UniqueConstraint(fields=["enquiry", "recipient"], name="a_recipient_is_told_once_of_an_enquiry")
        ]
        indexes = [models.Index(F("next_try_at"), condition=Q(sent_at=None), name="notification_unsent")]

    def __str__(self):
        return f"{self.enquiry} {self.created_at:%Y-%m-%d %H:%M}"


class AccessRecordQuerySet(AppendOnlyQuerySet):
    def past_their_time(self, at=None):
        return self.filter(at__lt=years_before(at or timezone.now(), settings.ACCESS_LOG_YEARS))

    def drop_past_their_time(self):
        """The only way out of the log. → how many went."""
        return models.QuerySet.delete(self.past_their_time())[0]

    def visible_to(self, user):
        return self if user.is_superuser else self.filter(hospital__in=hospitals_of(user))


class AccessRecord(AppendOnly):
    """Who saw or did what with a person's data, when and from where. Rows are only ever added."""

    class Action(models.TextChoices):
        VIEW = "view", _("looked at")
        CHANGE = "change", _("changed")
        EXPORT = "export", _("exported")
        SEARCH = "search", _("searched for a person")
        TELL = "tell", _("listed what is held about a person")
        DELETE = "delete", _("deleted at the person’s request")
        EXPIRE = "expire", _("destroyed when its time was over")

    at = models.DateTimeField(_("at"), default=timezone.now)
    account = models.CharField(_("account"), max_length=150)
    address = models.CharField(_("network address"), max_length=45, blank=True)
    reference = models.CharField(_("reference number"), max_length=12, blank=True)
    hospital = models.ForeignKey(
        "centers.Hospital", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("hospital")
    )
    action = models.CharField(_("action"), max_length=10, choices=Action.choices)
    reason = models.CharField(_("reason"), max_length=300, blank=True)

    objects = AccessRecordQuerySet.as_manager()

    class Meta:
        verbose_name = _("access record")
        verbose_name_plural = _("access records")
        ordering = ["-at", "-pk"]
        default_permissions = ["view"]
        indexes = [models.Index(fields=["reference"], name="access_of_reference")]

    def __str__(self):
        return f"{self.account} {self.action} {self.reference}"


class PrivacyNotice(models.Model):
    """One version of a hospital's privacy notice, in all languages. Earlier versions stay readable."""

    hospital = models.ForeignKey("centers.Hospital", models.PROTECT, related_name="+", verbose_name=_("hospital"))
    number = models.PositiveIntegerField(_("number"))
    issued_at = models.DateTimeField(_("in force since"), default=timezone.now)
    issued_by = models.CharField(_("issued by"), max_length=150)
    words = models.JSONField(_("words"))

    class Meta:
        verbose_name = _("privacy notice")
        verbose_name_plural = _("privacy notices")
        ordering = ["hospital", "-number"]
        default_permissions = ["view"]
        constraints = [
            models.UniqueConstraint(fields=["hospital", "number"], name="privacy_notice_number_is_unique_at_a_hospital")
        ]

    def __str__(self):
        return f"{self.hospital} №{self.number}"


class Tally(models.Model):
    """How many enquiries a hospital received in a month, kept when nothing else of them is."""

    hospital = models.ForeignKey("centers.Hospital", models.PROTECT, related_name="+", verbose_name=_("hospital"))
    kind = models.CharField(_("form"), max_length=20, choices=Kind.choices)
    month = models.DateField(_("month"))
    number = models.PositiveIntegerField(_("number"), default=0)

    class Meta:
        verbose_name = _("monthly count")
        verbose_name_plural = _("monthly counts")
        ordering = ["-month", "hospital", "kind"]
        default_permissions = ["view"]
        constraints = [
            models.UniqueConstraint(fields=["hospital", "kind", "month"], name="a_month_is_counted_once_per_form")
        ]

    def __str__(self):
        return f"{self.hospital} {self.kind} {self.month:%Y-%m}: {self.number}"
