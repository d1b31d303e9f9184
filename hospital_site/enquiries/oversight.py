"""The monthly check of the access log: who did what, how often, when and from where."""

from collections import Counter
from datetime import date
from typing import NamedTuple

from django.contrib.auth import get_user_model
from django.utils import timezone

from hospital_site.enquiries.actions import SYSTEM
from hospital_site.enquiries.models import AccessCheck, AccessRecord, DataController, Holiday
from hospital_site.enquiries.scopes import hospitals_of

WORKING_HOURS = range(7, 20)  # of the clock in Korea; a look outside of them is worth a question


class Month(NamedTuple):
    """One month of one hospital whose log is not checked yet."""

    hospital: object
    month: date

    @property
    def key(self):
        return f"{self.hospital.pk}:{self.month.isoformat()}"


class Account(NamedTuple):
    """What one account did in a month: `actions` is `[(label, times)]`; the rest is what is unusual."""

    name: str
    is_administrator: bool
    actions: list
    records: int
    unusual_hours: int
    addresses: list
    reasons: list


def months_to_check(user):
    """Return the months that `user` should check, the oldest first."""
    controllers = DataController.objects.select_related("hospital")
    if not user.is_superuser:
        controllers = controllers.filter(hospital__in=hospitals_of(user))
    waiting = [Month(controller.hospital, month) for controller, month in AccessCheck.objects.missing(controllers)]
    return sorted(waiting, key=lambda one: (one.month, one.hospital.pk))


def summarize_month(hospital, month, reader):
    """Return the `Account`s that accessed the hospital's data in a month, the most active first."""
    records = list(AccessRecord.objects.visible_to(reader).filter(hospital=hospital).in_month(month).order_by("pk"))
    administrators = set(get_user_model().objects.filter(is_superuser=True).values_list("username", flat=True))
    free_days = Holiday.objects.free_days()(hospital.pk)
    by_account = {}
    for record in records:
        by_account.setdefault(record.account, []).append(record)
    accounts = [
        summarize_account(name, theirs, name in administrators, free_days) for name, theirs in by_account.items()
    ]
    return sorted(accounts, key=lambda account: -account.records)


def summarize_account(name, records, is_administrator, free_days):
    counts = Counter(record.get_action_display() for record in records)
    return Account(
        name=name,
        is_administrator=is_administrator,
        actions=counts.most_common(),
        records=len(records),
        unusual_hours=sum(
            name != SYSTEM and is_unusual(timezone.localtime(record.at), free_days) for record in records
        ),
        addresses=sorted({record.address for record in records if record.address}),
        reasons=[(record.get_action_display(), record.reference, record.reason) for record in records if record.reason],
    )


def is_unusual(moment, free_days):
    return moment.hour not in WORKING_HOURS or moment.weekday() > 4 or moment.date() in free_days
