"""Shared pieces of the benchmarks: a server on either engine, its CPU time, and a client.

CPU per request is the change of user and system time of the server and of all PostgreSQL processes, divided by the
requests; the load generator is not counted. Standard library only.
"""

import http.client
import json
import os
import pathlib
import random
import re
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import tempfile
import time
import urllib.parse

ROOT = pathlib.Path(__file__).resolve().parent.parent
ANBAN = os.environ.get("ANBAN", str(ROOT / ".build/release/anban"))
DATA = pathlib.Path(os.environ.get("ANBAN_BENCH_DATA", ROOT / "var/bench"))
TICK = os.sysconf("SC_CLK_TCK")
PG_BIN = pathlib.Path("/usr/lib/postgresql/15/bin")


def say(*words):
    print(*words, flush=True)


def cpu_seconds(pid):
    """User and system time of one process."""
    try:
        fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    except (FileNotFoundError, ProcessLookupError):
        return 0.0
    return (int(fields[11]) + int(fields[12])) / TICK


def cpu_clock(pid):
    """The same, to the nanosecond (clock_getcpuclockid)."""
    try:
        return time.clock_gettime((~pid << 3) | 2)
    except OSError:
        return 0.0


def children(pid):
    found = []
    for entry in pathlib.Path("/proc").iterdir():
        if not entry.name.isdigit():
            continue
        try:
            if int((entry / "stat").read_text().rsplit(")", 1)[1].split()[1]) == pid:
                found.append(int(entry.name))
        except (FileNotFoundError, ProcessLookupError):
            pass
    return found


def private_memory_mb(pid):
    text = pathlib.Path(f"/proc/{pid}/status").read_text()
    return int(re.search(r"RssAnon:\s+(\d+)", text).group(1)) / 1024


def free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


class Postgres:
    """A PostgreSQL of our own in a directory, on a Unix socket, run as a user without rights."""

    def __init__(self, directory):
        self.directory = pathlib.Path(directory)
        # The path of a socket has at most 107 bytes.
        self.sockets = pathlib.Path(tempfile.mkdtemp(prefix="anban-pg-"))
        self.user = "postgres" if os.geteuid() == 0 else None
        if self.user:
            shutil.chown(self.sockets, self.user)

    def _run(self, *command, **options):
        prefix = ["runuser", "-u", self.user, "--"] if self.user else []
        return subprocess.run(prefix + [str(word) for word in command], check=True, **options)

    def start(self):
        if not (self.directory / "PG_VERSION").exists():
            self.directory.mkdir(parents=True, exist_ok=True)
            if self.user:
                # Every folder above must let the user through.
                for parent in self.directory.parents:
                    if parent != pathlib.Path("/"):
                        parent.chmod(parent.stat().st_mode | 0o011)
                shutil.chown(self.directory, self.user)
            self._run(PG_BIN / "initdb", "-D", self.directory, "-E", "UTF8", "--locale=C", "-A", "trust", "-U", "anban",
                      stdout=subprocess.DEVNULL)
            with open(self.directory / "postgresql.conf", "a") as file:
                file.write("listen_addresses = ''\nmax_connections = 60\nshared_buffers = 1GB\n"
                           "effective_cache_size = 8GB\nmax_wal_size = 8GB\nmaintenance_work_mem = 512MB\n"
                           "random_page_cost = 1.1\n")
        self._run(PG_BIN / "pg_ctl", "-D", self.directory, "-l", self.directory / "log", "-w", "-t", "60",
                  "-o", f"-k {self.sockets}", "start", stdout=subprocess.DEVNULL)
        self.pid = int((self.directory / "postmaster.pid").read_text().split()[0])

    def stop(self):
        self._run(PG_BIN / "pg_ctl", "-D", self.directory, "-m", "fast", "stop", stdout=subprocess.DEVNULL)
        shutil.rmtree(self.sockets, ignore_errors=True)

    def url(self, database):
        return f"postgres://anban@/{database}?host={self.sockets}"

    def sql(self, statement, database="postgres"):
        command = ["psql", "-X", "-q", "-A", "-t", "-h", str(self.sockets), "-U", "anban", "-v", "ON_ERROR_STOP=1",
                   "-c", statement, database]
        return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()

    def processes(self):
        return [self.pid] + children(self.pid)


