"""T02, T03, T05: each budget at its limit, where the connection is served, and past it."""

import time

import pytest

from conftest import SOAKING, again
from frames import ENHANCE_YOUR_CALM, NO_ERROR, PROTOCOL_ERROR, data, headers, message, request
from peer import Peer
from vectors import CONTROLS, NAMELESS, RESETS, VIOLATIONS

CLOSING_SECONDS = 1


def named(vectors):
    return pytest.mark.parametrize("vector", vectors, ids=lambda vector: vector.name)


def flood(peer, vector, figures, reads=True):
    """Sends until the server closes; how long after the limit that was."""
    passed = None
    sent = 0
    while sent < vector.total:
        until = min(vector.limit + 1 if passed is None else sent + 1_000, vector.total)
        if not peer.send(vector.octets(sent, until), reads=reads):
            break
        passed = passed or time.monotonic()
        sent = until
    closed = peer.wait_closed(reads=reads)
    figures["sent"] = sent
    figures["closed after ms"] = round((time.monotonic() - (passed or time.monotonic())) * 1000)
    figures["resets"] = peer.reset_count()
    return closed


def endure(server, vector, figures, **options):
    """A flood ends with GOAWAY and a close."""
    for _ in again():
        peer = endure_one(server, vector, figures, **options)
    return peer


def endure_one(server, vector, figures, **options):
    with Peer(server, acknowledges=vector.acknowledges, **options) as peer:
        if vector.acknowledges:
            peer.greet()
        peer.begin()
        assert flood(peer, vector, figures, reads=not options), figures
        if SOAKING:
            assert figures["closed after ms"] < CLOSING_SECONDS * 1000
        if not options:
            # The library counts a stream until its RST_STREAM is written: of too many in one
            # read it says that there are more than 128.
            codes = (vector.code, PROTOCOL_ERROR) if vector in RESETS else (vector.code,)
            assert peer.codes and peer.codes[-1] in codes, (peer.goaways, figures)
        return peer


@named(RESETS + CONTROLS)
def test_at_the_limit_an_open_call_is_served(server, attack, vector):
    with Peer(server).greet() as peer:
        call = peer.begin()
        peer.send(vector.octets(0, vector.limit))
        assert peer.finish(call) == "0", (peer.goaways, peer.resets[-3:])
        assert not peer.is_closed
        # The warning, at three quarters: the notice, and what it is for once that was read.
        assert peer.codes in ([], [NO_ERROR], [NO_ERROR, ENHANCE_YOUR_CALM]), peer.goaways
        attack["warned"] = peer.codes != []


@named(RESETS + CONTROLS + VIOLATIONS)
def test_past_the_limit_the_connection_ends(server, attack, vector):
    peer = endure(server, vector, attack)
    if vector in RESETS:
        assert peer.reset_count() <= vector.limit + 1


@named(CONTROLS)
def test_past_the_limit_the_connection_of_a_stalled_reader_ends(server, attack, vector):
    endure(server, vector, attack, small_buffer=True)


@named(NAMELESS)
def test_of_anything_too_much_ends_the_connection(server, attack, vector):
    endure(server, vector, attack)


@named(RESETS[:1])
def test_fifty_connections_at_once(server, attack, vector):
    """T02: a flood on each; none of them is spared, nor the honest client disturbed."""
    octets = vector.octets(0, 2_000)
    for _ in range(5 if SOAKING else 1):
        peers = [Peer(server).greet() for _ in range(50)]
        for peer in peers:
            peer.send(octets)
        for peer in peers:
            assert peer.wait_closed()
            assert peer.codes[-1] == vector.code
            peer.__exit__()


def test_a_ping_with_each_answer_is_in_order(server, attack):
    """As clients do that measure their bandwidth: never a strike, whatever the number."""
    with Peer(server).greet() as peer:
        for stream in range(1, 401, 2):
            peer.send(headers(stream, request()) + data(stream, message(), end=True))
            assert peer.status(stream) == "0"
            assert peer.is_alive()
        assert peer.codes == []
