"""rosterd serve as its operators meet it: the admin port, SIGHUP, SIGTERM, the log."""

import http.client
import json
import os
import pathlib
import pwd
import re
import shutil
import signal
import socket
import ssl
import subprocess
import tempfile
import time

import grpc
import pytest
from prometheus_client.openmetrics.parser import text_string_to_metric_families

from conftest import BINARIES, ROOT
from messages import POOL, message

# Must never be seen again outside its file (T37).
PASSWORD = "canary-Xq7-of-the-database"
PATIENCE = 120
TRACE = "4bf92f3577b34da6a3ce929d0e0e4736"


def until(condition, what):
    """Waits for what a slow machine may take long to do."""
    deadline = time.monotonic() + PATIENCE
    while not (found := condition()):
        assert time.monotonic() < deadline, what
        time.sleep(0.02)
    return found


class Cluster:
    """A PostgreSQL that can be stopped and started, with Roster's roles and database."""

    def __init__(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="roster-operations-", dir="/var/tmp"))
        self.folder.chmod(0o755)
        self.bin = subprocess.check_output(["pg_config", "--bindir"], text=True).strip()
        self.identity = {}
        if os.getuid() == 0:
            user = pwd.getpwnam("postgres")
            self.identity = {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}
            os.chown(self.folder, user.pw_uid, user.pw_gid)
        subprocess.run(
            [f"{self.bin}/initdb", "-D", self.folder / "data", "-E", "UTF8",
             "--locale=C.UTF-8", "-U", "postgres", "-A", "trust", "--no-sync"],
            check=True, stdout=subprocess.DEVNULL, **self.identity)
        self.start()
        self.psql("postgres", (ROOT / "docker/roles.sql").read_text())
        self.psql(
            "postgres", "CREATE DATABASE roster OWNER roster_owner TEMPLATE template0 "
            "ENCODING 'UTF8' LOCALE 'C.UTF-8'")

    def start(self):
        self.process = subprocess.Popen(
            [f"{self.bin}/postgres", "-D", self.folder / "data", "-k", self.folder,
             "-c", "listen_addresses=", "-c", "fsync=off", "-c", "log_min_messages=fatal"],
            stderr=subprocess.DEVNULL, **self.identity)
        until(lambda: subprocess.run(
            [f"{self.bin}/pg_isready", "-q", "-h", self.folder]).returncode == 0, "no PostgreSQL")

    def stop(self):
        self.process.send_signal(signal.SIGINT)
        self.process.wait()

    def psql(self, database, text):
        return subprocess.run(
            ["psql", "-XAtq", "-v", "ON_ERROR_STOP=1", "-h", self.folder, "-U", "postgres",
             database], input=text, text=True, capture_output=True, check=True).stdout

    def url(self, role):
        return f"host={self.folder} dbname=roster user={role} password={PASSWORD}"

    def close(self):
        self.stop()
        shutil.rmtree(self.folder, ignore_errors=True)


class Installation:
    """A cluster with a schema, a key ring and a service token."""

    def __init__(self):
        self.cluster = Cluster()
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="roster-settings-"))
        self.keys = self.folder / "ring.json"
        self.run("keys", "create")
        self.run("migrate")
        self.token = self.run(
            "token", "create", "--name", "operations", "--method", "*",
            "--all-organizations").strip()

    @property
    def environment(self):
        clean = {k: v for k, v in os.environ.items() if not k.startswith("ROSTER_")}
        return clean | {
            "ROSTER_KEYS_FILE": str(self.keys),
            "ROSTER_DATABASE_URL": self.cluster.url("roster_service"),
            "ROSTER_DATABASE_SYSTEM_URL": self.cluster.url("roster_system"),
            "ROSTER_DATABASE_OWNER_URL": self.cluster.url("roster_owner")}

    def run(self, *arguments):
        return subprocess.run(
            [BINARIES / "rosterd", *arguments], env=self.environment, check=True, text=True,
            capture_output=True).stdout

    def close(self):
        self.cluster.close()
        shutil.rmtree(self.folder, ignore_errors=True)


