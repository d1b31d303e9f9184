"""What `compare.py` does with the site in the working folder, in a process of its own.

python probe.py prepare COMMAND …     calls the commands, and collects static files
python probe.py start                 prints the seconds of CPU from start to first answer, a page that is rendered
python probe.py measure ADDRESS …     prints JSON: the seconds of CPU from start to first answer, a kept page, and by
                                      address the milliseconds of CPU of the page rendered anew, and kept
"""

import io
import json
import sys
import time

ROUNDS = 5  # of which the quickest counts: the others waited for what else the machine does
KEPT = 50  # answers of a kept page that are timed together


def answer(application, path):
    environ = {"REQUEST_METHOD": "GET", "PATH_INFO": path, "SERVER_NAME": "localhost", "SERVER_PORT": "80"}
    environ |= {"HTTP_HOST": "localhost", "wsgi.url_scheme": "http", "wsgi.input": io.BytesIO(), "QUERY_STRING": ""}
    environ["HTTP_ACCEPT_ENCODING"] = "gzip, deflate, br"
    statuses = []
    body = b"".join(application(environ, lambda status, headers, exc_info=None: statuses.append(status)))
    if statuses != ["200 OK"]:
        sys.exit(f"{path} answered {statuses}.")
    return body


def milliseconds(application, path, times=1):
    def once():
        started = time.process_time()
        for _time in range(times):
            answer(application, path)
        return (time.process_time() - started) * 1000 / times

    answer(application, path)
    return min(once() for _round in range(ROUNDS))


def prepare(*commands):
    """Call `commands` and collect static files, uncompressed: Brotli would take longer than all the rest."""
    import django
    from django.core.management import call_command
    from whitenoise.compress import Compressor

    django.setup()
    Compressor.should_compress = lambda *_arguments: False
    for command in [*commands, "collectstatic --no-input --clear --verbosity 0"]:
        call_command(*command.split(), stdout=sys.stderr)


def start():
    from hospital_site.wsgi import site

    answer(site, "/ko/")
    return time.process_time()


def measure(*paths):
    from hospital_site.wsgi import application, site

    answer(application, "/ko/")
    started = time.process_time()
    return started, {path: [milliseconds(site, path), milliseconds(application, path, KEPT)] for path in paths}


if __name__ == "__main__":
    sys.path.insert(0, "")
    what, *arguments = sys.argv[1:]
    json.dump({"prepare": prepare, "start": start, "measure": measure}[what](*arguments), sys.stdout)
