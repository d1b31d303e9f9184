"""Commands of the site as processes of their own, forked from one that has imported it: a start takes long."""

import multiprocessing
import os
import resource
import signal
import subprocess
import sys
import tempfile
from pathlib import Path
from runpy import run_module

from django.conf import settings
from django.core.cache import caches
from django.db import connections

processes = multiprocessing.get_context("forkserver")
processes.set_forkserver_preload(["tests.loaded"])


class Command:
    """`manage.py …` or `python -m program …`, started with `environment` alone. Like a `Popen`.

    Every file that it writes may have `room` bytes.
    """

    def __init__(self, arguments, environment, folder, room=None, program="manage"):
        self.args = [program, *map(str, arguments)]
        self.said = [Path(tempfile.mkstemp(dir=folder)[1]) for _stream in ("stdout", "stderr")]
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
    run_module(arguments[0], run_name="__main__")
