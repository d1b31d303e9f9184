"""An installation on this machine, made of the files of this folder: PostgreSQL, Redis, two servers, nginx with TLS.

`try`, `faults` and `soak` run on it. Everything listens on 127.0.0.1, lies in one temporary folder, and ends with the
script.
"""

import os
import re
import shutil
import signal
import socket
import ssl
import subprocess
import sys
import tempfile
import time
from hashlib import sha256
from http.client import HTTPConnection, HTTPSConnection
from pathlib import Path
from secrets import token_urlsafe

ROOT = Path(__file__).resolve().parent.parent
PYTHON = ROOT / ".venv/bin/python"
HOST = "www.example.org"
PUBLISH = """
from hospital_site.publishing.models import page_models
from hospital_site.publishing.pipeline import publish
for model in page_models():
    for page in model.objects.order_by("pk"):
        publish(page, by="deploy", reason="An installation that is only tried")
"""
OPEN_FORMS = """
from centers.models import Hospital
from hospital_site.enquiries.models import DataController
from hospital_site.enquiries.notices import issue_privacy_notice
for hospital in Hospital.objects.all():
    opened = {"receives_appointments": True, "appointment_mail": "desk@example.org"}
    issue_privacy_notice(DataController.objects.get_or_create(hospital=hospital, defaults=opened)[0], by="deploy")
"""


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as server:
        return server.getsockname()[1]


def say(text):
    print(f"{time.strftime('%H:%M:%S')} {text}", flush=True)


