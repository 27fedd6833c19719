"""What no gRPC client sends by itself: frames cut anywhere, padding, tiny windows, bad headers."""

import socket
import struct
import subprocess

import h2.config
import h2.connection
import h2.events
import pytest

from service import Payload, SimpleRequest, SimpleResponse

UNARY = "/grpc.testing.TestService/UnaryCall"


class Peer:
    """One HTTP/2 connection by hyper-h2, which sends what it is told."""

    def __init__(self, server, window=None):
        self.socket = socket.create_connection(("127.0.0.1", server.port), timeout=10)
        self.connection = h2.connection.H2Connection(h2.config.H2Configuration(
            client_side=True, validate_outbound_headers=False, normalize_outbound_headers=False))
        self.connection.initiate_connection()
        if window is not None:
            self.connection.update_settings({h2.settings.SettingCodes.INITIAL_WINDOW_SIZE: window})
        self.flush()

    def flush(self):
        self.socket.sendall(self.connection.data_to_send())

    def headers(self, *extra, path=UNARY, method="POST", content_type="application/grpc",
                end_stream=False):
        stream = self.connection.get_next_available_stream_id()
        fields = [(":method", method), (":scheme", "http"), (":path", path),
                  (":authority", "test"), ("te", "trailers"), *extra]
        if content_type is not None:
            fields.append(("content-type", content_type))
        self.connection.send_headers(stream, fields, end_stream=end_stream)
        self.flush()
        return stream

    def send(self, stream, body):
        """A whole body, as the windows allow; then the answer."""
        connection = self.connection
        while body:
            room = min(
                connection.local_flow_control_window(stream), connection.max_outbound_frame_size)
            if room > 0:
                connection.send_data(stream, body[:room], end_stream=len(body) <= room)
                body = body[room:]
            else:
                connection.receive_data(self.socket.recv(65536))
            self.flush()
        return self.answer(stream)

    def answer(self, stream, acknowledge=True):
        """Header lists, body and the code of a reset, until the stream ends."""
        lists, body, reset = [], b"", None
        ended = False
        while not ended:
            data = self.socket.recv(65536)
            if not data:
                break
            for event in self.connection.receive_data(data):
                if isinstance(event, h2.events.DataReceived):
                    body += event.data
                    if acknowledge and event.flow_controlled_length:
                        self.connection.acknowledge_received_data(
                            event.flow_controlled_length, event.stream_id)
                elif isinstance(event, (h2.events.ResponseReceived, h2.events.TrailersReceived)):
                    lists.append({text(name): text(value) for name, value in event.headers})
                elif isinstance(event, h2.events.StreamReset):
                    reset, ended = event.error_code, True
                elif isinstance(event, h2.events.StreamEnded):
                    ended = True
                elif isinstance(event, h2.events.ConnectionTerminated):
                    ended = True
            self.flush()
        return lists, body, reset

    def close(self):
        self.socket.close()


def text(value):
    return value.decode() if isinstance(value, bytes) else value


def framed(message):
    body = message.SerializeToString()
    return b"\0" + struct.pack(">I", len(body)) + body


@pytest.fixture
def peer(interop):
    peer = Peer(interop)
    yield peer
    peer.close()


def test_a_message_split_into_single_bytes(peer):
    stream = peer.headers()
    for byte in framed(SimpleRequest(response_size=3, payload=Payload(body=b"abc"))):
        peer.connection.send_data(stream, bytes([byte]))
        peer.flush()
    peer.connection.end_stream(stream)
    peer.flush()
    lists, body, reset = peer.answer(stream)
    assert lists[0][":status"] == "200" and lists[-1]["grpc-status"] == "0"
    assert body == framed(SimpleResponse(payload=Payload(body=bytes(3))))
    assert reset is None


def test_padding_is_charged_to_the_windows_and_given_back(peer):
    """5 bytes in 261: 4,000 such frames are more than both windows, were padding lost."""
    stream = peer.headers(path="/grpc.testing.TestService/StreamingInputCall")
    for _ in range(4000):
        while peer.connection.local_flow_control_window(stream) < 512:
            for event in peer.connection.receive_data(peer.socket.recv(65536)):
                assert not isinstance(event, h2.events.StreamReset)
            peer.flush()
        peer.connection.send_data(stream, b"\0\0\0\0\0", pad_length=255)
        peer.flush()
    peer.connection.end_stream(stream)
    peer.flush()
    lists, _, _ = peer.answer(stream)
    assert lists[-1]["grpc-status"] == "0"


