"""Starts the web server with the site loaded: `python -m hospital_site.serve --workers 2 …`, the options of granian.

Workers are forked from a process that has imported what readers need, so that they share its memory and start at once.
A change of the code needs a restart of this process.
"""

import ctypes
import gc
import sys
from importlib import import_module

from django.conf import settings
from django.db import connections
from django.template import engines
from django.utils.log import configure_logging
from django.utils.translation import activate, deactivate
from granian.cli import entrypoint

from hospital_site import wsgi  # isort: split

from hospital_site import env, home, sources

FOR_READERS = ["hospital_site.urls", "hospital_site.enquiries.views", "hospital_site.search.views"]
ARENAS = -8  # M_ARENA_MAX of glibc's mallopt: how many heaps the threads of a process have


def application():
    """Return the site; is called in each worker, where granian has just set its own log up."""
    configure_logging(settings.LOGGING_CONFIG, settings.LOGGING)
    env.forget()
    return wsgi.application


def load_for_readers():
    """Load what `wsgi` leaves to the first request that needs it: addresses, tags, catalogues, data of libraries."""
    for module in FOR_READERS:
        import_module(module)
    engines.all()
    sources.first_sources()
    for code in settings.OPEN_LANGUAGES:
        home.open_graph_locale(code)
        activate(code)
    deactivate()
    gc.freeze()


if __name__ == "__main__":
    if mallopt := getattr(ctypes.CDLL(None), "mallopt", None):
        mallopt(ARENAS, 1)
    load_for_readers()
    connections.close_all()
    sys.argv[1:1] = ["--interface", "wsgi", "--factory", "hospital_site.serve:application"]
    entrypoint()
