"""The settings of the demonstration, with static files and cache in a folder of the test's own."""

import os
from pathlib import Path

from hospital_site.settings import *  # noqa: F403 - these are all of them

STATIC_ROOT = Path(os.environ["STATIC_ROOT"])
WHITENOISE_SKIP_COMPRESS_EXTENSIONS = ["js", "svg", "map"]  # slow, and no different from style sheets
CACHES = {"default": {**CACHES["default"], "LOCATION": STATIC_ROOT.with_name("cache")}}  # noqa: F405 - limits start from nothing
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # quick; nobody's password is kept
