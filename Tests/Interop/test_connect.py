"""Connect, by curl, by `buf curl` and by its Python client."""

import gzip
import json
import re
import subprocess
import urllib.parse

import pytest
from connectrpc.code import Code
from connectrpc.errors import ConnectError
from connectrpc.protocol import ProtocolType

from connecting import buf_curl, connect_client, curl, envelope, envelopes, headers, method
from service import (
    EchoStatus, Payload, SimpleRequest, SimpleResponse, StreamingInputCallRequest,
    StreamingOutputCallRequest, StreamingOutputCallResponse, output_request)

SERVICE = "grpc.testing.TestService"
JSON = headers(content_type="application/json")
PROTO = headers(content_type="application/proto")


def url(server, name="UnaryCall", service=SERVICE):
    return f"http://{server.address}/{service}/{name}"


# MARK: curl

def test_curl_with_json(interop):
    answer = curl(url(interop), *JSON, data=b'{"responseSize":3}')
    assert answer.status == 200
    assert answer.headers["content-type"] == "application/json"
    assert answer.json == {"payload": {"body": "AAAA"}}
    assert answer.headers["content-length"] == str(len(answer.body))


def test_curl_with_protobuf(interop):
    request = SimpleRequest(response_size=300_000, payload=Payload(body=bytes(271_828)))
    answer = curl(url(interop), *PROTO, data=request.SerializeToString())
    assert answer.status == 200
    assert SimpleResponse.FromString(answer.body).payload.body == bytes(300_000)


def test_curl_with_a_message_beyond_the_limit(interop):
    answer = curl(url(interop), *PROTO, *headers(expect=""), data=bytes((4 << 20) + 1))
    assert answer.status == 429
    assert answer.json["code"] == "resource_exhausted"


@pytest.mark.parametrize("data, text", [
    (b'{"responseSise":3}', 'has no field "responseSise"'),
    (b'{"payload":{"bodi":""}}', 'has no field "bodi"'),
    (b'{"responseSize":"x"}', "a number is malformed"),
    (b'{"responseSize":3', "ends too early"),
    (b'{} {}', "something follows"),
    (b'', "ends too early"),
    (b'[]', "not valid JSON"),
    (b'\xff', "not valid JSON"),
    (b'{"payload":' * 5000, 'has no field "payload"'),
])
def test_json_that_is_wrong_is_the_callers_fault(interop, data, text):
    answer = curl(url(interop), *JSON, data=data)
    assert answer.status == 400
    assert answer.json["code"] == "invalid_argument"
    assert text in answer.json["message"]
    assert answer.json["details"][0]["debug"]["reason"] == "MESSAGE_MALFORMED"


def test_a_get_of_a_method_without_side_effects(interop):
    message = urllib.parse.quote('{"responseSize":3}')
    target = url(interop, "CacheableUnaryCall")
    answer = curl(f"{target}?encoding=json&message={message}&connect=v1")
    assert (answer.status, answer.json) == (200, {"payload": {"body": "AAAA"}})
    answer = curl(f"{target}?encoding=proto&base64=1&message=EAM")
    assert SimpleResponse.FromString(answer.body).payload.body == bytes(3)
    assert curl(f"{url(interop)}?encoding=proto&message=").status == 405


def test_a_get_with_a_compressed_message(interop):
    import base64
    message = base64.urlsafe_b64encode(gzip.compress(b'{"responseSize":3}')).decode().rstrip("=")
    answer = curl(
        f"{url(interop, 'CacheableUnaryCall')}?encoding=json&base64=1&compression=gzip"
        f"&message={message}")
    assert answer.json == {"payload": {"body": "AAAA"}}


@pytest.mark.parametrize("status, name, http", [
    (1, "canceled", 499), (3, "invalid_argument", 400), (5, "not_found", 404),
    (7, "permission_denied", 403), (8, "resource_exhausted", 429), (14, "unavailable", 503),
    (16, "unauthenticated", 401),
])
def test_errors_have_codes_and_http_statuses(interop, status, name, http):
    data = json.dumps({"responseStatus": {"code": status, "message": "so"}}).encode()
    answer = curl(url(interop), *JSON, data=data)
    assert answer.status == http
    assert answer.json == {"code": name, "message": "so"}


def test_metadata_comes_back(interop):
    answer = curl(
        url(interop), *JSON,
        *headers(x_grpc_test_echo_initial="a", x_grpc_test_echo_trailing_bin="q6ur"), data=b"{}")
    assert answer.headers["x-grpc-test-echo-initial"] == "a"
    assert answer.headers["trailer-x-grpc-test-echo-trailing-bin"] == "q6ur"