@pytest.fixture(scope="module")
def installation():
    installation = Installation()
    yield installation
    installation.close()


class Served:
    """One `rosterd serve` with a file of settings, its log, and its two ports."""

    def __init__(self, installation, **settings):
        self.folder = pathlib.Path(tempfile.mkdtemp(dir=installation.folder))
        self.file = self.folder / "roster.json"
        self.standard = {
            "listen": ["127.0.0.1:0"], "admin.listen": "127.0.0.1:0", "loops": 2,
            "shutdown.notice": "0s"}
        self.configure(**settings)
        self.log = self.folder / "log"
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                [BINARIES / "rosterd", "serve", "--config", self.file], stderr=log,
                env=installation.environment)
        self.port = self.port_of("listening")
        self.admin = self.port_of("admin_listening")

    def configure(self, **settings):
        """Writes the file; `log__level` stands for log.level."""
        named = {name.replace("__", "."): value for name, value in settings.items()}
        self.file.write_text(json.dumps(self.standard | named))

    def text(self):
        return self.log.read_text()

    def lines(self, event):
        # The last line may still be on its way.
        found = []
        for line in self.text().split("\n")[:-1]:
            assert line.startswith("{"), line
            fields = json.loads(line)
            if fields["event"] == event:
                found.append(fields)
        return found

    def line(self, event, **fields):
        """Waits for a line of that event with those fields."""
        def find():
            if self.process.poll() is not None and not self.lines(event):
                pytest.fail(f"it ended with {self.process.returncode}: {self.text()}")
            matching = [
                line for line in self.lines(event)
                if all(line.get(name) == value for name, value in fields.items())]
            return matching[-1] if matching else None
        return until(find, f"no {event} with {fields} in {self.text()}")

    def port_of(self, event):
        return int(self.line(event)["address"].rsplit(":", 1)[1])

    def get(self, path, method="GET"):
        connection = http.client.HTTPConnection("127.0.0.1", self.admin, timeout=PATIENCE)
        connection.request(method, path)
        answer = connection.getresponse()
        body = answer.read().decode()
        connection.close()
        return answer.status, body

    def samples(self):
        """Values by name and labels, as a strict parser of OpenMetrics reads them."""
        status, text = self.get("/metrics")
        assert status == 200 and text.endswith("# EOF\n")
        samples = {}
        for family in text_string_to_metric_families(text):
            for sample in family.samples:
                key = (sample.name, tuple(sorted(sample.labels.items())))
                assert key not in samples
                samples[key] = sample.value
        return samples

    def exemplars(self):
        """The traces that `grpc_server_handling_seconds` names, by a strict parser."""
        families = text_string_to_metric_families(self.get("/metrics")[1])
        return {
            sample.exemplar.labels["trace_id"] for family in families
            if family.name == "grpc_server_handling_seconds" for sample in family.samples
            if sample.exemplar}

    def sample(self, name, **labels):
        return self.samples().get((name, tuple(sorted(labels.items()))), 0)

    def hang_up(self):
        self.process.send_signal(signal.SIGHUP)

    def stop(self):
        if self.process.poll() is None:
            self.process.terminate()
        return self.process.wait(timeout=PATIENCE)


@pytest.fixture
def serve(installation):
    served = []

    def start(**settings):
        served.append(Served(installation, **settings))
        return served[-1]
    yield start
    for process in served:
        process.stop()
        # Shown when the test fails.
        print(process.text()[-4000:])


def call(channel, method, request, token=None, **metadata):
    service, name = method.split("/")
    answer = message(f"{name}Response") if f"{name}Response" in RESPONSES else None
    headers = [(key.replace("_", "-"), value) for key, value in metadata.items()]
    if token:
        headers.append(("authorization", f"Bearer {token}"))
    return channel.unary_unary(
        f"/roster.v1.{service}/{name}",
        request_serializer=lambda request: request.SerializeToString(),
        response_deserializer=answer.FromString if answer else lambda data: data,
    )(request, metadata=headers, timeout=PATIENCE)


