"""Starts the servers under test. Run by scripts/test, or by hand:

scripts/test python release && .venv/bin/pytest Tests/Interop
"""

import os
import pathlib
import re
import shutil
import signal
import subprocess
import sys
import tempfile

import grpc
import pytest

from service import TestService

ROOT = pathlib.Path(__file__).resolve().parents[2]
# grpcurl is installed beside the Python that runs the tests.
os.environ["PATH"] = f"{pathlib.Path(sys.executable).parent}:{os.environ['PATH']}"
BINARIES = pathlib.Path(os.environ.get("ROSTER_TEST_BINARIES", ROOT / ".build" / "release"))


class Server:
    """A process of ours and the port that it printed."""

    def __init__(self, arguments, ready, **options):
        self.log = tempfile.TemporaryFile()
        self.process = subprocess.Popen(
            [str(argument) for argument in arguments],
            stdout=subprocess.PIPE, stderr=self.log, text=True, **options)
        self.output = []
        self.port = None
        for line in self.process.stdout:
            self.output.append(line)
            found = re.search(ready, line)
            if found:
                self.port = int(found.group(1))
                break
        else:
            self.log.seek(0)
            raise RuntimeError("".join(self.output) + self.log.read().decode())

    @property
    def address(self):
        return f"127.0.0.1:{self.port}"

    def resident_bytes(self):
        pages = pathlib.Path(f"/proc/{self.process.pid}/statm").read_text().split()[1]
        return int(pages) * os.sysconf("SC_PAGE_SIZE")

    def descriptor_count(self):
        return len(os.listdir(f"/proc/{self.process.pid}/fd"))

    def stderr(self):
        # Without a seek: the process writes at the same offset.
        return os.pread(self.log.fileno(), 1 << 26, 0).decode(errors="replace")

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        try:
            return self.process.wait(timeout=20)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
            raise


@pytest.fixture(scope="session")
def interop():
    """Serves grpc.testing.TestService and the health service."""
    server = Server([BINARIES / "InteropServer"], r"listening on 127\.0\.0\.1:(\d+)")
    yield server
    assert server.stop() == 0


@pytest.fixture
def channel(interop):
    with grpc.insecure_channel(interop.address, options=[
        ("grpc.max_receive_message_length", -1),
        ("grpc.use_local_subchannel_pool", 1),
    ]) as channel:
        yield channel


@pytest.fixture
def service(channel):
    return TestService(channel)


def settings(**changes):
    """The environment for rosterd: what else has its prefix would be a mistake to it."""
    others = {name: value for name, value in os.environ.items() if not name.startswith("ROSTER_")}
    return dict(others, **changes)


class Roster(Server):
    """`rosterd dev` with a database of its own, and what it wrote into `.roster/env`."""

    def __init__(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="roster-interop-"))
        self.folder.chmod(0o755)
        environment = settings(ROSTER_DEV=str(self.folder / "state"))
        super().__init__(
            [BINARIES / "rosterd", "dev", "--port", str(free_port())],
            r"(?:localhost|127\.0\.0\.1):(\d+)",
            cwd=self.folder, env=environment)
        text = (self.folder / ".roster" / "env").read_text()
        self.token = re.search(r"ROSTER_TOKEN='?(roster_svc_\w+)", text).group(1)

    def stop(self):
        try:
            return super().stop()
        finally:
            shutil.rmtree(self.folder, ignore_errors=True)


@pytest.fixture(scope="session")
def roster():
    server = Roster()
    yield server
    assert server.stop() == 0


def free_port():
    import socket
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