def test_bodies_may_be_compressed(interop):
    gzipped = gzip.compress(b'{"responseSize":50000,"responseCompressed":{"value":true}}')
    answer = curl(
        url(interop), *JSON, *headers(content_encoding="gzip", accept_encoding="br, gzip"),
        data=gzipped)
    assert answer.status == 200
    assert answer.headers["content-encoding"] == "gzip"
    assert len(answer.body) < 500
    text = gzip.decompress(answer.body)
    assert len(json.loads(text)["payload"]["body"]) > 50_000
    answer = curl(url(interop), *JSON, *headers(content_encoding="gzip"), data=b"no gzip")
    assert answer.json["code"] in ("internal", "invalid_argument")
    answer = curl(url(interop), *JSON, *headers(content_encoding="br"), data=b"{}")
    assert (answer.status, answer.json["code"]) == (501, "unimplemented")


def test_a_stream_of_the_server_by_curl(interop):
    request = output_request(1, 2).SerializeToString()
    answer = curl(
        url(interop, "StreamingOutputCall"), *headers(content_type="application/connect+proto"),
        data=envelope(request))
    assert answer.status == 200
    found = envelopes(answer.body)
    assert [flag for flag, _ in found] == [0, 0, 2]
    sizes = [len(StreamingOutputCallResponse.FromString(m).payload.body) for _, m in found[:2]]
    assert sizes == [1, 2]
    assert json.loads(found[2][1]) == {}


@pytest.mark.parametrize("path, type, status", [
    ("/none.Service/Call", "application/json", 404), ("/", "application/json", 404),
    (f"/{SERVICE}/UnaryCall", "text/html", 415),
    (f"/{SERVICE}/UnaryCall", "application/x-www-form-urlencoded", 415),
    (f"/{SERVICE}/StreamingOutputCall", "application/json", 415),
    ("/grpc.health.v1.Health/Check", "application/json", 415),
])
def test_what_is_no_call(interop, path, type, status):
    answer = curl(f"http://{interop.address}{path}", *headers(content_type=type), data=b"{}")
    assert answer.status == status


def test_the_health_page(interop):
    answer = curl(f"http://{interop.address}/healthz")
    assert (answer.status, answer.text) == (200, "serving\n")


# MARK: buf curl

PROTOCOLS = ["connect", "grpc", "grpcweb"]


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_buf_curl_unary(interop, tmp_path, protocol):
    done = buf_curl(
        url(interop), '{"responseSize":3}', "--protocol", protocol, folder=tmp_path)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == {"payload": {"body": "AAAA"}}


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_buf_curl_streams(interop, tmp_path, protocol):
    sizes = [{"size": 1}, {"size": 2}]
    done = buf_curl(
        url(interop, "FullDuplexCall"),
        " ".join(json.dumps({"responseParameters": [size]}) for size in sizes),
        "--protocol", protocol, folder=tmp_path)
    assert done.returncode == 0, done.stderr
    assert done.stdout.count('"body"') == 2


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_buf_curl_sees_errors(interop, tmp_path, protocol):
    done = buf_curl(
        url(interop), '{"responseStatus":{"code":5,"message":"nothing there"}}',
        "--protocol", protocol, folder=tmp_path)
    # The code of gRPC, shifted by three.
    assert done.returncode == 5 << 3
    assert "nothing there" in done.stderr


# MARK: the Python client

@pytest.fixture(params=["proto", "json"])
def codec(request):
    return request.param


@pytest.mark.parametrize("protocol", [
    ProtocolType.CONNECT, ProtocolType.GRPC, ProtocolType.GRPC_WEB])
def test_python_unary(interop, protocol):
    with connect_client(interop.address, protocol=protocol) as client:
        answer = client.execute_unary(
            request=SimpleRequest(response_size=314_159, payload=Payload(body=bytes(271_828))),
            method=method("UnaryCall"))
        assert answer.payload.body == bytes(314_159)


def test_python_get(interop, codec):
    with connect_client(interop.address, codec, send_compression=None) as client:
        answer = client.execute_unary(
            request=SimpleRequest(response_size=5), method=method("CacheableUnaryCall"),
            use_get=True)
        assert answer.payload.body == bytes(5)


