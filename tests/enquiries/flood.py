"""Ten thousand posts against the real server on this machine: `python -m tests.enquiries.flood [--addresses 10000]`.

Bounded in number and time, loopback only. Prints how posts were answered, how long a patient's page, the form and the
desk took meanwhile, and what is stored. With `--addresses` each post says that it comes from another network address.
"""

import argparse
import collections
import http.client
import os
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import urllib.parse
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SENDERS, LONGEST = 8, 540
SET_UP = """
import django; django.setup()
from django.core.management import call_command
call_command("migrate", verbosity=0)
call_command("load_first_content", verbosity=0)
call_command("demonstration_recipients")
from django.contrib.auth import get_user_model
from django.test import Client
from django.contrib.sessions.models import Session
client = Client(); client.force_login(get_user_model().objects.get(username="demo-desk-kcch"))
print("SESSION", client.cookies["sessionid"].value)
"""
TELL = """
import django; django.setup()
from hospital_site.enquiries.models import Enquiry, Notification
print(Enquiry.objects.count(), Notification.objects.count())
"""


def main():
    options = argparse.ArgumentParser()
    options.add_argument("--posts", type=int, default=10_000)
    options.add_argument("--addresses", type=int, default=1)
    options = options.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        flood(options, folder)


def flood(options, folder):
    environment = os.environ | {
        "MODE": "demonstration",
        "DATABASE_URL": os.environ.get("DATABASE_URL", f"sqlite:///{folder}/site.sqlite3"),
        "DJANGO_SETTINGS_MODULE": "tests.site.served",
        "STATIC_ROOT": f"{folder}/static",
        "CLIENT_ADDRESS_HEADER": "X-Forwarded-For",
    }

    def run(code):
        command = [sys.executable, "-c", code]
        return subprocess.run(command, cwd=ROOT, env=environment, check=True, capture_output=True, text=True).stdout

    subprocess.run([sys.executable, "manage.py", "collectstatic", "--no-input", "-v0"], cwd=ROOT, env=environment)
    session = run(SET_UP).split("SESSION ")[1].strip()
    port = 8765
    command = [sys.executable, "-m", "granian", "--interface", "wsgi", "hospital_site.wsgi:application"]
    command += [
        "--workers",
        "2",
        "--blocking-threads",
        "4",
        "--host",
        "127.0.0.1",
        "--port",
        str(port),
        "--log-level",
        "error",
    ]
    server = subprocess.Popen(command, cwd=ROOT, env=environment)
    try:
        time.sleep(6)
        report(options, port, session)
    finally:
        server.terminate()
        server.wait()
    say("stored enquiries, notifications", run(TELL).strip())


def say(*words):
    sys.stdout.write(": ".join(map(str, words)) + "\n")


def get(port, path, cookie=""):
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    started = time.perf_counter()
    line.request("GET", path, headers={"Host": "localhost", "Cookie": cookie})
    answer = line.getresponse()
    body = answer.read().decode("utf-8", "replace")
    line.close()
    return answer.status, (time.perf_counter() - started) * 1000, body, answer.headers


def report(options, port, session):
    _status, _time, body, headers = get(port, "/ko/enquiries/appointment/kcch/")
    cookie = headers["Set-Cookie"].split(";")[0]
    held = {
        name: body.split(f'name="{name}" value="')[1].split('"')[0]
        for name in ("csrfmiddlewaretoken", "token", "shown", "center")
    }
    held |= {
        "visit_type": "first",
        "is_patient": "self",
        "patient_name": "홍길동",
        "under_14": "no",
        "contact_by": "phone",
    }
    held |= {"preferred_language": "ko", "agree_personal": "on", "agree_sensitive": "on", "step": "send"}
    time.sleep(4)
    watched = {
        "patient's page": "/ko/centers/",
        "the form": "/ko/enquiries/appointment/smc/",
        "the desk": "/ko/admin/enquiries/enquiry/",
    }
    calm = {name: watch(port, path, session, 10) for name, path in watched.items()}
    answers, numbers, lock = collections.Counter(), iter(range(options.posts)), threading.Lock()
    stop = time.monotonic() + LONGEST

    def send():
        line = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        while time.monotonic() < stop:
            with lock:
                number = next(numbers, None)
            if number is None:
                return
            words = urllib.parse.urlencode(
                held | {"phone": f"010-{1000 + number // 9000:04}-{1000 + number % 9000:04}"}
            )
            address = number % options.addresses
            head = {"Host": "localhost", "Content-Type": "application/x-www-form-urlencoded", "Cookie": cookie}
            head["X-Forwarded-For"] = f"10.{address // 65536}.{address // 256 % 256}.{address % 256}"
            try:
                line.request("POST", "/ko/enquiries/appointment/kcch/", words, head)
                answer = line.getresponse()
                answer.read()
                answers[answer.status] += 1
            except (OSError, http.client.HTTPException) as problem:
                answers[type(problem).__name__] += 1
                line.close()

    started = time.perf_counter()
    senders = [threading.Thread(target=send) for _sender in range(SENDERS)]
    for sender in senders:
        sender.start()
    during = {name: [] for name in watched}
    while any(sender.is_alive() for sender in senders):
        for name, path in watched.items():
            during[name] += watch(port, path, session, 1)
        time.sleep(0.2)
    seconds = time.perf_counter() - started
    say(
        "posts",
        f"{sum(answers.values())} in {seconds:.0f} s, {sum(answers.values()) / seconds:.0f} a second",
        dict(answers),
    )
    for name in watched:
        times = sorted(during[name])
        say(
            name,
            f"calm {statistics.median(calm[name]):.0f} ms",
            f"during median {statistics.median(times):.0f} ms, worst {times[-1]:.0f} ms of {len(times)}",
        )


def watch(port, path, session, times):
    found = []
    for _time in range(times):
        status, milliseconds, _body, _headers = get(port, path, f"sessionid={session}" if "admin" in path else "")
        if status != 200:
            raise SystemExit(f"{path} answered {status}")
        found.append(milliseconds)
    return found


if __name__ == "__main__":
    main()
