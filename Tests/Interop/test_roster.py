"""rosterd as its first user meets it: health, reflection, and the README's own call."""

import json
import re
import subprocess
import time

import grpc
import pytest
from google.protobuf import descriptor_pool
from grpc_health.v1 import health_pb2, health_pb2_grpc
from grpc_reflection.v1alpha.proto_reflection_descriptor_database import (
    ProtoReflectionDescriptorDatabase)

from conftest import ROOT

README = (ROOT / "README.md").read_text()


@pytest.fixture
def roster_channel(roster):
    with grpc.insecure_channel(roster.address) as channel:
        yield channel


def grpcurl(roster, *arguments, token=True):
    header = ["-H", f"authorization: Bearer {roster.token}"] if token else []
    done = subprocess.run(
        ["grpcurl", "-plaintext", *header, *arguments],
        capture_output=True, text=True, timeout=30)
    return done.returncode, done.stdout, done.stderr


def test_health_of_the_whole_and_of_a_service(roster_channel):
    health = health_pb2_grpc.HealthStub(roster_channel)
    for service in ("", "roster.v1.UserService"):
        answer = health.Check(health_pb2.HealthCheckRequest(service=service), timeout=5)
        assert answer.status == health_pb2.HealthCheckResponse.SERVING
    with pytest.raises(grpc.RpcError) as unknown:
        health.Check(health_pb2.HealthCheckRequest(service="nobody"), timeout=5)
    assert unknown.value.code() == grpc.StatusCode.NOT_FOUND


def test_health_watch_answers_at_once_and_stays_open(roster_channel):
    health = health_pb2_grpc.HealthStub(roster_channel)
    watch = health.Watch(health_pb2.HealthCheckRequest(service="nobody"), timeout=5)
    assert next(watch).status == health_pb2.HealthCheckResponse.SERVICE_UNKNOWN
    assert watch.is_active()
    watch.cancel()


def test_health_list(roster_channel):
    health = health_pb2_grpc.HealthStub(roster_channel)
    statuses = health.List(health_pb2.HealthListRequest(), timeout=5).statuses
    assert statuses["roster.v1.UserService"].status == health_pb2.HealthCheckResponse.SERVING


def test_reflection_describes_every_service(roster_channel):
    database = ProtoReflectionDescriptorDatabase(roster_channel)
    pool = descriptor_pool.DescriptorPool(database)
    services = database.get_services()
    assert "roster.v1.UserService" in services and "grpc.health.v1.Health" in services
    for name in services:
        assert pool.FindServiceByName(name).methods_by_name
    user = pool.FindMessageTypeByName("roster.v1.User")
    assert "email" in user.fields_by_name


def test_grpcurl_lists_and_describes(roster):
    code, out, _ = grpcurl(roster, roster.address, "list", token=False)
    assert code == 0
    assert {"roster.v1.OrganizationService", "roster.v1.UserService"} <= set(out.split())
    code, out, _ = grpcurl(
        roster, roster.address, "describe", "roster.v1.UserService.GetUserByEmail", token=False)
    assert code == 0 and "GetUserByEmailRequest" in out


def first_call():
    """The README's call, as printed there."""
    found = re.search(r"^(grpcurl -plaintext(?:.*\\\n)*.*)", README, re.M)
    assert found, "the README has no grpcurl call"
    return found.group(1)


def test_the_readme_s_first_call_answers_as_it_says(roster):
    command = first_call().replace("localhost:8080", roster.address)
    done = subprocess.run(
        ["bash", "-c", f". .roster/env\n{command}"],
        cwd=roster.folder, capture_output=True, text=True, timeout=30)
    assert done.returncode == 0, done.stderr
    user = json.loads(done.stdout)["user"]
    assert user["email"] == "ada@demo.example"
    shown = re.search(r"```json\n(.*?)```", README, re.S)
    assert set(json.loads(shown.group(1))["user"]) == set(user)


def mistakes():
    """Rows of the README's table: the call typed, and words of the answer."""
    section = README.split("## First mistakes", 1)[1].split("\n## ", 1)[0]
    for row in section.splitlines():
        cells = [cell.strip() for cell in row.strip("|").split("|")]
        if len(cells) == 3 and cells[1].startswith("`"):
            yield cells[0], cells[1].strip("`"), re.findall(r"`([^`]+)`", cells[2])


@pytest.mark.parametrize(
    "mistake, command, answers", list(mistakes()), ids=lambda value: str(value)[:40])
def test_the_readme_s_first_mistakes(roster, mistake, command, answers):
    command = command.replace("localhost:8080", roster.address)
    done = subprocess.run(
        ["bash", "-c", f". .roster/env\n{command}"],
        cwd=roster.folder, capture_output=True, text=True, timeout=30)
    # A TLS mismatch is named in the server's log, not to the client, and a moment later.
    deadline = time.monotonic() + 2
    assert answers
    while True:
        said = done.stdout + done.stderr + roster.stderr()
        if all(answer in said for answer in answers):
            return
        assert time.monotonic() < deadline, said
        time.sleep(0.01)
