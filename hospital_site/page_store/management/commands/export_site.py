import shutil
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from hospital_site.page_store.mirror import Mirror

MARK = ".mirror-of-the-site"


class Command(BaseCommand):
    help = "Write all live pages with their files into a folder that any web server can show."

    def add_arguments(self, parser):
        parser.add_argument("folder", type=Path, help="a new or empty folder, or one that this command has written")

    def handle(self, *, folder, **options):
        folder = folder.absolute()
        if folder.exists() and not (folder / MARK).is_file() and (not folder.is_dir() or any(folder.iterdir())):
            raise CommandError(f"{folder} holds something else. Name a new folder.")
        new, old = folder.with_name(f"{folder.name}.new"), folder.with_name(f"{folder.name}.old")
        shutil.rmtree(new, ignore_errors=True)
        shutil.rmtree(old, ignore_errors=True)
        new.mkdir(parents=True)
        (new / MARK).touch()
        mirror = Mirror(new)
        mirror.write()
        if folder.exists():
            folder.rename(old)
        new.rename(folder)
        shutil.rmtree(old, ignore_errors=True)
        self.stdout.write(f"{len(mirror.pages)} pages and {len(mirror.files)} files in {folder}.")
        if mirror.missing:
            links = sorted({link for found in mirror.missing.values() for link in found})
            raise CommandError(f"Some links lead to nothing in the mirror: {', '.join(links)}.")
