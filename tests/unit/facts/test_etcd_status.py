import json
import shutil
import subprocess
from pathlib import Path

import pytest

from trailboss.facts import etcd, etcd_status
from trailboss.facts.etcd import Member
from trailboss.facts.etcd_status import Status

# As etcd 3.6.5 answers: numbers are strings, and what is zero or empty is left out.
LEADS = (
    '{"header":{"cluster_id":"57", "member_id":"95", "revision":"41", "raft_term":"3"}, "version":"3.6.5",'
    ' "dbSize":"57626624", "leader":"95", "raftIndex":"50", "storageVersion":"3.6.0", "downgradeInfo":{}}'
)
ALONE = '{"header":{"member_id":"11"}, "version":"3.6.5", "dbSize":"5", "errors":["etcdserver: no leader"]}'


def member(number: int, **given: object) -> Member:
    peer = f"https://10.0.0.{number}:2380"
    return Member.model_validate({"id": str(number), "name": f"cp-{number}", "peer_urls": (peer,), **given})


def test_what_members_say_of_themselves() -> None:
    leads, alone, silent = etcd_status.parse_statuses(f"{LEADS}\n{ALONE}\n{{}}\n")
    assert leads == Status(member="95", leader="95", version="3.6.5")
    assert leads.leads
    assert leads.healthy
    assert alone == Status(member="11", version="3.6.5", errors=("etcdserver: no leader",))
    assert not alone.leads
    assert not alone.healthy
    assert silent is None


def test_a_member_that_does_not_answer_costs_the_others_nothing(tmp_path: Path) -> None:
    curl = tmp_path / "curl"
    curl.write_text('#!/bin/bash\ncase "$*" in *10.0.0.2*) echo half; exit 28 ;; esac\necho \'' + ALONE + "'\n")
    curl.chmod(0o755)
    script = "set -eu\n" + etcd_status.ask_statuses([f"https://10.0.0.{n}:2379" for n in (1, 2, 3)])
    done = subprocess.run(
        [shutil.which("bash") or "", "-s"],
        input=script,
        capture_output=True,
        text=True,
        check=True,
        env={"PATH": f"{tmp_path}:/usr/bin:/bin"},
    )
    assert [status is not None for status in etcd_status.parse_statuses(done.stdout)] == [True, False, True]


def test_clients_reach_a_member_beside_its_peers() -> None:
    assert etcd_status.client_url(member(7)) == "https://10.0.0.7:2379"
    assert etcd_status.client_url(member(7, peer_urls=())) == ""


WELL = [Status(member="1", leader="1"), Status(member="2", leader="1")]


@pytest.mark.parametrize(
    ("members", "statuses", "reason"),
    [
        ([member(1), member(2)], WELL, ""),
        ([member(1), member(2, name="")], WELL, "the etcd member at https://10.0.0.2:2380 to start"),
        ([member(1), member(2, learner=True)], WELL, "the etcd member cp-2 to be promoted"),
        ([member(1), member(2)], WELL[:1], "the etcd member cp-2 to answer"),
        (
            [member(1), member(2)],
            [WELL[0], Status(member="2", errors=("no space",))],
            "the etcd member cp-2 to be well (no space)",
        ),
        ([member(2)], [Status(member="2")], "the etcd member cp-2 to be well (it knows no leader)"),
    ],
)
def test_what_is_still_to_come(members: list[Member], statuses: list[Status], reason: str) -> None:
    assert etcd_status.unhealthy(members, statuses) == reason


@pytest.mark.parametrize(("voters", "holds"), [(1, False), (2, False), (3, True), (4, True), (5, True)])
def test_quorum_while_one_is_down(voters: int, *, holds: bool) -> None:
    assert etcd_status.quorum_without(voters) is holds


def test_alarms_and_statuses_are_asked_with_the_same_rights() -> None:
    assert etcd_status.CURL.split("--cacert")[1] in etcd.LIST_ALARMS
    assert json.loads(etcd_status.transfer_leadership("95").rpartition("-d ")[2].strip().strip("'")) == {
        "targetID": "95"
    }
