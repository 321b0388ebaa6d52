from typing import Any

import pytest
from tests.unit.activities.fake_etcd import Etcd
from tests.unit.activities.fake_hosts import POOL, Stage, cluster, machine

from trailboss.activities.etcd import gate
from trailboss.activities.etcd.gate import EtcdGateActivities
from trailboss.model.cluster import Cluster

GATE = EtcdGateActivities(POOL).etcd_gate
THREE = cluster("cp-1", "cp-2", "cp-3")


def etcd(*names: str, **given: Any) -> Etcd:  # noqa: ANN401 - fields of any type
    return Etcd([machine(name) for name in names or ("cp-1", "cp-2", "cp-3")], **given)


async def test_a_member_that_does_not_lead_may_go_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    stage = Stage(monkeypatch, etcd(leader="cp-1"))
    result = await stage.run(gate, GATE, THREE, "cp-2")
    assert result.summary == "the other 2 member(s) of etcd are well"
    assert not result.changed
    assert not [script for _, script in stage.scripts if "transfer" in script]


async def test_the_leadership_is_moved_away_first(monkeypatch: pytest.MonkeyPatch) -> None:
    stage = Stage(monkeypatch, etcd(leader="cp-1"))
    result = await stage.run(gate, GATE, THREE, "cp-1")
    assert result.summary.endswith("cp-2 leads now")
    assert result.changed
    assert [name for name, script in stage.scripts if "transfer" in script] == ["cp-1"]


async def test_a_member_that_does_not_take_the_leadership_is_passed_over(monkeypatch: pytest.MonkeyPatch) -> None:
    stage = Stage(monkeypatch, etcd(leader="cp-1", deaf={"cp-2"}))
    result = await stage.run(gate, GATE, THREE, "cp-1")
    assert result.summary.endswith("cp-3 leads now")


async def test_a_leader_that_nobody_follows_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    stage = Stage(monkeypatch, etcd(leader="cp-1", deaf={"cp-2", "cp-3"}))
    error = await stage.refused(gate, GATE, THREE, "cp-1")
    assert error.type == "GateNotHeld"
    assert not error.non_retryable


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"down": {"cp-3"}}, "the etcd member cp-3 to answer"),
        ({"learners": {"cp-3"}}, "the etcd member cp-3 to be promoted"),
        ({"alarms": [{"memberID": "3", "alarm": "NOSPACE"}]}, "etcd's alarms to be dealt with: NOSPACE of member 3"),
    ],
    ids=["down", "learner", "alarm"],
)
async def test_it_waits_while_etcd_is_not_well(
    monkeypatch: pytest.MonkeyPatch, given: dict[str, Any], words: str
) -> None:
    error = await Stage(monkeypatch, etcd(**given)).refused(gate, GATE, THREE, "cp-1")
    assert (error.type, error.message) == ("GateNotHeld", f"waiting for {words}")


@pytest.mark.parametrize(
    ("names", "of", "words"),
    [
        (("cp-1",), cluster("cp-1"), "the only etcd member is well; the API is away while this machine restarts it"),
        (
            ("cp-1", "cp-2"),
            cluster("cp-1", "cp-2"),
            "all 2 etcd members are well; there is no quorum while one of them restarts; cp-2 leads now",
        ),
    ],
    ids=["one", "two"],
)
async def test_a_cluster_without_a_spare_member_goes_on_with_a_note(
    monkeypatch: pytest.MonkeyPatch, names: tuple[str, ...], of: Cluster, words: str
) -> None:
    result = await Stage(monkeypatch, etcd(*names)).run(gate, GATE, of, "cp-1")
    assert result.summary == words


async def test_who_has_three_control_planes_does_not_go_on_with_two_members(monkeypatch: pytest.MonkeyPatch) -> None:
    error = await Stage(monkeypatch, etcd("cp-1", "cp-2")).refused(gate, GATE, THREE, "cp-1")
    assert "more control planes to be etcd members" in error.message


LEFT = cluster("cp-1", "cp-2")


async def test_a_machine_that_leaves_need_not_be_well_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    result = await Stage(monkeypatch, etcd(down={"cp-3"})).run(gate, GATE, LEFT, "cp-3")
    assert result.summary == "the other 2 member(s) of etcd are well"


async def test_a_machine_that_leaves_waits_for_the_others_to_be_well(monkeypatch: pytest.MonkeyPatch) -> None:
    error = await Stage(monkeypatch, etcd(down={"cp-2"})).refused(gate, GATE, LEFT, "cp-3")
    assert error.message == "waiting for the etcd member cp-2 to answer"


async def test_a_machine_that_leaves_hands_the_leadership_over(monkeypatch: pytest.MonkeyPatch) -> None:
    stage = Stage(monkeypatch, etcd(leader="cp-3"))
    result = await stage.run(gate, GATE, LEFT, "cp-3")
    assert result.summary.endswith("cp-1 leads now")


async def test_of_two_members_one_may_leave(monkeypatch: pytest.MonkeyPatch) -> None:
    result = await Stage(monkeypatch, etcd("cp-1", "cp-2")).run(gate, GATE, cluster("cp-1"), "cp-2")
    assert result.summary == "the other 1 member(s) of etcd are well"
