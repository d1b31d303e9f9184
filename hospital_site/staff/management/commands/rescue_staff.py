import getpass

from django.contrib.auth import get_user_model
from django.core.management.base import BaseCommand, CommandError

from hospital_site.staff import second_factor


class Command(BaseCommand):
    help = (
        "Remove the second factor of somebody who has lost it, and end their sessions: for the last administrator, "
        "whom nobody can help in the admin. It is in the audit log. They sign in with their password, and set up a new "
        "one."
    )

    def add_arguments(self, parser):
        parser.add_argument("username")
        parser.add_argument("--reason", required=True, help="why, and how you know that it is them; for the audit log")

    def handle(self, *, username, reason, **options):
        person = get_user_model().objects.filter(username=username).first()
        if person is None:
            raise CommandError(f"There is no account “{username}”.")
        if not reason.strip():
            raise CommandError("Say why, and how you know that it is them: --reason “…”.")
        second_factor.take_away(person, by="rescue_staff", reason=f"{reason.strip()} ({getpass.getuser()})")
        self.stdout.write(
            f"The second factor of {username} is removed, and they are signed out everywhere. "
            "Their password still holds; “manage.py changepassword” sets another one."
        )
