"""nghttpx before rosterd, with the configuration that we ship: HTTP/1.1 callers reach us by it."""

import json
import re
import socket
import subprocess
import tempfile
import time

import grpc
import pytest
from grpc_health.v1 import health_pb2, health_pb2_grpc

from conftest import ROOT, free_port
from messages import message
from service import Payload, SimpleRequest, TestService, output_request


class Proxy:
    def __init__(self, backend):
        self.port = free_port()
        log = tempfile.TemporaryFile()
        self.process = subprocess.Popen(
            ["nghttpx", f"--conf={ROOT / 'docker/nghttpx.conf'}", "--workers=1",
             f"--frontend=127.0.0.1,{self.port};no-tls",
             f"--backend=127.0.0.1,{backend.port};;proto=h2"],
            stdout=log, stderr=log)
        deadline = time.monotonic() + 30
        while True:
            try:
                socket.create_connection(("127.0.0.1", self.port)).close()
                return
            except ConnectionRefusedError:
                assert self.process.poll() is None and time.monotonic() < deadline
                time.sleep(0.02)

    @property
    def address(self):
        return f"127.0.0.1:{self.port}"

    def stop(self):
        self.process.terminate()
        self.process.wait(timeout=30)


@pytest.fixture(scope="module")
def proxy(roster):
    proxy = Proxy(roster)
    yield proxy
    proxy.stop()


@pytest.fixture(scope="module")
def interop_proxy(interop):
    proxy = Proxy(interop)
    yield proxy
    proxy.stop()


def curl(proxy, roster, method, body, *options):
    """The HTTP version and status of the answer, and its body."""
    done = subprocess.run(
        ["curl", "-sS", "--http1.1", "-H", "content-type: application/json",
         "-H", f"authorization: Bearer {roster.token}", "-d", body,
         "-w", "\n%{http_version} %{http_code}", *options,
         f"http://{proxy.address}/roster.v1.UserService/{method}"],
        capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    text, _, outcome = done.stdout.rpartition("\n")
    return outcome, text


def test_http_1_1_reaches_a_connect_method(proxy, roster):
    outcome, text = curl(proxy, roster, "GetUserByEmail", '{"email":"ada@demo.example"}')
    assert outcome == "1.1 200"
    assert json.loads(text)["user"]["givenName"] == "Ada"


def test_an_error_keeps_its_status_and_body_over_http_1_1(proxy, roster):
    outcome, text = curl(proxy, roster, "GetUserByEmail", '{"email":"nobody@demo.example"}')
    assert outcome == "1.1 404"
    assert json.loads(text)["code"] == "not_found"


def test_a_connection_of_http_1_1_serves_call_after_call(proxy, roster):
    """curl keeps its connection to the proxy, and the proxy its own to us."""
    url = f"http://{proxy.address}/roster.v1.UserService/GetUserByEmail"
    done = subprocess.run(
        ["curl", "-sS", "--http1.1", "-H", "content-type: application/json",
         "-H", f"authorization: Bearer {roster.token}", "-d", '{"email":"ada@demo.example"}',
         "-o", "/dev/null", "-w", "%{http_code} %{num_connects}\n", *[url] * 5],
        capture_output=True, text=True, timeout=60)
    # Only the first answer goes to -o; the others come before their lines.
    lines = re.findall(r"(\d{3} \d+)$", done.stdout, re.M)
    assert lines == ["200 1", "200 0", "200 0", "200 0", "200 0"]


def test_a_grpc_call_passes_with_its_trailers(proxy, roster):
    with grpc.insecure_channel(proxy.address) as channel:
        find = channel.unary_unary(
            "/roster.v1.UserService/GetUserByEmail",
            request_serializer=message("GetUserByEmailRequest").SerializeToString,
            response_deserializer=message("GetUserByEmailResponse").FromString)
        metadata = (("authorization", f"Bearer {roster.token}"),)
        request = message("GetUserByEmailRequest")(email="ada@demo.example")
        assert find(request, metadata=metadata, timeout=30).user.given_name == "Ada"
        request.email = "nobody@demo.example"
        with pytest.raises(grpc.RpcError) as refused:
            find(request, metadata=metadata, timeout=30)
        assert refused.value.code() == grpc.StatusCode.NOT_FOUND
        health = health_pb2_grpc.HealthStub(channel)
        assert health.Check(health_pb2.HealthCheckRequest(), timeout=30).status == 1


def test_streams_and_large_messages_pass(interop_proxy):
    with grpc.insecure_channel(interop_proxy.address) as channel:
        service = TestService(channel)
        requests = (output_request(31415, body=bytes(27182)) for _ in range(20))
        answers = service.FullDuplexCall(requests, timeout=60)
        assert [len(answer.payload.body) for answer in answers] == [31415] * 20
        answer = service.UnaryCall(
            SimpleRequest(response_size=3 << 20, payload=Payload(body=bytes(3 << 20))),
            timeout=60)
        assert len(answer.payload.body) == 3 << 20
