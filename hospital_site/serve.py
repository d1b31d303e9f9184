"""Starts the web server with the site loaded: `python -m hospital_site.serve --workers 2 …`, the options of granian.

Workers are forked from a process that has imported everything, so that they share its memory and start at once. A
change of the code needs a restart of this process.
"""

import ctypes
import sys

from django.conf import settings
from django.db import connections
from django.utils.log import configure_logging
from granian.cli import entrypoint

from hospital_site import wsgi

ARENAS = -8  # M_ARENA_MAX of glibc's mallopt: how many heaps the threads of a process have


def application():
    """Return the site; is called in each worker, where granian has just set its own log up."""
    configure_logging(settings.LOGGING_CONFIG, settings.LOGGING)
    return wsgi.application


if __name__ == "__main__":
    if mallopt := getattr(ctypes.CDLL(None), "mallopt", None):
        mallopt(ARENAS, 1)
    connections.close_all()
    sys.argv[1:1] = ["--interface", "wsgi", "--factory", "hospital_site.serve:application"]
    entrypoint()
