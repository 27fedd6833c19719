"""One raw connection: it sends what it is told, and writes down what comes back."""

import select
import socket
import struct
import time

import hpack

from frames import (
    ACK, DATA, END_STREAM, GOAWAY, HEADERS, PING, PREFACE, RST_STREAM, SETTINGS,
    WINDOW_UPDATE, data, frame, headers, message, request, settings)

# Long enough for any machine: what must happen sooner is asked for where it is measured.
PATIENCE = 30
# Of a stream and of the connection, before any credit.
STREAM_WINDOW, CONNECTION_WINDOW = 256 << 10, 65_535


class Peer:
    """Sends the preface and SETTINGS when it is made, or `first`."""

    def __init__(self, server, settings_frame=settings(), acknowledges=True, small_buffer=False,
                 first=None):
        self.socket = socket.socket()
        if small_buffer:
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        self.socket.connect(("127.0.0.1", server.port))
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        # Closing sends RST: thousands of peers leave no port behind.
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.socket.setblocking(False)
        self.reading = bytearray()
        self.decoder = hpack.Decoder()
        self.decoder.max_allowed_table_size = 4096
        self.acknowledges = acknowledges
        self.is_closed = False
        self.frame_counts = {}
        # (last stream, code, debug text) of each, and (stream, code) of each.
        self.goaways, self.resets = [], []
        # What came of each stream: fields of all its header lists, and its octets.
        self.fields, self.bodies, self.ended = {}, {}, set()
        # Octets of DATA that we may still send, by stream beside the first window.
        self.credit = {}
        self.send(PREFACE + settings_frame if first is None else first)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.socket.close()

    # Sending

    def send(self, octets, reads=True):
        """Sends all of it, or what the peer takes before it closes; reads meanwhile."""
        rest = memoryview(octets)
        while rest and not self.is_closed:
            ready = self._wait(PATIENCE, select.POLLOUT | (select.POLLIN if reads else 0))
            assert ready, "the server neither reads nor closes"
            if ready & select.POLLIN and reads:
                self._read()
            if ready & select.POLLOUT and not self.is_closed:
                try:
                    rest = rest[self.socket.send(rest):]
                except BlockingIOError:
                    pass
                except OSError:
                    self.is_closed = True
            elif not reads and ready & (select.POLLHUP | select.POLLERR | select.POLLRDHUP):
                self.is_closed = True
        return not self.is_closed

    # Reading

    def read_until(self, condition, seconds=PATIENCE):
        """Whether `condition` came true before the end of the connection or the time."""
        deadline = time.monotonic() + seconds
        while not condition():
            left = deadline - time.monotonic()
            if self.is_closed or left <= 0 or not self._wait(left, select.POLLIN):
                return condition()
            self._read()
        return True

    def wait_closed(self, seconds=PATIENCE, reads=True):
        """Whether the server ended the connection in that time."""
        if reads:
            return self.read_until(lambda: self.is_closed, seconds)
        if not self.is_closed and self._wait(seconds, 0):
            self.is_closed = True
        return self.is_closed

    def read_now(self):
        """Reads what has come, if anything has."""
        if self._wait(0, select.POLLIN) and not self.is_closed:
            self._read()

    def is_alive(self):
        """Whether a PING is answered."""
        known = self.frame_counts.get((PING, ACK), 0)
        self.send(frame(PING, 0, 0, b"is alive"))
        return self.read_until(lambda: self.frame_counts.get((PING, ACK), 0) > known)

    def _wait(self, seconds, events):
        poll = select.poll()
        poll.register(self.socket, events | select.POLLRDHUP)
        found = poll.poll(max(seconds, 0) * 1000)
        return found[0][1] if found else 0

    def _read(self):
        try:
            octets = self.socket.recv(1 << 18)
        except BlockingIOError:
            return
        except OSError:
            octets = b""
        if not octets:
            self.is_closed = True
            return
        self.reading += octets
        start = 0
        while len(self.reading) - start >= 9:
            length = int.from_bytes(self.reading[start:start + 3])
            if len(self.reading) - start - 9 < length:
                break
            kind, flags, stream = struct.unpack_from(">BBI", self.reading, start + 3)
            self._hear(kind, flags, stream, bytes(self.reading[start + 9:start + 9 + length]))
            start += 9 + length
        del self.reading[:start]

    def _hear(self, kind, flags, stream, payload):
        key = (kind, flags & ACK if kind in (PING, SETTINGS) else 0)
        self.frame_counts[key] = self.frame_counts.get(key, 0) + 1
        if kind == SETTINGS and not flags & ACK and self.acknowledges:
            self._try(frame(SETTINGS, ACK))
        elif kind == PING and not flags & ACK and self.acknowledges:
            self._try(frame(PING, ACK, 0, payload))
        elif kind == GOAWAY:
            last, code = struct.unpack_from(">II", payload)
            self.goaways.append((last, code, payload[8:].decode()))
        elif kind == RST_STREAM:
            self.resets.append((stream, *struct.unpack(">I", payload)))
            self.ended.add(stream)
        elif kind == HEADERS:
            self.fields.setdefault(stream, {}).update(self.decoder.decode(payload))
        elif kind == WINDOW_UPDATE:
            self.credit[stream] = self.credit.get(stream, 0) + struct.unpack(">I", payload)[0]
        elif kind == DATA:
            self.bodies[stream] = self.bodies.get(stream, b"") + payload
        if kind in (HEADERS, DATA) and flags & END_STREAM:
            self.ended.add(stream)

    def _try(self, octets):
        try:
            self.socket.send(octets)
        except OSError:
            pass

    # Calls

    def greet(self):
        """Both SETTINGS are exchanged and acknowledged."""
        assert self.read_until(
            lambda: (SETTINGS, 0) in self.frame_counts and (SETTINGS, ACK) in self.frame_counts)
        return self

    def begin(self, stream=1, method="UnaryCall"):
        """A call whose message is still to come."""
        self.send(headers(stream, request(method)))
        return stream

    def finish(self, stream, octets=b""):
        """Sends the call's message; its grpc-status, or None when it was not answered."""
        self.send_body(stream, message(octets))
        return self.status(stream)

    def send_body(self, stream, octets):
        """Ends the stream with these octets of DATA, as the server's credit allows."""
        sent = 0
        while True:
            part = octets[sent:sent + 16_384]
            sent += len(part)
            self.read_until(lambda: stream in self.ended or sent <= min(
                STREAM_WINDOW + self.credit.get(stream, 0),
                CONNECTION_WINDOW + self.credit.get(0, 0)))
            if stream in self.ended or self.is_closed:
                return
            self.send(data(stream, part, end=sent == len(octets)))
            if sent == len(octets):
                return

    def status(self, stream):
        self.read_until(lambda: stream in self.ended)
        return self.fields.get(stream, {}).get("grpc-status")

    @property
    def codes(self):
        """The codes of the GOAWAYs that came."""
        return [code for _, code, _ in self.goaways]

    def reset_count(self):
        return len(self.resets)
