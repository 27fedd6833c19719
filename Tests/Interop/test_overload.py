"""More work than can be done: deadlines, lost clients, shedding by class, quotas, a database away.

Larger by ROSTER_SOAK_OVERLOAD_CALLS, ROSTER_SOAK_OUTAGE_SECONDS and ROSTER_SOAK_CURVE_SECONDS, see
scripts/soak.
"""

import asyncio
import os
import re
import signal
import subprocess
import time

import grpc
import h2.events
import pytest
from google.rpc import error_details_pb2, status_pb2
from grpc_health.v1 import health_pb2, health_pb2_grpc

from conftest import BINARIES, Server, free_port
from messages import message
from test_faults import PASSING, Home
from test_frames import Peer, framed, text

CALLS = int(os.environ.get("ROSTER_SOAK_OVERLOAD_CALLS", "1000"))
OUTAGE = float(os.environ.get("ROSTER_SOAK_OUTAGE_SECONDS", "2"))
CURVE = float(os.environ.get("ROSTER_SOAK_CURVE_SECONDS", "0"))
# Long enough for a slow machine; what is waited for comes much sooner.
PATIENCE = 60
GET = "/roster.v1.UserService/GetUserByEmail"
BATCH = "/roster.v1.UserService/BatchGetUsers"


class Overloaded(Home):
    """A `rosterd dev` with settings of the test's own, which may be changed by starting anew."""

    def __init__(self, **settings):
        self.settings = settings
        super().__init__()

    def start(self):
        # rosterd refuses settings that it doesn't know, such as our knobs.
        ours = {name: value for name, value in os.environ.items()
                if not name.startswith("ROSTER_SOAK_")}
        environment = dict(
            ours, ROSTER_DEV=str(self.folder / "state"), ROSTER_ADMIN_LISTEN="off",
            **self.settings)
        self.server = Server(
            [BINARIES / "rosterd", "dev", "--port", str(free_port())],
            r"localhost:(\d+)", cwd=self.folder, env=environment)
        written = (self.folder / ".roster" / "env").read_text()
        self.token = re.search(r"ROSTER_TOKEN='?(roster_svc_\w+)", written).group(1)

    def restart(self, **settings):
        self.server.stop()
        self.settings = settings
        self.start()

    def ask(self, query):
        """The lines of a superuser's answer."""
        done = subprocess.run(
            [*self.psql(), "-c", query], capture_output=True, text=True, check=True)
        return done.stdout.splitlines()

    def psql(self):
        return ["psql", "-XAtq", "-h", str(self.folder / "state"), "-U", "postgres", "roster"]

    def active(self):
        """Statements that run for callers now."""
        return int(self.ask(
            "SELECT count(*) FROM pg_stat_activity"
            " WHERE usename = 'roster_service' AND state = 'active'")[0])

    @property
    def metadata(self):
        return (("authorization", f"Bearer {self.token}"),)

    def processes(self):
        """PostgreSQL's, the postmaster first."""
        postmaster = self.postmaster()
        found = subprocess.run(
            ["ps", "-o", "pid=", "--ppid", str(postmaster)], capture_output=True, text=True)
        return [postmaster, *(int(pid) for pid in found.stdout.split())]


