from io import StringIO

from django.apps import apps
from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError

from hospital_site.enquiries.models import DataController
from hospital_site.enquiries.notices import issue_privacy_notice
from hospital_site.env import kept_secret
from hospital_site.staff.accounts import DEMONSTRATION_PREFIX
from hospital_site.staff.models import StaffScope

GROUPS = {"desk": "appointment_desk", "office": "mediation_office", "privacy": "privacy_officer"}


class Command(BaseCommand):
    help = "Open both forms at all hospitals of the demonstration, with an account for each desk and each office."

    def handle(self, **options):
        if not settings.DEMONSTRATION:
            raise CommandError("Only with MODE=demonstration: a hospital opens its forms itself, in the admin.")
        call_command("load_holidays", verbosity=0, stdout=StringIO())
        password = kept_secret(settings.VAR_DIR / "demonstration-password")[:16]
        for hospital in apps.get_model("centers", "Hospital").objects.all():
            controller, _created = DataController.objects.get_or_create(
                hospital=hospital, defaults={"receives_appointments": True, "receives_requests": True}
            )
            issue_privacy_notice(controller, by="demonstration_recipients")
            for name, group in GROUPS.items():
                self.make_account(f"{DEMONSTRATION_PREFIX}{name}-{hospital.slug}", password, group, hospital)

    def make_account(self, name, password, group, hospital):
        user, created = get_user_model().objects.get_or_create(username=name, defaults={"is_staff": True})
        if created:
            user.set_password(password)
            user.save()
        user.groups.set(Group.objects.filter(name=group))
        StaffScope.objects.get_or_create(user=user, page=hospital.key)
        self.stdout.write(f"  sign in as {name} for what patients send to: {hospital}")
