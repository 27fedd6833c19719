"""Processes under measurement: started, pinned, read and ended."""

import json
import os
import pathlib
import resource
import shutil
import signal
import socket
import statistics
import subprocess
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[3]
BINARIES = pathlib.Path(os.environ.get("ROSTER_BENCH_BINARIES", ROOT / ".build" / "release"))
TICKS = os.sysconf("SC_CLK_TCK")


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Process:
    """A server, on core 0 when pinned; ended with the `with` block."""

    def __init__(self, *arguments, port, pinned=True, environment=None):
        command = (["taskset", "-c", "0"] if pinned else []) + [str(word) for word in arguments]
        self.port = port
        self.log = tempfile.TemporaryFile()
        self.process = subprocess.Popen(
            command, stdout=self.log, stderr=self.log, stdin=subprocess.DEVNULL,
            env=environment)
        deadline = time.monotonic() + 60
        while True:
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    return
            if self.process.poll() is not None or time.monotonic() > deadline:
                self.log.seek(0)
                raise RuntimeError(self.log.read().decode())
            time.sleep(0.02)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(timeout=60)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()

    @property
    def address(self):
        return f"127.0.0.1:{self.port}"

    @property
    def pid(self):
        return self.process.pid

    def cpu_seconds(self):
        fields = pathlib.Path(f"/proc/{self.pid}/stat").read_text().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / TICKS

    def resident_bytes(self):
        pages = pathlib.Path(f"/proc/{self.pid}/statm").read_text().split()[1]
        return int(pages) * os.sysconf("SC_PAGE_SIZE")


def tool(*arguments, pinned=True, timeout=900):
    """Output of a load generator on core 1, and the share of its core that it used."""
    command = (["taskset", "-c", "1"] if pinned else []) + [str(word) for word in arguments]
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    started = time.monotonic()
    done = subprocess.run(command, capture_output=True, text=True, timeout=timeout)
    passed = time.monotonic() - started
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    if done.returncode != 0:
        raise RuntimeError(f"{' '.join(command)}\n{done.stdout}{done.stderr}")
    used = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return done.stdout, used / passed


def bench(*arguments, pinned=True):
    """JSON of a roster-bench command."""
    output, _ = tool(BINARIES / "roster-bench", *arguments, pinned=pinned)
    return json.loads(output)


def in_turns(ours, limit, count=5):
    """Medians of `count` runs of each, in turns, and all figures."""
    pairs = [(ours(), limit()) for _ in range(count)]
    return (statistics.median(pair[0] for pair in pairs),
            statistics.median(pair[1] for pair in pairs), pairs)


class Workplace:
    """A folder, and on demand a database with :data:`USERS` users and rosterd serving it."""

    USERS = 100_000
    ORGANIZATION = "019a0000-0000-7000-8000-ffffffffffff"

    def __init__(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="roster-bench-"))
        self.folder.chmod(0o755)
        self.environment = None
        self.token = None
        # How many users the organization has whose lists are measured.
        self.list_users = None

    def __enter__(self):
        return self

    def __exit__(self, *_):
        shutil.rmtree(self.folder, ignore_errors=True)

    def psql(self, *arguments, database="roster"):
        return tool("psql", "-qAtX", "-v", "ON_ERROR_STOP=1", "-d", database, *arguments,
                    pinned=False)[0].strip()

    def database(self):
        """Roles, schema, users and a service token, once."""
        if self.token is not None:
            return
        host = os.environ["PGHOST"]

        def conninfo(role):
            return f"host={host} user={role} dbname=roster"

        self.environment = {
            name: value for name, value in os.environ.items() if not name.startswith("ROSTER_")}
        self.environment |= {
            "ROSTER_DATABASE_URL": conninfo("roster_service"),
            "ROSTER_DATABASE_SYSTEM_URL": conninfo("roster_system"),
            "ROSTER_DATABASE_OWNER_URL": conninfo("roster_owner"),
            "ROSTER_KEYS_FILE": str(self.folder / "keys.json"),
        }
        self.psql("-f", ROOT / "docker/roles.sql", database="postgres")
        self.psql("-c", "CREATE DATABASE roster OWNER roster_owner TEMPLATE template0 "
                  "ENCODING 'UTF8' LOCALE 'C.UTF-8'", database="postgres")
        self.rosterd("keys", "create")
        self.rosterd("migrate")
        self.psql("-v", f"users={self.USERS}", "-v", f"organization={self.ORGANIZATION}",
                  "-f", ROOT / "scripts/lib/bench/seed.sql")
        ids = self.psql("-c", "SELECT organization_id || ' ' || user_id FROM roster.users")
        (self.folder / "ids").write_text(ids + "\n")
        self.token = self.rosterd(
            "token", "create", "--name", "bench", "--method", "*", "--all-organizations")

    def rosterd(self, *arguments):
        done = subprocess.run(
            [str(BINARIES / "rosterd"), *arguments], capture_output=True, text=True,
            env=self.environment, timeout=120)
        if done.returncode != 0:
            raise RuntimeError(done.stdout + done.stderr)
        return done.stdout.strip()

    def serve(self):
        """rosterd over the database, on all cores."""
        self.database()
        port = free_port()
        # 512 writes at once wait for 300 ms by the load's design: none of them is to be shed.
        environment = self.environment | {
            "ROSTER_SHUTDOWN_NOTICE": "0s", "ROSTER_ADMIN_LISTEN": "off",
            "ROSTER_LIMITS_QUEUE_WAIT": "60s"}
        return Process(
            BINARIES / "rosterd", "serve", "--listen", f"127.0.0.1:{port}", port=port,
            pinned=False, environment=environment)

    def echo(self, *options):
        port = free_port()
        return Process(
            BINARIES / "roster-bench", "echo", "--listen", f"127.0.0.1:{port}", *options,
            port=port)

    def nghttpd(self, *key_and_certificate):
        files = self.folder / "files"
        files.mkdir(exist_ok=True)
        (files / "small").write_bytes(b"x" * 19)
        port = free_port()
        options = () if key_and_certificate else ("--no-tls",)
        return Process("nghttpd", *options, "-d", files, port, *key_and_certificate, port=port)

    def certificate(self):
        """Files of a certificate for 127.0.0.1 that signs itself, and of its key."""
        certificate, key = self.folder / "certificate.pem", self.folder / "key.pem"
        tool("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256",
             "-nodes", "-keyout", key, "-out", certificate, "-days", 2, "-subj", "/CN=bench",
             "-addext", "subjectAltName=IP:127.0.0.1", pinned=False)
        return certificate, key
