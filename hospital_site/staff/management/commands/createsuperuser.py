from django.contrib.auth import get_user_model
from django.contrib.auth.management.commands import createsuperuser

from hospital_site.staff.grants import record_change, state_of


class Command(createsuperuser.Command):
    """Django's command, whose new account is in the audit log, too."""

    def handle(self, *args, **options):
        superusers = get_user_model().objects.filter(is_superuser=True)
        known = set(superusers.values_list("pk", flat=True))
        super().handle(*args, **options)
        for person in superusers.exclude(pk__in=known):
            record_change(person, {}, state_of(person), by="createsuperuser")
