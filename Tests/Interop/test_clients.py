"""gRPC's interoperability cases over four client stacks, as far as each can express them.

grpcio's are the tests of the other files here, by name; the other three are programs, one folder
each, that `scripts/lib/clients cpp go swift` builds.
"""

import ast
import os
import pathlib
import subprocess

import pytest

from authority import Authority
from conftest import BINARIES, ROOT, Server

CLIENTS = pathlib.Path(os.environ.get("ROSTER_TEST_CLIENTS", ROOT / ".build-interop"))
STACKS = ("grpcio", "cpp", "go", "swift")

# A stack is left out where its library can't say it: only gRPC C++ compresses message by message
# and tells whether an answer came compressed. Debian's gRPC-Go asks for no encoding of answers.
CASES = {
    "empty_unary": "grpcio cpp go swift",
    "large_unary": "grpcio cpp go swift",
    "cacheable_unary": "grpcio cpp go swift",
    "client_streaming": "grpcio cpp go swift",
    "server_streaming": "grpcio cpp go swift",
    "ping_pong": "grpcio cpp go swift",
    "empty_stream": "grpcio cpp go swift",
    "half_duplex": "grpcio cpp go swift",
    "client_compressed_unary": "grpcio cpp go swift",
    "client_compressed_streaming": "cpp",
    "server_compressed_unary": "cpp",
    "server_compressed_streaming": "cpp",
    "custom_metadata": "grpcio cpp go swift",
    "status_code_and_message": "grpcio cpp go swift",
    "special_status_message": "grpcio cpp go swift",
    "unimplemented_method": "grpcio cpp go swift",
    "unimplemented_service": "grpcio cpp go swift",
    "cancel_after_begin": "grpcio cpp go swift",
    "cancel_after_first_response": "grpcio cpp go swift",
    "timeout_on_sleeping_server": "grpcio cpp go swift",
    "concurrent_large_unary": "grpcio cpp go swift",
    "rpc_soak": "grpcio cpp go swift",
    "channel_soak": "grpcio cpp go swift",
}


def client(stack):
    """The stack's program."""
    path = CLIENTS / stack / "client"
    assert path.exists(), f"{path} is missing: scripts/lib/clients {stack} builds it"
    return path


def run(stack, *arguments, timeout=120):
    return subprocess.run(
        [client(stack), *map(str, arguments)], capture_output=True, text=True, timeout=timeout)


def programs():
    for case, stacks in CASES.items():
        for stack in stacks.split():
            if stack != "grpcio":
                yield pytest.param(stack, case, id=f"{stack}-{case}")


@pytest.mark.parametrize("stack, case", list(programs()))
def test_case(interop, stack, case):
    done = run(stack, interop.address, case)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.fixture(scope="module")
def tls(tmp_path_factory):
    """A server with a certificate for localhost, and the file of its authority."""
    authority = Authority(tmp_path_factory.mktemp("clients") / "ca")
    certificate, key = authority.issue("server", "DNS:localhost,IP:127.0.0.1")
    server = Server(
        [BINARIES / "InteropServer", "--tls-certificate", certificate, "--tls-key", key],
        r"listening on 127\.0\.0\.1:(\d+)")
    yield server, authority.certificate
    assert server.stop() == 0


# What TLS may change: the handshake, large messages, an end of the stream on either side.
OVER_TLS = (
    "empty_unary", "large_unary", "client_streaming", "ping_pong", "custom_metadata",
    "cancel_after_first_response", "concurrent_large_unary", "channel_soak")
TRUST = {"cpp": "--ca", "go": None, "swift": None}


@pytest.mark.parametrize("case", OVER_TLS)
@pytest.mark.parametrize("stack", TRUST)
def test_case_over_tls(tls, stack, case):
    server, authority = tls
    option = [TRUST[stack]] if TRUST[stack] else []
    done = run(stack, f"localhost:{server.port}", case, *option, authority)
    assert done.returncode == 0, done.stdout + done.stderr


def test_grpcio_has_a_test_for_each_of_its_cases():
    names = set()
    for file in pathlib.Path(__file__).parent.glob("test_*.py"):
        for node in ast.parse(file.read_text()).body:
            if isinstance(node, ast.FunctionDef):
                names.add(node.name)
    missing = [
        case for case, stacks in CASES.items() if "grpcio" in stacks.split()
        and not any(name.startswith(f"test_{case}") for name in names)]
    assert missing == []


def test_every_stack_is_one_of_the_four():
    assert {stack for stacks in CASES.values() for stack in stacks.split()} == set(STACKS)
