from collections import Counter
from contextlib import ExitStack
from pathlib import Path

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.management.base import BaseCommand, CommandError

from hospital_site.translations.exchange import imports
from hospital_site.translations.exchange.kinds import CLEAN, Kind
from hospital_site.translations.exchange.progress import Progress
from hospital_site.translations.exchange.reading import read
from hospital_site.translations.exchange.refusals import Unreadable
from hospital_site.translations.exchange.remarks import in_reader_language
from hospital_site.translations.exchange.sorting import sort
from hospital_site.translations.models import TranslationFile
from hospital_site.translations.term_base import TermBase


class Command(BaseCommand):
    help = (
        "Read a file that translators sent, and say what would be stored. With --apply store what is clean, as drafts."
    )

    def add_arguments(self, parser):
        parser.add_argument("file", nargs="?", metavar="FILE")
        parser.add_argument("--apply", action="store_true", help="store what is clean, as drafts of --by")
        parser.add_argument("--undo", type=int, metavar="NUMBER", help="undo the import with this number")
        parser.add_argument("--by", metavar="USERNAME", help="the account whose rights count and that is the author")
        parser.add_argument("--progress", action="store_true", help="say how far it is")

    def handle(self, *, file, apply, undo, by, progress, **options):
        user = self.user(by, is_needed=apply or undo is not None)
        tell = Progress(self.stderr) if progress else None
        if undo is not None:
            self.undo(undo, user, tell)
            return
        if not file:
            raise CommandError("Name the file to read.")
        with ExitStack() as opened:
            self.take(Path(file), opened, user, tell, apply=apply)

    def take(self, path, opened, user, tell, *, apply):
        head, texts = self.read(path, opened)
        term_base = TermBase()
        found = self.told(sort(texts, head.language, term_base, by=user, progress=tell))
        if not apply:
            for _one in found:
                pass
            self.close(tell, "looked through")
            self.stdout.write("Nothing was stored: with --apply --by USERNAME what is clean is.")
            return
        kept = imports.keep(path.name, head.language, found, by=user)
        self.close(tell, "looked through and kept")
        imports.apply(kept, by=user, progress=tell)
        self.close(tell, "stored")
        stored = Counter(kept.texts.exclude(outcome="").values_list("outcome", flat=True))
        counts = f"{stored['stored']} texts stored as drafts, {stored['confirmed']} marked as still correct."
        self.stdout.write(f"Import {kept.pk}: {counts}")
        self.stdout.write(f"To undo all of it: import_translations --undo {kept.pk} --by USERNAME")

    def close(self, tell, what):
        if tell:
            tell.close(what)

    def user(self, name, *, is_needed):
        if not name:
            if is_needed:
                raise CommandError("Name the account whose rights count: --by USERNAME.")
            return None
        try:
            return get_user_model().objects.get(username=name, is_active=True)
        except get_user_model().DoesNotExist as error:
            raise CommandError(f"There is no account “{name}”.") from error

    def read(self, path, opened):
        try:
            head, texts = read(opened.enter_context(path.open("rb")))
            imports.refuse_others(head, settings.SITE_ADDRESS, dict(settings.LANGUAGES))
        except OSError as error:
            raise CommandError(f"{path} cannot be read: {error.strerror}.") from error
        except Unreadable as error:
            raise CommandError(f"{path.name}: {error} Nothing was stored.") from error
        return head, texts

    def told(self, found):
        """Yield what is `found`, and print its lines and then the counts."""
        counts = Counter()
        for one in found:
            counts[one.kind] += 1
            remarks = "".join(f" – {remark}" for remark in in_reader_language(one.remarks))
            if remarks or (one.kind not in CLEAN and one.kind != Kind.UNCHANGED):
                self.stdout.write(f"line {one.line}: {one.id}: {one.kind.label}{remarks}")
            yield one
        for kind in Kind:
            self.stdout.write(f"{counts[kind]:>7} {kind.label}")

    def undo(self, number, user, tell):
        file = TranslationFile.objects.filter(pk=number).first()
        if file is None:
            raise CommandError(f"There is no import {number}.")
        undone, left = imports.undo(file, by=user, progress=tell)
        self.close(tell, "undone")
        self.stdout.write(
            f"{undone} texts are as they were before; {left} were left, which somebody has changed since."
        )
