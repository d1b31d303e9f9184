from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from hospital_site import backups


class Command(BaseCommand):
    help = "Seal a copy of the whole database in BACKUP_FOLDER, and delete those past BACKUP_DAYS. Run it every night."

    def add_arguments(self, parser):
        parser.add_argument("--new-key", type=Path, metavar="FILE", help="only make a key to seal for and to open with")

    def handle(self, *, new_key, **options):
        try:
            if new_key:
                self.make_key(new_key)
            else:
                self.back_up()
        except backups.Failed as failure:
            raise CommandError(failure) from failure

    def make_key(self, path):
        recipient = backups.new_key(path)
        self.stdout.write(
            f"{path} opens the backups. Keep it away from this machine, and a copy of it elsewhere.\n"
            f"Set BACKUP_RECIPIENTS={recipient}"
        )

    def back_up(self):
        backups.recipients()
        with backups.folder_for_one() as folder:
            if backups.is_unfinished(folder):
                self.stdout.write("A restore was stopped before its end. It is finished now.")
                backups.finish(folder, self.stdout.write)
            try:
                path = backups.make(folder)
            finally:
                expired = backups.expire(folder)
        self.stdout.write(f"{path}: {path.stat().st_size} bytes, sealed. {expired} old backups deleted.")
