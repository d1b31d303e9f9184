"""The cache in which sign-ins, second factors and enquiries are counted: of all machines, else of this one.

Counting must never cost a patient their words or shut out the staff. Where the shared cache does not answer, the files
of this machine take its place; where its disk is full or read-only, the memory of this worker.
"""

import json
import logging
import os
import pickle
import random
import tempfile
import time
import zlib
from contextlib import contextmanager, suppress
from functools import cache
from pathlib import Path

from django.core.cache.backends.base import DEFAULT_TIMEOUT, BaseCache
from django.core.cache.backends.filebased import FileBasedCache
from django.core.cache.backends.locmem import LocMemCache
from django.core.cache.backends.redis import RedisCache
from django.core.files import locks
from django.utils.crypto import salted_hmac

LEFT_ALONE_FOR = 5  # seconds until a cache that failed is asked again
LONGEST_WAIT = 0.5  # seconds for an answer of the shared cache

log = logging.getLogger(__name__)
failed_at = {}  # by name of the cache, for all threads of this worker


def keyed(key, key_prefix, version):
    """Returns the name under which `key` is kept: it holds a user name or an address, which no cache is to show."""
    return salted_hmac("counters", f"{key_prefix}:{version}:{key}").hexdigest()


class Counters(BaseCache):
    """The first of several caches that works: the shared one (if `SHARED` names it), files, and memory."""

    def __init__(self, folder, params):
        super().__init__(params)
        shared = params.get("OPTIONS", {}).get("SHARED")
        self.caches = {"shared": redis_cache(shared)} if shared else {}
        self.caches |= {"files": MachineCounters(folder, params), "memory": LocMemCache("counters", params)}

    def ask(self, method, *args, **kwargs):
        for name, one in self.caches.items():
            if name not in not_working():
                try:
                    return getattr(one, method)(*args, **kwargs)
                except failures_of(name) as problem:
                    failed_at[name] = time.monotonic()
                    log.warning("Counters of %s do not work (%s); the next ones count.", name, type(problem).__name__)
        raise AssertionError("Memory always counts.")

    def add(self, key, value, timeout=DEFAULT_TIMEOUT, version=None):
        return self.ask("add", key, value, timeout, version)

    def get(self, key, default=None, version=None):
        return self.ask("get", key, default, version)

    def set(self, key, value, timeout=DEFAULT_TIMEOUT, version=None):
        return self.ask("set", key, value, timeout, version)

    def touch(self, key, timeout=DEFAULT_TIMEOUT, version=None):
        return self.ask("touch", key, timeout, version)

    def delete(self, key, version=None):
        return self.ask("delete", key, version)

    def incr(self, key, delta=1, version=None):
        return self.ask("incr", key, delta, version)

    def clear(self):
        return self.ask("clear")


def not_working():
    """The names of the caches that failed a moment ago in this worker, and are left alone."""
    return [name for name, at in failed_at.items() if time.monotonic() - at < LEFT_ALONE_FOR]


def failures_of(name):
    if name == "shared":
        from redis import RedisError  # only where there is one

        return RedisError, OSError
    return OSError


@cache
def redis_cache(address):
    """The shared cache at `address`, with one pool of connections for all threads."""
    waits = {"socket_connect_timeout": LONGEST_WAIT, "socket_timeout": LONGEST_WAIT}
    return RedisCache(address, {"KEY_FUNCTION": keyed, "OPTIONS": {"serializer": JsonSerializer, **waits}})


class JsonSerializer:
    """Values as JSON: whoever writes into the shared cache must not be able to run code here, as with pickle."""

    def dumps(self, value):
        return value if type(value) is int else json.dumps(value)

    def loads(self, stored):
        return json.loads(stored)


class MachineCounters(FileBasedCache):
    """A file cache that all workers share. Culled at random, not counted at every write: a flood makes many files."""

    def __init__(self, folder, params):
        with suppress(OSError):  # a folder that cannot be made is told by whoever counts
            super().__init__(folder, params)

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

    def incr(self, key, delta=1, version=None):
        """Counts all who count at one moment. The counter ends when it would have ended."""
        with self.lock():
            try:
                with Path(self._key_to_file(key, version)).open("rb") as file:
                    ends_at = pickle.load(file)  # noqa: S301 - as the class above keeps it, in our own folder
                    value = pickle.loads(zlib.decompress(file.read())) + delta  # noqa: S301
            except FileNotFoundError:
                raise ValueError(f"There is no counter “{key}”.") from None
            self.set(key, value, ends_at and max(0, ends_at - time.time()), version)
        return value

    @contextmanager
    def lock(self):
        self._createdir()
        with (Path(self._dir) / "lock").open("w") as file:
            locks.lock(file, locks.LOCK_EX)
            yield

    def _cull(self):
        if random.randrange(200) == 0:  # noqa: S311 - nobody gains by guessing
            super()._cull()