RESPONSES = {
    found.name for found in
    POOL.FindFileByName("roster/v1/user_service.proto").message_types_by_name.values()}


def get_user(channel, token, email="nobody@operations.example", **metadata):
    """A call that finds no user; returns its error."""
    with pytest.raises(grpc.RpcError) as error:
        call(channel, "UserService/GetUserByEmail",
             message("GetUserByEmailRequest")(
                 organization_id="00000000-0000-7000-8000-000000000001", email=email),
             token, **metadata)
    return error.value


def test_metrics_are_open_metrics_and_count_what_happened(serve, installation):
    served = serve()
    method = {"grpc_type": "unary", "grpc_service": "roster.v1.UserService",
              "grpc_method": "GetUserByEmail"}
    with grpc.insecure_channel(f"127.0.0.1:{served.port}") as channel:
        for _ in range(3):
            error = get_user(channel, installation.token)
            assert error.code() == grpc.StatusCode.NOT_FOUND
        assert get_user(channel, None).code() == grpc.StatusCode.UNAUTHENTICATED
        unknown = channel.unary_unary("/roster.v1.UserService/Nothing")
        with pytest.raises(grpc.RpcError):
            unknown(b"", timeout=PATIENCE)
        samples = served.samples()
    assert served.sample("grpc_server_started_total", **method) == 4
    assert served.sample("grpc_server_handled_total", **method, grpc_code="NOT_FOUND") == 3
    assert served.sample("grpc_server_handled_total", **method, grpc_code="UNAUTHENTICATED") == 1
    assert served.sample("grpc_server_handling_seconds_count", **method) == 4
    assert served.sample(
        "grpc_server_handled_total", grpc_type="unary", grpc_service="unknown",
        grpc_method="unknown", grpc_code="UNIMPLEMENTED") == 1
    names = {name for name, _ in samples}
    assert {
        "roster_h2_connections", "roster_h2_streams_active", "roster_build_info",
        "roster_db_pool_connections", "roster_db_pool_wait_seconds_count",
        "roster_db_query_seconds_count", "roster_hash_pool_busy", "roster_hash_queue_depth",
        "roster_hash_seconds_count", "roster_idempotency_replay_total",
        "roster_config_reload_total", "roster_deadline_exceeded_total",
        "roster_admission_queue_seconds_count", "roster_tls_handshake_seconds_count",
        "process_cpu_seconds_total", "process_resident_memory_bytes", "process_open_fds",
    } <= names
    assert len(samples) < 5_000
    build = next(dict(labels) for name, labels in samples if name == "roster_build_info")
    assert all(build[name] for name in ("nghttp2", "openssl", "libpq", "zlib"))
    start = served.line("starting")
    assert build.items() <= start.items()
    # Statements, by their names and not by their texts.
    until(lambda: served.sample("roster_db_connects_total", result="made") > 0, "no connection")
    statements = {dict(labels)["stmt"] for name, labels in samples
                  if name == "roster_db_query_seconds_count"}
    assert "FindSchemaVersion" in statements
    assert all(re.fullmatch(r"\w+", name) for name in statements)


def test_the_admin_port_answers_get_and_nothing_else(serve):
    served = serve()
    assert served.get("/livez") == (200, "ok\n")
    assert served.get("/startupz") == (200, "ok\n")
    until(lambda: served.get("/readyz") == (200, "ok\n"), "never ready")
    status, text = served.get("/configz")
    assert status == 200
    assert "database.url = (secret)  [ROSTER_DATABASE_URL]" in text
    assert served.get("/")[0] == 404
    assert served.get("/metrics", "POST")[0] == 405
    with socket.create_connection(("127.0.0.1", served.admin)) as peer:
        peer.sendall(b"GET / HTTP/1.1\r\nHost: " + b"a" * 10_000)
        assert peer.recv(100).startswith(b"HTTP/1.1 431 ")


