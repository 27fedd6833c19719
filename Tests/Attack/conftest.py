"""Attacks on the servers under test, beside an honest client. Run by scripts/test, or by hand:

scripts/test python release && .venv/bin/pytest Tests/Attack

ROSTER_SOAK_ATTACK=1 makes them last, and bounds what a loaded machine may not: how soon a
connection is closed, and the honest client's p99. The server then has one core, and the honest
client and the attackers the other, so that an attack delays honest calls by the server only.
"""

import contextlib
import importlib.util
import json
import os
import pathlib
import resource
import sys
import time

import pytest

import cores
from honest import Honest
from meter import Meter

# How servers are started is known beside the interoperability tests.
INTEROP = pathlib.Path(__file__).resolve().parents[1] / "Interop"
sys.path.append(str(INTEROP))
_spec = importlib.util.spec_from_file_location("interop_servers", INTEROP / "conftest.py")
servers = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(servers)

SOAKING = os.environ.get("ROSTER_SOAK_ATTACK") == "1"
HONEST_P99_FACTOR = 1.5
MEMORY_GROWTH_MAX = 5 << 20

_figures = []

# For our thousands of peers, and for the servers, which inherit it.
_, _descriptors = resource.getrlimit(resource.RLIMIT_NOFILE)
resource.setrlimit(resource.RLIMIT_NOFILE, (_descriptors, _descriptors))


@pytest.fixture(scope="session")
def server():
    server = servers.Server(
        [*(cores.SERVER if SOAKING else ()), servers.BINARIES / "InteropServer"],
        r"listening on 127\.0\.0\.1:(\d+)")
    yield server
    assert server.stop() == 0


@pytest.fixture(scope="session")
def honest(server):
    """The honest client, warm. Soaking, its p99 in peace is measured before each attack."""
    client = Honest(server, comes_first=SOAKING)
    time.sleep(3)
    client.period()
    time.sleep(1)
    peace = client.period()
    assert peace["failed"] == 0, peace
    yield client
    client.stop()


SOAK_SECONDS = 5
# Attacks a second: a flood each.
SOAK_RATE = 20


def again():
    """Once; or, soaking, as often as `SOAK_RATE` says for `SOAK_SECONDS`."""
    started = time.monotonic()
    yield
    for count in range(1, SOAK_SECONDS * SOAK_RATE if SOAKING else 1):
        time.sleep(max(0, started + count / SOAK_RATE - time.monotonic()))
        yield


@pytest.fixture
def attack(request, server, honest):
    """Figures of one attack: the test adds its own; honest calls must not notice."""
    honest.period()
    if SOAKING:
        time.sleep(2)
        honest.peace = honest.period()
    meter = Meter(server)
    figures = {"attack": request.node.name, "memory_max": MEMORY_GROWTH_MAX}
    with cores.attacker() if SOAKING else contextlib.nullcontext():
        yield figures
    figures |= meter.stop()
    figures["honest"] = honest.period()
    if SOAKING:
        figures["peace"] = honest.peace
    _figures.append(figures)
    assert server.process.poll() is None, server.stderr()
    assert figures["honest"]["failed"] == 0, figures
    assert figures["grown"] < figures["memory_max"], figures
    assert figures["processor"] <= figures.get("processor_max", float("inf")), figures
    if SOAKING and figures["honest"]["calls"] >= 1_000:
        assert figures["honest"]["p99"] < HONEST_P99_FACTOR * honest.peace["p99"], figures


def pytest_terminal_summary(terminalreporter):
    """One line an attack: what it sent, how it ended, and what it cost."""
    for figures in _figures:
        figures = dict(figures)
        honest, peace = figures.pop("honest"), figures.pop("peace", None)
        peak = figures.pop("grown") / 1024
        seconds = round(figures.pop("processor"), 2), round(figures.pop("seconds"), 2)
        for bound in ("memory_max", "processor_max"):
            figures.pop(bound, None)
        told = f"honest {quantiles(honest)}"
        if peace:
            told += f", in peace {quantiles(peace)}"
        terminalreporter.write_line(
            f"{figures.pop('attack')}: {json.dumps(figures)}, memory {peak:+.0f} KiB, "
            f"processor {seconds[0]} of {seconds[1]} s, {told}")


def quantiles(period):
    if not period["calls"]:
        return "none"
    return (f"p50 {period['p50'] * 1000:.2f} p99 {period['p99'] * 1000:.2f} ms "
            f"of {period['calls']}")
