"""Soaks of gRPC's list, and a million calls: memory and descriptors stay where they are."""

import os
import pathlib
import re
import struct
import subprocess
import time

import grpc
import pytest

from messages import message
from service import Empty, Payload, SimpleRequest, SimpleResponse, TestService

LARGE = SimpleRequest(response_size=314159, payload=Payload(body=bytes(271828)))


def test_rpc_soak(service):
    for _ in range(200):
        assert len(service.UnaryCall(LARGE, timeout=5).payload.body) == 314159


def test_channel_soak(interop):
    descriptors = interop.descriptor_count()
    for _ in range(100):
        with grpc.insecure_channel(
                interop.address, options=[("grpc.use_local_subchannel_pool", 1)]) as channel:
            assert len(TestService(channel).UnaryCall(LARGE, timeout=5).payload.body) == 314159
    assert_descriptors_fall(interop, descriptors)


def assert_descriptors_fall(server, count):
    """To `count`, at the latest when the server has read the last goodbyes."""
    deadline = time.monotonic() + 5
    while server.descriptor_count() > count:
        assert time.monotonic() < deadline, f"{server.descriptor_count()}, {count} before"
        time.sleep(0.01)


def frame(message):
    body = message.SerializeToString()
    return b"\0" + struct.pack(">I", len(body)) + body


def h2load(server, method, body, calls, *options, service="grpc.testing.TestService"):
    output = subprocess.run(
        ["h2load", "-n", str(calls), "-H", "content-type: application/grpc",
         "-H", "te: trailers", "-d", str(body), *options,
         f"http://{server.address}/{service}/{method}"],
        capture_output=True, text=True, check=True, timeout=3600).stdout
    done = re.search(r"requests: .*?(\d+) succeeded, (\d+) failed, (\d+) errored", output)
    assert done, output
    return tuple(int(number) for number in done.groups()), output


@pytest.fixture
def request_body(tmp_path):
    path = pathlib.Path(tmp_path) / "request"
    path.write_bytes(frame(SimpleRequest(response_size=32, payload=Payload(body=bytes(32)))))
    return path


def test_h2load_gets_the_answers_that_a_client_gets(interop, request_body, tmp_path):
    """h2load counts answers without reading them, so one is read whole by nghttp."""
    counts, _ = h2load(interop, "UnaryCall", request_body, 20_000, "-c", "8", "-m", "64")
    assert counts == (20_000, 0, 0)
    answer = subprocess.run(
        ["nghttp", "-v", "-d", str(request_body), "-H", "content-type: application/grpc",
         "-H", "te: trailers", f"http://{interop.address}/grpc.testing.TestService/UnaryCall"],
        capture_output=True, text=True, check=True, timeout=20).stdout
    assert ":status: 200" in answer and "content-type: application/grpc" in answer
    assert "grpc-status: 0" in answer
    body = subprocess.run(
        ["nghttp", "-d", str(request_body), "-H", "content-type: application/grpc",
         "-H", "te: trailers", f"http://{interop.address}/grpc.testing.TestService/UnaryCall"],
        capture_output=True, check=True, timeout=20).stdout
    expected = SimpleResponse(payload=Payload(body=bytes(32)))
    assert body == frame(expected)


def test_a_million_calls_leave_memory_and_descriptors_flat(interop, request_body):
    calls = int(os.environ.get("ROSTER_SOAK_CALLS", 1_000_000))
    h2load(interop, "UnaryCall", request_body, 200_000, "-c", "8", "-m", "64")
    memory, descriptors = interop.resident_bytes(), interop.descriptor_count()
    counts, _ = h2load(interop, "UnaryCall", request_body, calls, "-c", "8", "-m", "64")
    assert counts == (calls, 0, 0)
    grown = interop.resident_bytes() - memory
    print(f"{calls} calls: memory grew by {grown / 1024:.0f} KiB")
    assert grown < 2 << 20
    assert_descriptors_fall(interop, descriptors)
    with grpc.insecure_channel(interop.address) as channel:
        assert TestService(channel).EmptyCall(Empty(), timeout=5) == Empty()


def test_calls_through_postgresql_leave_memory_and_descriptors_flat(roster, tmp_path):
    """rosterd itself: each call finds its token in memory and reads a user from PostgreSQL."""
    calls = int(os.environ.get("ROSTER_SOAK_CALLS", 20_000))
    body = pathlib.Path(tmp_path) / "request"
    body.write_bytes(frame(message("GetUserByEmailRequest")(email="ada@demo.example")))

    def load(count):
        counts, output = h2load(
            roster, "GetUserByEmail", body, count, "-c", "8", "-m", "32",
            "-H", f"authorization: Bearer {roster.token}", service="roster.v1.UserService")
        assert counts == (count, 0, 0)
        return re.search(r"finished in .*", output).group(0)

    load(max(5_000, calls // 10))
    memory, descriptors = roster.resident_bytes(), roster.descriptor_count()
    finished = load(calls)
    grown = roster.resident_bytes() - memory
    print(f"{calls} calls: {memory >> 10} KiB grew by {grown >> 10} KiB, "
          f"{descriptors} descriptors, {finished}")
    assert grown < 4 << 20
    assert_descriptors_fall(roster, descriptors)
    with grpc.insecure_channel(roster.address) as channel:
        find = channel.unary_unary(
            "/roster.v1.UserService/GetUserByEmail",
            request_serializer=message("GetUserByEmailRequest").SerializeToString,
            response_deserializer=message("GetUserByEmailResponse").FromString)
        metadata = (("authorization", f"Bearer {roster.token}"),)
        request = message("GetUserByEmailRequest")(email="ada@demo.example")
        assert find(request, metadata=metadata, timeout=30).user.given_name == "Ada"


def test_10000_connections_are_let_go(interop, request_body):
    h2load(interop, "EmptyCall", request_body, 2_000, "-c", "500", "-m", "1")
    assert_descriptors_fall(interop, 64)
    memory, descriptors = interop.resident_bytes(), interop.descriptor_count()
    for _ in range(20):
        counts, _ = h2load(interop, "UnaryCall", request_body, 1_000, "-c", "500", "-m", "1")
        assert counts == (1_000, 0, 0)
    assert interop.resident_bytes() - memory < 8 << 20
    assert_descriptors_fall(interop, descriptors)
