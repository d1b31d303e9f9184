"""Receiving hospitals: who answers for the data, public holidays, and privacy notices."""

import ipaddress
from datetime import datetime, time, timedelta

from django.conf import settings
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator, validate_email
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from hospital_site.enquiries.scopes import hospitals_of
from hospital_site.enquiries.states import Kind
from hospital_site.publishing.languages import in_language
from hospital_site.staff.network import is_within, parse_address


def days_field(text, default, most, help_text=""):
    limits = [MinValueValidator(1), MaxValueValidator(most)]
    return models.PositiveSmallIntegerField(text, default=default, validators=limits, help_text=help_text)


def validate_addresses(value):
    for address in value.split():
        validate_email(address)


def validate_networks(value):
    for network in value.split():
        try:
            ipaddress.ip_network(network, strict=False)
        except ValueError as problem:
            raise ValidationError(
                _("“%(network)s” is not a network. Write one such as 203.0.113.0/24 on each line."),
                params={"network": network},
            ) from problem


def usual_contact_languages():
    return [code for code, _name in settings.CONTACT_LANGUAGES]


class DataController(models.Model):
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
    sender = models.EmailField(
        _("sender of mail"), blank=True, help_text=_("From whom mail about this hospital’s enquiries comes.")
    )
    contact_languages = models.JSONField(
        _("languages in which patients are answered"),
        default=usual_contact_languages,
        blank=True,
        help_text=_("Forms offer these. Tick only those in which somebody can really speak or write to a patient."),
    )
    networks = models.TextField(
        _("networks that may open enquiries"),
        blank=True,
        validators=[validate_networks],
        help_text=_(
            "One per line, such as 203.0.113.0/24. Records can be opened only from there; from everywhere when empty."
        ),
    )
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
    answer_days = days_field(_("working days until an appointment enquiry is answered"), 2, 30)
    first_contact_days = days_field(_("working days until the first contact after a request"), 3, 30)
    reply_days = days_field(_("days until the written reply to a request"), 14, 90)
    appointment_days = days_field(_("days that an appointment enquiry is kept after it is closed"), 90, 365)
    request_days = days_field(
        _("days that a request is kept when nobody closes it"),
        1_825,
        3_650,
        _("Counted from the last step. Long, so that no open dispute is lost."),
    )
    unclosed_days = days_field(_("days that an appointment enquiry is kept when nobody closes it"), 180, 730)
    request_years = days_field(_("years that a request is kept after it is closed"), 3, 10)
    stub_years = days_field(_("years that the empty record of a destroyed enquiry is kept"), 3, 10)
    officer = models.CharField(_("privacy officer"), max_length=120, blank=True, help_text=_("Name or department."))
    officer_telephone = models.CharField(_("telephone of the privacy officer"), max_length=40, blank=True)
    officer_mail = models.EmailField(_("mail of the privacy officer"), blank=True)
    contractors = models.TextField(
        _("contractors"), blank=True, help_text=_("Who works with the data for the hospital, and at what.")
    )
    abroad = models.TextField(
        _("transfers abroad"),
        blank=True,
        help_text=_("Whether data leaves the country: to whom, where, what for and for how long; or that none does."),
    )

    class Meta:
        db_table = "enquiries_controller"
        verbose_name = _("receiving hospital")
        verbose_name_plural = _("receiving hospitals")
        ordering = ["pk"]

    def __str__(self):
        return str(self.hospital)

    def clean(self):
        """A form opens only where somebody reads what arrives and answers for it."""
        problems = {}
        for opened, readers in [("receives_appointments", "appointment_mail"), ("receives_requests", "request_mail")]:
            if getattr(self, opened) and not getattr(self, readers).strip():
                problems[readers] = _("Enter who is told when something arrives, before you open this form.")
        receives = self.receives_appointments or self.receives_requests
        if receives and not any(in_language(self, "officer", code) for code in dict(settings.LANGUAGES)):
            problems[NON_FIELD_ERRORS] = _("Name the privacy officer before you open a form: the law asks for one.")
        if problems:
            raise ValidationError(problems)

    def receives(self, kind):
        return self.receives_appointments if kind == Kind.APPOINTMENT else self.receives_requests

    def contact_days(self, kind):
        """Return the working days within which the hospital contacts the person."""
        return self.answer_days if kind == Kind.APPOINTMENT else self.first_contact_days

    def is_reachable_from(self, address):
        """Return whether staff may open this hospital's records from `address`."""
        networks = [ipaddress.ip_network(network, strict=False) for network in self.networks.split()]
        if not networks:
            return True
        found = parse_address(address)
        return found is not None and is_within(found, networks)

    def kept_for(self, kind):
        """Return how long an enquiry is kept after the work has ended: days for appointments, years for requests."""
        return self.appointment_days if kind == Kind.APPOINTMENT else self.request_years

    def kept_open(self, kind):
        """Return the days that an enquiry is kept whose work never ends."""
        return self.unclosed_days if kind == Kind.APPOINTMENT else self.request_days

    def mail_addresses(self, kind):
        return (self.appointment_mail if kind == Kind.APPOINTMENT else self.request_mail).split()


