"""HTTP/2 frames octet by octet (RFC 9113), for peers that do what no library would."""

import struct

PREFACE = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"

(DATA, HEADERS, PRIORITY, RST_STREAM, SETTINGS, PUSH_PROMISE, PING, GOAWAY, WINDOW_UPDATE,
 CONTINUATION) = range(10)
ALTSVC, ORIGIN, PRIORITY_UPDATE = 0x0a, 0x0c, 0x10

END_STREAM = ACK = 0x1
END_HEADERS = 0x4
PADDED = 0x8

NO_ERROR, PROTOCOL_ERROR, FLOW_CONTROL_ERROR, STREAM_CLOSED, FRAME_SIZE_ERROR = 0, 1, 3, 5, 6
COMPRESSION_ERROR, ENHANCE_YOUR_CALM = 9, 11

INITIAL_WINDOW_SIZE = 4


def frame(kind, flags=0, stream=0, payload=b""):
    return struct.pack(
        ">BHBBI", len(payload) >> 16, len(payload) & 0xffff, kind, flags, stream) + payload


def number(value):
    return struct.pack(">I", value)


def data(stream, payload=b"", end=False):
    return frame(DATA, END_STREAM if end else 0, stream, payload)


def headers(stream, block, end=False):
    return frame(HEADERS, END_HEADERS | (END_STREAM if end else 0), stream, block)


def reset(stream, code=8):
    return frame(RST_STREAM, 0, stream, number(code))


def settings(*entries):
    return frame(SETTINGS, 0, 0, b"".join(struct.pack(">HI", *entry) for entry in entries))


def window_update(stream, increment):
    return frame(WINDOW_UPDATE, 0, stream, number(increment))


def ping(opaque=0):
    return frame(PING, 0, 0, struct.pack(">Q", opaque))


def literal(text):
    """A string of HPACK without Huffman coding (RFC 7541 §5.2)."""
    text = text if isinstance(text, bytes) else text.encode()
    if len(text) < 127:
        return bytes([len(text)]) + text
    length, left = bytearray([127]), len(text) - 127
    while left >= 128:
        length.append(left & 127 | 128)
        left >>= 7
    return bytes(length) + bytes([left]) + text


def fields(*pairs, kind=0x00):
    """Literal fields with new names; `kind` 0x40 enters them into the table (RFC 7541 §6.2)."""
    return b"".join(bytes([kind]) + literal(name) + literal(value) for name, value in pairs)


def request(method="UnaryCall", service="grpc.testing.TestService", extra=()):
    """The header block of a gRPC call."""
    return fields(
        (":method", "POST"), (":scheme", "http"), (":path", f"/{service}/{method}"),
        (":authority", "attack"), ("content-type", "application/grpc"), ("te", "trailers"),
        *extra)


def message(octets=b"", flag=0, length=None):
    """A gRPC message; `length` may lie."""
    return struct.pack(">BI", flag, len(octets) if length is None else length) + octets
