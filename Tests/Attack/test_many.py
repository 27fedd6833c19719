"""T12: many connections and many streams; memory and descriptors stay where they were."""

import os
import subprocess
import time

import pytest

import conftest
from frames import message
from meter import descriptor_count
from peer import PATIENCE, Peer

IDLE = int(os.environ.get("ROSTER_SOAK_CONNECTIONS", 500))
STREAMS = int(os.environ.get("ROSTER_SOAK_STREAMS", 50_000))
IDLE_OCTETS_MAX = 64 << 10


@pytest.fixture(scope="module")
def server():
    """A process of its own: its memory knows no attack."""
    server = conftest.servers.Server(
        [conftest.servers.BINARIES / "InteropServer"], r"listening on 127\.0\.0\.1:(\d+)")
    yield server
    assert server.stop() == 0


def fall_to(server, count):
    deadline = time.monotonic() + PATIENCE
    while descriptor_count(server) > count:
        assert time.monotonic() < deadline, f"{descriptor_count(server)}, {count} before"
        time.sleep(0.01)


def h2load(server, tmp_path, streams):
    body = tmp_path / "request"
    body.write_bytes(message())
    output = subprocess.run(
        ["h2load", "-n", str(streams), "-c", "100", "-m", "100", "-d", body,
         "-H", "content-type: application/grpc", "-H", "te: trailers",
         f"http://{server.address}/grpc.testing.TestService/UnaryCall"],
        capture_output=True, text=True, check=True, timeout=3_000).stdout
    assert f"{streams} done, {streams} succeeded, 0 failed, 0 errored" in output, output


def test_idle_connections_then_streams(server, tmp_path):
    for _ in range(4):
        h2load(server, tmp_path, 50_000)
    with Peer(server).greet() as peer:
        assert peer.finish(peer.begin()) == "0"
    fall_to(server, 64)
    descriptors, memory = descriptor_count(server), server.resident_bytes()
    peers = [Peer(server) for _ in range(IDLE)]
    for peer in peers:
        peer.greet()
    assert descriptor_count(server) > IDLE
    held = server.resident_bytes() - memory
    assert held < IDLE * IDLE_OCTETS_MAX
    # They are still there, and served.
    for peer in peers[::100]:
        assert peer.finish(peer.begin()) == "0"
    for peer in peers:
        peer.socket.close()
    fall_to(server, descriptors)
    h2load(server, tmp_path, STREAMS)
    settled = server.resident_bytes()
    h2load(server, tmp_path, STREAMS)
    grown = server.resident_bytes() - settled
    fall_to(server, descriptors)
    print(f"{IDLE} idle connections: {held / IDLE / 1024:.1f} KiB each; "
          f"{STREAMS} streams: memory grew by {grown / 1024:.0f} KiB")
    assert grown < 4 << 20