def test_a_window_of_one_byte_still_gets_the_whole_answer(interop):
    peer = Peer(interop, window=1)
    stream = peer.headers()
    peer.connection.send_data(stream, framed(SimpleRequest(response_size=200)), end_stream=True)
    peer.flush()
    lists, body, _ = peer.answer(stream)
    peer.close()
    assert lists[-1]["grpc-status"] == "0"
    assert body == framed(SimpleResponse(payload=Payload(body=bytes(200))))


@pytest.mark.parametrize("options, status, grpc_status", [
    ({"content_type": "text/plain"}, "415", "3"),
    ({"content_type": None}, "415", "3"),
    ({"method": "GET"}, "405", "13"),
    ({"path": "/nothing"}, "200", "12"),
    ({"path": "/grpc.testing.TestService/unaryCall"}, "200", "12"),
    ({"content_type": "application/grpc+json"}, "200", "12"),
])
def test_a_request_that_is_no_call(peer, options, status, grpc_status):
    stream = peer.headers(**options)
    lists, _, reset = peer.answer(stream)
    assert (lists[0][":status"], lists[0]["grpc-status"]) == (status, grpc_status)
    assert reset in (None, 0)


@pytest.mark.parametrize("timeout", ["", "1", "S", "123456789S", "+1S", "1.5S", "1s"])
def test_a_malformed_timeout(peer, timeout):
    stream = peer.headers(("grpc-timeout", timeout), end_stream=True)
    lists, _, reset = peer.answer(stream)
    if lists:
        assert (lists[0][":status"], lists[0]["grpc-status"]) == ("400", "13")
        assert "grpc-timeout" in lists[0]["grpc-message"]
    else:
        assert reset is not None


def test_a_deadline_that_has_passed(peer):
    stream = peer.headers(("grpc-timeout", "0n"), end_stream=True)
    lists, _, _ = peer.answer(stream)
    assert lists[0]["grpc-status"] == "4"


def test_binary_metadata_that_is_no_base64(peer):
    stream = peer.headers(("x-data-bin", "!!!"), end_stream=True)
    lists, _, _ = peer.answer(stream)
    assert (lists[0][":status"], lists[0]["grpc-status"]) == ("400", "13")
    assert "x-data-bin" in lists[0]["grpc-message"]


@pytest.mark.parametrize("body, code", [
    (b"", "12"),
    (framed(SimpleRequest()) * 2, "12"),
    (b"\x02\0\0\0\0", "13"),
    (b"\x01\0\0\0\0", "13"),
    (b"\0\0\0\0\x05ab", "13"),
    (b"\0\0", "13"),
    (b"\0\xff\xff\xff\xff", "8"),
])
def test_bodies_that_are_not_one_message(peer, body, code):
    stream = peer.headers()
    peer.connection.send_data(stream, body, end_stream=True)
    peer.flush()
    lists, _, _ = peer.answer(stream)
    assert lists[-1]["grpc-status"] == code


def test_the_subtype_is_answered_as_asked(peer):
    stream = peer.headers(content_type="application/grpc+proto")
    peer.connection.send_data(stream, framed(SimpleRequest()), end_stream=True)
    peer.flush()
    lists, _, _ = peer.answer(stream)
    assert lists[0]["content-type"] == "application/grpc+proto"


def test_http_1_1_gets_one_clear_text(interop):
    answer = subprocess.run(
        ["curl", "-si", "--max-time", "5", f"http://{interop.address}/"],
        capture_output=True, text=True).stdout
    assert answer.startswith("HTTP/1.1 505 ")
    assert "HTTP/2" in answer and "grpc" in answer.lower()


def test_noise_is_answered_by_closing(interop):
    with socket.create_connection(("127.0.0.1", interop.port), timeout=10) as noisy:
        noisy.sendall(bytes(range(256)) * 16)
        while noisy.recv(65536):
            pass