class HolidayQuerySet(models.QuerySet):
    def free_days(self):
        """Return a function from a hospital’s primary key to the set of days on which it gives no appointments.

        What a hospital says about a day takes the place of what is said for all.
        """
        said = {None: {}}
        for hospital, day, is_free in self.order_by().values_list("hospital", "day", "is_free"):
            said.setdefault(hospital, {})[day] = is_free

        def of_hospital(hospital_id):
            days = said[None] | said.get(hospital_id, {})
            return {day for day, is_free in days.items() if is_free}

        return of_hospital

    def visible_to(self, user):
        """Those of all hospitals, and those of a person’s own."""
        return self if user.is_superuser else self.filter(Q(hospital=None) | Q(hospital__in=hospitals_of(user)))


class Holiday(models.Model):
    """A weekday on which hospitals give no appointments: all of them, or one.

    `load_holidays` brings those of the law, which are for all; staff add what their own hospital does otherwise.
    """

    hospital = models.ForeignKey(
        "centers.Hospital",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("hospital"),
        help_text=_("For one hospital only. For all hospitals when empty."),
    )
    day = models.DateField(_("day"))
    name = models.CharField(_("name"), max_length=120, blank=True)
    is_free = models.BooleanField(
        _("no appointments on this day"),
        default=True,
        help_text=_(
            "Clear the tick when the hospital works all the same. What a hospital says about a day takes the place of "
            "what is said for all."
        ),
    )

    objects = HolidayQuerySet.as_manager()

    class Meta:
        verbose_name = _("public holiday")
        verbose_name_plural = _("public holidays")
        ordering = ["day", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["day"],
                condition=Q(hospital=None),
                name="a_day_is_said_once_for_all_hospitals",
                violation_error_message=_("This day is in the table already. Change that row."),
            ),
            models.UniqueConstraint(
                fields=["hospital", "day"],
                name="a_day_is_said_once_for_a_hospital",
                violation_error_message=_("This day is in the table already. Change that row."),
            ),
        ]

    def __str__(self):
        return f"{self.day} {self.name}"


def free_days_before(moment):
    """Return a function from a hospital to its holidays of the 90 days before `moment`."""
    day = timezone.localdate(moment)
    return Holiday.objects.filter(day__range=(day - timedelta(days=90), day)).free_days()


def working_days_before(moment, count, free_days):
    """Return the start of the working day that is `count` working days before `moment`."""
    day = timezone.localdate(moment)
    while count:
        day -= timedelta(days=1)
        count -= day.weekday() < 5 and day not in free_days
    return timezone.make_aware(datetime.combine(day, time.min))


def years_before(moment, years):
    """Return the same day `years` earlier; 29 February becomes the 28th."""
    try:
        return moment.replace(year=moment.year - years)
    except ValueError:
        return moment.replace(year=moment.year - years, day=28)


class PrivacyNotice(models.Model):
    """One version of a hospital's privacy notice, in all languages. Earlier versions stay readable."""

    hospital = models.ForeignKey("centers.Hospital", models.PROTECT, related_name="+", verbose_name=_("hospital"))
    number = models.PositiveIntegerField(_("number"))
    issued_at = models.DateTimeField(_("in force since"), default=timezone.now)
    issued_by = models.CharField(_("issued by"), max_length=150)
    words = models.JSONField(_("text"))

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
