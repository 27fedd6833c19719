"""TLS and clients' certificates by gRPC's own stack, and by `openssl s_client` what it hides."""

import os
import shutil
import signal
import socket
import subprocess
import threading
import time

import grpc
import pytest

from authority import Authority, openssl
from conftest import BINARIES, Server
from service import Payload, SimpleRequest, TestService, output_request

# How long certificates change under load (T26): scripts/soak sets more.
CHANGE_SECONDS = float(os.environ.get("ROSTER_SOAK_TLS_SECONDS", "6"))
DEADLINE = 60


@pytest.fixture(scope="module")
def authority(tmp_path_factory):
    authority = Authority(tmp_path_factory.mktemp("tls") / "ca")
    authority.issue("server", "DNS:localhost,IP:127.0.0.1")
    authority.issue("client", "URI:spiffe://test/billing")
    authority.issue("nameless", "DNS:billing")
    authority.issue("expired", "URI:spiffe://test/billing", days=-1)
    authority.issue("revoked", "URI:spiffe://test/billing")
    authority.revoke("revoked")
    return authority


def start(folder, *arguments):
    return Server(
        [BINARIES / "InteropServer", "--tls-certificate", folder / "server.pem",
         "--tls-key", folder / "server.key", *arguments],
        r"listening on 127\.0\.0\.1:(\d+)")


@pytest.fixture(scope="module")
def tls(authority):
    """Asks clients for no certificate."""
    server = start(authority.folder)
    yield server
    assert server.stop() == 0


@pytest.fixture(scope="module")
def mutual(authority):
    """Requires clients' certificates."""
    server = start(
        authority.folder, "--client-ca", authority.certificate, "--crl", authority.path("crl.pem"))
    yield server
    assert server.stop() == 0


def credentials(authority, client=None):
    """Trusts the authority; shows a certificate when one is named."""
    if client is None:
        return grpc.ssl_channel_credentials(authority.certificate.read_bytes())
    return grpc.ssl_channel_credentials(
        authority.certificate.read_bytes(), client.with_suffix(".key").read_bytes(),
        client.read_bytes())


def connect(server, channel_credentials):
    return grpc.secure_channel(f"localhost:{server.port}", channel_credentials, options=[
        ("grpc.max_receive_message_length", -1), ("grpc.use_local_subchannel_pool", 1),
    ])


def log(server):
    """The whole lines of standard error."""
    text = server.stderr()
    return text[:text.rfind("\n") + 1]


def wait_for(server, text, count=1):
    """Until standard error has said it so often."""
    end = time.monotonic() + DEADLINE
    while log(server).count(text) < count:
        assert time.monotonic() < end, server.stderr()
        time.sleep(0.01)


def s_client(server, authority, *arguments, input="Q\n"):
    """What `openssl s_client` says of a connection that it ends at once."""
    return subprocess.run(
        ["openssl", "s_client", "-connect", f"127.0.0.1:{server.port}", "-CAfile",
         str(authority.certificate), *map(str, arguments)],
        input=input, capture_output=True, text=True, errors="replace", timeout=DEADLINE)


# Calls


def test_calls_of_every_size_over_tls(tls, authority):
    with connect(tls, credentials(authority)) as channel:
        service = TestService(channel)
        for size in (0, 1, 16_384, 16_385, 1 << 20):
            answer = service.UnaryCall(
                SimpleRequest(response_size=size, payload=Payload(body=b"\0" * size)),
                timeout=DEADLINE)
            assert len(answer.payload.body) == size


def test_many_streams_over_one_connection(tls, authority):
    with connect(tls, credentials(authority)) as channel:
        service = TestService(channel)
        calls = [
            service.UnaryCall.future(SimpleRequest(response_size=50_000), timeout=DEADLINE)
            for _ in range(100)]
        assert all(len(call.result().payload.body) == 50_000 for call in calls)
        sizes = [100_000] * 50
        answers = service.FullDuplexCall(iter([output_request(*sizes)]), timeout=DEADLINE)
        assert [len(answer.payload.body) for answer in answers] == sizes


def test_a_burst_of_connections_is_served_in_turn(tls, authority):
    """More handshakes at once than may run: the others wait."""
    channels = [connect(tls, credentials(authority)) for _ in range(150)]
    calls = [
        TestService(channel).UnaryCall.future(
            SimpleRequest(response_size=10), timeout=DEADLINE, wait_for_ready=True)
        for channel in channels]
    assert all(len(call.result().payload.body) == 10 for call in calls)
    for channel in channels:
        channel.close()


