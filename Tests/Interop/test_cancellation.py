"""Cancellation and deadlines reach the handler. `server_id` tells how many handlers run."""

import time

import grpc
import pytest

from service import (
    Payload, SimpleRequest, StreamingInputCallRequest, TestService, output_request)
from test_call_kinds import Requests

MINUTE_US = 60_000_000


def running_handlers(service):
    """Without the one that answers this question."""
    return int(service.UnaryCall(SimpleRequest(fill_server_id=True), timeout=5).server_id) - 1


def assert_handlers_end(service, within=30.0):
    deadline = time.monotonic() + within
    while running_handlers(service) > 0:
        assert time.monotonic() < deadline, f"{running_handlers(service)} handlers go on"
        time.sleep(0.01)


def test_cancel_after_begin(service):
    call = service.StreamingInputCall.future(Requests())
    call.cancel()
    assert call.code() == grpc.StatusCode.CANCELLED
    assert_handlers_end(service)


def test_cancel_after_first_response(service):
    requests = Requests()
    call = service.FullDuplexCall(requests)
    requests.send(output_request(31415, body=bytes(27182)))
    assert len(next(call).payload.body) == 31415
    call.cancel()
    with pytest.raises(grpc.RpcError) as ended:
        next(call)
    assert ended.value.code() == grpc.StatusCode.CANCELLED
    requests.finish()
    assert_handlers_end(service)


def test_timeout_on_sleeping_server(service):
    call = service.FullDuplexCall(
        iter([output_request(31415, interval_us=MINUTE_US, body=bytes(27182))]), timeout=0.001)
    with pytest.raises(grpc.RpcError) as ended:
        list(call)
    assert ended.value.code() == grpc.StatusCode.DEADLINE_EXCEEDED
    assert_handlers_end(service)


def test_a_deadline_ends_a_sleeping_handler_in_time(service):
    started = time.monotonic()
    with pytest.raises(grpc.RpcError) as ended:
        list(service.StreamingOutputCall(output_request(1, interval_us=MINUTE_US), timeout=0.3))
    assert ended.value.code() == grpc.StatusCode.DEADLINE_EXCEEDED
    # The handler would have slept for a minute.
    assert 0.25 < time.monotonic() - started < 40
    assert_handlers_end(service)


def test_cancel_reaches_a_handler_blocked_in_a_write(interop, service):
    """The reader takes one message of 1 GiB offered and leaves: no handler may write on."""
    call = service.StreamingOutputCall(output_request(*[1 << 20] * 1024))
    next(call)
    call.cancel()
    assert_handlers_end(service)


def test_a_deadline_ends_a_handler_blocked_in_a_write(service):
    call = service.StreamingOutputCall(output_request(*[1 << 20] * 1024), timeout=1)
    next(call)
    assert call.code() == grpc.StatusCode.DEADLINE_EXCEEDED
    assert_handlers_end(service)


def test_a_lost_connection_ends_a_handler_blocked_in_a_write(interop, service):
    lost = grpc.insecure_channel(
        interop.address, options=[("grpc.use_local_subchannel_pool", 1)])
    next(TestService(lost).StreamingOutputCall(output_request(*[1 << 20] * 1024)))
    lost.close()
    assert_handlers_end(service)


def test_an_answer_is_cancelled_after_its_handler_has_ended(interop, service):
    """The whole answer fits into the windows of a stream that nobody reads."""
    before = interop.resident_bytes()
    for _ in range(500):
        call = service.StreamingOutputCall(output_request(*[10_000] * 4))
        next(call)
        call.cancel()
    assert_handlers_end(service)
    assert interop.resident_bytes() - before < 8 << 20


def test_a_deadline_in_the_middle_of_an_upload(service):
    requests = Requests()
    call = service.StreamingInputCall.future(requests, timeout=0.5)
    requests.send(StreamingInputCallRequest(payload=Payload(body=bytes(100_000))))
    assert call.code() == grpc.StatusCode.DEADLINE_EXCEEDED
    requests.finish()
    assert_handlers_end(service)


def test_a_lost_connection_cancels_its_calls(interop, service):
    lost = grpc.insecure_channel(
        interop.address, options=[("grpc.use_local_subchannel_pool", 1)])
    call = TestService(lost).StreamingOutputCall(output_request(1, 1, interval_us=MINUTE_US))
    deadline = time.monotonic() + 30
    while running_handlers(service) == 0:
        assert time.monotonic() < deadline
        time.sleep(0.01)
    lost.close()
    del call
    assert_handlers_end(service)


def test_2000_cancelled_calls_leave_nothing(interop, service):
    def cancel(count):
        for _ in range(count):
            call = service.StreamingOutputCall(output_request(1024, 1, interval_us=20_000))
            call.cancel()
        assert_handlers_end(service)

    cancel(500)
    memory, descriptors = interop.resident_bytes(), interop.descriptor_count()
    cancel(2000)
    assert interop.resident_bytes() - memory < 8 << 20
    assert interop.descriptor_count() <= descriptors + 2


def test_an_upload_may_be_abandoned(service):
    requests = Requests()
    call = service.StreamingInputCall.future(requests)
    for _ in range(8):
        requests.send(StreamingInputCallRequest(payload=Payload(body=bytes(100_000))))
    call.cancel()
    requests.finish()
    assert_handlers_end(service)
