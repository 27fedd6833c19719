"""Calls by Connect and gRPC-Web: curl, buf curl and the Python client of Connect."""

import json
import pathlib
import shutil
import struct
import subprocess
import sys

import pyqwest
from connectrpc.client import ConnectClientSync
from connectrpc.compat import google_protobuf_binary_codec, google_protobuf_json_codec
from connectrpc.method import IdempotencyLevel, MethodInfo, StreamType
from google.protobuf import message_factory

from service import POOL, PROTO

BUF = pathlib.Path(sys.executable).parent / "buf"


class Answer:
    """What curl wrote with --include."""

    def __init__(self, output):
        head, self.body = output.split(b"\r\n\r\n", 1)
        status, *fields = head.decode().split("\r\n")
        self.status = int(status.split(" ")[1])
        self.headers = {}
        for field in fields:
            name, value = field.split(": ", 1)
            self.headers.setdefault(name, value)

    @property
    def text(self):
        return self.body.decode()

    @property
    def json(self):
        return json.loads(self.body)


def curl(url, *arguments, data=None):
    command = ["curl", "--silent", "--show-error", "--include", "--max-time", "20",
               "--http2-prior-knowledge", *arguments, url]
    if data is not None:
        command[-1:-1] = ["--data-binary", "@-"]
    done = subprocess.run(command, input=data, capture_output=True, timeout=30)
    assert done.returncode == 0, done.stderr.decode()
    return Answer(done.stdout)


def headers(**fields):
    """curl's arguments; an underscore stands for a hyphen."""
    return [part for name, value in fields.items()
            for part in ("-H", f"{name.replace('_', '-')}: {value}")]


def buf_curl(url, data, *arguments, folder, schema=True):
    # Without a home of its own, buf would write into that of whoever runs the tests.
    command = [BUF, "curl", "--http2-prior-knowledge", "--data", data, *arguments, url]
    if schema:
        command[2:2] = ["--schema", PROTO]
    return subprocess.run(
        [str(part) for part in command], capture_output=True, text=True, timeout=60,
        env={"PATH": "/usr/bin:/bin", "HOME": str(folder), "BUF_CACHE_DIR": str(folder)})


def envelope(message, flag=0):
    return struct.pack(">BI", flag, len(message)) + message


def envelopes(body):
    """Flags and payloads."""
    found = []
    while body:
        flag, length = struct.unpack(">BI", body[:5])
        assert len(body) >= 5 + length
        found.append((flag, body[5:5 + length]))
        body = body[5 + length:]
    return found


KINDS = {
    (False, False): StreamType.UNARY, (True, False): StreamType.CLIENT_STREAM,
    (False, True): StreamType.SERVER_STREAM, (True, True): StreamType.BIDI_STREAM,
}


def method(name, service="grpc.testing.TestService", pool=POOL):
    """What the Python client needs to know of a method."""
    found = pool.FindServiceByName(service).methods_by_name[name]
    return MethodInfo(
        name=name, service_name=service,
        input=message_factory.GetMessageClass(found.input_type),
        output=message_factory.GetMessageClass(found.output_type),
        idempotency_level=IdempotencyLevel.NO_SIDE_EFFECTS,
        stream_type=KINDS[found.client_streaming, found.server_streaming])


def connect_client(address, codec="proto", **options):
    """The client of PyPI's connectrpc, over HTTP/2 without TLS."""
    transport = pyqwest.SyncHTTPTransport(http_version=pyqwest.HTTPVersion.HTTP2)
    codecs = {"proto": google_protobuf_binary_codec, "json": google_protobuf_json_codec}
    return ConnectClientSync(
        f"http://{address}", codec=codecs[codec](), http_client=pyqwest.SyncClient(transport),
        **options)