# Clients' certificates


def test_a_certificate_tells_who_the_caller_is(mutual, authority):
    with connect(mutual, credentials(authority, authority.path("client.pem"))) as channel:
        _, call = TestService(channel).UnaryCall.with_call(SimpleRequest(), timeout=DEADLINE)
        metadata = dict(call.initial_metadata())
        assert metadata["x-peer-uri"] == "spiffe://test/billing"
        serial = openssl(
            "x509", "-in", authority.path("client.pem"), "-noout", "-serial").stdout.decode()
        assert metadata["x-peer-serial"] == serial.strip().split("=")[1].lstrip("0").lower()


@pytest.mark.parametrize("client, reason", [
    ("stranger", "certificate_untrusted"), ("expired", "certificate_expired"),
    ("nameless", "certificate_nameless"), ("revoked", "certificate_revoked"),
    (None, "certificate_missing"),
])
def test_no_call_without_a_sound_certificate(mutual, authority, tmp_path, client, reason):
    if client == "stranger":
        certificate, _ = Authority(tmp_path).issue("stranger", "URI:spiffe://test/billing")
    else:
        certificate = client and authority.path(f"{client}.pem")
    before = log(mutual).count(reason)
    with connect(mutual, credentials(authority, certificate)) as channel:
        with pytest.raises(grpc.RpcError) as failure:
            TestService(channel).UnaryCall(SimpleRequest(), timeout=DEADLINE)
    assert failure.value.code() == grpc.StatusCode.UNAVAILABLE
    wait_for(mutual, f"handshake failed: {reason}", before + 1)


def test_each_side_without_tls_is_told_the_remedy(tls, interop, authority):
    with grpc.insecure_channel(tls.address) as channel:
        with pytest.raises(grpc.RpcError):
            TestService(channel).UnaryCall(SimpleRequest(), timeout=DEADLINE)
    wait_for(tls, "plaintext: this listener speaks TLS")
    with socket.create_connection(("127.0.0.1", tls.port), timeout=DEADLINE) as plain:
        plain.sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
        assert b"call it by https://" in plain.recv(4096)
    with connect(interop, credentials(authority)) as channel:
        with pytest.raises(grpc.RpcError):
            TestService(channel).UnaryCall(SimpleRequest(), timeout=DEADLINE)
    wait_for(interop, "TLS on a plaintext listener")


# What a handshake agrees on


@pytest.mark.parametrize("arguments, agreed", [
    ([], "TLSv1.3, Cipher is TLS_AES_128_GCM_SHA256"),
    (["-ciphersuites", "TLS_AES_256_GCM_SHA384"], "TLSv1.3, Cipher is TLS_AES_256_GCM_SHA384"),
    (["-ciphersuites", "TLS_CHACHA20_POLY1305_SHA256"], "TLS_CHACHA20_POLY1305_SHA256"),
    (["-groups", "P-256"], "TLSv1.3"),
    (["-tls1_2"], "TLSv1.2, Cipher is ECDHE-ECDSA-AES128-GCM-SHA256"),
    (["-tls1_2", "-cipher", "ECDHE+CHACHA20"], "ECDHE-ECDSA-CHACHA20-POLY1305"),
])
def test_what_is_agreed_on(tls, authority, arguments, agreed):
    answer = s_client(tls, authority, "-alpn", "h2", *arguments).stdout
    assert f"{agreed}" in answer
    assert "ALPN protocol: h2" in answer
    assert "Compression: NONE" in answer
    assert "Verify return code: 0" in answer


@pytest.mark.parametrize("arguments, alert", [
    (["-alpn", "http/1.1"], "no application protocol"),
    ([], "no application protocol"),
    (["-alpn", "h2", "-tls1_1", "-cipher", "ALL:@SECLEVEL=0"], "protocol version"),
    (["-alpn", "h2", "-tls1_2", "-cipher", "AES128-GCM-SHA256"], "handshake failure"),
    (["-alpn", "h2", "-tls1_2", "-cipher", "ECDHE-ECDSA-AES128-SHA"], "handshake failure"),
    (["-alpn", "h2", "-groups", "P-384"], "handshake failure"),
    (["-alpn", "h2", "-groups", "X448"], "handshake failure"),
])
def test_what_is_refused(tls, authority, arguments, alert):
    answer = s_client(tls, authority, *arguments)
    assert "Cipher is (NONE)" in answer.stdout
    assert f"alert {alert}" in answer.stderr