class Deployment:
    """The demo insurer of one size on one engine, built once and kept in var/bench."""

    def __init__(self, engine, size):
        self.engine, self.size = engine, size
        self.directory = DATA / f"{engine}-{size}"
        self.directory.mkdir(parents=True, exist_ok=True)
        self.postgres = None
        if engine == "postgres":
            self.postgres = Postgres(self.directory / "pg")
            self.postgres.start()
        self.environment = dict(os.environ, ANBAN_MASTER_KEY_FILE=str(self.directory / "master.key"))
        self.environment["ANBAN_REQUESTS_PER_SECOND"] = "0"
        self.environment["ANBAN_DATABASE"] = (
            self.postgres.url("anban") if self.postgres else f"sqlite:{self.directory / 'anban.db'}")
        self.server = None
        if not (self.directory / "built").exists():
            self.build()

    def build(self):
        if self.postgres:
            self.postgres.sql("DROP DATABASE IF EXISTS anban")
            self.postgres.sql("CREATE DATABASE anban TEMPLATE template0")
        else:
            for path in self.directory.glob("anban.db*"):
                path.unlink()
        say(f"  building the demo insurer, size {self.size}, on {self.engine}")
        self.anban("migrate")
        started, before = time.time(), os.times()
        subprocess.run([ANBAN, "demo", "--size", self.size], env=self.environment, check=True, cwd=self.directory,
                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        used = os.times()
        if self.postgres:
            self.postgres.sql("VACUUM ANALYZE", "anban")
        say(f"  built in {time.time() - started:.0f} s wall, "
            f"{used.children_user + used.children_system - before.children_user - before.children_system:.0f} s CPU")
        (self.directory / "built").touch()

    def anban(self, *words, **options):
        return subprocess.run([ANBAN, *words], env=self.environment, check=True, cwd=self.directory,
                              capture_output=True, text=True, stdin=subprocess.DEVNULL, **options).stdout.strip()

    def rows(self, statement):
        """What a SELECT answers, each value as text."""
        if self.postgres:
            return [tuple(line.split("|")) for line in self.postgres.sql(statement, "anban").splitlines()]
        with sqlite3.connect(f"file:{self.directory / 'anban.db'}?mode=ro", uri=True) as database:
            return [tuple(str(value) for value in line) for line in database.execute(statement)]

    def agents(self):
        """Staff numbers of agents and the sizes of their books, the largest first."""
        return [(number, int(size)) for number, size in self.rows("""
            SELECT s.staff_no, COUNT(*) AS size FROM book b JOIN staff s ON s.id = b.scope WHERE s.role = 'agent'
            GROUP BY s.staff_no ORDER BY size DESC""")]

    def staff_client(self, number, role):
        """A client with a token of this member of staff."""
        user = f"bench-{number}".lower()  # as accounts are kept
        if not self.rows(f"SELECT 1 FROM accounts WHERE name = '{user}'"):
            self.anban("user", "add", user, "--staff", number, "--role", role)
        return Client(self, self.token(user))

    def token(self, user="admin", scopes="customer:read,customer:write,policy:read,claim:read,interaction:read"):
        return self.anban("token", "create", "--user", user, "--scopes", scopes).splitlines()[-1]

    def cookie(self):
        """The Cookie header of a signed-in administrator of the pages."""
        name = f"bench-{random.getrandbits(40):x}"
        password = self.anban("user", "add", name, "--role", "admin").splitlines()[-1]
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        connection.request("GET", "/login")
        answer = connection.getresponse()
        token = re.search(r'name="?csrf"? value="?([^"> ]+)', answer.read().decode()).group(1)
        form = urllib.parse.urlencode({"name": name, "password": password, "csrf": token})
        connection.request("POST", "/login", form, {
            "Cookie": answer.getheader("Set-Cookie").split(";")[0],
            "Content-Type": "application/x-www-form-urlencoded"})
        answer = connection.getresponse()
        answer.read()
        if answer.status != 303:
            sys.exit(f"signing in answered {answer.status}")
        return answer.getheader("Set-Cookie").split(";")[0]

    def serve(self):
        self.port = free_port()
        started = time.time()
        self.server = subprocess.Popen(
            [ANBAN, "serve", "--port", str(self.port)], env=self.environment, cwd=self.directory,
            stdout=subprocess.DEVNULL, stderr=open(self.directory / "serve.log", "w"))
        while True:
            try:
                if Client(self).get("/healthz")[0] == 200:
                    break
            except OSError:
                pass
            if self.server.poll() is not None or time.time() - started > 60:
                sys.exit("the server did not start: " + (self.directory / "serve.log").read_text()[-2000:])
            time.sleep(0.005)
        self.start_seconds = time.time() - started
        return self

    def stop(self):
        if self.server:
            self.server.send_signal(signal.SIGTERM)
            try:
                self.server.wait(20)
            except subprocess.TimeoutExpired:
                self.server.kill()
            self.server = None
        if self.postgres:
            self.postgres.stop()

    def __enter__(self):
        return self

    def __exit__(self, *error):
        self.stop()

    def processes(self):
        return [self.server.pid] + (self.postgres.processes() if self.postgres else [])

    def cpu(self):
        return sum(cpu_seconds(pid) for pid in self.processes())

    def cpu_exact(self, pids):
        return sum(cpu_clock(pid) for pid in pids)


class Client:
    def __init__(self, deployment, token=None, headers=None):
        self.connection = http.client.HTTPConnection("127.0.0.1", deployment.port, timeout=60)
        self.headers = dict(headers or {})
        if token:
            self.headers["Authorization"] = f"Bearer {token}"

    def get(self, path, headers=None):
        return self.request("GET", path, None, headers)

    def request(self, method, path, body=None, headers=None):
        self.connection.request(method, path, body, {**self.headers, **(headers or {})})
        answer = self.connection.getresponse()
        return answer.status, answer.read()

    def items(self, path, count):
        """The first items of a list, page by page."""
        found, after = [], ""
        while len(found) < count:
            separator = "&" if "?" in path else "?"
            status, body = self.get(f"{path}{separator}limit=100{after}")
            if status != 200:
                sys.exit(f"GET {path} answered {status}: {body[:500]!r}")
            page = json.loads(body)
            found += page["items"]
            if not page.get("next"):
                break
            after = "&after=" + page["next"]
        return found[:count]


def load(deployment, script, seconds=8, clients=64, runs=3):
    """CPU ms a request and requests a second under wrk: the median of the runs, after a warm-up."""
    figures = []
    with tempfile.NamedTemporaryFile("w", suffix=".lua") as file:
        file.write(script)
        file.flush()
        for run in range(runs + 1):
            before = deployment.cpu()
            output = subprocess.run(
                ["wrk", "-t1", f"-c{clients}", f"-d{3 if run == 0 else seconds}s", "--latency", "-s", file.name,
                 f"http://127.0.0.1:{deployment.port}"], capture_output=True, text=True, check=True).stdout
            used = deployment.cpu() - before
            requests = int(re.search(r"(\d+) requests in", output).group(1))
            if "Non-2xx" in output:
                sys.exit("the load met errors:\n" + output)
            if run > 0:
                figures.append((used / requests * 1000, float(re.search(r"Requests/sec:\s+([\d.]+)", output).group(1))))
    figures.sort()
    return figures[len(figures) // 2]


def lua_get(paths, token=None, headers=None):
    """A wrk script that asks for the paths in random order."""
    listed = ",".join('"' + path + '"' for path in paths)
    lines = [f"local paths = {{{listed}}}", "math.randomseed(7)"]
    for name, value in {**(headers or {}), **({"Authorization": f"Bearer {token}"} if token else {})}.items():
        lines.append(f'wrk.headers["{name}"] = "{value}"')
    lines.append("request = function() return wrk.format(nil, paths[math.random(#paths)]) end")
    return "\n".join(lines)


def engines():
    chosen = os.environ.get("ANBAN_BENCH_ENGINES", "sqlite,postgres")
    return chosen.split(",")


def row(what, figure, must, aim):
    say(f"| {what} | {figure} | {must} | {aim} |")
