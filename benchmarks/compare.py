"""Compares the last commit with earlier ones on this machine: pages rendered anew, kept pages, start, memory.

    .venv/bin/python benchmarks/compare.py [COMMIT …] [--rounds 5]

All are checked out into a temporary folder, hold the first content of the first one, and run as in production. They
are measured in turns, each time in a new process; the table shows medians of CPU time, so that other work on the
machine matters little. A bare Django with its admin starts in the same turns. Memory, which varies little, is measured
once, at the end. Nothing but git and the environment of the site is needed; two commits take about two minutes of CPU.
"""

import argparse
import json
import os
import re
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

HERE = Path(__file__).resolve().parent
PAGES = {
    "home": r"/ko/",
    "clinic": r"/ko/centers/[\w-]+/(?!conditions)[\w-]+/",
    "treatment": r"/ko/centers/[\w-]+/treatments/[\w-]+/",
    "illness": r"/ko/centers/[\w-]+/conditions/[\w-]+/",
    "charter": r"/ko/patients-rights/[\w-]+/",
}
ENVIRONMENT = {
    "MODE": "production",
    "HTTPS": "false",
    "ALLOWED_HOSTS": "localhost,127.0.0.1",
    "SECRET_KEY": "measured" * 8,
    "ENQUIRY_KEYS": "measured" * 8,
    "SITE_ADDRESS": "http://localhost",
    "SITE_OPERATOR": "Nobody",
    "EMAIL_FROM": "enquiries@localhost",
    "PAGES_FILL": "false",
    "DJANGO_SETTINGS_MODULE": "hospital_site.settings",
}


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("commits", nargs="*", help="earlier commits, the earliest first (none)")
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    commits = list(dict.fromkeys(git("rev-parse", "--short", commit) for commit in [*options.commits, "HEAD"]))
    with tempfile.TemporaryDirectory() as folder:
        sites = {commit: Path(folder) / commit for commit in commits}
        try:
            for commit, site in sites.items():
                git("worktree", "add", "--quiet", "--detach", site, commit)
            first = sites[commits[0]]
            prepare(first, "load_first_content", "load_glossary --publish")
            for site in list(sites.values())[1:]:
                shutil.copytree(first / "var", site / "var")
                prepare(site)
            pages = addresses(first)
            show(commits, measured(sites, pages, options.rounds))
        finally:
            for site in sites.values():
                git("worktree", "remove", "--force", site)


def git(*arguments):
    return subprocess.run(["git", "-C", HERE, *arguments], check=True, capture_output=True, text=True).stdout.strip()


def run(site, *command, **environment):
    own = os.environ | ENVIRONMENT | environment
    own.pop("PYTHONDONTWRITEBYTECODE", None)  # a site that was started before has compiled its code
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}  # the site warns of what its environment lacks
    done = subprocess.run([sys.executable, *command], cwd=site, env=own, text=True, **pipes)
    if done.returncode:
        sys.exit(done.stderr)
    return done.stdout


def prepare(site, *commands):
    """Bring the database of `site` up to date, fill it by `commands`, and collect what it serves."""
    progress(f"Preparing {site.name}")
    run(site, "manage.py", "messages", "--compile")
    run(site, HERE / "probe.py", "prepare", "migrate --verbosity 0", *commands, MODE="demonstration")


def addresses(site):
    """Return the first address of each kind of page in the sitemap of `site`."""
    script = "import sys; sys.path[:0] = ['', sys.argv[1]]; import probe; from hospital_site.wsgi import site; "
    sitemap = run(site, "-c", f"{script}print(probe.answer(site, '/sitemap.xml').decode())", str(HERE))
    paths = re.findall(r"<loc>http://[^/]+([^<]+)</loc>", sitemap)
    return {name: next(path for path in paths if re.fullmatch(pattern, path)) for name, pattern in PAGES.items()}


def measured(sites, pages, rounds):
    """Return `{what: {commit: [number, …]}}`, one number for each round."""
    found = {}
    for site in sites.values():
        run(site, HERE / "probe.py", "measure", "/ko/")  # compiles, and keeps the page that later starts answer with
    for number in range(1, rounds + 1):
        progress(f"Round {number} of {rounds}")
        bare = float(run(HERE, HERE / "bare.py"))
        for commit, site in sites.items():
            start, milliseconds = json.loads(run(site, HERE / "probe.py", "measure", *pages.values()))
            anew = json.loads(run(site, HERE / "probe.py", "start"))
            rows = {"start, s": start, "start / bare Django": start / bare}
            rows |= {"start, anew, s": anew, "start, anew / bare": anew / bare}
            rows |= {f"{name}, anew, ms": milliseconds[path][0] for name, path in pages.items()}
            rows |= {f"{name}, kept, ms": milliseconds[path][1] for name, path in pages.items()}
            for what, number in rows.items():
                found.setdefault(what, {}).setdefault(commit, []).append(number)
    progress("Memory")
    found["two workers, MiB"] = {commit: [memory(site, pages.values())] for commit, site in sites.items()}
    return found


def progress(sentence):
    print(f"{sentence} …", file=sys.stderr, flush=True)


def memory(site, paths):
    """Return the proportional memory of a server with two workers that has shown `paths` to four readers."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    is_loaded_once = (site / "hospital_site/serve.py").exists()
    server = "hospital_site.serve" if is_loaded_once else "granian --interface wsgi hospital_site.wsgi:application"
    command = f"-m {server} --workers 2 --port {port} --log-level error"
    server = subprocess.Popen([sys.executable, *command.split()], cwd=site, env=os.environ | ENVIRONMENT)
    try:
        wait_for(port)
        for _reader in range(4):
            for path in paths:
                urllib.request.urlopen(f"http://127.0.0.1:{port}{path}").read()
        return sum(map(proportional_memory, [server.pid, *children(server.pid)]))
    finally:
        server.terminate()
        server.wait()


def wait_for(port):
    for _attempt in range(600):
        with socket.socket() as attempt:
            if attempt.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    sys.exit("The server does not start.")


def children(pid):
    found = [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    return [*found, *(below for child in found for below in children(child))]


def proportional_memory(pid):
    return int(re.search(r"^Pss:\s+(\d+)", Path(f"/proc/{pid}/smaps_rollup").read_text(), re.MULTILINE)[1]) / 1024


def show(commits, found):
    """Print the medians, and for each earlier commit how many times the last one is as good."""
    *earlier, last = commits
    heads = "".join(f"{commit:>12}" for commit in commits) + "".join(f"{commit:>10} ×" for commit in earlier)
    print(f"{'':<24}{heads}")
    for what, numbers in found.items():
        medians = {commit: statistics.median(numbers[commit]) for commit in commits}
        times = "".join(f"{medians[commit] / medians[last]:>12.2f}" for commit in earlier)
        print(f"{what:<24}{''.join(f'{median:>12.3f}' for median in medians.values())}{times}")


if __name__ == "__main__":
    main()
