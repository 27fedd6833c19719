"""T11 and T12 over TLS: handshakes that never end, and connections that say nothing after."""

import pathlib
import socket
import ssl
import subprocess
import time

import pytest

import conftest
from frames import ACK, PREFACE, SETTINGS, frame, settings
from meter import Meter, descriptor_count
from peer import PATIENCE
from test_many import IDLE, IDLE_OCTETS_MAX, fall_to
from test_slow_peers import PEERS

HANDSHAKE_SECONDS = 5
# A record of 512 octets, of which the first 11 come (RFC 8446 §4.1.2, §5.1).
HALF_A_CLIENT_HELLO = bytes.fromhex("1603010200010001fc0303")


@pytest.fixture(scope="module")
def tls(tmp_path_factory):
    folder = pathlib.Path(tmp_path_factory.mktemp("tls"))
    key, certificate = folder / "key.pem", folder / "certificate.pem"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256",
         "-nodes", "-days", "2", "-subj", "/CN=localhost", "-addext",
         "subjectAltName=DNS:localhost", "-keyout", key, "-out", certificate],
        check=True, capture_output=True)
    key.chmod(0o600)
    server = conftest.servers.Server(
        [conftest.servers.BINARIES / "InteropServer", "--tls-certificate", certificate,
         "--tls-key", key], r"listening on 127\.0\.0\.1:(\d+)")
    server.context = ssl.create_default_context(cafile=certificate)
    server.context.set_alpn_protocols(["h2"])
    yield server
    assert server.stop() == 0


def connect(server):
    """A connection by TLS that has sent its preface, and heard SETTINGS."""
    plain = socket.create_connection(("127.0.0.1", server.port), timeout=PATIENCE)
    secured = server.context.wrap_socket(plain, server_hostname="localhost")
    assert secured.selected_alpn_protocol() == "h2"
    secured.sendall(PREFACE + settings())
    assert secured.recv(9)[3] == SETTINGS
    secured.sendall(frame(SETTINGS, ACK))
    return secured


def test_half_handshakes_are_ended_and_newcomers_served(tls):
    """The queue of handshakes lets nobody dawdle while others wait."""
    connect(tls).close()
    fall_to(tls, 64)
    descriptors = descriptor_count(tls)
    meter = Meter(tls)
    peers = []
    for _ in range(PEERS):
        peer = socket.create_connection(("127.0.0.1", tls.port))
        peer.sendall(HALF_A_CLIENT_HELLO)
        peers.append(peer)
    began = time.monotonic()
    attempts = 0
    while True:
        attempts += 1
        try:
            connect(tls).close()
            break
        except (OSError, ssl.SSLError):
            assert time.monotonic() - began < PATIENCE
            time.sleep(0.1)
    served = time.monotonic() - began
    for peer in peers:
        peer.settimeout(PATIENCE)
        try:
            while peer.recv(4096):
                pass
        except ConnectionResetError:
            pass
        peer.close()
    ended = time.monotonic() - began
    fall_to(tls, descriptors)
    cost = meter.stop()
    print(f"{PEERS} half handshakes: a newcomer served after {served:.2f} s, {attempts} attempts; "
          f"all ended after {ended:.1f} s; memory {cost['grown'] / 1024:+.0f} KiB")
    if conftest.SOAKING:
        assert ended < HANDSHAKE_SECONDS + 2
    assert cost["grown"] < PEERS * IDLE_OCTETS_MAX


def test_idle_connections_cost_little(tls):
    """R-MEM-1: 64 KiB each at most."""
    for _ in range(20):
        connect(tls).close()
    fall_to(tls, 64)
    descriptors, memory = descriptor_count(tls), tls.resident_bytes()
    peers = [connect(tls) for _ in range(IDLE)]
    assert descriptor_count(tls) > IDLE
    held = tls.resident_bytes() - memory
    for peer in peers:
        peer.close()
    fall_to(tls, descriptors)
    print(f"{IDLE} idle connections by TLS: {held / IDLE / 1024:.1f} KiB each")
    assert held < IDLE * IDLE_OCTETS_MAX