def test_readiness_follows_the_database_and_liveness_does_not(serve, installation):
    served = serve()
    until(lambda: served.get("/readyz")[0] == 200, "never ready")
    installation.cluster.stop()
    try:
        _, text = until(
            lambda: (found := served.get("/readyz"))[0] == 503 and found, "ready without it")
        assert "no read-write connection to PostgreSQL for" in text
        assert served.get("/livez")[0] == 200
    finally:
        installation.cluster.start()
    until(lambda: served.get("/readyz")[0] == 200, "never ready again")


def test_sighup_takes_up_what_may_change(serve):
    served = serve(log__level="notice")
    served.configure(log__level="debug", limits__message_size=2048, loops=1)
    served.hang_up()
    assert served.line("config_reloaded")["changed"].split() == [
        "log.level", "limits.message_size"]
    assert served.line("config_needs_restart")["settings"] == "loops"
    assert served.sample("roster_config_reload_total", result="applied") == 1
    _, text = served.get("/configz")
    assert "limits.message_size = 2048" in text
    assert "loops = 2" in text
    with grpc.insecure_channel(f"127.0.0.1:{served.port}") as channel:
        request = message("GetUserByEmailRequest")(email="e" * 2048)
        with pytest.raises(grpc.RpcError) as error:
            call(channel, "UserService/GetUserByEmail", request, "none")
        assert error.value.code() == grpc.StatusCode.RESOURCE_EXHAUSTED
    # What debug tells and notice does not.
    served.line("connection_ended")


@pytest.mark.parametrize("text, reason", [
    ("{", "roster.json:1: text in quotes is missing"),
    ('{"limits": {"message_size": 1}}', "roster.json:1: limits.message_size must be"),
    ('{"listn": []}', "did you mean listen?"),
])
def test_sighup_with_a_bad_file_changes_nothing(serve, text, reason):
    served = serve(log__level="notice")
    before = served.get("/configz")
    served.file.write_text(text)
    served.hang_up()
    assert reason in served.line("config_refused")["reason"]
    assert served.sample("roster_config_reload_total", result="refused") == 1
    assert served.get("/configz") == before
    assert served.get("/livez")[0] == 200
    served.configure(log__level="info")
    served.hang_up()
    assert served.line("config_reloaded")["changed"] == "log.level"


def certificate(folder, name):
    """A certificate for localhost that vouches for itself."""
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256",
         "-nodes", "-days", "30", "-subj", f"/CN={name}", "-addext", "subjectAltName=DNS:localhost",
         "-keyout", folder / "key.pem", "-out", folder / "certificate.pem"],
        check=True, stderr=subprocess.DEVNULL)
    (folder / "key.pem").chmod(0o600)
    return (folder / "certificate.pem").read_text()


def certificate_of(port):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    context.set_alpn_protocols(["h2"])
    with socket.create_connection(("127.0.0.1", port)) as plain:
        with context.wrap_socket(plain) as peer:
            return ssl.DER_cert_to_PEM_cert(peer.getpeercert(binary_form=True))


def test_sighup_takes_up_new_certificates_and_keeps_the_old_for_bad_ones(serve, tmp_path):
    first = certificate(tmp_path, "first")
    served = serve(
        tls="server", tls__certificate_file=str(tmp_path / "certificate.pem"),
        tls__key_file=str(tmp_path / "key.pem"))
    assert certificate_of(served.port) == first
    assert served.sample("roster_tls_cert_expiry_timestamp_seconds", file="certificate") > 0
    credentials = grpc.ssl_channel_credentials(first.encode())
    with grpc.secure_channel(f"localhost:{served.port}", credentials) as channel:
        assert get_user(channel, None).code() == grpc.StatusCode.UNAUTHENTICATED
        second = certificate(tmp_path, "second")
        served.hang_up()
        served.line("config_reloaded")
        assert certificate_of(served.port) == second
        (tmp_path / "certificate.pem").write_text("no certificate")
        served.hang_up()
        assert "certificate.pem" in served.line("config_refused")["reason"]
        assert certificate_of(served.port) == second
        # The connection of before goes on.
        assert get_user(channel, None).code() == grpc.StatusCode.UNAUTHENTICATED
    assert served.sample("roster_tls_handshake_seconds_count") >= 4


