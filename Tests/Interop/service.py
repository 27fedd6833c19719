"""grpc.testing.TestService as grpcio callables, built from proto/ when the tests start.

Generated modules would land in a package named `grpc` and hide grpcio, so none are written.
"""

import pathlib
import tempfile

from google.protobuf import descriptor_pb2, descriptor_pool, message_factory
from grpc_tools import protoc

PROTO = pathlib.Path(__file__).resolve().parents[2] / "proto"


def load(*files):
    """The message classes and services of `files`, by full name."""
    with tempfile.NamedTemporaryFile() as out:
        code = protoc.main([
            "protoc", f"-I{PROTO}", "--include_imports",
            f"--descriptor_set_out={out.name}", *files])
        assert code == 0
        found = descriptor_pb2.FileDescriptorSet.FromString(out.read())
    pool = descriptor_pool.DescriptorPool()
    for file in found.file:
        pool.Add(file)
    return pool


POOL = load("grpc/testing/test.proto")


def message(name):
    return message_factory.GetMessageClass(POOL.FindMessageTypeByName(f"grpc.testing.{name}"))


BoolValue = message("BoolValue")
Empty = message("Empty")
EchoStatus = message("EchoStatus")
Payload = message("Payload")
ResponseParameters = message("ResponseParameters")
SimpleRequest = message("SimpleRequest")
SimpleResponse = message("SimpleResponse")
StreamingInputCallRequest = message("StreamingInputCallRequest")
StreamingOutputCallRequest = message("StreamingOutputCallRequest")
StreamingOutputCallResponse = message("StreamingOutputCallResponse")


class TestService:
    __test__ = False

    def __init__(self, channel, name="grpc.testing.TestService"):
        descriptor = POOL.FindServiceByName("grpc.testing.TestService")
        for method in descriptor.methods:
            ways = ("stream" if method.client_streaming else "unary",
                    "stream" if method.server_streaming else "unary")
            setattr(self, method.name, self._call(channel, "_".join(ways), name, method))

    @staticmethod
    def _call(channel, kind, service, method):
        answer = message_factory.GetMessageClass(method.output_type)
        return getattr(channel, kind)(
            f"/{service}/{method.name}",
            request_serializer=lambda request: request.SerializeToString(),
            response_deserializer=answer.FromString)


def unimplemented(channel, service, method):
    """A callable for a method that the descriptor does not have."""
    return channel.unary_unary(
        f"/{service}/{method}",
        request_serializer=lambda request: request.SerializeToString(),
        response_deserializer=Empty.FromString)


def output_request(*sizes, interval_us=0, body=b"", status=None):
    return StreamingOutputCallRequest(
        response_parameters=[
            ResponseParameters(size=size, interval_us=interval_us) for size in sizes],
        payload=Payload(body=body), response_status=status)
