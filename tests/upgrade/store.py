"""Stores a database, and what `look.py` finds in it, for `test_upgrade.py`.

    MODE=test ENQUIRY_KEYS=… DATABASE_URL=… python -m tests.upgrade.store

Of PostgreSQL’s dump, what only sets up the session of its own `psql` is left out, so that any later server and any
program can run it.

The present store was made by version 0.1.0 (commit ce48a69), once on SQLite and once on PostgreSQL 15, by people who
worked in its admin and patients who filled in its forms from March to November 2026; all of them are made up. It holds
the first content, published; accounts of every role, one limited to a center, without usable passwords; drafts edited,
submitted, returned, moved to another clinic, never published; editions scheduled for 2099, cancelled, issued again and
copied into the draft, a page withdrawn; sign-offs, one of them carried over a minor edit; translations missing and out
of date; preview links answered and revoked; second factors; and of both hospitals enquiries in most states, with
consents, notes, corrections, destroyed records, counts, privacy notices in two versions, holidays and the access log.
"""

import gzip
import json
import os
import re
import sqlite3
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlsplit

HERE = Path(__file__).parent
OF_A_SESSION = re.compile(r"SET \w+ = [^;]*;|\\(?:un)?restrict .*")


def main(address):
    parts = urlsplit(address)
    is_sqlite = parts.scheme == "sqlite"
    dump = sqlite_dump(parts.path.removeprefix("/")) if is_sqlite else postgres_dump(address)
    write(f"{'sqlite' if is_sqlite else 'postgresql'}.sql.gz", dump)
    found = json.loads(subprocess.run([sys.executable, "-m", "tests.upgrade.look"], check=True, stdout=-1).stdout)
    earlier = HERE / "findings.json.gz"
    if earlier.exists() and json.loads(gzip.decompress(earlier.read_bytes())) != found:
        raise SystemExit("The two databases do not look the same.")
    write(earlier.name, json.dumps(found, ensure_ascii=False, sort_keys=True, indent=1))


def sqlite_dump(path):
    with sqlite3.connect(path) as database:
        return "\n".join(database.iterdump())


def postgres_dump(address):
    command = ["pg_dump", "--no-owner", "--no-privileges", "--rows-per-insert=100", address]
    lines = subprocess.run(command, check=True, capture_output=True, text=True).stdout.splitlines()
    return "\n".join(line for line in lines if not OF_A_SESSION.fullmatch(line))


def write(name, text):
    (HERE / name).write_bytes(gzip.compress(f"{text}\n".encode(), mtime=0))


if __name__ == "__main__":
    main(os.environ["DATABASE_URL"])
