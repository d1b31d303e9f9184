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
from http.cookies import SimpleCookie
from pathlib import Path
from secrets import token_urlsafe
from urllib.parse import urlencode

ROOT = Path(__file__).resolve().parent.parent
PYTHON = ROOT / ".venv/bin/python"
HOST = "www.example.org"
CDN = "127.0.0.9"  # from which a CDN asks nginx
LISTENING = ["postgresql", "redis", "mail", "pgbouncer", "a", "b", "http", "https", "cdn"]
EARLIER = 4  # commits with migrations that lie between this release and the earlier one
PUBLISH = """
from hospital_site.publishing.models import page_models
from hospital_site.publishing.pipeline import publish
for model in page_models():
    for page in model.objects.order_by("pk"):
        publish(page, by="deploy", reason="An installation that is only tried")
"""


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as server:
        return server.getsockname()[1]


def say(text):
    print(f"{time.strftime('%H:%M:%S')} {text}", flush=True)


class Installation:
    """Begin with `with`; `manage` runs a command, `get` asks nginx, `ask` one server."""

    def __init__(self, *, with_pgbouncer=False):
        self.with_pgbouncer = with_pgbouncer

    def __enter__(self):
        signal.signal(signal.SIGTERM, lambda *_received: sys.exit(143))  # else nothing here would end
        self.folder = Path(tempfile.mkdtemp(prefix="hospital-site-", dir="/tmp"))
        self.folder.chmod(0o711)
        self.processes = {}
        self.ports = {name: free_port() for name in LISTENING}
        try:
            self.start_postgresql()
            self.start_redis()
            self.start_mail()
            if self.with_pgbouncer:
                self.start_pgbouncer()
            self.write_environment()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *problem):
        for name in ("cdn", "nginx", "a", "b", "pgbouncer", "mail", "redis"):
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

    def start_mail(self):
        """A mail server, which writes what it gets into `mail.log`."""
        command = [PYTHON, "-u", "-m", "aiosmtpd", "--nosetuid", "--listen", f"127.0.0.1:{self.ports['mail']}"]
        self.start("mail", [*command, "--class", "aiosmtpd.handlers.Debugging"])
        self.wait_for(lambda: socket.create_connection(("127.0.0.1", self.ports["mail"]), 1).close())

    def start_pgbouncer(self):
        folder = self.folder / "pgbouncer"
        folder.mkdir()
        (folder / "userlist.txt").write_text(f'"hospital_site" "{self.password}"\n')
        site = (ROOT / "deploy/postgresql/pgbouncer.ini").read_text().replace("/etc/pgbouncer", str(folder))
        for name, port in {"port=5432": "postgresql", "port = 6432": "pgbouncer"}.items():
            site = site.replace(name, f"{name[:-4]}{self.ports[port]}")
        (folder / "pgbouncer.ini").write_text(site)
        if self.owner:
            subprocess.run(["chown", "--recursive", "postgres", folder], check=True)
        self.start("pgbouncer", [*self.owner, "pgbouncer", str(folder / "pgbouncer.ini")])
        self.wait_for(lambda: socket.create_connection(("127.0.0.1", self.ports["pgbouncer"]), 1).close())

    # ── Settings, from the example file ───────────────────────────────────────────────────────────────────────────────

    def write_environment(self):
        self.keys = [self.folder / f"backup-key-{number}" for number in (1, 2)]
        key = token_urlsafe(48)
        port = self.ports["pgbouncer" if self.with_pgbouncer else "postgresql"]
        secrets = {
            "secret-key": token_urlsafe(48),
            "enquiry-keys": key,
            "database-url": self.address_of_database(port),
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
        self.environment |= {"EMAIL_HOST": "127.0.0.1", "EMAIL_PORT": str(self.ports["mail"])}
        made = [
            self.manage("back_up", "--new-key", key).partition("BACKUP_RECIPIENTS=")[2].strip() for key in self.keys
        ]
        self.environment["BACKUP_RECIPIENTS"] = ",".join(made)

    def address_of_database(self, port, name="hospital_site"):
        return f"postgres://hospital_site:{self.password}@127.0.0.1:{port}/{name}"

    def past_pgbouncer(self, name="hospital_site"):
        """What /etc/hospital-site/commands holds."""
        return {"DATABASE_URL": self.address_of_database(self.ports["postgresql"], name), "DATABASE_URL_FILE": ""}

    def manage(self, *command, machine="a", check=True, root=ROOT, **more):
        environment = self.environment | {"VAR_DIR": str(self.folder / machine)} | more
        run = subprocess.run(
            [PYTHON, "manage.py", *map(str, command)], cwd=root, env=environment, capture_output=True, text=True
        )
        if check and run.returncode:
            raise SystemExit(f"manage.py {' '.join(map(str, command))} failed:\n{run.stdout}{run.stderr}")
        return run.stdout + run.stderr

    def collect_static_files(self, first, *others, root=ROOT):
        self.manage("collectstatic", "--no-input", "--verbosity", "0", machine=first, root=root)
        for name in others:
            shutil.copytree(self.folder / first / "static", self.folder / name / "static", dirs_exist_ok=True)

    def shell(self, code, **more):
        return self.manage("shell", "--command", code, **more)

    def earlier_release(self):
        """The code of some migrations ago, in a folder of its own, as a release that is replaced."""
        with_migrations = ["log", f"-{EARLIER}", "--format=%H^", "--", "*/migrations/0*.py"]
        commit = self.git(*with_migrations).decode().split()[-1]
        folder = self.folder / "earlier"
        folder.mkdir()
        subprocess.run(["tar", "--extract"], input=self.git("archive", commit), cwd=folder, check=True)
        self.manage("messages", "--compile", root=folder)
        return folder

    def git(self, *arguments):
        return subprocess.run(["git", *arguments], cwd=ROOT, check=True, capture_output=True).stdout

    # ── Servers, from the unit and the site of nginx ──────────────────────────────────────────────────────────────────

    def start_server(self, name, root=ROOT, **more):
        unit = (root / "deploy/systemd/hospital-site.service").read_text().replace("\\\n", " ")
        command = re.search(r"^ExecStart=(.+)$", unit, flags=re.MULTILINE)[1].split()
        command[0] = str(PYTHON.with_name(Path(command[0]).name))
        command[command.index("--port") + 1] = str(self.ports[name])
        environment = self.environment | {"VAR_DIR": str(self.folder / name)} | more
        self.start(name, command, cwd=root, env=environment)

    def wait_until_ready(self, name):
        self.wait_for(lambda: self.ask(name, "/readyz")[0] == 200 or 1 / 0)

    def replace(self, name, root=ROOT, **more):
        """Start a machine anew, with the code in `root`, while nginx asks the other one."""
        self.reload_nginx(down=name)
        self.stop(name)
        self.start_server(name, root, **more)
        self.wait_until_ready(name)
        self.reload_nginx()

    def wait_until_filled(self):
        """Until every page that links lead to is kept on the disks of both machines."""
        counts = None
        while counts != (counts := [len(list((self.folder / n / "pages").glob("*/??/*"))) for n in ("a", "b")]):
            time.sleep(5)
        say(f"kept pages: {counts}")

    def start_nginx(self, **changes):
        certificate = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", f"/CN={HOST}"]
        certificate += ["-addext", f"subjectAltName=DNS:{HOST}", "-keyout", "privkey.pem", "-out", "fullchain.pem"]
        subprocess.run(certificate, cwd=self.folder, check=True, capture_output=True)
        self.configure_nginx(**changes)
        self.start("nginx", ["nginx", "-c", str(self.folder / "nginx.conf")])
        self.wait_for(lambda: socket.create_connection(("127.0.0.1", self.ports["https"]), 1).close())

    def configure_nginx(self, down=None, changes=()):
        """Writes the site of nginx with the machine `down` marked so, and with `changes`: what is replaced by what."""
        site = (ROOT / "deploy/nginx/hospital-site.conf").read_text()
        for name in ("cache.conf", "cached.conf"):
            kept = (ROOT / "deploy/nginx" / name).read_text()
            site = site.replace(f"include /etc/nginx/sites-available/{name};", kept)
        site = re.sub(r"^ *listen \[::\].*\n", "", site, flags=re.MULTILINE)
        servers = {name: f"server 127.0.0.1:{self.ports[name]}" for name in ("a", "b")}
        of_this_machine = [
            ("listen 80", f"listen 127.0.0.1:{self.ports['http']}"),
            ("listen 443", f"listen 127.0.0.1:{self.ports['https']}"),
            (f"/etc/letsencrypt/live/{HOST}", str(self.folder)),
            ("/var/log/nginx", str(self.folder)),
            ("/var/lib/nginx", str(self.folder)),
            ("server 127.0.0.1:8000", servers["a"]),
            ("# server 10.0.0.2:8000", servers["b"]),
        ]
        for before, after in [*of_this_machine, *changes]:
            if before not in site:
                raise SystemExit(f"The site of nginx has no “{before}”.")
            site = site.replace(before, after)
        if down:
            site = re.sub(rf"({servers[down]}) [^;]+;", r"\1 down;", site)
        self.write_nginx("nginx", site)

    def reload_nginx(self, **changes):
        self.configure_nginx(**changes)
        self.processes["nginx"].send_signal(signal.SIGHUP)
        time.sleep(1)

    def start_cdn(self):
        """Another nginx in front, which adds the address of its client to what that one says of itself."""
        self.write_nginx(
            "cdn",
            f"""server {{
                access_log off;
                listen 127.0.0.1:{self.ports["cdn"]};
                location / {{
                    proxy_pass https://127.0.0.1:{self.ports["https"]};
                    proxy_bind {CDN};
                    proxy_set_header Host {HOST};
                    proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
                }}
            }}""",
        )
        self.start("cdn", ["nginx", "-c", str(self.folder / "cdn.conf")])
        self.wait_for(lambda: socket.create_connection(("127.0.0.1", self.ports["cdn"]), 1).close())

    def write_nginx(self, name, site):
        temporary = "\n".join(
            f"{kind}_temp_path {self.folder}/{name}-{kind};"
            for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
        )
        (self.folder / f"{name}.conf").write_text(
            f"pid {self.folder}/{name}.pid; error_log {self.folder}/{name}-errors; daemon off; worker_processes 1;\n"
            f"events {{ worker_connections 512; }}\nhttp {{\n{temporary}\n{site}\n}}\n"
        )

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

    def get(self, path, method="GET", body=None, source="127.0.0.1", through="https", **headers):
        """`(status, headers, body)` as a reader at the address `source` gets it, from nginx or `through` the CDN."""
        kind, more = HTTPConnection, {}
        if through == "https":
            kind, more = HTTPSConnection, {"context": ssl._create_unverified_context()}
        connection = kind("127.0.0.1", self.ports[through], timeout=40, source_address=(source, 0), **more)
        return answer_of(connection, method, path, body, {"Host": HOST, **headers})

    def open(self, path, held=None, cookies="", **more):
        """`(status, cookies, page)` of a form that is opened, or sent with what is `held`."""
        sent = {"Cookie": cookies, "Referer": f"https://{HOST}{path}"} if cookies else {}
        if held is None:
            status, headers, page = self.get(path, **sent, **more)
        else:
            sent["Content-Type"] = "application/x-www-form-urlencoded"
            status, headers, page = self.get(path, "POST", urlencode(held), **sent, **more)
        jar = SimpleCookie(cookies)
        for cookie in headers.get_all("Set-Cookie", []):
            jar.load(cookie)
        return status, "; ".join(f"{name}={one.value}" for name, one in jar.items()), page

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
