from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from hospital_site.backups import BackupError, archive, restore, sealing


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
            keys = sealing.read_keys(identity)
            restore.verify(file, keys)
            with archive.locked_folder() as folder:
                if restore.has_tables():
                    self.keep_current(folder, replace)
                self.replace(folder, file, keys)
                self.stdout.write(f"{file} is in place.")
                restore.reapply_state(folder, self.stdout.write)
        except BackupError as error:
            raise CommandError(error) from error
        self.stdout.write("Start the site again. Take the key away from this machine.")

    def keep_current(self, folder, replace):
        if not replace:
            raise BackupError("The database holds something already. Add --replace if all of it may go.")
        if settings.BACKUP_RECIPIENTS:
            self.stdout.write(f"The present state is kept: {archive.create_backup(folder)}")
        else:
            self.stdout.write("The present state is not kept: BACKUP_RECIPIENTS is not set.")

    def replace(self, folder, file, keys):
        was_unfinished = restore.is_unfinished(folder)
        restore.save_state(folder)
        try:
            restore.replace_database(file, keys)
        except BackupError:
            if not was_unfinished:
                restore.discard_state(folder)
            raise
