from django.conf import settings
from django.core.management.base import BaseCommand
from django.utils import timezone
from holidays import country_holidays

from hospital_site.enquiries.models import Holiday

YEARS_AHEAD = 2


class Command(BaseCommand):
    help = (
        "Put the public holidays of this year and the next two into the table, and change none that is there. "
        "Run it once a year; days that the government adds on short notice are for staff to enter."
    )

    def handle(self, **options):
        this_year = timezone.localdate().year
        years = range(this_year, this_year + YEARS_AHEAD + 1)
        names = country_holidays(settings.HOME_REGION, years=years, language=settings.LANGUAGE_CODE)
        weekdays = [day for day in sorted(names) if day.weekday() < 5]
        for_all = Holiday.objects.filter(hospital=None)
        added = [for_all.get_or_create(day=day, defaults={"name": names[day]})[1] for day in weekdays]
        self.stdout.write(f"{sum(added)} public holidays added, {len(added) - sum(added)} were there already.")
