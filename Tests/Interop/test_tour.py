"""The tour of the pages, against a fresh server: scripts/tour prints the same."""

import grpc
import pytest

from conftest import Roster
from tour import Directory, Tour


@pytest.fixture(scope="module")
def pages():
    server = Roster()
    try:
        with grpc.insecure_channel(server.address) as channel:
            tour = Tour(Directory(channel, server.token), out=lambda line: None)
            tour.play()
            yield tour.lines
    finally:
        assert server.stop() == 0


def test_every_page_is_played(pages):
    titles = [line for line, rule in zip(pages, pages[1:]) if rule and set(rule) == {"="}]
    assert titles == [
        "Administration > Users", "Users > Add user", "Groups > Create group",
        "Roles & permissions", "Users > Change role", "Users > Lock user",
        "Users > Deactivate, reactivate, delete", "Organization > Companies", "Activity log"]


@pytest.mark.parametrize("line", [
    "Refused, since the filter names no field: FILTER_INVALID",
    "Added grace.tour@demo.example, Active",
    "Once more: EMAIL_ALREADY_EXISTS",
    "Created Support Team; added 2 members",
    "As a manager Grace sees 2 people: those of her groups",
    "She locks Ada, who administers: RANK_TOO_LOW",
    "She makes herself Super Admin: RIGHTS_EXCEEDED",
    "grace.tour@demo.example: Locked, laptop stolen",
    "On her behalf: ACTING_USER_INVALID",
    "The last administrator, by a backend: LAST_ADMINISTRATOR",
    "grace.tour@demo.example: Inactive",
    "Inactive since 2020: 0",
    "Delete without a step-up: STEP_UP_REQUIRED",
    "Companies are off here: COMPANIES_OFF",
])
def test_a_person_sees(pages, line):
    assert line in pages


def test_the_log_tells_what_was_done(pages):
    start = pages.index("Grace:")
    actions = [line.split()[0] for line in pages[start + 2:] if line.startswith("  ")]
    assert {"user.created", "user.locked", "user.unlocked", "user.deactivated",
            "user.reactivated"} <= set(actions)
