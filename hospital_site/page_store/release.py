"""What every page is made of besides the database: code, templates, catalogues, settings, the day's libraries."""

import hashlib
import os
import sys
import sysconfig
from functools import cache
from operator import attrgetter
from pathlib import Path

from django.conf import settings
from django.utils.translation import override

CODE = ["hospital_site", "centers", "patients_rights", "templates", "static", "locale"]
WITHOUT_LOOK = {"DATABASES", "CACHES", "LOGGING", "TEMPLATES", "STORAGES"}
SECRET = ("KEY", "PASSWORD", "SECRET", "TOKEN")


@cache
def release():
    """Return a name for this release with these settings. Pages that another one has made are not shown."""
    found = hashlib.blake2b(digest_size=10)
    for line in [sys.version, *installed(), *files(), *values()]:
        found.update(f"{line}\n".encode())
    return found.hexdigest()


def installed():
    folder = Path(sysconfig.get_path("purelib"))
    yield str(folder.stat().st_mtime_ns)


def files():
    """Yield each file that a page may be made of, with its size and the time of its last change."""
    for name in CODE:
        yield from files_in(str(settings.BASE_DIR / name), name)


def files_in(folder, name):
    """Yield those in `folder`, which is called `name`. A start has no time for a thousand Paths."""
    with os.scandir(folder) as entries:
        for entry in sorted(entries, key=attrgetter("name")):
            if entry.is_dir():
                if entry.name != "__pycache__":
                    yield from files_in(entry.path, f"{name}/{entry.name}")
            else:
                stat = entry.stat()
                yield f"{name}/{entry.name} {stat.st_size} {stat.st_mtime_ns}"


def values():
    """Yield the settings that a page may show, in each language that they have words of."""
    names = sorted(name for name in dir(settings) if name.isupper() and name not in WITHOUT_LOOK)
    shown = [name for name in names if not any(sign in name for sign in SECRET) and not name.startswith("EMAIL_")]
    for code in dict(settings.LANGUAGES):
        with override(code):
            for name in shown:
                yield f"{name} {text(getattr(settings, name))}"


def text(value):
    return repr(value) if isinstance(value, list | tuple | set | dict | bool | None) else str(value)