def test_renegotiation_ends_the_connection(tls, authority):
    answer = s_client(tls, authority, "-alpn", "h2", "-tls1_2", input="R\nQ\n")
    assert "RENEGOTIATING" in answer.stdout + answer.stderr
    wait_for(tls, "TLS broken: the peer renegotiates")


# Sessions


def session(server, authority, path, *arguments):
    """Keeps a session in `path`, once its ticket has come."""
    client = subprocess.Popen(
        ["openssl", "s_client", "-connect", f"127.0.0.1:{server.port}", "-CAfile",
         str(authority.certificate), "-alpn", "h2", "-sess_out", str(path), *arguments],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    end = time.monotonic() + DEADLINE
    while not (path.exists() and path.stat().st_size):
        assert time.monotonic() < end
        time.sleep(0.01)
    answer, _ = client.communicate(b"Q\n")
    return answer.decode(errors="replace")


@pytest.mark.parametrize("version", ["-tls1_3", "-tls1_2"])
def test_a_session_is_resumed_by_another_server_of_the_same_ring(
        authority, tmp_path, version):
    ring = tmp_path / "keys.json"
    # 32 bytes, as `rosterd keys create` writes them.
    ring.write_text('{"primary": 1, "keys": [{"id": 1, "secret": '
                    '"AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="}]}')
    ring.chmod(0o600)
    one = start(authority.folder, "--ring", ring)
    same = start(authority.folder, "--ring", ring)
    other = start(authority.folder)
    try:
        kept = tmp_path / "session.pem"
        answer = session(one, authority, kept, version)
        assert "Max Early Data: 0" in answer or version == "-tls1_2"
        for server, word in [(one, "Reused"), (same, "Reused"), (other, "New")]:
            answer = s_client(
                server, authority, "-alpn", "h2", "-sess_in", kept, version).stdout
            assert f"{word}, TLSv1" in answer
    finally:
        for server in (one, same, other):
            assert server.stop() == 0


def test_early_data_is_not_taken(tls, authority, tmp_path):
    kept, early = tmp_path / "session.pem", tmp_path / "early"
    session(tls, authority, kept)
    early.write_bytes(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n")
    answer = s_client(
        tls, authority, "-alpn", "h2", "-sess_in", kept, "-early_data", early)
    assert "Early data was accepted" not in answer.stdout


# Change


class Load:
    """Callers at 500 calls a second in all, and one that connects anew all the time."""

    CALLERS = 4
    CALLS_A_SECOND = 500

    def __init__(self, server, known, fresh):
        self.failures = []
        self.calls = self.handshakes = 0
        self.ended = threading.Event()
        self.lock = threading.Lock()
        self.threads = [
            threading.Thread(target=self.call, args=(server, known)) for _ in range(self.CALLERS)]
        self.threads.append(threading.Thread(target=self.connect, args=(server, fresh)))
        for thread in self.threads:
            thread.start()

    def call(self, server, known):
        pause = self.CALLERS / self.CALLS_A_SECOND
        with connect(server, known) as channel:
            service = TestService(channel)
            due = time.monotonic()
            while not self.ended.is_set():
                self.count(service, "calls")
                due = max(due + pause, time.monotonic() - 1)
                time.sleep(max(0, due - time.monotonic()))

    def connect(self, server, fresh):
        while not self.ended.is_set():
            with connect(server, fresh) as channel:
                self.count(TestService(channel), "handshakes")

    def count(self, service, name):
        try:
            service.UnaryCall(SimpleRequest(response_size=100), timeout=DEADLINE)
        except grpc.RpcError as failure:
            self.failures.append(f"{name}: {failure.code()} {failure.details()}")
        with self.lock:
            setattr(self, name, getattr(self, name) + 1)

    def finish(self):
        self.ended.set()
        for thread in self.threads:
            thread.join()


def test_certificates_and_authorities_change_under_load(tmp_path):
    """T26: what is new is used by new handshakes, what is bad is refused, and no call fails."""
    one, two = Authority(tmp_path / "one", "CA one"), Authority(tmp_path / "two", "CA two")
    for authority in (one, two):
        authority.issue("server", "DNS:localhost,IP:127.0.0.1")
        authority.issue("client", "URI:spiffe://test/billing")
        authority.issue("expired", "DNS:localhost", days=-1)
    both = tmp_path / "both.pem"
    both.write_bytes(one.certificate.read_bytes() + two.certificate.read_bytes())
    live = tmp_path / "live"
    live.mkdir()

    def install(source, name="server", key="server", authorities=both):
        for path, target in [(source.path(f"{name}.pem"), "server.pem"),
                             (source.path(f"{key}.key"), "server.key"),
                             (authorities, "clients.pem")]:
            shutil.copy(path, (live / "new"))
            (live / "new").replace(live / target)

    install(one)
    server = start(live, "--client-ca", live / "clients.pem")
    reloads = refusals = 0

    def shown(client):
        return grpc.ssl_channel_credentials(
            both.read_bytes(), client.path("client.key").read_bytes(),
            client.path("client.pem").read_bytes())

    load = Load(server, shown(one), shown(one))
    try:
        end = time.monotonic() + CHANGE_SECONDS
        rounds = 0
        while time.monotonic() < end or rounds < 2:
            rounds += 1
            for source, authorities in [(two, both), (one, one.certificate), (one, both)]:
                install(source, authorities=authorities)
                server.process.send_signal(signal.SIGHUP)
                reloads += 1
                wait_for(server, "reloaded, draining 0", reloads)
            # Each of these is refused, and what stands goes on.
            for change, text in [
                    (lambda: install(two, key="expired"), "is not the key of"),
                    (lambda: install(one, name="expired", key="expired"), "expired on"),
                    (lambda: install(one, authorities=one.path("server.pem")),
                     "is no certificate of an authority"),
                    (lambda: (live / "server.pem").unlink(), "can't be read")]:
                change()
                server.process.send_signal(signal.SIGHUP)
                refusals += 1
                wait_for(server, "not reloaded: ", refusals)
                assert text in log(server).splitlines()[-1]
            install(one)
        # The last good one: whoever connects now sees the certificate of the first authority.
        assert presented(server, one, both) == serial(one)
        install(two)
        server.process.send_signal(signal.SIGHUP)
        reloads += 1
        wait_for(server, "reloaded, draining 0", reloads)
        assert presented(server, one, both) == serial(two)
    finally:
        load.finish()
        print(f"{load.calls} calls, {load.handshakes} handshakes, {reloads} changes, "
              f"{refusals} refused, {len(load.failures)} failed")
        code = server.stop()
    assert load.failures == []
    assert load.calls > 0 and load.handshakes > 0
    assert code == 0


def serial(authority):
    return openssl("x509", "-in", authority.path("server.pem"), "-noout", "-serial").stdout


def presented(server, client, trusted):
    """The serial number that a handshake of that client sees."""
    answer = subprocess.run(
        ["openssl", "s_client", "-connect", f"127.0.0.1:{server.port}", "-CAfile", trusted,
         "-alpn", "h2", "-cert", client.path("client.pem"), "-key", client.path("client.key")],
        input=b"Q\n", capture_output=True, timeout=DEADLINE).stdout
    return openssl("x509", "-noout", "-serial", input=answer).stdout


def test_calls_in_flight_outlive_the_authority_of_their_caller(tmp_path):
    """Connections of clients that would be refused now are drained, and no stream is cut."""
    one, two = Authority(tmp_path / "one", "CA one"), Authority(tmp_path / "two", "CA two")
    one.issue("server", "DNS:localhost")
    one.issue("client", "URI:spiffe://test/billing")
    clients = tmp_path / "clients.pem"
    shutil.copy(one.certificate, clients)
    server = start(one.folder, "--client-ca", clients)
    with connect(server, credentials(one, one.path("client.pem"))) as channel:
        service = TestService(channel)
        goes_on = threading.Event()

        def talk():
            yield output_request(10)
            goes_on.wait(DEADLINE)
            yield output_request(20)

        answers = service.FullDuplexCall(talk(), timeout=DEADLINE)
        assert len(next(answers).payload.body) == 10
        shutil.copy(two.certificate, clients)
        server.process.send_signal(signal.SIGHUP)
        wait_for(server, "reloaded, draining 1")
        goes_on.set()
        assert [len(answer.payload.body) for answer in answers] == [20]
    with connect(server, credentials(one, one.path("client.pem"))) as channel:
        with pytest.raises(grpc.RpcError):
            TestService(channel).UnaryCall(SimpleRequest(), timeout=DEADLINE)
    wait_for(server, "handshake failed: certificate_untrusted")
    assert server.stop() == 0
