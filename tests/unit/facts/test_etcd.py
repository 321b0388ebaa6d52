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
