from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from hospital_site import backups


class Command(BaseCommand):
    help = (
        "Put a backup in the place of the database, bring it up to this release, and destroy, stop and hide again what "
        "was since. Everybody signs in again. Stop the site first; if this is interrupted, run it again."
    )

    def add_arguments(self, parser):
        parser.add_argument("file", type=Path, metavar="FILE")
        parser.add_argument("--identity", type=Path, required=True, metavar="KEYFILE", help="the key that opens it")
        parser.add_argument("--replace", action="store_true", help="even if the database holds something")

    def handle(self, *, file, identity, replace, **options):
        try:
            keys = backups.keys_in(identity)
            backups.prove(file, keys)
            with backups.folder_for_one() as folder:
                if backups.holds_something():
                    self.keep_present(folder, replace)
                self.replace(folder, file, keys)
                self.stdout.write(f"{file} is in place.")
                backups.finish(folder, self.stdout.write)
        except backups.Failed as failure:
            raise CommandError(failure) from failure
        self.stdout.write("Start the site again. Take the key away from this machine.")

    def keep_present(self, folder, replace):
        if not replace:
            raise backups.Failed("The database holds something already. Add --replace if all of it may go.")
        if settings.BACKUP_RECIPIENTS:
            self.stdout.write(f"The present state is kept: {backups.make(folder)}")
        else:
            self.stdout.write("The present state is not kept: BACKUP_RECIPIENTS is not set.")

    def replace(self, folder, file, keys):
        was_unfinished = backups.is_unfinished(folder)
        backups.remember(folder)
        try:
            backups.put_in_place(file, keys)
        except backups.Failed:
            if not was_unfinished:
                backups.forget_what_is_known(folder)
            raise
