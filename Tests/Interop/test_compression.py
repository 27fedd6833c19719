"""gzip both ways with grpcio, which compresses a call as a whole."""

import grpc
import pytest

from service import (
    Payload, ResponseParameters, SimpleRequest, StreamingInputCallRequest,
    StreamingOutputCallRequest, message)

BoolValue = message("BoolValue")
MEBIBYTE = 1 << 20


def large(**options):
    return SimpleRequest(response_size=314159, payload=Payload(body=bytes(271828)), **options)


def test_client_compressed_unary(service):
    """The probe comes first: a server that can't see the flag would take it."""
    with pytest.raises(grpc.RpcError) as refused:
        service.UnaryCall(large(expect_compressed=BoolValue(value=True)), timeout=30)
    assert refused.value.code() == grpc.StatusCode.INVALID_ARGUMENT
    for expected, compression in [
            (True, grpc.Compression.Gzip), (False, grpc.Compression.NoCompression)]:
        answer = service.UnaryCall(
            large(expect_compressed=BoolValue(value=expected)), compression=compression,
            timeout=30)
        assert answer.payload.body == bytes(314159)


def test_a_compressed_stream_of_requests(service):
    """The library sends what compression would lengthen as it is."""
    requests = (
        StreamingInputCallRequest(
            payload=Payload(body=bytes(size)), expect_compressed=BoolValue(value=True))
        for size in (27182, 1828, 45904))
    answer = service.StreamingInputCall(requests, compression=grpc.Compression.Gzip, timeout=30)
    assert answer.aggregated_payload_size == 74914


@pytest.mark.parametrize("compressed", [True, False])
def test_answers_compressed_and_not(service, compressed):
    answer = service.UnaryCall(
        large(response_compressed=BoolValue(value=compressed)), timeout=30)
    assert answer.payload.body == bytes(314159)
    request = StreamingOutputCallRequest(response_parameters=[
        ResponseParameters(size=31415, compressed=BoolValue(value=compressed)),
        ResponseParameters(size=92653, compressed=BoolValue(value=not compressed))])
    answers = service.StreamingOutputCall(request, timeout=30)
    assert [len(answer.payload.body) for answer in answers] == [31415, 92653]


def test_a_message_that_grows_past_the_limit_is_refused(service):
    """64 MiB of zeros are some 64 KB on the wire."""
    with pytest.raises(grpc.RpcError) as refused:
        service.UnaryCall(
            SimpleRequest(payload=Payload(body=bytes(64 * MEBIBYTE))),
            compression=grpc.Compression.Gzip, timeout=60)
    assert refused.value.code() == grpc.StatusCode.RESOURCE_EXHAUSTED
