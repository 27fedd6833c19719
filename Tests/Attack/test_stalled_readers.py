"""Answers that nobody reads: what they hold, and until when."""

import time

import pytest

from conftest import SOAKING
from frames import INITIAL_WINDOW_SIZE, data, headers, message, request, settings, window_update
from meter import descriptor_count
from peer import Peer
from test_protobuf import field, varint

MIB = 1 << 20
# The server resets a stream that gains less than 16 KiB in 30 s, and closes a connection that
# takes no octet for 60 s.
STALL_SECONDS = 60
# StreamingOutputCallRequest with 1,000 answers of 64 KiB.
ANSWERS = message(field(2, b"\x08" + varint(65_536)) * 1_000)


@pytest.mark.parametrize("window", [0, 1, 0x7fff_ffff], ids=["none", "an octet", "all"])
def test_a_hundred_streams_of_answers_that_nobody_reads(server, attack, window):
    """6.4 GB asked for; whatever the windows, each stream and the connection hold little."""
    attack["memory_max"] = 20 * MIB
    before = descriptor_count(server)
    with Peer(server, settings((INITIAL_WINDOW_SIZE, window)), small_buffer=True).greet() as peer:
        if window > 1:
            peer.send(window_update(0, 0x7fff_ffff - 65_535))
        peer.send(b"".join(
            headers(stream, request("StreamingOutputCall")) + data(stream, ANSWERS, end=True)
            for stream in range(1, 201, 2)), reads=False)
        started = time.monotonic()
        # Long enough for the handlers to fill what they may. Behind octets that nobody reads, a
        # peer does not see that it was closed: the server's descriptors tell.
        while time.monotonic() - started < (STALL_SECONDS + 15 if SOAKING else 1):
            if descriptor_count(server) <= before:
                attack["closed after s"] = round(time.monotonic() - started, 1)
                break
            time.sleep(0.1)
        if SOAKING and window > 1:
            assert "closed after s" in attack, "the server holds the answers for ever"