def authority(folder):
    """An authority, and a client's certificate of it that names spiffe://operations/caller."""
    def openssl(*arguments):
        subprocess.run(["openssl", *arguments], check=True, stderr=subprocess.DEVNULL, cwd=folder)
    key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"]
    openssl("req", "-x509", *key, "-days", "30", "-subj", "/CN=clients", "-keyout", "ca.key",
            "-out", "ca.pem")
    openssl("req", "-new", *key, "-subj", "/CN=caller", "-keyout", "client.key",
            "-out", "client.csr")
    (folder / "extensions").write_text(
        "subjectAltName=URI:spiffe://operations/caller\nextendedKeyUsage=clientAuth\n")
    openssl("x509", "-req", "-in", "client.csr", "-CA", "ca.pem", "-CAkey", "ca.key",
            "-CAcreateserial", "-days", "30", "-extfile", "extensions", "-out", "client.pem")


def test_a_certificate_stands_for_what_the_settings_say(serve, tmp_path):
    own = certificate(tmp_path, "server")
    authority(tmp_path)
    settings = {
        "tls": "mutual", "tls__certificate_file": str(tmp_path / "certificate.pem"),
        "tls__key_file": str(tmp_path / "key.pem"),
        "tls__client_ca_file": str(tmp_path / "ca.pem")}
    identity = {
        "uri": "spiffe://operations/caller", "name": "caller", "organizations": ["*"],
        "methods": ["roster.v1.UserService/*"]}
    served = serve(**settings, tls__identities=[identity])
    credentials = grpc.ssl_channel_credentials(
        own.encode(), (tmp_path / "client.key").read_bytes(),
        (tmp_path / "client.pem").read_bytes())
    with grpc.secure_channel(f"localhost:{served.port}", credentials) as channel:
        assert get_user(channel, None).code() == grpc.StatusCode.NOT_FOUND
        line = served.line("call_finished", code="NOT_FOUND")
        assert line["peer_identity"] == "spiffe://operations/caller"
        # Narrowed while the connection is open.
        served.configure(**settings, tls__identities=[
            identity | {"methods": ["roster.v1.TokenService/*"]}])
        served.hang_up()
        assert served.line("config_reloaded")["changed"] == "tls.identities"
        assert get_user(channel, None).code() == grpc.StatusCode.PERMISSION_DENIED
        served.configure(**settings, tls__identities=[identity | {"methods": ["nothing"]}])
        served.hang_up()
        assert "spiffe://operations/caller: nothing is no package" in served.line(
            "config_refused")["reason"]
        assert get_user(channel, None).code() == grpc.StatusCode.PERMISSION_DENIED
    with pytest.raises((ssl.SSLError, ConnectionError, AssertionError)):
        certificate_of_untrusted(served.port)


