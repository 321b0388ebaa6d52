import json

import pytest

from trailboss.facts import etcd

# As etcd 3.6.5 answered on a lab host: ids are decimal strings, false fields are left out.
STARTED = {
    "ID": "10276657743932975437",
    "name": "cp-1",
    "peerURLs": ["https://10.87.0.11:2380"],
    "clientURLs": ["https://10.87.0.11:2379"],
}
LEARNER = {"ID": "7", "name": "cp-2", "peerURLs": ["https://10.87.0.12:2380"], "isLearner": True}
UNSTARTED = {"ID": "8", "peerURLs": ["https://10.87.0.13:2380"]}


def members(*entries: dict[str, object]) -> tuple[etcd.Member, ...]:
    return etcd.parse_members(json.dumps({"header": {}, "members": entries}))


@pytest.mark.parametrize(
    ("entries", "name", "reason"),
    [
        ([STARTED], "cp-1", ""),
        ([STARTED], "cp-2", "cp-2 to be an etcd member"),
        ([STARTED, LEARNER], "cp-2", "the etcd member cp-2 to be promoted"),
        ([STARTED, UNSTARTED], "cp-1", "the etcd member at https://10.87.0.13:2380 to start"),
    ],
)
def test_what_is_still_to_come(entries: list[dict[str, object]], name: str, reason: str) -> None:
    assert etcd.not_settled(members(*entries), name) == reason


def test_a_member_is_known_by_its_address() -> None:
    assert members(STARTED)[0].is_at("10.87.0.11")
    assert not members(STARTED)[0].is_at("10.87.0.1")


# etcdserverpb.AlarmResponse as JSON: 64-bit ids are strings, and without alarms the field is left out.
@pytest.mark.parametrize(
    ("alarms", "expected"),
    [
        ({}, ()),
        (
            {"alarms": [{"memberID": "10276657743932975437", "alarm": "NOSPACE"}]},
            ("the etcd member cp-1 has raised the alarm NOSPACE",),
        ),
        ({"alarms": [{"memberID": "99", "alarm": "CORRUPT"}]}, ("the etcd member 99 has raised the alarm CORRUPT",)),
    ],
)
def test_alarms_are_told_with_the_members_name(alarms: dict[str, object], expected: tuple[str, ...]) -> None:
    printed = "\n".join(
        json.dumps(answer) for answer in ({"header": {}, "members": [STARTED]}, {"header": {}, **alarms})
    )
    assert etcd.problems(*etcd.parse_health(f"{printed}\n")) == expected


def test_members_that_do_not_vote_are_problems() -> None:
    assert etcd.problems(members(STARTED, LEARNER, UNSTARTED), ()) == (
        "the etcd member at https://10.87.0.13:2380 has not started",
        "the etcd member cp-2 is a learner",
    )
