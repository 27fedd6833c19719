"""gRPC-Web in raw bytes over HTTP/2, and what browsers ask before they call."""

import base64

import httpx
import pytest

from conftest import BINARIES, Server
from connecting import curl, envelope, envelopes, headers
from service import (
    EchoStatus, SimpleRequest, SimpleResponse, StreamingOutputCallResponse, output_request)

SERVICE = "grpc.testing.TestService"
OK = b"grpc-status: 0\r\n"
ORIGIN = "https://console.example"


@pytest.fixture
def client(interop):
    with httpx.Client(
            http1=False, http2=True, base_url=f"http://{interop.address}", timeout=20) as client:
        yield client


def post(client, name, body, type="application/grpc-web+proto", **fields):
    answer = client.post(
        f"/{SERVICE}/{name}", content=body, headers={"content-type": type, **fields})
    assert answer.http_version == "HTTP/2"
    return answer


def test_a_unary_call(client):
    request = SimpleRequest(response_size=3).SerializeToString()
    answer = post(client, "UnaryCall", envelope(request))
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/grpc-web+proto"
    (flag, message), (last, trailers) = envelopes(answer.content)
    assert (flag, last, trailers) == (0, 0x80, OK)
    assert SimpleResponse.FromString(message).payload.body == bytes(3)


def test_a_stream_in_base64(client):
    body = base64.b64encode(envelope(output_request(1, 2, 30_000).SerializeToString()))
    answer = post(client, "StreamingOutputCall", body, "application/grpc-web-text")
    assert answer.headers["content-type"] == "application/grpc-web-text"
    # Each frame is padded by itself.
    decoded = b"".join(
        base64.b64decode(part) for part in answer.content.replace(b"=", b"= ").replace(
            b"= =", b"==").split())
    found = envelopes(decoded)
    assert [flag for flag, _ in found] == [0, 0, 0, 0x80]
    sizes = [len(StreamingOutputCallResponse.FromString(m).payload.body) for _, m in found[:3]]
    assert sizes == [1, 2, 30_000]


def test_metadata_and_an_error(client):
    request = SimpleRequest(response_status=EchoStatus(code=5, message="none: é"))
    answer = post(
        client, "UnaryCall", envelope(request.SerializeToString()),
        **{"x-grpc-test-echo-initial": "a", "x-grpc-test-echo-trailing-bin": "q6ur"})
    assert answer.status_code == 200
    assert answer.headers["x-grpc-test-echo-initial"] == "a"
    ((flag, trailers),) = envelopes(answer.content)
    assert flag == 0x80
    assert trailers.split(b"\r\n") == [
        b"grpc-status: 5", b"grpc-message: none: %C3%A9",
        b"x-grpc-test-echo-trailing-bin: q6ur", b""]


def test_an_error_alone_is_in_the_headers(client):
    request = SimpleRequest(response_status=EchoStatus(code=5, message="none"))
    answer = post(client, "UnaryCall", envelope(request.SerializeToString()))
    assert (answer.headers["grpc-status"], answer.content) == ("5", b"")


def test_a_deadline(client):
    request = output_request(1, interval_us=30_000_000).SerializeToString()
    answer = post(client, "StreamingOutputCall", envelope(request), **{"grpc-timeout": "100m"})
    assert answer.headers["grpc-status"] == "4"


@pytest.mark.parametrize("body", [b"", b"AAAA!", b"\0\0\0\0\1", b"\1\0\0\0\0"])
def test_bodies_that_are_wrong(client, body):
    type = "application/grpc-web-text" if b"A" in body else "application/grpc-web"
    answer = post(client, "UnaryCall", body, type)
    assert answer.headers["grpc-status"] in ("12", "13")


def test_the_health_service_by_curl(interop):
    answer = curl(
        f"http://{interop.address}/grpc.health.v1.Health/Check",
        *headers(content_type="application/grpc-web-text", accept="application/grpc-web-text"),
        data=b"AAAAAAA=")
    assert answer.status == 200
    assert answer.body.startswith(b"AAAAAAIIAQ==")


# MARK: CORS

@pytest.fixture(scope="module")
def open_server():
    server = Server(
        [BINARIES / "InteropServer", "--origin", ORIGIN], r"listening on 127\.0\.0\.1:(\d+)")
    yield server
    assert server.stop() == 0


def preflight(server, origin):
    return curl(
        f"http://{server.address}/{SERVICE}/UnaryCall", "-X", "OPTIONS",
        *headers(origin=origin, access_control_request_method="POST",
                 access_control_request_headers="content-type,authorization"))


def test_a_page_of_an_allowed_origin_may_call(open_server):
    answer = preflight(open_server, ORIGIN)
    assert answer.status == 204
    assert answer.headers["access-control-allow-origin"] == ORIGIN
    assert "authorization" in answer.headers["access-control-allow-headers"]
    answer = curl(
        f"http://{open_server.address}/{SERVICE}/UnaryCall",
        *headers(origin=ORIGIN, content_type="application/json"), data=b"{}")
    assert answer.status == 200
    assert answer.headers["access-control-allow-origin"] == ORIGIN
    assert "grpc-status" in answer.headers["access-control-expose-headers"]


def test_a_page_of_another_origin_may_not(open_server):
    answer = preflight(open_server, "https://evil.example")
    assert answer.status == 403
    assert "access-control-allow-origin" not in answer.headers


def test_no_page_may_unless_the_server_is_told(interop):
    assert preflight(interop, ORIGIN).status == 403
