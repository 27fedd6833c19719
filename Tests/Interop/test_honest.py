"""What honest clients do a lot of, beside servers that cut those who do too much of it.

The programs of gRPC C++ hold a call that must succeed against every burst; so do the tests here.
"""

import concurrent.futures
import threading

import grpc
import pytest

from conftest import BINARIES, Server
from service import (
    Empty, Payload, ResponseParameters, SimpleRequest, StreamingOutputCallRequest, TestService,
    output_request)
from test_call_kinds import Requests
from test_clients import run

MEBIBYTE = 1 << 20
HOUR_US = 1_000_000 * 1_800


def test_short_deadlines_of_cpp_within_the_budget(interop):
    """Calls of 1 ms, one in ten of which has time and is answered over the same connection."""
    done = run("cpp", interop.address, "short_deadlines", 280, 16, 1)
    assert done.returncode == 0, done.stdout + done.stderr


def test_short_deadlines_of_cpp_far_past_the_budget(interop):
    """It is sent away again and again, comes back, and loses no call by that."""
    done = run("cpp", interop.address, "flood", 3000, 32, 1)
    assert done.returncode == 0, done.stdout + done.stderr


def test_short_deadlines_of_grpcio(interop, service):
    """As above; the patient call of each ten goes over the same connection."""
    slow = StreamingOutputCallRequest(
        response_parameters=[ResponseParameters(size=1, interval_us=HOUR_US)])

    def hurried(_):
        call = service.StreamingOutputCall(slow, timeout=0.001)
        with pytest.raises(grpc.RpcError) as ended:
            list(call)
        return ended.value.code()

    for _ in range(30):
        with concurrent.futures.ThreadPoolExecutor(32) as pool:
            codes = set(pool.map(hurried, range(32)))
        assert codes == {grpc.StatusCode.DEADLINE_EXCEEDED}
        assert service.EmptyCall(Empty(), timeout=30) == Empty()


@pytest.mark.parametrize("parallel", [1, 64])
def test_many_cancels_of_cpp(interop, parallel):
    """1,500 streams cancelled after their first answer, half as many as may be open at once: their
    handlers may still be ending while the next ones begin, and gRPC C++ 1.51 does not try a call
    again that was refused for that with REFUSED_STREAM."""
    done = run("cpp", interop.address, "cancels", 1500, parallel)
    assert done.returncode == 0, done.stdout + done.stderr


def test_many_cancels_of_grpcio_beside_a_stream_that_goes_on(interop, service):
    """However often the library changes its connection, the stream keeps the one that it has."""
    requests = Requests()
    stream = service.FullDuplexCall(requests)
    for _ in range(60):
        requests.send(output_request(10))
        assert len(next(stream).payload.body) == 10
        calls = [
            service.StreamingOutputCall(output_request(1, 1, interval_us=5_000))
            for _ in range(20)]
        for call in calls:
            call.cancel()
        assert service.EmptyCall(Empty(), timeout=30) == Empty()
    requests.finish()
    assert list(stream) == []


def test_bandwidth_pings_of_cpp(interop):
    done = run("cpp", interop.address, "bandwidth_pings", 48)
    assert done.returncode == 0, done.stdout + done.stderr


def test_bandwidth_pings_of_grpcio(service):
    """grpcio asks by a PING after DATA, and does so anew whenever the estimate may have changed."""
    for _ in range(48):
        answer = service.UnaryCall(
            SimpleRequest(response_size=MEBIBYTE, payload=Payload(body=bytes(MEBIBYTE))),
            timeout=30)
        assert len(answer.payload.body) == MEBIBYTE


def policed(milliseconds):
    server = Server(
        [BINARIES / "InteropServer", "--ping-min-time", milliseconds],
        r"listening on 127\.0\.0\.1:(\d+)")
    yield server
    assert server.stop() == 0


@pytest.fixture(scope="module")
def lenient():
    """Takes a PING a second."""
    yield from policed(1000)


@pytest.fixture(scope="module")
def strict():
    """Takes a PING each 2.5 s. gRPC's own library sends none more often than each second."""
    yield from policed(2500)


def keepalive(address, milliseconds):
    return grpc.insecure_channel(address, options=[
        ("grpc.use_local_subchannel_pool", 1),
        ("grpc.keepalive_time_ms", milliseconds),
        ("grpc.keepalive_permit_without_calls", 1),
        ("grpc.http2.max_pings_without_data", 0)])


def test_keepalive_within_the_policy_of_cpp(lenient):
    """A stream without a message for 8 s, and a PING every 1.2 s."""
    done = run("cpp", lenient.address, "quiet_stream", 8, "--keepalive", 1200)
    assert (done.returncode, done.stdout) == (0, "ended 0 \n")


def test_keepalive_within_the_policy_of_grpcio(lenient):
    with keepalive(lenient.address, 1200) as channel:
        requests = Requests()
        stream = TestService(channel).FullDuplexCall(requests)
        threading.Timer(8, requests.finish).start()
        assert list(stream) == []


def test_keepalive_past_the_policy_of_cpp(strict):
    """Three strikes, and the client says itself what it was told."""
    done = run("cpp", strict.address, "quiet_stream", 60, "--keepalive", 100)
    assert done.stdout.startswith("ended 14 "), done.stdout
    assert "too_many_pings" in done.stderr


def test_keepalive_past_the_policy_of_grpcio(strict):
    with keepalive(strict.address, 100) as channel:
        service = TestService(channel)
        stream = service.FullDuplexCall(Requests(), timeout=60)
        with pytest.raises(grpc.RpcError) as ended:
            next(stream)
        assert ended.value.code() == grpc.StatusCode.UNAVAILABLE
        assert "ping" in ended.value.details().lower(), ended.value.details()
        # The library calls again, and pings half as often from here on.
        assert service.EmptyCall(Empty(), timeout=30) == Empty()
