"""Kept pages as files that all workers of a machine share, and that survive a restart.

A file is written under another name first, so that nobody reads half of one. What cannot be read, for whatever reason,
is as good as missing. A disk that is full or read-only costs one line in the log, and no page.
"""

import fcntl
import hashlib
import logging
import os
import shutil
import stat
import threading
import time
from contextlib import contextmanager

from hospital_site.page_store.kept import Kept, Unreadable

LARGEST = 10 * 2**20  # bytes of a file that is read at all
ROOM_LEFT = 0.9  # of the room, after the least recently used files have been removed
CONFIRMED = "confirmed"
LOCK = "filling"
UNFINISHED = ".new"

log = logging.getLogger(__name__)


class Disk:
    """The pages of one release below `folder`, in at most `room` bytes."""

    def __init__(self, folder, release, room):
        self.folder = folder
        self.home = folder / release
        self.room = room
        self.is_failing = False
        self.used = 0  # bytes, as far as this worker knows

    def path(self, key):
        name = hashlib.sha256("\n".join(key).encode(errors="surrogateescape")).hexdigest()[:40]
        return self.home / name[:2] / name

    def read(self, key):
        """Return the page, or `None` where there is no whole one."""
        try:
            return Kept.from_bytes(key, read_file(self.path(key)))
        except (OSError, ValueError, KeyError, IndexError, TypeError):
            return None

    def write(self, kept):
        """Returns whether it worked."""
        with self.failing_once() as done:
            path, content = self.path(kept.key), kept.to_bytes()
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            unfinished = path.with_name(f"{path.name}.{os.getpid()}.{threading.get_ident()}{UNFINISHED}")
            try:
                unfinished.write_bytes(content)
                unfinished.replace(path)
            finally:
                unfinished.unlink(missing_ok=True)
            self.used += len(content)
            done.append(True)
        return bool(done)

    def remove(self, key):
        with self.failing_once():
            self.path(key).unlink(missing_ok=True)

    def touch(self, keys):
        """Note that these pages are used, so that they are not the first to go."""
        for key in keys:
            try:
                os.utime(self.path(key))
            except OSError:
                continue

    def prune(self):
        """Remove what others left, and where room is scarce the least recently used pages."""
        with self.failing_once():
            for other in self.folder.iterdir():
                if other.is_dir() and other != self.home:
                    shutil.rmtree(other, ignore_errors=True)
            files = sorted((used, size, path) for path, size, used in self.files())
            total = sum(size for _used, size, _path in files)
            if total > self.room:
                for _used, size, path in files:
                    if total <= self.room * ROOM_LEFT:
                        break
                    path.unlink(missing_ok=True)
                    total -= size
            self.used = total

    def files(self):
        """Yield `(path, size, last used)` of each page; what a killed worker left unfinished is removed."""
        for path in self.home.glob("??/*"):
            try:
                found = path.lstat()
                if path.name.endswith(UNFINISHED) and found.st_mtime < time.time() - 60:
                    path.unlink(missing_ok=True)
                else:
                    yield path, found.st_size, found.st_mtime
            except OSError:
                continue

    # ── When the database was last asked ──────────────────────────────────────────────────────────────────────────────

    def confirm(self):
        """Note that the database has just said what is current."""
        with self.failing_once():
            self.home.mkdir(mode=0o700, parents=True, exist_ok=True)
            (self.home / CONFIRMED).touch()

    def confirmed_at(self):
        """Return the moment at which the database last said so, to any worker; 0 if never."""
        try:
            return (self.home / CONFIRMED).stat().st_mtime
        except OSError:
            return 0.0

    def lock(self):
        """Try to become the one of this machine that fills the store. → a file to hold on to, or `None`.

        It is not open for writing: nobody could make the disk read-only then, and none would be had on one that is.
        """
        try:
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            file = os.fdopen(os.open(self.folder / LOCK, os.O_RDONLY | os.O_CREAT | os.O_CLOEXEC, 0o600))
        except OSError:
            return None
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            file.close()
            return None
        return file

    @contextmanager
    def failing_once(self):
        """Whatever the disk refuses is logged when it begins, and given up. Yields a list to note success in."""
        done = []
        try:
            yield done
        except OSError as problem:
            if not self.is_failing:
                log.warning("Pages cannot be kept on the disk, and are kept in memory: %s.", problem.strerror)
            self.is_failing = True
        else:
            self.is_failing = self.is_failing and not done


def read_file(path):
    """Return the content of a regular file of reasonable size, and of nothing else that may have its name."""
    descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    with os.fdopen(descriptor, "rb") as file:
        found = os.fstat(descriptor)
        if not stat.S_ISREG(found.st_mode) or found.st_size > LARGEST:
            raise Unreadable
        return file.read()
