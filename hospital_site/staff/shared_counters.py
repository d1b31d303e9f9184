"""The cache of one machine, in which sign-ins and enquiries are counted."""

import os
import random
import tempfile
from pathlib import Path

from django.core.cache.backends.base import DEFAULT_TIMEOUT
from django.core.cache.backends.filebased import FileBasedCache


class SharedCounters(FileBasedCache):
    """A file cache that all workers share. Culled at random, not counted at every write: a flood makes many files."""

    def add(self, key, value, timeout=DEFAULT_TIMEOUT, version=None):
        """Succeeds for one of all who add at one moment: allauth uses it as a lock when it counts sign-ins."""
        if self.has_key(key, version):
            return False
        self._createdir()
        descriptor, draft = tempfile.mkstemp(dir=self._dir)
        try:
            with os.fdopen(descriptor, "wb") as file:
                self._write_content(file, timeout, value)
            os.link(draft, self._key_to_file(key, version))
        except FileExistsError:
            return False
        finally:
            Path(draft).unlink()
        return True

    def _cull(self):
        if random.randrange(200) == 0:  # noqa: S311 - nobody gains by guessing
            super()._cull()
