from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from hospital_site.backups import BackupError, archive, restore, sealing


class Command(BaseCommand):
    help = "Seal a copy of the whole database in BACKUP_FOLDER, and delete those past BACKUP_DAYS. Run it every night."

    def add_arguments(self, parser):
        parser.add_argument("--new-key", type=Path, metavar="FILE", help="only make a key to seal for and to open with")

    def handle(self, *, new_key, **options):
        try:
            if new_key:
                self.generate_key(new_key)
            else:
                self.back_up()
        except BackupError as error:
            raise CommandError(error) from error

    def generate_key(self, path):
        recipient = sealing.generate_key(path)
        self.stdout.write(
            f"{path} opens the backups. Keep it away from this machine, and a copy of it elsewhere.\n"
            f"Set BACKUP_RECIPIENTS={recipient}"
        )

    def back_up(self):
        sealing.recipients()
        with archive.locked_folder() as folder:
            if restore.is_unfinished(folder):
                self.stdout.write("A restore was stopped before its end. It is finished now.")
                restore.reapply_state(folder, self.stdout.write)
            try:
                path = archive.create_backup(folder)
            finally:
                expired = archive.delete_expired(folder)
        self.stdout.write(f"{path}: {path.stat().st_size} bytes, sealed. {expired} old backups deleted.")
