"""gzip message by message, as gRPC's interoperability tests describe it.

grpcio has one setting a call and hides the flag of a message: what needs more goes by frames.
"""

import gzip
import struct

import grpc
import pytest

from service import (
    BoolValue, Payload, ResponseParameters, SimpleRequest, StreamingInputCallRequest,
    StreamingOutputCallRequest, message)
from test_frames import Peer

GZIP, NONE = grpc.Compression.Gzip, grpc.Compression.NoCompression
MEBIBYTE = 1 << 20
ACCEPT = ("grpc-accept-encoding", "identity,gzip")


def frame(body, flag=0):
    return struct.pack(">BI", flag, len(body)) + body


@pytest.fixture
def call(interop):
    """Calls by frames: headers of the answer, its messages with their flags, and its trailers."""
    peer = Peer(interop)

    def run(method, body, *extra):
        stream = peer.headers(ACCEPT, *extra, path=f"/grpc.testing.TestService/{method}")
        lists, answer, _ = peer.send(stream, body)
        messages = []
        while answer:
            flag, length = struct.unpack(">BI", answer[:5])
            messages.append((flag, answer[5:5 + length]))
            answer = answer[5 + length:]
        return lists[0], messages, lists[-1]

    yield run
    peer.close()


def input_request(expected, size):
    return StreamingInputCallRequest(
        expect_compressed=BoolValue(value=expected), payload=Payload(body=bytes(size)))


def test_client_compressed_streaming(call, service):
    with pytest.raises(grpc.RpcError) as refused:
        service.StreamingInputCall(
            iter([input_request(True, 27182)]), timeout=20, compression=NONE)
    assert refused.value.code() == grpc.StatusCode.INVALID_ARGUMENT
    requests = iter([input_request(True, 27182), input_request(True, 45904)])
    answer = service.StreamingInputCall(requests, timeout=20, compression=GZIP)
    assert answer.aggregated_payload_size == 73086
    body = (frame(gzip.compress(input_request(True, 27182).SerializeToString()), 1)
            + frame(input_request(False, 45904).SerializeToString()))
    _, [(_, answer)], _ = call("StreamingInputCall", body, ("grpc-encoding", "gzip"))
    answer = message("StreamingInputCallResponse").FromString(answer)
    assert answer.aggregated_payload_size == 73086


def test_server_compressed_unary(call):
    for compressed in (True, False):
        request = SimpleRequest(
            response_compressed=BoolValue(value=compressed), response_size=314159,
            payload=Payload(body=bytes(271828)))
        headers, messages, _ = call("UnaryCall", frame(request.SerializeToString()))
        assert headers.get("grpc-encoding") == ("gzip" if compressed else None)
        [(flag, body)] = messages
        assert flag == (1 if compressed else 0)
        answer = message("SimpleResponse").FromString(gzip.decompress(body) if flag else body)
        assert answer.payload.body == bytes(314159)


def test_server_compressed_streaming(call):
    request = StreamingOutputCallRequest(response_parameters=[
        ResponseParameters(size=31415, compressed=BoolValue(value=True)),
        ResponseParameters(size=92653, compressed=BoolValue(value=False))])
    headers, messages, _ = call("StreamingOutputCall", frame(request.SerializeToString()))
    assert headers["grpc-encoding"] == "gzip"
    assert [flag for flag, _ in messages] == [1, 0]
    answer = message("StreamingOutputCallResponse")
    bodies = [gzip.decompress(messages[0][1]), messages[1][1]]
    assert [len(answer.FromString(body).payload.body) for body in bodies] == [31415, 92653]


def test_an_encoding_that_is_not_installed_names_those_that_are(service):
    with pytest.raises(grpc.RpcError) as refused:
        service.UnaryCall(
            SimpleRequest(response_size=1), timeout=5, compression=grpc.Compression.Deflate)
    assert refused.value.code() == grpc.StatusCode.UNIMPLEMENTED


def test_the_limit_is_on_the_uncompressed_size(service):
    """4 MiB of zeros are 4 KiB on the wire; the tags and lengths around the body take 12 bytes."""
    request = SimpleRequest(response_size=1, payload=Payload(body=bytes(4 * MEBIBYTE - 12)))
    answer = service.UnaryCall(request, timeout=20, compression=GZIP)
    assert len(answer.payload.body) == 1
    request.payload.body += b"x"
    with pytest.raises(grpc.RpcError) as refused:
        service.UnaryCall(request, timeout=20, compression=GZIP)
    assert refused.value.code() == grpc.StatusCode.RESOURCE_EXHAUSTED


def test_a_bomb_costs_no_memory(interop, call):
    """Fifty messages of 64 KiB that would be 64 MiB each."""
    request = SimpleRequest(payload=Payload(body=bytes(64 * MEBIBYTE)))
    bomb = frame(gzip.compress(request.SerializeToString(), 9), 1)
    assert len(bomb) < 70_000
    before = interop.resident_bytes()
    for _ in range(50):
        _, _, trailers = call("UnaryCall", bomb, ("grpc-encoding", "gzip"))
        assert trailers["grpc-status"] == "8"
    assert interop.resident_bytes() - before < 16 * MEBIBYTE
