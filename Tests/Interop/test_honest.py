"""What honest clients do a lot of, beside servers that cut those who do too much of it.

The programs of gRPC C++ hold a call that must succeed against every burst; so do the tests here.
"""

import concurrent.futures
import time

import grpc
import pytest

from service import (
    Empty, Payload, ResponseParameters, SimpleRequest, StreamingOutputCallRequest, TestService,
    output_request)
from test_call_kinds import Requests
from test_clients import run

MEBIBYTE = 1 << 20
HOUR_US = 1_000_000 * 1_800


def test_short_deadlines_of_cpp(interop):
    """3,000 calls of 1 ms, one in ten of which has time and is answered."""
    done = run("cpp", interop.address, "short_deadlines", 3000, 32, 1)
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


@pytest.mark.parametrize("parallel", [1, 64, 128])
def test_many_cancels_of_cpp(interop, parallel):
    """1,500 streams cancelled after their first answer, at most as many as may be open at once."""
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


def keepalive(address, milliseconds):
    return grpc.insecure_channel(address, options=[
        ("grpc.use_local_subchannel_pool", 1),
        ("grpc.keepalive_time_ms", milliseconds),
        ("grpc.keepalive_permit_without_calls", 1),
        ("grpc.http2.max_pings_without_data", 0)])
