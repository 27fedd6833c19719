"""Statuses, their texts, and metadata both ways."""

import grpc
import pytest

from service import Empty, EchoStatus, Payload, SimpleRequest, output_request, unimplemented

SPECIAL = "\t\ntest with whitespace\r\nand Unicode BMP ☺ and non-BMP 😈\t\n"
METADATA = (
    ("x-grpc-test-echo-initial", "test_initial_metadata_value"),
    ("x-grpc-test-echo-trailing-bin", b"\xab\xab\xab"),
)


def refusal(call, *arguments, **options):
    options.setdefault("timeout", 5)
    with pytest.raises(grpc.RpcError) as refused:
        answer = call(*arguments, **options)
        if not hasattr(answer, "DESCRIPTOR"):
            list(answer)
    return refused.value


def test_custom_metadata_of_a_unary_call(service):
    answer, call = service.UnaryCall.with_call(
        SimpleRequest(response_size=314159, payload=Payload(body=bytes(271828))),
        metadata=METADATA, timeout=5)
    assert len(answer.payload.body) == 314159
    assert METADATA[0] in [tuple(pair) for pair in call.initial_metadata()]
    assert METADATA[1] in [tuple(pair) for pair in call.trailing_metadata()]


def test_custom_metadata_of_a_bidirectional_call(service):
    call = service.FullDuplexCall(
        iter([output_request(314159, body=bytes(271828))]), metadata=METADATA, timeout=5)
    assert [len(answer.payload.body) for answer in call] == [314159]
    assert METADATA[0] in [tuple(pair) for pair in call.initial_metadata()]
    assert METADATA[1] in [tuple(pair) for pair in call.trailing_metadata()]


def test_a_name_may_come_twice_and_keeps_its_order(service):
    metadata = [("x-grpc-test-echo-initial", value) for value in ("first", "second", "third")]
    _, call = service.UnaryCall.with_call(SimpleRequest(), metadata=metadata, timeout=5)
    echoed = [value for name, value in call.initial_metadata() if name == metadata[0][0]]
    assert echoed == ["first", "second", "third"]


@pytest.mark.parametrize("value", [b"", b"\0", b"ab", b"\xff" * 57, bytes(range(256))])
def test_binary_metadata_survives(service, value):
    metadata = [("x-grpc-test-echo-trailing-bin", value)]
    _, call = service.UnaryCall.with_call(SimpleRequest(), metadata=metadata, timeout=5)
    assert dict(call.trailing_metadata())["x-grpc-test-echo-trailing-bin"] == value


def test_status_code_and_message_of_a_unary_call(service):
    status = EchoStatus(code=2, message="test status message")
    error = refusal(service.UnaryCall, SimpleRequest(response_status=status))
    assert (error.code(), error.details()) == (grpc.StatusCode.UNKNOWN, "test status message")


def test_status_code_and_message_of_a_bidirectional_call(service):
    status = EchoStatus(code=2, message="test status message")
    error = refusal(service.FullDuplexCall, iter([output_request(status=status)]))
    assert (error.code(), error.details()) == (grpc.StatusCode.UNKNOWN, "test status message")


@pytest.mark.parametrize("code", [code for code in grpc.StatusCode if code.value[0] != 0])
def test_every_code_arrives(service, code):
    error = refusal(
        service.UnaryCall, SimpleRequest(response_status=EchoStatus(code=code.value[0])))
    assert error.code() == code


def test_special_status_message(service):
    status = EchoStatus(code=2, message=SPECIAL)
    error = refusal(service.UnaryCall, SimpleRequest(response_status=status))
    assert (error.code(), error.details()) == (grpc.StatusCode.UNKNOWN, SPECIAL)


def test_a_status_message_too_long_for_a_header_keeps_its_code(service):
    status = EchoStatus(code=9, message="x" * 100_000)
    error = refusal(service.UnaryCall, SimpleRequest(response_status=status))
    assert error.code() == grpc.StatusCode.FAILED_PRECONDITION
    assert error.details().startswith("xxx")


def test_unimplemented_method(channel):
    call = unimplemented(channel, "grpc.testing.TestService", "UnimplementedCall")
    error = refusal(call, Empty())
    assert error.code() == grpc.StatusCode.UNIMPLEMENTED
    assert "UnimplementedCall" in error.details()


def test_unimplemented_service(channel):
    call = unimplemented(channel, "grpc.testing.UnimplementedService", "UnimplementedCall")
    error = refusal(call, Empty())
    assert error.code() == grpc.StatusCode.UNIMPLEMENTED
    assert "grpc.testing.UnimplementedService" in error.details()


def test_compression_that_is_not_installed_is_refused_by_name(service):
    error = refusal(service.UnaryCall, SimpleRequest(), compression=grpc.Compression.Deflate)
    assert error.code() == grpc.StatusCode.UNIMPLEMENTED
    assert "deflate" in error.details()


def test_a_message_that_is_no_protobuf(channel):
    call = channel.unary_unary("/grpc.testing.TestService/UnaryCall")
    error = refusal(call, b"\xff\xff\xff\xff")
    assert error.code() == grpc.StatusCode.INVALID_ARGUMENT


def test_a_header_list_of_63_KB_is_refused_and_the_connection_goes_on(service):
    big = [("x-grpc-test-echo-initial", "x" * 63 * 1024)]
    error = refusal(service.UnaryCall, SimpleRequest(), metadata=big)
    assert error.code() == grpc.StatusCode.RESOURCE_EXHAUSTED
    assert service.EmptyCall(Empty(), timeout=5) == Empty()


def test_a_header_list_just_below_the_limit_is_taken(service):
    big = [("x-other", "x" * 8 * 1024), ("x-grpc-test-echo-initial", "x" * 7 * 1024)]
    _, call = service.UnaryCall.with_call(SimpleRequest(), metadata=big, timeout=5)
    assert dict(call.initial_metadata())["x-grpc-test-echo-initial"] == "x" * 7 * 1024


def test_65_header_fields_are_too_many(service):
    error = refusal(
        service.UnaryCall, SimpleRequest(), metadata=[(f"x-{index}", "1") for index in range(65)])
    assert error.code() == grpc.StatusCode.RESOURCE_EXHAUSTED
