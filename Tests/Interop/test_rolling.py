"""Two servers on one PostgreSQL, replaced in turn under a steady load of round_robin clients."""

import collections
import json
import os
import pathlib
import subprocess
import sys
import time

import pytest

from conftest import BINARIES, Server, free_port, settings

ROUNDS = int(os.environ.get("ROSTER_SOAK_ROUNDS", 2))
RATE = int(os.environ.get("ROSTER_SOAK_RATE", 200))
CLIENTS = int(os.environ.get("ROSTER_SOAK_CLIENTS", 2))


class Replica:
    """`rosterd serve` on a port that it keeps from one process to the next."""

    def __init__(self, roster):
        state = roster.folder / "state"
        self.port = free_port()
        self.environment = settings(
            ROSTER_KEYS_FILE=str(state / "keys.json"),
            ROSTER_LISTEN=f"127.0.0.1:{self.port}", ROSTER_TLS="none", ROSTER_ADMIN_LISTEN="off",
            # No balancer asks for health here, so none needs the time to see it.
            ROSTER_SHUTDOWN_NOTICE="200ms",
            ROSTER_DATABASE_URL=f"host={state} user=roster_service dbname=roster",
            ROSTER_DATABASE_SYSTEM_URL=f"host={state} user=roster_system dbname=roster")
        self.start()

    def start(self):
        """Returns once it answers, so that a replaced one is replaced."""
        self.process = subprocess.Popen(
            [BINARIES / "rosterd", "serve"], env=self.environment, stderr=subprocess.PIPE,
            text=True)
        for line in self.process.stderr:
            if '"listening"' in line:
                break
        else:
            raise RuntimeError(f"rosterd ended with {self.process.wait()}")
        # Nobody reads on: what it logs from here must not fill the pipe.
        self.drain = subprocess.Popen(
            ["cat"], stdin=self.process.stderr, stdout=subprocess.DEVNULL)

    def wait_for_connections(self, count):
        """Until `count` clients are connected to this process."""
        deadline = time.monotonic() + 60
        while connection_count(self.port) < count:
            assert time.monotonic() < deadline, f"no client comes to port {self.port}"
            time.sleep(0.02)

    def terminate(self):
        self.process.terminate()
        return self.ended()

    def kill(self):
        self.process.kill()
        return self.ended()

    def ended(self):
        status = self.process.wait(timeout=60)
        self.drain.wait(timeout=60)
        return status


def connection_count(port):
    """Connections established to the server's `port`, as the kernel lists them."""
    count = 0
    for line in pathlib.Path("/proc/net/tcp").read_text().splitlines()[1:]:
        local, state = line.split()[1], line.split()[3]
        if state == "01" and int(local.split(":")[1], 16) == port:
            count += 1
    return count


class Load:
    """A process of rolling_load.py."""

    def __init__(self, roster, replicas):
        addresses = [f"127.0.0.1:{replica.port}" for replica in replicas]
        self.process = subprocess.Popen(
            [sys.executable, pathlib.Path(__file__).with_name("rolling_load.py"),
             str(RATE / CLIENTS), *addresses],
            env=dict(os.environ, ROSTER_TOKEN=roster.token),
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        assert self.process.stdout.readline() == "running\n"

    def finish(self):
        output, _ = self.process.communicate(timeout=120)
        return json.loads(output)


@pytest.fixture
def replicas(roster):
    replicas = [Replica(roster), Replica(roster)]
    yield replicas
    for replica in replicas:
        replica.terminate()


@pytest.fixture
def loads(roster, replicas):
    loads = [Load(roster, replicas) for _ in range(CLIENTS)]
    yield loads
    for load in loads:
        if load.process.poll() is None:
            load.process.kill()
            load.process.wait()


def steady(replicas):
    """Every client has both servers, so either may go."""
    for replica in replicas:
        replica.wait_for_connections(CLIENTS)


def test_a_rolling_restart_fails_no_call(replicas, loads):
    for round in range(ROUNDS):
        for replica in replicas:
            steady(replicas)
            assert replica.terminate() == 0
            replica.start()
        print(f"round {round + 1} of {ROUNDS}", flush=True)
    steady(replicas)
    outcomes = [load.finish() for load in loads]
    print(sum(outcome["answered"] for outcome in outcomes), "calls answered")
    failures = collections.Counter(
        (failure["code"], failure["details"])
        for outcome in outcomes for failure in outcome["failures"])
    assert failures == {}
    assert all(outcome["answered"] > 0 for outcome in outcomes)


def test_kill_9_fails_only_what_is_in_flight(replicas, loads):
    failed = 0
    for replica in replicas:
        steady(replicas)
        replica.kill()
        replica.start()
    steady(replicas)
    for load in loads:
        outcome = load.finish()
        failures = outcome["failures"]
        failed += len(failures)
        assert {failure["code"] for failure in failures} <= {"UNAVAILABLE"}, failures
        # Two kills: whatever failed had begun before its client saw the connection end.
        assert len(failures) <= 2 * outcome["in_flight_max"], outcome
        assert outcome["answered"] > len(failures)
    print(failed, "calls failed")
