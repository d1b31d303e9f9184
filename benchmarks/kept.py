"""Compares a kept page with constant bytes, in turns: granian beside a bare WSGI function, nginx beside a file.

    MODE=demonstration .venv/bin/python benchmarks/kept.py [--starts 8] [--rounds 4] [--connections 16]

`wrk` asks (Debian's package of that name). It prints medians of answers for each second of the clock, and of CPU of
the servers, which other work on the machine changes little, and of the ratios of the rounds. Servers are started
several times: a process keeps for its life what it is slower or quicker by. The site of the working folder answers,
which must hold its first content. nginx, where it is installed, runs with the files of `deploy/nginx`, without TLS,
before the same site.
"""

import argparse
import os
import re
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path
from urllib.request import Request, urlopen

HERE = Path(__file__).resolve().parent
DEPLOYED = HERE.parent / "deploy/nginx"
PATH, FILE, ENCODING = "/ko/contact/", "/page.html", "Accept-Encoding: br"
CPU_OF_PROCESS = 2  # of Linux’s clocks: the number of one is made as its `clock_getcpuclockid` does


def bare(environ, start_response):
    """The least that serves a page: what `SIZE` says of the same bytes."""
    start_response("200 OK", [("Content-Type", "text/html; charset=utf-8"), ("Content-Length", str(len(BODY)))])
    return [BODY]


BODY = b"x" * int(os.environ.get("SIZE", "0"))


class Server:
    """Listens on `port`. What it asks `behind` it is counted too."""

    def __init__(self, port, command, folder=HERE, path=PATH, behind=(), **environment):
        self.port, self.path, self.behind = port, path, behind
        own = os.environ | {"PAGES_FILL": "false", "ALLOWED_HOSTS": "127.0.0.1"} | environment
        self.process = subprocess.Popen(command, cwd=folder, env=own, stderr=subprocess.DEVNULL)
        for _attempt in range(1200):
            with socket.socket() as attempt:
                if attempt.connect_ex(("127.0.0.1", self.port)) == 0:
                    return
            time.sleep(0.05)
        sys.exit("The server does not start.")

    def cpu(self):
        """Seconds of CPU that its processes have used."""
        processes = [self.process.pid, *children(self.process.pid)]
        own = sum(time.clock_gettime(~pid << 3 | CPU_OF_PROCESS) for pid in processes)
        return own + sum(server.cpu() for server in self.behind)

    @property
    def address(self):
        return f"http://127.0.0.1:{self.port}{self.path}"

    def load(self, connections):
        """Ask for a second. Returns answers for each second of the clock, and for each second of CPU."""
        before = self.cpu()
        command = ["wrk", "--threads", "1", "--connections", str(connections), "--duration", "1s", "--header", ENCODING]
        said = subprocess.run([*command, self.address], check=True, capture_output=True, text=True)
        if refused := re.search(r"Non-2xx.*|Socket errors.*", said.stdout):
            sys.exit(refused[0])
        answers = int(re.search(r"(\d+) requests in", said.stdout)[1])
        return float(re.search(r"Requests/sec: +([\d.]+)", said.stdout)[1]), answers / (self.cpu() - before)

    def stop(self):
        self.process.terminate()
        self.process.wait()


def free_port():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


def granian(target, folder, **environment):
    port = free_port()
    command = ["-m", "granian", "--interface", "wsgi", target, "--workers", "1", "--blocking-threads", "4"]
    command += ["--port", str(port), "--log-level", "error", "--no-ws"]
    return Server(port, [sys.executable, *command], folder, **environment)


