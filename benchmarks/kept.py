"""Compares a kept page with constant bytes from a bare WSGI function, both served by granian, in turns.

    MODE=demonstration .venv/bin/python benchmarks/kept.py [--rounds 7] [--requests 8000]

It prints requests for each second of CPU of the server, so that other work on the machine matters little, and the
median of the ratios of the rounds. The site of the working folder answers, which must hold its first content.
"""

import argparse
import os
import re
import socket
import statistics
import subprocess
import sys
import threading
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
PATH = "/ko/contact/"
CONNECTIONS = 4
CPU_OF_PROCESS = 2  # of Linux’s clocks: the number of one is made as its `clock_getcpuclockid` does


def bare(environ, start_response):
    """The least that serves a page: what `SIZE` says of the same bytes."""
    start_response("200 OK", [("Content-Type", "text/html; charset=utf-8"), ("Content-Length", str(len(BODY)))])
    return [BODY]


BODY = b"x" * int(os.environ.get("SIZE", "0"))


class Server:
    def __init__(self, target, folder, **environment):
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        command = [sys.executable, "-m", "granian", "--interface", "wsgi", target, "--workers", "1"]
        command += ["--blocking-threads", "4", "--port", str(self.port), "--log-level", "error", "--no-ws"]
        own = os.environ | {"PAGES_FILL": "false", "ALLOWED_HOSTS": "127.0.0.1"} | environment
        self.process = subprocess.Popen(command, cwd=folder, env=own)
        for _attempt in range(1200):
            with socket.socket() as attempt:
                if attempt.connect_ex(("127.0.0.1", self.port)) == 0:
                    return
            time.sleep(0.05)
        sys.exit("The server does not start.")

    def cpu(self):
        """Seconds of CPU that its processes have used."""
        processes = [self.process.pid, *children(self.process.pid)]
        return sum(time.clock_gettime(~pid << 3 | CPU_OF_PROCESS) for pid in processes)

    def load(self, requests):
        """Return answers for each second of CPU."""
        before = self.cpu()
        threads = [threading.Thread(target=ask, args=(self.port, requests // CONNECTIONS)) for _n in range(CONNECTIONS)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return requests / (self.cpu() - before)

    def stop(self):
        self.process.terminate()
        self.process.wait()


def children(pid):
    found = [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    return [*found, *(below for child in found for below in children(child))]


def ask(port, requests):
    """Ask for the page again and again. Returns the size of its body."""
    request = f"GET {PATH} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nAccept-Encoding: br\r\n\r\n".encode()
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


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--requests", type=int, default=8000)
    options = parser.parse_args()
    site = Server("hospital_site.wsgi:application", HERE.parent)
    size = ask(site.port, 1)
    plain = Server("kept:bare", HERE, SIZE=str(size))
    try:
        for server in (site, plain):
            server.load(CONNECTIONS * 50)
        rounds = [(site.load(options.requests), plain.load(options.requests)) for _round in range(options.rounds)]
    finally:
        site.stop()
        plain.stop()
    for name, numbers in zip(("kept page", "bare WSGI"), zip(*rounds, strict=True), strict=True):
        print(f"{name:<12}{statistics.median(numbers):>10.0f} answers for a second of CPU, {size} bytes")
    print(f"{'ratio':<12}{statistics.median(kept / other for kept, other in rounds):>10.2f}")


if __name__ == "__main__":
    main()
