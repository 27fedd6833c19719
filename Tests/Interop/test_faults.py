"""What is true after rosterd or PostgreSQL is killed under load."""

import asyncio
import os
import pathlib
import re
import shutil
import signal
import subprocess
import tempfile
import uuid

import grpc
import pytest

from conftest import BINARIES, Server, free_port, settings
from messages import message

CALLERS = 64
DEMO_USERS = 1000
# What a caller may see while something is being killed; it asks again.
PASSING = {grpc.StatusCode.UNAVAILABLE, grpc.StatusCode.DEADLINE_EXCEEDED, grpc.StatusCode.ABORTED}


class Home:
    """The state of a `rosterd dev` that outlives its process."""

    def __init__(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="roster-faults-", dir="/var/tmp"))
        self.folder.chmod(0o755)
        self.server = None
        self.start()

    def start(self):
        environment = settings(ROSTER_DEV=str(self.folder / "state"))
        self.server = Server(
            [BINARIES / "rosterd", "dev", "--port", str(free_port())],
            r"localhost:(\d+)", cwd=self.folder, env=environment)
        text = (self.folder / ".roster" / "env").read_text()
        self.token = re.search(r"ROSTER_TOKEN='?(roster_svc_\w+)", text).group(1)

    def kill(self):
        self.server.process.kill()
        self.server.process.wait()

    def postmaster(self):
        return int((self.folder / "state/data/postmaster.pid").read_text().split()[0])

    def count(self, table_and_condition):
        """Rows, as the superuser sees them."""
        done = subprocess.run(
            ["psql", "-XAtq", "-h", self.folder / "state", "-U", "postgres", "roster", "-c",
             f"SELECT count(*) FROM roster.{table_and_condition}"],
            capture_output=True, text=True, check=True)
        return int(done.stdout)

    def counts(self):
        return {
            "users": self.count("users"), "emails": self.count("emails"),
            "keys": self.count("subject_keys"),
            "events": self.count("events WHERE action = 'user.created'")}

    def close(self):
        if self.server.process.poll() is None:
            self.server.stop()
        shutil.rmtree(self.folder, ignore_errors=True)


@pytest.fixture
def home():
    home = Home()
    yield home
    # Shown when the test fails.
    print(home.server.stderr()[-4000:])
    home.close()


class Caller:
    """roster.v1.UserService on a channel that connects anew by itself."""

    def __init__(self, home):
        self.channel = grpc.aio.insecure_channel(home.server.address, options=[
            ("grpc.use_local_subchannel_pool", 1), ("grpc.min_reconnect_backoff_ms", 100),
            ("grpc.initial_reconnect_backoff_ms", 100), ("grpc.max_reconnect_backoff_ms", 200)])
        self.metadata = (("authorization", f"Bearer {home.token}"),)

    async def __aenter__(self):
        return self

    async def __aexit__(self, *_):
        await self.channel.close()

    def _method(self, name):
        return self.channel.unary_unary(
            f"/roster.v1.UserService/{name}",
            request_serializer=message(f"{name}Request").SerializeToString,
            response_deserializer=message(f"{name}Response").FromString)

    async def create(self, person, timeout=10):
        """Creates a user; the same `person` is the same request."""
        request = message("CreateUserRequest")(
            user={"email": f"{person}@faults.example"}, request_id=person)
        return await self._method("CreateUser")(
            request, metadata=self.metadata, timeout=timeout)

    async def find(self, email, timeout=10):
        request = message("GetUserByEmailRequest")(email=email)
        return await self._method("GetUserByEmail")(
            request, metadata=self.metadata, timeout=timeout)


async def each(items, work):
    """Runs `work` on every item, CALLERS at a time."""
    gate = asyncio.Semaphore(CALLERS)

    async def one(item):
        async with gate:
            await work(item)
    await asyncio.gather(*(one(item) for item in items))


def people(count):
    return [str(uuid.uuid4()) for _ in range(count)]


def test_kill_9_of_rosterd_loses_and_doubles_no_user(home):
    everybody = people(2000)
    acknowledged, unknown = set(), set()

    async def load():
        async with Caller(home) as caller:
            async def work(person):
                if home.server.process.returncode is not None:
                    return
                try:
                    await caller.create(person)
                    acknowledged.add(person)
                    if len(acknowledged) == 700:
                        home.kill()
                except grpc.aio.AioRpcError as error:
                    assert error.code() in PASSING, error
                    unknown.add(person)
            await each(everybody, work)
    asyncio.run(load())
    assert len(acknowledged) >= 700 and unknown

    home.start()
    counts = home.counts()
    assert len(set(counts.values())) == 1, counts
    made = counts["users"] - DEMO_USERS
    assert len(acknowledged) <= made <= len(acknowledged) + len(unknown)

    async def settle():
        async with Caller(home) as caller:
            async def is_there(person):
                assert (await caller.find(f"{person}@faults.example")).user.user_id
            await each(acknowledged, is_there)
            ids = {}

            async def ask_again(person):
                ids[person] = (await caller.create(person)).user.user_id
            await each(everybody, ask_again)
            assert len(set(ids.values())) == len(everybody)
    asyncio.run(settle())
    assert set(home.counts().values()) == {DEMO_USERS + len(everybody)}


def test_kill_9_of_postgres_gives_no_wrong_answer_and_needs_no_restart(home):
    everybody = people(1500)
    acknowledged, failed = set(), set()

    async def load():
        async with Caller(home) as caller:
            async def work(person):
                try:
                    found = await caller.find("ada@demo.example", timeout=5)
                    assert found.user.given_name == "Ada"
                    await caller.create(person, timeout=5)
                    acknowledged.add(person)
                    if len(acknowledged) in (300, 800):
                        os.kill(home.postmaster(), signal.SIGKILL)
                except grpc.aio.AioRpcError as error:
                    assert error.code() in PASSING, error
                    failed.add(person)
            await each(everybody, work)

            # Nobody restarts rosterd: whoever asks again is answered.
            async def ask_again(person):
                for _ in range(200):
                    try:
                        return await caller.create(person, timeout=5)
                    except grpc.aio.AioRpcError as error:
                        assert error.code() in PASSING, error
                        await asyncio.sleep(0.1)
                raise AssertionError("it doesn't recover")
            await each(failed, ask_again)
            await each(acknowledged, lambda person: caller.find(f"{person}@faults.example"))
    asyncio.run(load())
    assert failed
    assert home.server.process.poll() is None
    assert set(home.counts().values()) == {DEMO_USERS + len(everybody)}


def test_sigterm_finishes_the_calls_in_flight(home):
    everybody = people(100)

    async def load():
        async with Caller(home) as caller:
            await caller.find("ada@demo.example")
            calls = [asyncio.ensure_future(caller.create(person)) for person in everybody]
            # The first answer proves that the connection's requests have arrived.
            await asyncio.wait(calls, return_when=asyncio.FIRST_COMPLETED)
            home.server.process.send_signal(signal.SIGTERM)
            return await asyncio.gather(*calls, return_exceptions=True)
    answers = asyncio.run(load())
    assert [answer for answer in answers if isinstance(answer, Exception)] == []
    assert home.server.process.wait(timeout=30) == 0
    home.start()
    assert set(home.counts().values()) == {DEMO_USERS + len(everybody)}