def nginx(program, folder, site, size):
    """Return two servers of one nginx: the site behind it, and a file of `size` bytes."""
    port, port_of_file = free_port(), free_port()
    changes = {"/var/lib/nginx/hospital-site": f"{folder}/cache", "/var/log/nginx": str(folder)}
    changes |= {"/etc/nginx/sites-available": str(folder), "127.0.0.1:8000": f"127.0.0.1:{site.port}"}
    for file in DEPLOYED.glob("*.conf"):
        text = file.read_text()
        for before, after in changes.items():
            text = text.replace(before, after)
        (folder / file.name).write_text(text)
    deployed = (folder / "hospital-site.conf").read_text()
    deployed = re.sub(r"^ +(listen|ssl_).*\n", "", deployed, flags=re.MULTILINE)
    head, _redirect, server = deployed.split("\nserver {")
    logged = re.search(r"^ +access_log .*", server, re.MULTILINE)[0]
    as_file = f"listen 127.0.0.1:{port_of_file}; root {folder}; sendfile on; default_type text/html; {logged}"
    temporary = "".join(f"{name}_temp_path {folder}/{name}; " for name in ("client_body", "fastcgi", "uwsgi", "scgi"))
    (folder / FILE[1:]).write_bytes(b"x" * size)
    (folder / "nginx.conf").write_text(
        f"daemon off; worker_processes 1; pid {folder}/pid; error_log {folder}/errors; events {{}}\n"
        f"http {{ keepalive_requests 1000000; {temporary} proxy_temp_path {folder}/proxy;\n"
        f"{head}\nserver {{ listen 127.0.0.1:{port};{server}\nserver {{ {as_file} }} }}"
    )
    if os.geteuid() == 0:
        (folder / "nginx.conf").write_text("user root;" + (folder / "nginx.conf").read_text())
    command = [program, "-c", str(folder / "nginx.conf"), "-e", str(folder / "errors")]
    cached = Server(port, command, folder, behind=[site])
    of_file = Server.__new__(Server)
    of_file.__dict__ = vars(cached) | {"port": port_of_file, "path": FILE, "behind": ()}
    return cached, of_file


def children(pid):
    found = [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    return [*found, *(below for child in found for below in children(child))]


def size_of(address):
    """Return the bytes of the page as it is sent. The second answer is a kept one."""
    name, value = ENCODING.split(": ")
    return [len(urlopen(Request(address, headers={name: value})).read()) for _time in range(2)][1]


def measured(options, folder):
    """Start all servers, and return `{title: [[figures of the page, figures of what it is compared with], …]}`."""
    with ExitStack() as running:
        site = granian("hospital_site.wsgi:application", HERE.parent)
        running.callback(site.stop)
        size = size_of(site.address)
        plain = granian("kept:bare", HERE, SIZE=str(size))
        running.callback(plain.stop)
        pairs = {"bare WSGI": (site, plain)}
        if program := shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin"):
            pairs["file of nginx"] = nginx(program, folder, site, size)
            running.callback(pairs["file of nginx"][0].stop)
        for pair in pairs.values():
            for server in pair:
                server.load(options.connections)
        return {
            title: [[server.load(options.connections) for server in pair] for _round in range(options.rounds)]
            for title, pair in pairs.items()
        }


def show(title, rounds):
    """Print medians: of the kept page, of what it is compared with, of the ratios of the rounds."""
    print(f"{'answers for each second':<26}{'of the clock':>14}{'of CPU':>10}")
    ratios = [[kept / other for kept, other in zip(*pair, strict=True)] for pair in rounds]
    for name, numbers in zip(["kept page", title], zip(*rounds, strict=True), strict=True):
        print("{:<26}{:>14.0f}{:>10.0f}".format(name, *medians(numbers)))
    print("{:<26}{:>14.2f}{:>10.2f}".format("ratio", *medians(ratios)))


def medians(pairs):
    return [statistics.median(numbers) for numbers in zip(*pairs, strict=True)]


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--starts", type=int, default=8)
    parser.add_argument("--rounds", type=int, default=4)
    parser.add_argument("--connections", type=int, default=16)
    options = parser.parse_args()
    if not shutil.which("wrk"):
        print("Nothing is measured: wrk, which asks for the pages, is not installed.")
        return
    found = {}
    for _start in range(options.starts):
        with tempfile.TemporaryDirectory() as folder:
            for title, rounds in measured(options, Path(folder)).items():
                found.setdefault(title, []).extend(rounds)
    for title, rounds in found.items():
        show(title, rounds)


if __name__ == "__main__":
    main()
