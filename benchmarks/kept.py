"""Compares a kept page with constant bytes, in turns: granian beside a bare WSGI function, nginx beside a file.

    MODE=demonstration .venv/bin/python benchmarks/kept.py [--rounds 61] [--requests 1000]

It prints requests for each second of CPU of the servers, so that other work on the machine matters little, and the
median of the ratios of the rounds. The site of the working folder answers, which must hold its first content. nginx,
where it is installed, runs with the files of `deploy/nginx`, without TLS, before the same site.
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
import threading
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
DEPLOYED = HERE.parent / "deploy/nginx"
PATH, FILE = "/ko/contact/", "/page.html"
CONNECTIONS = 4
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

    def load(self, requests):
        """Return answers for each second of CPU."""
        before, each = self.cpu(), requests // CONNECTIONS
        threads = [threading.Thread(target=ask, args=(self.port, self.path, each)) for _n in range(CONNECTIONS)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return requests / (self.cpu() - before)

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


def ask(port, path, requests):
    """Ask for the page again and again. Returns the size of its body."""
    request = f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept-Encoding: br\r\n\r\n".encode()
    with socket.create_connection(("127.0.0.1", port)) as connection:
        for _request in range(requests):
            connection.sendall(request)
            answer = b""
            while b"\r\n\r\n" not in answer:
                answer += connection.recv(65536)
            head, _end, body = answer.partition(b"\r\n\r\n")
            size = int(re.search(rb"content-length: (\d+)", head, re.IGNORECASE)[1])
            if not head.startswith(b"HTTP/1.1 200"):
                sys.exit(head.decode())
            left = size - len(body)
            while left:
                left -= len(connection.recv(65536))
    return size


def compare(title, servers, options):
    """Print what each of two servers answers, and the ratio."""
    for server in servers.values():
        server.load(CONNECTIONS * 50)
    rounds = [[server.load(options.requests) for server in servers.values()] for _round in range(options.rounds)]
    for name, numbers in zip(servers, zip(*rounds, strict=True), strict=True):
        print(f"{name:<12}{statistics.median(numbers):>10.0f} answers for a second of CPU")
    print(f"{title:<12}{statistics.median(first / second for first, second in rounds):>10.2f}")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=61)
    parser.add_argument("--requests", type=int, default=1000)
    options = parser.parse_args()
    running = [site := granian("hospital_site.wsgi:application", HERE.parent)]
    size = ask(site.port, PATH, 1)
    print(f"{PATH}: {size} bytes")
    with tempfile.TemporaryDirectory() as folder:
        try:
            running.append(plain := granian("kept:bare", HERE, SIZE=str(size)))
            compare("granian", {"kept page": site, "bare WSGI": plain}, options)
            if program := shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin"):
                cached, of_file = nginx(program, Path(folder), site, size)
                running.append(cached)
                compare("nginx", {"kept page": cached, "file": of_file}, options)
        finally:
            for server in reversed(running):
                server.stop()


if __name__ == "__main__":
    main()
