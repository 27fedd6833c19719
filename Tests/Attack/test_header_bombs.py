"""T04 and T06: header blocks that never end, or that grow when they are decoded."""

import pytest

from conftest import SOAKING
from frames import (
    CONTINUATION, END_HEADERS, ENHANCE_YOUR_CALM, HEADERS, INITIAL_WINDOW_SIZE, PROTOCOL_ERROR,
    data, fields, frame, headers, message, request, settings)
from peer import Peer

KIB = 1 << 10
# Charged for each field beside its octets (RFC 9113 §6.5.2).
FIELD_OVERHEAD = 32
REQUEST_FIELDS = 6


def list_size(*pairs):
    return sum(len(name) + len(value) + FIELD_OVERHEAD for name, value in pairs)


REQUEST_SIZE = list_size(
    (":method", "POST"), (":scheme", "http"), (":path", "/grpc.testing.TestService/UnaryCall"),
    (":authority", "attack"), ("content-type", "application/grpc"), ("te", "trailers"))


def continued(stream, block, count):
    """HEADERS and `count` CONTINUATION frames, the last with the rest of the block."""
    parts = [frame(HEADERS, 0, stream, block[:10])]
    for index in range(count):
        is_last = index == count - 1
        parts.append(frame(
            CONTINUATION, END_HEADERS if is_last else 0, stream, block[10:] if is_last else b""))
    return b"".join(parts)


def status_of(server, block, before=b""):
    """grpc-status of a call with this header block, and the peer."""
    with Peer(server).greet() as peer:
        peer.send(before + headers(1, block) + data(1, message(), end=True))
        return peer.status(1), peer


def test_four_continuations_are_served(server, attack):
    with Peer(server).greet() as peer:
        peer.send(continued(1, request(), 4) + data(1, message(), end=True))
        assert peer.status(1) == "0"


@pytest.mark.parametrize("count, octets", [(5, b""), (1_000, b""), (1_000, bytes(16 * KIB))],
                         ids=["five", "a thousand empty", "a thousand full"])
def test_more_continuations_end_the_connection(server, attack, count, octets):
    """CVE-2024-28182."""
    attack["memory_max"] = 1 << 20
    with Peer(server).greet() as peer:
        peer.send(frame(HEADERS, 0, 1, request()))
        peer.send(frame(CONTINUATION, 0, 1, octets) * count)
        assert peer.wait_closed()
        assert peer.codes[-1:] == [ENHANCE_YOUR_CALM], peer.goaways


@pytest.mark.parametrize("excess, status", [(0, "0"), (1, "8")])
def test_64_fields_and_one_more(server, attack, excess, status):
    extra = [(f"x-{index}", "v") for index in range(64 - REQUEST_FIELDS + excess)]
    found, peer = status_of(server, request(extra=extra))
    assert found == status, peer.fields
    assert peer.fields[1][":status"] == "200"


@pytest.mark.parametrize("excess, status", [(0, "0"), (1, "8")])
def test_16_kib_of_fields_and_one_octet_more(server, attack, excess, status):
    value = "v" * (16 * KIB - REQUEST_SIZE - FIELD_OVERHEAD - 1 + excess)
    found, peer = status_of(server, request(extra=[("x", value)])[:-len(value)] + value.encode())
    assert found == status, (peer.fields, peer.goaways)


def test_64_kib_of_fields_are_refused_and_more_end_the_connection(server, attack):
    value = "v" * 4_000
    insert = fields(("x", value), kind=0x40)
    charge = 1 + len(value) + FIELD_OVERHEAD
    count = (64 * KIB - REQUEST_SIZE) // charge
    found, peer = status_of(server, request() + insert + b"\xbe" * (count - 1))
    assert found == "8", peer.goaways
    found, peer = status_of(server, request() + insert + b"\xbe" * count)
    assert found is None
    assert peer.codes == [ENHANCE_YOUR_CALM]


def references():
    """One entry of 3.9 KB in the table, and 4,000 references of an octet each to it."""
    insert = fields(("x", "v" * 3_900), kind=0x40)
    return [insert] + [b"\xbe" * 4_000] * 100


def crumbs():
    """RFC 9113 §8.2.3: cookies in pieces, here empty ones of an octet each."""
    return [b"\xa0" * 16_000] * 10


def empty_names():
    return [b"\x00\x00\x00" * 5_000] * 10


@pytest.mark.parametrize("make", [references, crumbs])
def test_bombs_cost_next_to_nothing(server, attack, make):
    """Up to a hundred streams on each of the connections, and each of them ends."""
    count = 50 if SOAKING else 10
    attack["memory_max"] = 20 << 20
    octets = b"".join(
        headers(1 + 2 * index, request() + block, end=True) for index, block in enumerate(make()))
    for _ in range(5 if SOAKING else 1):
        peers = [Peer(server, settings((INITIAL_WINDOW_SIZE, 0))).greet() for _ in range(count)]
        for peer in peers:
            peer.send(octets)
        for peer in peers:
            assert peer.wait_closed(), (peer.frame_counts, peer.resets[:3])
            peer.__exit__()
    attack["wire KB"] = len(octets) // 1_000
    attack["connections"] = count


def test_fields_without_a_name_cost_next_to_nothing(server, attack):
    """The first makes its request malformed; what follows is not looked at."""
    with Peer(server).greet() as peer:
        peer.send(b"".join(
            headers(1 + 2 * index, request() + block, end=True)
            for index, block in enumerate(empty_names())))
        assert peer.read_until(lambda: peer.reset_count() == 10)
        assert {code for _, code in peer.resets} == {PROTOCOL_ERROR}
        assert peer.is_alive()
    attack["processor_max"] = 0.1


def test_a_bomb_of_one_connection_takes_a_tenth_of_a_second_at_most(server, attack):
    """The processor time is the server's, so it holds on a busy machine too."""
    with Peer(server, settings((INITIAL_WINDOW_SIZE, 0))).greet() as peer:
        peer.send(b"".join(
            headers(1 + 2 * index, request() + block, end=True)
            for index, block in enumerate(references())))
        assert peer.wait_closed()
        assert peer.codes[-1] == ENHANCE_YOUR_CALM
    attack["processor_max"] = 0.1


def test_8000_changes_of_the_tables_size_cost_next_to_nothing(server, attack):
    """RFC 7541 §4.2 lets a block begin with any number of them."""
    block = b"\x20\x3f\xe1\x1f" * 4_000 + request()
    with Peer(server).greet() as peer:
        peer.send(b"".join(
            headers(stream, block) + data(stream, message(), end=True)
            for stream in range(1, 21, 2)))
        assert all(peer.status(stream) == "0" for stream in range(1, 21, 2))
    attack["processor_max"] = 0.1
