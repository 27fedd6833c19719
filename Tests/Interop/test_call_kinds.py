"""The four kinds of call, as gRPC's interoperability tests describe them."""

import concurrent.futures

import grpc
import pytest

from service import (
    Empty, Payload, SimpleRequest, StreamingInputCallRequest, TestService, output_request)

MEBIBYTE = 1 << 20


def test_empty_unary(service):
    assert service.EmptyCall(Empty(), timeout=5) == Empty()


def test_large_unary(service):
    answer = service.UnaryCall(
        SimpleRequest(response_size=314159, payload=Payload(body=bytes(271828))), timeout=5)
    assert answer.payload.body == bytes(314159)


def test_cacheable_unary_is_an_ordinary_unary_call(service):
    answer = service.CacheableUnaryCall(SimpleRequest(response_size=7), timeout=5)
    assert len(answer.payload.body) == 7


def test_client_streaming_sums_payload_sizes(service):
    sizes = [27182, 8, 1828, 45904]
    requests = (StreamingInputCallRequest(payload=Payload(body=bytes(size))) for size in sizes)
    assert service.StreamingInputCall(requests, timeout=5).aggregated_payload_size == 74922


def test_client_streaming_of_nothing(service):
    assert service.StreamingInputCall(iter(()), timeout=5).aggregated_payload_size == 0


def test_server_streaming_keeps_order(service):
    answers = service.StreamingOutputCall(output_request(31415, 9, 2653, 58979), timeout=5)
    assert [len(answer.payload.body) for answer in answers] == [31415, 9, 2653, 58979]


def test_ping_pong(service):
    """Each request is sent only after the answer to the one before."""
    calls = Requests()
    answers = service.FullDuplexCall(calls, timeout=10)
    for request, answer in [(27182, 31415), (8, 9), (1828, 2653), (45904, 58979)]:
        calls.send(output_request(answer, body=bytes(request)))
        assert len(next(answers).payload.body) == answer
    calls.finish()
    assert list(answers) == []


def test_empty_stream(service):
    assert list(service.FullDuplexCall(iter(()), timeout=5)) == []


def test_half_duplex_answers_after_the_last_request(service):
    requests = iter([output_request(31415), output_request(9), output_request(2653)])
    answers = service.HalfDuplexCall(requests, timeout=5)
    assert [len(answer.payload.body) for answer in answers] == [31415, 9, 2653]


def test_a_request_of_the_size_limit_passes_and_one_byte_more_does_not(service):
    """4 MiB of message, of which the tags and lengths around the body take 12 bytes."""
    request = SimpleRequest(response_size=1, payload=Payload(body=bytes(4 * MEBIBYTE - 12)))
    assert request.ByteSize() == 4 * MEBIBYTE
    assert len(service.UnaryCall(request, timeout=20).payload.body) == 1
    request.payload.body += b"x"
    with pytest.raises(grpc.RpcError) as refused:
        service.UnaryCall(request, timeout=20)
    assert refused.value.code() == grpc.StatusCode.RESOURCE_EXHAUSTED


def test_a_response_far_beyond_the_windows(service):
    answer = service.UnaryCall(SimpleRequest(response_size=16 * MEBIBYTE), timeout=20)
    assert len(answer.payload.body) == 16 * MEBIBYTE


def test_a_stream_of_large_messages_both_ways(service):
    requests = (output_request(MEBIBYTE, body=bytes(MEBIBYTE)) for _ in range(32))
    answers = service.FullDuplexCall(requests, timeout=60)
    assert sum(len(answer.payload.body) for answer in answers) == 32 * MEBIBYTE


def test_a_slow_reader_holds_the_writer_back(interop, service):
    """64 MiB are asked for and read one message at a time: the server keeps a window, not all."""
    before = interop.resident_bytes()
    answers = service.StreamingOutputCall(output_request(*[65536] * 1024), timeout=60)
    next(answers)
    worst = 0
    for answer in answers:
        worst = max(worst, interop.resident_bytes() - before)
        assert len(answer.payload.body) == 65536
    assert worst < 24 * MEBIBYTE


def test_concurrent_large_unary(interop):
    """1,000 calls at once over one connection, each larger than the stream's window."""
    request = SimpleRequest(response_size=314159, payload=Payload(body=bytes(271828)))
    with grpc.insecure_channel(interop.address) as channel:
        service = TestService(channel)
        calls = [service.UnaryCall.future(request, timeout=120) for _ in range(1000)]
        assert all(len(call.result().payload.body) == 314159 for call in calls)


def test_parallel_streams_do_not_mix(service):
    def run(size):
        answers = service.StreamingOutputCall(output_request(*[size] * 20), timeout=20)
        return {len(answer.payload.body) for answer in answers}

    with concurrent.futures.ThreadPoolExecutor(16) as pool:
        for size, sizes in zip(range(1, 65), pool.map(run, range(1, 65))):
            assert sizes == {size}


class Requests:
    """An iterator of requests that are given one by one."""

    def __init__(self):
        import queue
        self.waiting = queue.Queue()

    def send(self, request):
        self.waiting.put(request)

    def finish(self):
        self.waiting.put(None)

    def __iter__(self):
        return self

    def __next__(self):
        request = self.waiting.get()
        if request is None:
            raise StopIteration
        return request
