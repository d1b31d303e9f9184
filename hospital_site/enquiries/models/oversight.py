"""Who looked at personal data, who checked that, and what people asked about their data."""

from datetime import datetime, time, timedelta

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q, Subquery
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from hospital_site.enquiries.models.enquiries import Recusal
from hospital_site.enquiries.models.receiving import years_before
from hospital_site.enquiries.scopes import hospitals_of
from hospital_site.staff.models import AppendOnly, AppendOnlyQuerySet

DAYS_TO_ANSWER = 10  # that a hospital has for what a person asks about their own data


def next_month(month):
    return (month + timedelta(days=31)).replace(day=1)


def start_of(day):
    return timezone.make_aware(datetime.combine(day, time.min))


class AccessRecordQuerySet(AppendOnlyQuerySet):
    def expired(self, at=None):
        return self.filter(at__lt=years_before(at or timezone.now(), settings.ACCESS_LOG_YEARS))

    def delete_expired(self):
        """Delete what is past ACCESS_LOG_YEARS, and return how many. Nothing else deletes from the log."""
        return models.QuerySet.delete(self.expired())[0]

    def visible_to(self, user):
        """The records of a person's hospitals; not those of enquiries that are about this person."""
        about_them = Recusal.objects.filter(user=user).values("enquiry__reference")
        records = self.exclude(reference__in=about_them)
        return records if user.is_superuser else records.filter(hospital__in=hospitals_of(user))

    def in_month(self, month):
        """Those of the month that begins on the day `month`."""
        return self.filter(at__gte=start_of(month), at__lt=start_of(next_month(month)))


class AccessRecord(AppendOnly):
    """Who saw or did what with a person's data, when and from where. Rows are only added."""

    class Action(models.TextChoices):
        # Translators: an entry in the access log: somebody opened the page of an enquiry
        VIEW = "view", _("looked at")
        CHANGE = "change", _("changed")
        PRINT = "print", _("printed")
        EXPORT = "export", _("exported")
        SEARCH = "search", _("searched for a person")
        TELL = "tell", _("listed the data held about a person")
        CORRECT = "correct", _("corrected at the person’s request")
        STOP = "stop", _("suspended at the person’s request")
        RESUME = "resume", _("resumed at the person’s request")
        DELETE = "delete", _("deleted at the person’s request")
        WITHDRAW = "withdraw", _("destroyed because consent was withdrawn")
        RECUSE = "recuse", _("added a recusal")
        READMIT = "readmit", _("removed a recusal")
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
        indexes = [
            models.Index(fields=["reference"], name="access_of_reference"),
            models.Index(fields=["hospital", "at"], name="access_of_hospital"),
        ]

    def __str__(self):
        return f"{self.account} {self.action} {self.reference}"


class AccessCheckQuerySet(AppendOnlyQuerySet):
    def visible_to(self, user):
        return self if user.is_superuser else self.filter(hospital__in=hospitals_of(user))

    def missing(self, controllers, today=None):
        """Return `[(controller, month)]`: past months in which data was accessed and the log is not checked yet.

        It asks three questions however many controllers there are and however long the log is.
        """
        this_month = (today or timezone.localdate()).replace(day=1)
        log = AccessRecord.objects.filter(hospital=OuterRef("hospital")).order_by("at")
        controllers = list(controllers.annotate(first_access=Subquery(log.values("at")[:1])))
        checked = set(self.values_list("hospital", "month"))
        asked = {}
        for controller in controllers:
            first = controller.first_access
            month = timezone.localdate(first).replace(day=1) if first else this_month
            while month < this_month:
                if (controller.hospital_id, month) not in checked:
                    asked[f"month_{len(asked)}"] = controller, month
                month = next_month(month)
        # One look into the index for each month that nobody checked, instead of reading the whole log.
        records = AccessRecord.objects.order_by()
        looks = {
            name: Exists(records.filter(hospital=controller.hospital_id).in_month(month))
            for name, (controller, month) in asked.items()
        }
        found = records.values(**looks)[:1].get() if looks else {}
        return [pair for name, pair in asked.items() if found[name]]


class AccessCheck(AppendOnly):
    """The check of the access log of one month, and its finding."""

    hospital = models.ForeignKey("centers.Hospital", models.PROTECT, related_name="+", verbose_name=_("hospital"))
    month = models.DateField(_("month"))
    at = models.DateTimeField(_("at"), default=timezone.now)
    by = models.CharField(_("by"), max_length=150)
    finding = models.CharField(_("what was found"), max_length=500)

    objects = AccessCheckQuerySet.as_manager()

    class Meta:
        verbose_name = _("check of the access log")
        verbose_name_plural = _("checks of the access log")
        ordering = ["-month", "hospital"]
        default_permissions = ["view"]
        constraints = [models.UniqueConstraint(fields=["hospital", "month"], name="a_month_is_checked_once")]

    def __str__(self):
        return f"{self.hospital} {self.month:%Y-%m}"


class RightsRequestQuerySet(models.QuerySet):
    def visible_to(self, user):
        asked = self.exclude(reference__in=Recusal.objects.filter(user=user).values("enquiry__reference"))
        return asked if user.is_superuser else asked.filter(hospital__in=hospitals_of(user))

    def open(self):
        return self.filter(answered_on=None)


class RightsRequest(models.Model):
    """What a person asked about their own data, and when it was answered. It names no person."""

    class Right(models.TextChoices):
        ACCESS = "access", _("access to the data")
        CORRECTION = "correction", _("correction")
        DELETION = "deletion", _("deletion")
        STOP = "stop", _("suspension of processing")
        WITHDRAWAL = "withdrawal", _("withdrawal of consent")

    hospital = models.ForeignKey("centers.Hospital", models.PROTECT, related_name="+", verbose_name=_("hospital"))
    right = models.CharField(_("what the person asks for"), max_length=10, choices=Right.choices)
    reference = models.CharField(
        _("reference number"),
        max_length=12,
        blank=True,
        help_text=_("Of the enquiry, where it is known. No name here."),
    )
    asked_on = models.DateField(_("asked on"), default=timezone.localdate)
    answered_on = models.DateField(_("answered on"), null=True, blank=True)
    answer = models.CharField(
        _("how it was answered"), max_length=300, blank=True, help_text=_("Without a name or a number of the person.")
    )
    by = models.CharField(_("by"), max_length=150, editable=False)

    objects = RightsRequestQuerySet.as_manager()

    class Meta:
        verbose_name = _("request about personal data")
        verbose_name_plural = _("requests about personal data")
        ordering = ["-asked_on", "-pk"]
        default_permissions = []
        constraints = [
            models.CheckConstraint(
                condition=Q(answered_on=None) | Q(answered_on__gte=models.F("asked_on")),
                name="a_request_is_answered_after_it_was_asked",
                violation_error_message=_("The answer cannot be earlier than the question."),
            )
        ]

    def __str__(self):
        return f"{self.get_right_display()} {self.asked_on}"

    @property
    def due_on(self):
        return self.asked_on + timedelta(days=DAYS_TO_ANSWER)

    @property
    def is_late(self):
        return self.answered_on is None and self.due_on < timezone.localdate()