class TableLock:
    """Another session that holds the table of users: every read of one waits."""

    def __init__(self, home):
        self.process = subprocess.Popen(
            home.psql(), stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.process.stdin.write(
            "BEGIN; LOCK TABLE roster.users IN ACCESS EXCLUSIVE MODE; SELECT 'held';\n")
        self.process.stdin.flush()
        assert self.process.stdout.readline().strip() == "held"

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.communicate("ROLLBACK;\n", timeout=PATIENCE)


@pytest.fixture(scope="module")
def home():
    home = Overloaded()
    yield home
    print(home.server.stderr()[-4000:])
    home.close()


class Calls:
    """Calls of one connection without deadlines of their own: what ends them is the server."""

    def __init__(self, home):
        self.home = home
        self.peer = Peer(home.server)

    def begin(self, path, request, timeout=None):
        fields = [("authorization", f"Bearer {self.home.token}")]
        if timeout:
            fields.append(("grpc-timeout", timeout))
        stream = self.peer.headers(*fields, path=path)
        self.peer.connection.send_data(stream, framed(request), end_stream=True)
        self.peer.flush()
        return stream

    def reset(self, stream):
        self.peer.connection.reset_stream(stream, 8)
        self.peer.flush()

    def statuses(self, streams):
        """The gRPC status and the time of each stream's end."""
        waiting, ended, fields = set(streams), {}, {}
        while waiting:
            data = self.peer.socket.recv(1 << 20)
            assert data, "the server has closed the connection"
            for event in self.peer.connection.receive_data(data):
                if isinstance(event, h2.events.DataReceived) and event.flow_controlled_length:
                    self.peer.connection.acknowledge_received_data(
                        event.flow_controlled_length, event.stream_id)
                elif isinstance(event, (h2.events.ResponseReceived, h2.events.TrailersReceived)):
                    fields.setdefault(event.stream_id, {}).update(
                        (text(name), text(value)) for name, value in event.headers)
                elif isinstance(event, (h2.events.StreamEnded, h2.events.StreamReset)):
                    waiting.discard(event.stream_id)
                    status = int(fields.get(event.stream_id, {}).get("grpc-status", "-1"))
                    ended[event.stream_id] = (status, time.monotonic())
            self.peer.flush()
        return ended


def settle(home):
    """Seconds until nothing runs for callers any more."""
    start = time.monotonic()
    while home.active() > 0:
        assert time.monotonic() - start < PATIENCE, home.ask("TABLE pg_stat_activity")
        time.sleep(0.05)
    return time.monotonic() - start


def user_request():
    return message("GetUserByEmailRequest")(email="ada@demo.example")


def some_users(home, count=1000):
    ids = home.ask(f"SELECT user_id FROM roster.users ORDER BY user_id LIMIT {count}")
    return message("BatchGetUsersRequest")(user_ids=ids)


@pytest.mark.parametrize("path", [GET, BATCH])
def test_deadlines_hold_while_a_lock_does(home, path):
    """T17: the server answers at the deadline, and nothing is left running or taken."""
    request = user_request() if path == GET else some_users(home, 10)
    # The time of a queue that stands still would have calls turned away before their deadlines.
    home.restart(ROSTER_LIMITS_QUEUE_WAIT="60s")
    calls = Calls(home)
    late = []
    with TableLock(home):
        seen = set()
        for _ in range(max(1, CALLS // 100)):
            begun = {calls.begin(path, request, "100m"): time.monotonic() for _ in range(100)}
            for stream, (status, at) in calls.statuses(begun).items():
                seen.add(status)
                late.append(at - begun[stream] - 0.1)
        # 10: a lock is waited for half of the deadline, by a statement that runs at all.
        assert seen <= ({4} if path == GET else {4, 10}), seen
        quiet = settle(home)
        # Another table can be read as soon as its turn comes.
        organization = calls.begin(
            "/roster.v1.OrganizationService/GetOrganization", message("GetOrganizationRequest")())
        assert calls.statuses([organization])[organization][0] == 0
    late.sort()
    print(f"\n{path}: {len(late)} calls late by {late[len(late) // 2] * 1000:.1f} ms, "
          f"p99 {late[len(late) * 99 // 100] * 1000:.1f} ms; nothing ran {quiet:.2f} s later")
    answered = calls.begin(path, request)
    assert calls.statuses([answered])[answered][0] == 0


@pytest.mark.parametrize("path", [GET, BATCH])
def test_calls_reset_by_their_clients_are_dropped(home, path):
    """T17: clients that go away 20 ms after they asked."""
    # So small that all of them fit into the connection's window.
    request = user_request() if path == GET else some_users(home, 1)
    home.restart(ROSTER_LIMITS_QUEUE_WAIT="60s")
    with TableLock(home):
        for _ in range(max(1, CALLS // 200)):
            # Two hundred resets are less than one connection may send.
            calls = Calls(home)
            for _ in range(2):
                streams = [calls.begin(path, request, "100m") for _ in range(100)]
                time.sleep(0.02)
                for stream in streams:
                    calls.reset(stream)
            calls.peer.close()
        quiet = settle(home)
    print(f"\n{path}: nothing ran {quiet:.2f} s after the last reset")
    calls = Calls(home)
    streams = [calls.begin(path, request) for _ in range(20)]
    assert {status for status, _ in calls.statuses(streams).values()} == {0}


def reason(error):
    """The ErrorInfo's reason and RetryInfo's seconds."""
    found = dict(error.trailing_metadata() or ()).get("grpc-status-details-bin")
    if found is None:
        return None, None
    why = delay = None
    for detail in status_pb2.Status.FromString(found).details:
        if detail.Is(error_details_pb2.ErrorInfo.DESCRIPTOR):
            info = error_details_pb2.ErrorInfo()
            detail.Unpack(info)
            why = info.reason
        elif detail.Is(error_details_pb2.RetryInfo.DESCRIPTOR):
            retry = error_details_pb2.RetryInfo()
            detail.Unpack(retry)
            delay = retry.retry_delay.ToTimedelta().total_seconds()
    return why, delay


def pushback(error):
    told = dict(error.trailing_metadata() or ()).get("grpc-retry-pushback-ms")
    return int(told) / 1000 if told else None


class Client:
    """Channels of their own connections; answers stay bytes."""

    def __init__(self, home, connections=1):
        self.metadata = home.metadata
        self.channels = [
            grpc.aio.insecure_channel(home.server.address, options=[
                ("grpc.use_local_subchannel_pool", 1), ("grpc.enable_retries", 0),
                ("grpc.initial_reconnect_backoff_ms", 100),
                ("grpc.max_reconnect_backoff_ms", 200)])
            for _ in range(connections)]
        self.turn = 0

    async def call(self, path, request, timeout=PATIENCE):
        self.turn += 1
        channel = self.channels[self.turn % len(self.channels)]
        return await channel.unary_unary(path)(
            request, metadata=self.metadata, timeout=timeout)

    async def health(self):
        stub = health_pb2_grpc.HealthStub(self.channels[0])
        return await stub.Check(health_pb2.HealthCheckRequest(), timeout=PATIENCE)

    async def close(self):
        for channel in self.channels:
            await channel.close()


def test_bulk_calls_drown_and_health_and_lookups_live(home):
    home.restart()
    bulk, lookup = some_users(home).SerializeToString(), user_request().SerializeToString()
    tally = {"bulk": 0, "shed": 0, "lookup": 0, "lookup shed": 0, "health": 0, "goaway": 0}
    faults = []

    async def load():
        floods, quiet = Client(home, 16), Client(home)
        over = asyncio.Event()

        async def flood():
            while not over.is_set():
                try:
                    await floods.call(BATCH, bulk)
                    tally["bulk"] += 1
                except grpc.aio.AioRpcError as error:
                    told = pushback(error)
                    if "GOAWAY" in error.details():
                        # The end of a connection, not an answer: the client makes another.
                        tally["goaway"] += 1
                        continue
                    if (error.code(), reason(error)[0]) != (
                            grpc.StatusCode.UNAVAILABLE, "OVERLOADED") or not told:
                        faults.append(error)
                        return
                    tally["shed"] += 1
                    await asyncio.wait([waiting], timeout=told)

        async def find():
            """Asks until it is answered, as a retry policy would."""
            for _ in range(100):
                try:
                    return await quiet.call(GET, lookup)
                except grpc.aio.AioRpcError as error:
                    assert reason(error)[0] == "OVERLOADED", error
                    tally["lookup shed"] += 1
                    await asyncio.sleep(pushback(error))
            raise AssertionError("a look-up is never let in")

        waiting = asyncio.ensure_future(over.wait())
        flooding = [asyncio.ensure_future(flood()) for _ in range(240)]
        end = time.monotonic() + PATIENCE
        while (tally["shed"] == 0 or tally["lookup"] < 20) and time.monotonic() < end:
            await find()
            tally["lookup"] += 1
            answer = await quiet.health()
            assert answer.status == health_pb2.HealthCheckResponse.SERVING
            tally["health"] += 1
        over.set()
        for call in flooding:
            call.cancel()
        await asyncio.gather(*flooding, return_exceptions=True)
        await floods.close()
        await quiet.close()
    asyncio.run(load())
    print(f"\n{tally}")
    assert not faults, faults[0]
    assert tally["bulk"] > 0 and tally["shed"] > 0
    assert tally["lookup"] >= 20 and tally["health"] >= 20


def test_a_quota_is_its_callers_own_fault(home):
    home.restart(ROSTER_QUOTAS_CALLS_PER_SECOND="2", ROSTER_QUOTAS_BURST="20")
    lookup = user_request().SerializeToString()

    async def load():
        client = Client(home)
        answers = await asyncio.gather(
            *(client.call(GET, lookup) for _ in range(100)), return_exceptions=True)
        refused = [answer for answer in answers if isinstance(answer, grpc.aio.AioRpcError)]
        # Health is nobody's quota.
        for _ in range(50):
            await client.health()
        for error in refused:
            why, delay = reason(error)
            assert (error.code(), why) == (grpc.StatusCode.RESOURCE_EXHAUSTED, "QUOTA_EXCEEDED")
            assert delay > 0
        # Whoever waits as told is answered.
        for _ in range(100):
            try:
                await client.call(GET, lookup)
                break
            except grpc.aio.AioRpcError as error:
                await asyncio.sleep(reason(error)[1])
        else:
            raise AssertionError("the quota never comes back")
        await client.close()
        return len(answers) - len(refused)
    granted = asyncio.run(load())
    assert 20 <= granted < 100


def test_retrying_clients_find_a_database_that_comes_back(home):
    """T27: PostgreSQL stands still for a while under clients that ask again and again."""
    home.restart()
    lookup = user_request().SerializeToString()
    count = 200 if OUTAGE > 10 else 50
    process = home.server.process.pid

    async def load():
        client = Client(home, 4)
        stopped, healed = asyncio.Event(), asyncio.Event()
        before, failed, after = [0] * count, [0] * count, [0] * count
        codes, recovery = {}, []

        async def ask(index):
            while after[index] < 5:
                try:
                    await client.call(GET, lookup, timeout=1)
                    if healed.is_set():
                        after[index] += 1
                    elif not stopped.is_set():
                        before[index] += 1
                    recovery.append(time.monotonic())
                except grpc.aio.AioRpcError as error:
                    assert error.code() in PASSING, error
                    codes[error.code().name] = codes.get(error.code().name, 0) + 1
                    failed[index] += stopped.is_set() and not healed.is_set()
                    await asyncio.sleep(pushback(error) or 0.05)

        asking = [asyncio.ensure_future(ask(index)) for index in range(count)]

        async def until(condition):
            end = time.monotonic() + PATIENCE
            while not condition():
                assert time.monotonic() < end, (before, failed, after)
                for call in asking:
                    if call.done():
                        call.result()
                await asyncio.sleep(0.02)

        await until(lambda: min(before) > 0)
        processes = home.processes()
        for pid in processes:
            os.kill(pid, signal.SIGSTOP)
        stopped.set()
        begun = time.monotonic()
        try:
            await until(lambda: min(failed) > 0 and time.monotonic() - begun >= OUTAGE)
            # Liveness is not the database's.
            assert (await client.health()).status == health_pb2.HealthCheckResponse.SERVING
        finally:
            for pid in processes:
                os.kill(pid, signal.SIGCONT)
        healed.set()
        at = time.monotonic()
        await asyncio.wait_for(asyncio.gather(*asking), PATIENCE)
        first = min((instant for instant in recovery if instant > at), default=at)
        await client.close()
        return codes, first - at, time.monotonic() - at
    codes, first, everybody = asyncio.run(load())
    print(f"\n{count} clients, {OUTAGE:.0f} s away: {codes}; first answer after {first:.2f} s, "
          f"all had five after {everybody:.2f} s")
    assert home.server.process.poll() is None and home.server.process.pid == process


@pytest.mark.skipif(CURVE == 0, reason="scripts/soak overload")
def test_goodput_over_offered_load(home):
    """T20: bulk calls at one to five times what is served, beside look-ups and health."""
    home.restart()
    bulk, lookup = some_users(home).SerializeToString(), user_request().SerializeToString()

    async def closed(client, seconds):
        """What is served when every one of 8 callers waits for its answer."""
        end, served = time.monotonic() + seconds, [0]

        async def one():
            while time.monotonic() < end:
                try:
                    await client.call(BATCH, bulk)
                    served[0] += 1
                except grpc.aio.AioRpcError as error:
                    await asyncio.sleep(pushback(error) or 0.1)
        await asyncio.gather(*(one() for _ in range(8)))
        return served[0] / seconds

    async def opened(client, quiet, rate, seconds):
        tally, times, running = {}, {"health": [], "lookup": [], "bulk": []}, set()

        async def note(name, call):
            begun = time.monotonic()
            try:
                await call
                outcome = "ok"
                times[name].append(time.monotonic() - begun)
            except grpc.aio.AioRpcError as error:
                outcome = error.code().name
            tally[name, outcome] = tally.get((name, outcome), 0) + 1

        start = time.monotonic()
        sent = {"bulk": 0, "lookup": 0, "health": 0}
        while (passed := time.monotonic() - start) < seconds:
            for name, per_second, call in [
                    ("bulk", rate, lambda: client.call(BATCH, bulk, timeout=2)),
                    ("lookup", 50, lambda: quiet.call(GET, lookup, timeout=2)),
                    ("health", 50, quiet.health)]:
                while sent[name] < passed * per_second:
                    sent[name] += 1
                    task = asyncio.ensure_future(note(name, call()))
                    running.add(task)
                    task.add_done_callback(running.discard)
            await asyncio.sleep(0.002)
        while running:
            await asyncio.gather(*list(running))
        return tally, {name: sorted(found) for name, found in times.items()}

    def p99(found):
        return f"{found[len(found) * 99 // 100] * 1000:.0f} ms" if found else "-"

    async def load():
        # A stream a call: four hundred may wait, on connections that are open.
        client, quiet = Client(home, 16), Client(home)
        await closed(client, 2)
        peak = await closed(client, CURVE / 2)
        print(f"\nclosed loop: {peak:.0f} bulk calls/s")
        for times in (1, 2, 3, 5):
            tally, latencies = await opened(client, quiet, peak * times, CURVE)
            goodput = tally.get(("bulk", "ok"), 0) / CURVE
            print(f"{times}x: goodput {goodput:.0f}/s = {goodput / peak:.2f} of the peak; p99 "
                  f"bulk {p99(latencies['bulk'])}, look-up {p99(latencies['lookup'])}, "
                  f"health {p99(latencies['health'])}; "
                  + ", ".join(f"{name} {code} {n}" for (name, code), n in sorted(tally.items())))
            assert not any(name == "health" and code != "ok" for name, code in tally)
            await asyncio.sleep(5)
        await client.close()
        await quiet.close()
    asyncio.run(load())