def certificate_of_untrusted(port):
    """A client without a certificate: TLS 1.3 tells it with the first read."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    context.set_alpn_protocols(["h2"])
    with socket.create_connection(("127.0.0.1", port), timeout=PATIENCE) as plain:
        with context.wrap_socket(plain) as peer:
            assert peer.recv(1), "closed"


def test_sigterm_drains_in_order(serve):
    served = serve(shutdown__notice="3s")
    until(lambda: served.get("/readyz")[0] == 200, "never ready")
    served.process.terminate()
    _, text = until(lambda: (found := served.get("/readyz"))[0] == 503 and found, "ready")
    assert "it is draining" in text
    assert served.get("/livez")[0] == 200
    # Calls are taken until balancers had the time to see it.
    with grpc.insecure_channel(f"127.0.0.1:{served.port}") as channel:
        assert get_user(channel, None).code() == grpc.StatusCode.UNAUTHENTICATED
    assert served.process.wait(timeout=PATIENCE) == 0
    events = [json.loads(line)["event"] for line in served.text().splitlines()]
    assert events.index("draining") < events.index("ended")


def test_a_failed_call_has_a_line_with_its_trace(serve, installation):
    served = serve()
    with grpc.insecure_channel(f"127.0.0.1:{served.port}") as channel:
        get_user(channel, installation.token, traceparent=f"00-{TRACE}-00f067aa0ba902b7-01")
        line = served.line("call_finished", trace_id=TRACE)
        until(lambda: TRACE in served.exemplars(), "no bucket names the trace")
        assert line["method"] == "/roster.v1.UserService/GetUserByEmail"
        assert line["code"] == "NOT_FOUND"
        assert line["dur_ms"] >= 0
        assert line["peer"].startswith("127.0.0.1:")
        assert re.fullmatch(r"[0-9a-f]{16}", line["span_id"])
        assert line["span_id"] != "00f067aa0ba902b7"
        assert re.fullmatch(r"[0-9a-f-]{36}", line["caller"])
        assert line["organization_id"] == "00000000-0000-7000-8000-000000000001"
        for bad in ["", "00", f"00-{TRACE.upper()}-00f067aa0ba902b7-01", f"ff-{TRACE}"]:
            assert get_user(
                channel, installation.token, traceparent=bad).code() == grpc.StatusCode.NOT_FOUND
    fresh = until(
        lambda: (lines := served.lines("call_finished"))[4:] and lines, "five lines")
    assert len({line["trace_id"] for line in fresh}) == 5
    served.configure(log__calls="none")
    served.hang_up()
    served.line("config_reloaded")
    with grpc.insecure_channel(f"127.0.0.1:{served.port}") as channel:
        get_user(channel, installation.token)
    assert served.stop() == 0
    assert len(served.lines("call_finished")) == 5


def test_peers_can_t_fill_the_log(serve):
    served = serve(loops=1)
    count = 200
    for _ in range(count):
        with socket.create_connection(("127.0.0.1", served.port)) as peer:
            peer.sendall(b"\x16\x03\x01\x00\x05hello")
            peer.recv(1)

    def told():
        written = served.lines("tls_mismatch")
        left_out = sum(line.get("left_out", 0) for line in written)
        later = sum(
            line["count"] for line in served.lines("lines_left_out")
            if line["of"] == "tls_mismatch")
        return len(written) + left_out + later
    # Every one is told of, most of them in a count.
    until(lambda: told() == count, "lines are missing")
    assert served.sample("roster_h2_protocol_errors_total", kind="tls_mismatch") == count


def test_no_secret_is_told_to_anybody(serve, installation):
    served = serve(log__level="debug", log__calls="all")
    wrong = installation.token[:-12] + "canaryCANARY"
    details = []
    with grpc.insecure_channel(f"127.0.0.1:{served.port}") as channel:
        for token in [installation.token, wrong, "canary-of-no-form"]:
            error = get_user(channel, token, roster_session="roster_ses_canary")
            details.append(f"{error.code()} {error.details()} {error.trailing_metadata()}")
    installation.cluster.stop()
    try:
        with grpc.insecure_channel(f"127.0.0.1:{served.port}") as channel:
            error = get_user(channel, installation.token)
            details.append(f"{error.code()} {error.details()} {error.trailing_metadata()}")
        until(lambda: served.get("/readyz")[0] == 503, "ready without a database")
        pages = [served.get(path)[1] for path in
                 ("/metrics", "/livez", "/readyz", "/startupz", "/configz")]
    finally:
        installation.cluster.start()
    served.hang_up()
    served.line("config_reloaded")
    served.stop()
    ring = re.findall(r'"secret": ?"([^"]+)"', installation.keys.read_text())
    assert ring
    secrets = [PASSWORD, installation.token, wrong, "canary", *ring]
    for text in [served.text(), *pages, *details]:
        for secret in secrets:
            assert secret not in text
