"""T11: thousands of peers that never finish what they began, beside an honest client."""

import os
import select
import time

from conftest import SOAKING
from frames import ACK, HEADERS, PREFACE, SETTINGS, data, frame, headers, message, request, settings
from meter import descriptor_count
from peer import PATIENCE, Peer

PEERS = int(os.environ.get("ROSTER_SOAK_PEERS", 80))
# The limits, and what a machine may take beyond them to notice.
PREFACE_SECONDS = 5
HEADERS_SECONDS = 5
BODY_GRACE_SECONDS = 10
DRIP_SECONDS = 5


class Drip:
    """A peer of one kind: what it sends at first, and again every 5 s."""

    def __init__(self, server, kind, first, drop, limit):
        self.kind, self.drop, self.limit = kind, drop, limit
        self.peer = Peer(server, first=first, acknowledges=False)
        self.began = time.monotonic()
        self.seconds = None

    def ended(self):
        return self.peer.is_closed or bool(self.peer.resets)


def kinds():
    body = request(method="UnaryCall")
    greeting = PREFACE + settings() + frame(SETTINGS, ACK)
    return [
        ("half a preface", PREFACE[:12], b"", PREFACE_SECONDS),
        ("half a TLS ClientHello", b"\x16", b"", PREFACE_SECONDS),
        ("HEADERS without an end", greeting + frame(HEADERS, 0, 1, body), b"", HEADERS_SECONDS),
        ("a body of an octet every 5 s",
         greeting + headers(1, body) + data(1, message(b"", length=1_000)),
         data(1, b"x"), BODY_GRACE_SECONDS),
    ]


def test_slow_peers_are_ended_in_time(server, attack):
    attack["memory_max"] = (64 << 10) * PEERS + (5 << 20)
    before = descriptor_count(server)
    found = kinds()
    drips = {}
    poll = select.poll()
    for index in range(PEERS):
        drip = Drip(server, *found[index % len(found)])
        drips[drip.peer.socket.fileno()] = drip
        poll.register(drip.peer.socket, select.POLLIN | select.POLLRDHUP)
    waiting = dict(drips)

    def note(descriptor, drip):
        if drip.ended():
            drip.seconds = time.monotonic() - drip.began
            poll.unregister(descriptor)
            del waiting[descriptor]

    started = next_drop = time.monotonic()
    while waiting and time.monotonic() - started < BODY_GRACE_SECONDS + PATIENCE:
        for descriptor, _ in poll.poll(100):
            waiting[descriptor].peer.read_now()
            note(descriptor, waiting[descriptor])
        if time.monotonic() >= next_drop:
            next_drop += DRIP_SECONDS
            for descriptor, drip in list(waiting.items()):
                if drip.drop:
                    drip.peer.send(drip.drop)
                    note(descriptor, drip)
    slowest = {}
    for drip in drips.values():
        slowest[drip.kind] = max(slowest.get(drip.kind, 0), drip.seconds or float("inf"))
        drip.peer.socket.close()
    attack["slowest"] = {kind: round(seconds, 1) for kind, seconds in slowest.items()}
    attack["peers"] = PEERS
    assert not waiting, slowest
    if SOAKING:
        for kind, _, _, limit in found:
            assert slowest[kind] < limit + DRIP_SECONDS + 1, slowest
    deadline = time.monotonic() + PATIENCE
    while descriptor_count(server) > before and time.monotonic() < deadline:
        time.sleep(0.05)
    assert descriptor_count(server) <= before
