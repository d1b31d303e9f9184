from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.core.management.base import BaseCommand, CommandError

from hospital_site.env import kept_secret
from hospital_site.staff.accounts import DEMONSTRATION_PREFIX
from hospital_site.staff.grants import record_change, state_of

STAFF = {
    f"{DEMONSTRATION_PREFIX}editor": "Editor",
    **{f"{DEMONSTRATION_PREFIX}translator-{code}": f"Translator ({code})" for code in dict(settings.LANGUAGES)},
    f"{DEMONSTRATION_PREFIX}reviewer": "Clinical reviewer",
    f"{DEMONSTRATION_PREFIX}publisher": "Publisher",
    f"{DEMONSTRATION_PREFIX}auditor": "Auditor",
}


class Command(BaseCommand):
    help = "Make the demonstration's staff, one for each role, and say where the site is and how they sign in."

    def add_arguments(self, parser):
        parser.add_argument("--port", type=int, default=8000)

    def handle(self, *, port, **options):
        if not settings.DEMONSTRATION:
            raise CommandError("The demonstration's accounts exist only with MODE=demonstration.")
        password = kept_secret(settings.VAR_DIR / "demonstration-password")[:16]
        for name, role in STAFF.items():
            user, is_new = get_user_model().objects.get_or_create(username=name, defaults={"is_staff": True})
            before = {} if is_new else state_of(user)
            user.groups.set(Group.objects.filter(name=role))
            record_change(user, before, state_of(user), by="demonstration_staff")
            if not user.check_password(password):
                user.set_password(password)
                user.save(update_fields=["password"])
        self.stdout.write(
            f"\n  The site   http://127.0.0.1:{port}/\n"
            f"  The admin  http://127.0.0.1:{port}/{settings.LANGUAGE_CODE}/admin/\n"
            f"             sign in as {', '.join(STAFF)}\n"
            f"             with the password {password}\n"
            "             (these accounts exist in this demonstration only)\n"
        )
