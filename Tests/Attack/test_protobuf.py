"""T39: messages that lie about what they are, to a server that must not believe them."""

import gzip

import pytest

import conftest
from frames import data, headers, message, request
from peer import Peer

INVALID_ARGUMENT, RESOURCE_EXHAUSTED, UNIMPLEMENTED, INTERNAL = "3", "8", "12", "13"
# Octets that are no message are the caller's mistake, and none that spends our error budget.
MALFORMED = INVALID_ARGUMENT
MIB = 1 << 20


def varint(value):
    octets = bytearray()
    while value >= 128:
        octets.append(value & 127 | 128)
        value >>= 7
    return bytes(octets) + bytes([value])


def field(tag, octets):
    """A length-delimited field."""
    return varint(tag << 3 | 2) + varint(len(octets)) + octets


def call(server, octets, method="UnaryCall", service="grpc.testing.TestService", extra=()):
    """grpc-status of a call with this body."""
    with Peer(server).greet() as peer:
        peer.send(headers(1, request(method, service, extra)))
        peer.send_body(1, octets)
        status = peer.status(1)
        assert peer.is_closed or peer.is_alive()
        return status


def test_unknown_fields_are_skipped(server, attack):
    unknown = b"".join(varint(1_000 + index << 3) + b"\1" for index in range(20_000))
    assert call(server, message(unknown)) == "0"


@pytest.mark.parametrize("depth, status", [(90, "0"), (10_000, MALFORMED)])
def test_groups_within_groups(server, attack, depth, status):
    """Unknown groups (wire type 3): the parser follows them down only so far."""
    tag = 1_000
    groups = varint(tag << 3 | 3) * depth + varint(tag << 3 | 4) * depth
    assert call(server, message(groups)) == status


@pytest.mark.parametrize("octets", [
    b"\x12\xff\xff\xff\xff\x0f", b"\x12\x7f", b"\x10", b"\xff" * 11, b"\x07", b"\x00\x01",
    b"\x0c", b"\x12" + b"\xff" * 8 + b"\x7f",
], ids=["a length of 4 GiB", "cut off", "no value", "an endless varint", "wire type 7", "field 0",
        "an end without a group", "a length of 2^63"])
def test_fields_that_lie(server, attack, octets):
    assert call(server, message(octets)) == MALFORMED


def test_invalid_utf8_in_a_string(server, attack):
    # response_status.message.
    assert call(server, message(field(7, field(2, b"\xff\xfe")))) == MALFORMED


@pytest.mark.parametrize("length", [4 * MIB + 1, 0x7fff_ffff, 0xffff_ffff])
def test_a_length_prefix_that_lies_is_refused_at_once(server, attack, length):
    """CVE-2021-36155. The octets that were announced never come, nor does the end."""
    with Peer(server).greet() as peer:
        peer.send(headers(1, request()))
        peer.send(data(1, message(b"x", length=length)))
        assert peer.status(1) == RESOURCE_EXHAUSTED
        assert peer.is_alive()


def test_a_length_prefix_of_the_limit_costs_nothing_until_it_is_used(server, attack):
    with Peer(server).greet() as peer:
        peer.send(b"".join(
            headers(1 + 2 * index, request()) + data(1 + 2 * index, message(b"", length=4 * MIB))
            for index in range(100)))
        assert peer.is_alive()


@pytest.mark.parametrize("flag", [1, 2, 0x80, 0xff])
def test_a_flag_that_nothing_announced(server, attack, flag):
    assert call(server, message(b"", flag=flag)) == INTERNAL


def test_an_encoding_that_we_do_not_know(server, attack):
    assert call(
        server, message(b"", flag=1), extra=[("grpc-encoding", "snappy")]) == UNIMPLEMENTED


def test_a_million_repeated_fields(server, attack):
    """2 MB ask for a million answers; the caller leaves, and they are not made."""
    attack["memory_max"] = 128 * MIB
    with Peer(server).greet() as peer:
        peer.begin(method="StreamingOutputCall")
        peer.send_body(1, message(field(2, b"") * 1_000_000))
        peer.read_until(lambda: peer.bodies.get(1))
    with Peer(server).greet() as peer:
        assert peer.finish(peer.begin()) == "0"


def test_a_zip_bomb_is_cut_at_the_limit(server, attack):
    """64 KB that inflate to 64 MiB, ten times; past 4 MiB nothing more is inflated."""
    attack["memory_max"] = 20 * MIB
    bomb = gzip.compress(bytes(64 * MIB))
    for _ in range(10):
        assert call(
            server, message(bomb, flag=1), extra=[("grpc-encoding", "gzip")]) == RESOURCE_EXHAUSTED
    attack["wire KB"] = len(bomb) // 100


# The same on rosterd, whose messages have strings, maps and lists.

@pytest.fixture(scope="module")
def roster():
    server = conftest.servers.Roster()
    yield server
    assert server.stop() == 0


def ask(roster, octets, method="GetUser"):
    return call(
        roster, message(octets), method, "roster.v1.UserService",
        [("authorization", f"Bearer {roster.token}")])


def test_rosterd_refuses_what_is_no_message(roster):
    for octets in (b"\x12\x7f", b"\xff" * 11, b"\x0a\x02\xff\xfe", b"\x07"):
        assert ask(roster, octets) == MALFORMED
    groups = varint(1_000 << 3 | 3) * 10_000
    assert ask(roster, groups) == MALFORMED


@pytest.mark.parametrize("method, limit", [("BatchGetUsers", 65_536), ("CreateUser", 131_072)])
def test_rosterd_decodes_no_more_than_its_methods_need(roster, method, limit):
    """At the limit the elements are counted, past it none of them is looked at."""
    element = field(2, b"")
    full = element * (limit // len(element))
    assert len(full) == limit
    assert ask(roster, full, method) == INVALID_ARGUMENT
    assert ask(roster, full + element, method) == RESOURCE_EXHAUSTED


def test_rosterd_refuses_a_batch_of_a_million(roster):
    before = roster.resident_bytes()
    assert ask(roster, field(2, b"") * 1_000_000, "BatchGetUsers") == RESOURCE_EXHAUSTED
    grown = roster.resident_bytes() - before
    print(f"a batch of a million: memory grew by {grown / MIB:.1f} MiB")
    assert grown < MIB
