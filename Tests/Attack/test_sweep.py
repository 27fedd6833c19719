"""T07: every frame type with every length, flag and stream: an answer or a goodbye, no crash."""

import itertools
import os

import pytest

from conftest import SOAKING
from frames import (
    ACK, ALTSVC, GOAWAY, HEADERS, ORIGIN, PADDED, PING, PRIORITY, PRIORITY_UPDATE, data, frame,
    headers, number, request)
from peer import Peer

TYPES = [*range(0x0a), ALTSVC, ORIGIN, PRIORITY_UPDATE, 0xfa]
LENGTHS = range(21)
# All, or those that some type knows, alone and together.
FLAGS = range(256) if SOAKING else (0, 0x1, 0x4, 0x5, PADDED, 0x0d, 0x2c, 0xff)
STREAMS = (0, 1, 3, 2, 0x7fff_ffff)


def survives(server, octets):
    """Sends them after an open call: the peer is answered, or told why not, and closed."""
    with Peer(server) as peer:
        peer.send(headers(1, request()) + octets + frame(PING, 0, 0, b"is alive"))
        answered = peer.read_until(lambda: (PING, ACK) in peer.frame_counts)
        assert answered or peer.is_closed, octets
        assert answered or peer.goaways, octets
        return answered


@pytest.mark.parametrize("kind", TYPES, ids=hex)
def test_frames_of_any_shape(server, attack, kind):
    attack["memory_max"] = 20 << 20
    served = ended = 0
    for length, flags, stream in itertools.product(LENGTHS, FLAGS, STREAMS):
        payload = os.urandom(length) if SOAKING else bytes(length)
        if survives(server, frame(kind, flags, stream, payload)):
            served += 1
        else:
            ended += 1
    attack["served"], attack["ended"] = served, ended


FELLING = {
    "padding past the end of DATA": frame(0, PADDED, 1, b"\xff" + bytes(10)),
    "padding past the end of HEADERS": frame(HEADERS, PADDED | 0x4, 3, b"\xff" + bytes(10)),
    "HEADERS of priority alone": frame(HEADERS, 0x24, 3, bytes(5)),
    "HEADERS of priority alone, to be continued": frame(HEADERS, 0x20, 3, bytes(5)),
    "HEADERS of padding and priority": frame(HEADERS, 0x2c, 3, b"\0" + bytes(5)),
    "ALTSVC": frame(ALTSVC, 0, 0, b"\0\x04test" + b'h2=":1"'),
    "ALTSVC past its end": frame(ALTSVC, 0, 1, b"\xff\xff"),
    "ORIGIN": frame(ORIGIN, 0, 0, b"\0\x10http://a.example"),
    "ORIGIN past its end": frame(ORIGIN, 0, 0, b"\xff\xff"),
    "PRIORITY_UPDATE of nonsense": frame(PRIORITY_UPDATE, 0, 0, number(1) + b"u=9,i=?9" * 10),
    "PRIORITY_UPDATE of stream 0": frame(PRIORITY_UPDATE, 0, 0, number(0)),
    "PRIORITY on itself": frame(PRIORITY, 0, 1, number(1) + b"\0"),
    "GOAWAY twice": frame(GOAWAY, 0, 0, number(1) + number(0)) * 2,
    "GOAWAY that grows": (
        frame(GOAWAY, 0, 0, number(0) + number(0)) + frame(GOAWAY, 0, 0, number(3) + number(0))),
    "GOAWAY of the last stream, then DATA": (
        frame(GOAWAY, 0, 0, number(0x7fff_ffff) + number(0)) + data(1, b"x", end=True)),
    "GOAWAY, then a request": (
        frame(GOAWAY, 0, 0, number(0) + number(0)) + headers(3, request(), end=True)),
}


@pytest.mark.parametrize("name", FELLING)
def test_frames_that_have_felled_others(server, attack, name):
    """swift-nio-http2 and grpc-swift crashed on these, or on their like."""
    survives(server, FELLING[name])