def test_python_streams(interop, codec):
    with connect_client(interop.address, codec) as client:
        answers = client.execute_server_stream(
            request=output_request(31415, 9, 2653, 58979), method=method("StreamingOutputCall"))
        assert [len(answer.payload.body) for answer in answers] == [31415, 9, 2653, 58979]
        answer = client.execute_client_stream(
            request=iter([StreamingInputCallRequest(payload=Payload(body=bytes(size)))
                          for size in (27182, 8, 1828, 45904)]),
            method=method("StreamingInputCall"))
        assert answer.aggregated_payload_size == 74922
        answers = client.execute_bidi_stream(
            request=iter([output_request(size) for size in (1, 2, 3)]),
            method=method("FullDuplexCall"))
        assert [len(answer.payload.body) for answer in answers] == [1, 2, 3]


def test_python_errors(interop, codec):
    with connect_client(interop.address, codec) as client:
        with pytest.raises(ConnectError) as raised:
            client.execute_unary(
                request=SimpleRequest(response_status=EchoStatus(code=9, message="not now")),
                method=method("UnaryCall"))
        assert raised.value.code == Code.FAILED_PRECONDITION
        assert raised.value.message == "not now"
        answers = client.execute_server_stream(
            request=output_request(1, status=EchoStatus(code=14, message="away")),
            method=method("StreamingOutputCall"))
        with pytest.raises(ConnectError) as raised:
            list(answers)
        assert raised.value.code == Code.UNAVAILABLE


def test_python_deadline(interop):
    with connect_client(interop.address) as client:
        with pytest.raises(ConnectError) as raised:
            list(client.execute_server_stream(
                request=output_request(1, interval_us=30_000_000),
                method=method("StreamingOutputCall"), timeout_ms=200))
        assert raised.value.code == Code.DEADLINE_EXCEEDED


# MARK: rosterd

USER = "roster.v1.UserService"


def test_the_call_of_the_readme(roster):
    answer = curl(
        url(roster, "GetUserByEmail", USER), *JSON,
        *headers(authorization=f"Bearer {roster.token}"), data=b'{"email":"ada@demo.example"}')
    assert answer.status == 200, answer.text
    assert answer.json["user"]["email"] == "ada@demo.example"


def test_the_call_of_the_readme_by_get(roster):
    message = urllib.parse.quote('{"email":"ada@demo.example"}')
    answer = curl(
        f"{url(roster, 'GetUserByEmail', USER)}?encoding=json&message={message}",
        *headers(authorization=f"Bearer {roster.token}"))
    assert answer.status == 200, answer.text
    assert answer.json["user"]["email"] == "ada@demo.example"


def test_errors_of_rosterd_are_readable(roster):
    target = url(roster, "GetUserByEmail", USER)
    answer = curl(target, *JSON, data=b'{"emial":"?"}')
    # Who calls is asked before what the message says.
    assert (answer.status, answer.json["code"]) == (401, "unauthenticated")
    assert answer.json["details"][0]["type"] == "google.rpc.ErrorInfo"
    assert answer.json["details"][0]["debug"]["reason"] == "TOKEN_MISSING"
    token = headers(authorization=f"Bearer {roster.token}")
    answer = curl(target, *JSON, *token, data=b'{"emial":"?"}')
    assert (answer.status, answer.json["code"]) == (400, "invalid_argument")
    assert answer.json["message"] == 'roster.v1.GetUserByEmailRequest has no field "emial"'
    answer = curl(target, *JSON, *token, data=b'{"email":"nobody@demo.example"}')
    assert (answer.status, answer.json["code"]) == (404, "not_found")


def test_a_write_by_json_may_not_be_a_get(roster):
    target = url(roster, "CreateUser", USER)
    assert curl(f"{target}?encoding=json&message=%7B%7D").status == 405


def test_buf_curl_reads_the_schema_by_reflection(roster, tmp_path):
    done = buf_curl(
        url(roster, "GetUserByEmail", USER), '{"email":"nobody@demo.example"}',
        "-H", f"authorization: Bearer {roster.token}", folder=tmp_path, schema=False)
    assert done.returncode == 5 << 3
    assert "USER_NOT_FOUND" in done.stderr, done.stderr


def test_grpcurl_reads_details_by_reflection(roster):
    done = subprocess.run(
        ["grpcurl", "-plaintext", "-d", "{}", roster.address, f"{USER}/GetUserByEmail"],
        capture_output=True, text=True, timeout=30)
    details = re.search(r"1\)\s*(\{.*\})", done.stderr)
    assert json.loads(details.group(1)) == {
        "@type": "type.googleapis.com/google.rpc.ErrorInfo", "domain": "roster",
        "reason": "TOKEN_MISSING"}


def test_the_health_page_of_rosterd(roster):
    answer = curl(f"http://{roster.address}/healthz")
    assert (answer.status, answer.text) == (200, "serving\n")
