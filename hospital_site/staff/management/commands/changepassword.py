import getpass

from django.contrib.auth.management.commands import changepassword

from hospital_site.staff.passwords import recorded_change


class Command(changepassword.Command):
    """Django's command, whose changes are in the audit log, too."""

    def handle(self, *args, **options):
        with recorded_change(by="changepassword", username=options["username"] or getpass.getuser()):
            return super().handle(*args, **options)