class Installation:
    """Begin with `with`; `manage` runs a command, `get` asks nginx, `ask` one server."""

    def __enter__(self):
        signal.signal(signal.SIGTERM, lambda *_received: sys.exit(143))  # else nothing here would end
        self.folder = Path(tempfile.mkdtemp(prefix="hospital-site-", dir="/tmp"))
        self.folder.chmod(0o711)
        self.processes = {}
        self.ports = {name: free_port() for name in ("postgresql", "redis", "a", "b", "http", "https")}
        try:
            self.start_postgresql()
            self.start_redis()
            self.write_environment()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *problem):
        for name in ("nginx", "a", "b", "redis"):
            self.stop(name)
        if (self.folder / "postgresql/data").exists():
            self.pg_ctl("stop", "--mode", "immediate")
        shutil.rmtree(self.folder, ignore_errors=True)

    # ── What stands beside the servers ────────────────────────────────────────────────────────────────────────────────

    def start_postgresql(self):
        self.programs = max(Path("/usr/lib/postgresql").glob("*/bin"))
        self.owner = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
        (self.folder / "postgresql").mkdir()
        if self.owner:
            shutil.chown(self.folder / "postgresql", "postgres")
        self.password = token_urlsafe(16)
        self.as_owner(
            "initdb", "--auth-host=scram-sha-256", "--auth-local=trust", "--encoding=UTF8", "--locale=C.UTF-8"
        )
        self.pg_ctl("start", *self.log_of_postgresql())
        for sql in [
            (ROOT / "deploy/postgresql/database.sql").read_text(),
            f"ALTER ROLE hospital_site PASSWORD '{self.password}'",
        ]:
            self.sql(sql, "postgres")

    def log_of_postgresql(self):
        return ["--wait", "--log", str(self.folder / "postgresql/log"), "--options", self.pg_options()]

    def pg_options(self):
        port, folder = self.ports["postgresql"], self.folder / "postgresql"
        return f"-k {folder} -p {port} -c listen_addresses=127.0.0.1 -c fsync=off -c unix_socket_permissions=0777"

    def as_owner(self, program, *arguments, **options):
        command = [
            *self.owner,
            str(self.programs / program),
            "--pgdata",
            str(self.folder / "postgresql/data"),
            *arguments,
        ]
        return subprocess.run(command, check=True, cwd=self.folder, stdout=subprocess.DEVNULL, **options)

    def pg_ctl(self, *arguments):
        if (self.folder / "postgresql/data").exists():
            self.as_owner("pg_ctl", *arguments)

    def postmaster(self):
        return int((self.folder / "postgresql/data/postmaster.pid").read_text().split()[0])

    def sql(self, sql, database="hospital_site"):
        """What a query of the server's owner gives."""
        command = [*self.owner, "psql", "-h", str(self.folder / "postgresql"), "-p", str(self.ports["postgresql"])]
        command += ["-d", database, "-v", "ON_ERROR_STOP=1", "-qtA"]
        return subprocess.run(command, input=sql, check=True, cwd="/", capture_output=True, text=True).stdout.strip()

    def start_redis(self):
        command = ["redis-server", "--port", str(self.ports["redis"]), "--bind", "127.0.0.1", "--save", ""]
        self.start("redis", [*command, "--requirepass", "redis-password", "--dir", str(self.folder)])
        self.wait_for(lambda: socket.create_connection(("127.0.0.1", self.ports["redis"]), 1).close())

    # ── Settings, from the example file ───────────────────────────────────────────────────────────────────────────────

    def write_environment(self):
        self.keys = [self.folder / f"backup-key-{number}" for number in (1, 2)]
        key = token_urlsafe(48)
        secrets = {
            "secret-key": token_urlsafe(48),
            "enquiry-keys": key,
            "database-url": f"postgres://hospital_site:{self.password}@127.0.0.1:{self.ports['postgresql']}/hospital_site",
            "cache-url": f"redis://:redis-password@127.0.0.1:{self.ports['redis']}/0",
        }
        for name, value in secrets.items():
            (self.folder / name).write_text(f"{value}\n")
            (self.folder / name).chmod(0o400)
        example = (ROOT / "deploy/environment").read_text()
        example = re.sub(r"^#(MACHINES|CACHE_URL_FILE)=", r"\1=", example, flags=re.MULTILINE)
        example = example.replace("/etc/hospital-site", str(self.folder)).replace("age1…,age1…", "")
        (self.folder / "environment").write_text(example)
        as_shell = ["env", "-i", "sh", "-c", f"set -a; . {self.folder}/environment; env -0"]
        read = subprocess.run(as_shell, check=True, capture_output=True, text=True).stdout
        written = dict(line.split("=", 1) for line in read.split("\0") if line)
        self.environment = {"PATH": os.environ["PATH"], **written}
        self.environment["ENQUIRY_KEYS_COPIED"] = sha256(key.encode()).hexdigest()[:12]
        self.environment |= {"SITE_ADDRESS": f"https://{HOST}", "DATABASE_TIMEOUT": "5"}
        made = [
            self.manage("back_up", "--new-key", key).partition("BACKUP_RECIPIENTS=")[2].strip() for key in self.keys
        ]
        self.environment["BACKUP_RECIPIENTS"] = ",".join(made)

    def manage(self, *command, machine="a", check=True, **more):
        environment = self.environment | {"VAR_DIR": str(self.folder / machine)} | more
        run = subprocess.run(
            [PYTHON, "manage.py", *map(str, command)], cwd=ROOT, env=environment, capture_output=True, text=True
        )
        if check and run.returncode:
            raise SystemExit(f"manage.py {' '.join(map(str, command))} failed:\n{run.stdout}{run.stderr}")
        return run.stdout + run.stderr

    def collect_static_files(self):
        self.manage("collectstatic", "--no-input", "--verbosity", "0")
        shutil.copytree(self.folder / "a/static", self.folder / "b/static", dirs_exist_ok=True)

    def shell(self, code, **more):
        return self.manage("shell", "--command", code, **more)

    # ── Servers, from the unit and the site of nginx ──────────────────────────────────────────────────────────────────

    def start_server(self, name, root=ROOT):
        unit = (ROOT / "deploy/systemd/hospital-site.service").read_text().replace("\\\n", " ")
        command = re.search(r"^ExecStart=(.+)$", unit, flags=re.MULTILINE)[1].split()
        command[0] = str(ROOT / ".venv/bin/granian")
        command[command.index("--port") + 1] = str(self.ports[name])
        environment = self.environment | {"VAR_DIR": str(self.folder / name)}
        self.start(name, command, cwd=root, env=environment)

    def wait_until_ready(self, name):
        self.wait_for(lambda: self.ask(name, "/readyz")[0] == 200 or 1 / 0)

    def start_nginx(self):
        site = (ROOT / "deploy/nginx/hospital-site.conf").read_text()
        certificate = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", f"/CN={HOST}"]
        certificate += ["-addext", f"subjectAltName=DNS:{HOST}", "-keyout", "privkey.pem", "-out", "fullchain.pem"]
        subprocess.run(certificate, cwd=self.folder, check=True, capture_output=True)
        site = re.sub(r"^ *listen \[::\].*\n", "", site, flags=re.MULTILINE)
        site = site.replace("listen 80", f"listen 127.0.0.1:{self.ports['http']}")
        site = site.replace("listen 443", f"listen 127.0.0.1:{self.ports['https']}")
        site = site.replace(f"/etc/letsencrypt/live/{HOST}", str(self.folder)).replace(
            "/var/log/nginx", str(self.folder)
        )
        site = site.replace("127.0.0.1:8000", f"127.0.0.1:{self.ports['a']}").replace(
            "# server 10.0.0.2:8000", f"server 127.0.0.1:{self.ports['b']}"
        )
        for name in ("cache.conf", "cached.conf"):
            kept = (ROOT / "deploy/nginx" / name).read_text().replace("/var/lib/nginx", str(self.folder))
            site = site.replace(f"include /etc/nginx/sites-available/{name};", kept)
        temporary = "\n".join(
            f"{kind}_temp_path {self.folder}/nginx-{kind};"
            for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
        )
        (self.folder / "nginx.conf").write_text(
            f"pid {self.folder}/nginx.pid; error_log {self.folder}/nginx-errors; daemon off; worker_processes 1;\n"
            f"events {{ worker_connections 512; }}\nhttp {{\n{temporary}\n{site}\n}}\n"
        )
        self.start("nginx", ["nginx", "-c", str(self.folder / "nginx.conf")])
        self.wait_for(lambda: socket.create_connection(("127.0.0.1", self.ports["https"]), 1).close())

    # ── Processes ─────────────────────────────────────────────────────────────────────────────────────────────────────

    def start(self, name, command, **options):
        log = (self.folder / f"{name}.log").open("a")
        self.processes[name] = subprocess.Popen(command, stdout=log, stderr=log, start_new_session=True, **options)
        log.close()

    def stop(self, name, how=signal.SIGTERM):
        process = self.processes.pop(name, None)
        if process is None:
            return
        if how == signal.SIGKILL:
            os.killpg(process.pid, how)
        else:
            process.send_signal(how)
        try:
            process.wait(30)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()

    def workers(self, name):
        found = subprocess.run(["pgrep", "-P", str(self.processes[name].pid)], capture_output=True, text=True)
        return [int(pid) for pid in found.stdout.split()]

    def wait_for(self, attempt, seconds=90):
        ends = time.monotonic() + seconds
        while True:
            try:
                return attempt()
            except (OSError, ZeroDivisionError) as problem:
                if time.monotonic() > ends:
                    logs = "".join(path.read_text()[-2000:] for path in self.folder.glob("*.log"))
                    raise SystemExit(f"Nothing answers ({problem!r}).\n{logs}") from None
                time.sleep(0.3)

    # ── Requests ──────────────────────────────────────────────────────────────────────────────────────────────────────

    def get(self, path, method="GET", body=None, source="127.0.0.1", scheme="https", **headers):
        """`(status, headers, body)` from nginx, as a reader at the address `source` gets it."""
        if scheme == "https":
            unverified = ssl._create_unverified_context()
            connection = HTTPSConnection(
                "127.0.0.1", self.ports["https"], timeout=40, source_address=(source, 0), context=unverified
            )
        else:
            connection = HTTPConnection("127.0.0.1", self.ports["http"], timeout=40, source_address=(source, 0))
        return answer_of(connection, method, path, body, {"Host": HOST, **headers})

    def ask(self, name, path, **headers):
        """The same from one server, past nginx."""
        return answer_of(HTTPConnection("127.0.0.1", self.ports[name], timeout=40), "GET", path, None, headers)


def answer_of(connection, method, path, body, headers):
    headers = {name.replace("_", "-"): value for name, value in headers.items()}
    try:
        connection.request(method, path, body, headers)
        answer = connection.getresponse()
        return answer.status, answer.headers, answer.read().decode("utf-8", "replace")
    finally:
        connection.close()
