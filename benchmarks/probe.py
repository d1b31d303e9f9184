"""One measurement of the site in the working folder, in a process of its own, for `compare.py`: prints JSON.

python probe.py start               seconds of CPU from start to first answer, a page from the store
python probe.py start-anew          the same, a page that is rendered
python probe.py pages ADDRESS …     milliseconds of CPU of each page: rendered anew, and kept
"""

import io
import json
import statistics
import sys
import time

ROUNDS = 9
KEPT = 50  # answers of a kept page that are timed together


def answer(application, path):
    environ = {"REQUEST_METHOD": "GET", "PATH_INFO": path, "SERVER_NAME": "localhost", "SERVER_PORT": "80"}
    environ |= {"HTTP_HOST": "localhost", "wsgi.url_scheme": "http", "wsgi.input": io.BytesIO(), "QUERY_STRING": ""}
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
    return statistics.median(once() for _round in range(ROUNDS))


def main(what, *paths):
    sys.path.insert(0, "")
    from hospital_site.wsgi import application, site

    if what.startswith("start"):
        answer(site if what == "start-anew" else application, "/ko/")
        return time.process_time()
    return {path: [milliseconds(site, path), milliseconds(application, path, KEPT)] for path in paths}


if __name__ == "__main__":
    json.dump(main(*sys.argv[1:]), sys.stdout)
