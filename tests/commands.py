"""Commands of the site as processes of their own, forked from one that has imported it: a start takes long."""

import multiprocessing
import os
import resource
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

import django
from django.conf import settings
from django.contrib import admin
from django.core.cache import caches
from django.db import connections
from django.urls import get_resolver

from hospital_site.lazy_urls import import_views

django.setup()
admin.autodiscover()  # imports every view and form, once for all commands
get_resolver().url_patterns  # noqa: B018
import_views()
processes = multiprocessing.get_context("forkserver")
processes.set_forkserver_preload([__name__])


class Command:
    """`manage.py …`, started with `environment`, in which every file may have `room` bytes. Like a `Popen`."""

    def __init__(self, arguments, environment, folder, room=None):
        self.args = ["manage.py", *map(str, arguments)]
        self.said = [Path(tempfile.mkstemp(dir=folder)[1]) for _stream in ("stdout", "stderr")]
        environment = os.environ | environment
        self.process = processes.Process(target=execute, args=(self.args, environment, self.said, room))
        self.process.start()

    def poll(self):
        return self.process.exitcode

    def kill(self):
        self.process.kill()
        self.process.join()

    def finished(self):
        """What `subprocess.run` would return."""
        self.process.join(timeout=120)
        texts = [path.read_text() for path in self.said]
        return subprocess.CompletedProcess(self.args, self.process.exitcode, *texts)


def execute(arguments, environment, said, room):
    """Run in a fork: everything that depends on the environment is read anew."""
    from manage import main

    os.environ.clear()
    os.environ.update(environment)
    for number, path in enumerate(said, start=1):
        os.dup2(os.open(path, os.O_WRONLY | os.O_APPEND), number)
    if room:
        resource.setrlimit(resource.RLIMIT_FSIZE, (room, room))
    signal.signal(signal.SIGINT, signal.default_int_handler)
    tempfile.tempdir = None
    sys.modules.pop(settings.SETTINGS_MODULE)
    settings.__init__()
    for handler in (connections, caches):
        vars(handler).clear()
        handler.__init__()
    sys.argv = arguments
    main()
