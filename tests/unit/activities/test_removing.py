from collections.abc import Callable
from typing import Any

import pytest
from tests.unit.activities.fake_etcd import Etcd
from tests.unit.activities.fake_hosts import POOL, Stage, cluster, machine

from trailboss.activities.machines import removing
from trailboss.activities.machines.removing import RemovingActivities
from trailboss.kube import nodes
from trailboss.model.errors import ApiUnavailable
from trailboss.steps.host_reset import RELEASE

ACTIVITIES = RemovingActivities(POOL)
LEFT = cluster("cp-1", "cp-2", "w-1")


def etcd(*names: str, **given: Any) -> Etcd:  # noqa: ANN401 - fields of any type
    return Etcd([machine(name) for name in names], **given)


async def leave(stage: Stage, name: str = "cp-3", of: Any = LEFT) -> str:  # noqa: ANN401 - a cluster
    return (await stage.run(removing, ACTIVITIES.etcd_leave, of, name)).summary


@pytest.mark.parametrize("down", [set(), {"cp-3"}], ids=["well", "dead"])
async def test_a_member_is_removed_by_another_one(monkeypatch: pytest.MonkeyPatch, down: set[str]) -> None:
    stage = Stage(monkeypatch, etcd("cp-1", "cp-2", "cp-3", down=down))
    assert await leave(stage) == "left etcd, 2 member(s) stay"
    assert stage.etcd
    assert [member.name for member in stage.etcd.members] == ["cp-1", "cp-2"]
    assert {name for name, _ in stage.scripts} == {"cp-1"}
    assert "owner" in next(script for _, script in stage.scripts if "member/remove" in script)


async def test_who_is_no_member_any_more_has_left(monkeypatch: pytest.MonkeyPatch) -> None:
    stage = Stage(monkeypatch, etcd("cp-1", "cp-2"))
    assert await leave(stage) == "is no etcd member"
    assert not [script for _, script in stage.scripts if "member/remove" in script]


async def test_another_control_plane_is_asked_where_the_first_is_silent(monkeypatch: pytest.MonkeyPatch) -> None:
    stage = Stage(monkeypatch, etcd("cp-1", "cp-2", "cp-3", "cp-4", leader="cp-2", down={"cp-1"}))
    assert await leave(stage, of=cluster("cp-1", "cp-2", "cp-4")) == "left etcd, 3 member(s) stay"


async def test_the_quorum_of_those_that_stay_is_never_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    stage = Stage(monkeypatch, etcd("cp-1", "cp-2", "cp-3", down={"cp-2"}))
    error = await stage.refused(removing, ACTIVITIES.etcd_leave, LEFT, "cp-3")
    assert (error.type, error.non_retryable) == ("GateNotHeld", False)
    assert "the etcd members cp-2 to be well" in error.message
    assert stage.etcd
    assert len(stage.etcd.members) == 3


async def test_the_only_member_is_never_removed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Etcd, "answer", _asked_elsewhere)
    stage = Stage(monkeypatch, etcd("cp-3"))
    error = await stage.refused(removing, ACTIVITIES.etcd_leave, LEFT, "cp-3")
    assert (error.type, error.non_retryable) == ("StepFailed", True)


_ANSWER = Etcd.answer


def _asked_elsewhere(self: Etcd, _asked: object, script: str) -> str:
    return _ANSWER(self, self.members[0], script)


async def test_without_another_control_plane_nothing_happens(monkeypatch: pytest.MonkeyPatch) -> None:
    error = await Stage(monkeypatch, etcd("cp-3")).refused(removing, ACTIVITIES.etcd_leave, LEFT, "cp-3")
    assert error.type == "GateNotHeld"


def answers(monkeypatch: pytest.MonkeyPatch, there: object) -> list[str]:
    """Let an API answer that has this node; returns the names of nodes that are deleted from then on."""
    deleted: list[str] = []

    async def ask(_pool: object, _cluster: object, question: Callable[[Any], Any]) -> object:
        return question(None)

    monkeypatch.setattr(removing, "ask", ask)
    monkeypatch.setattr(nodes, "find", lambda _api, _name: there)
    monkeypatch.setattr(nodes, "forget", lambda _api, name: deleted.append(name))
    return deleted


@pytest.mark.parametrize(("there", "words"), [("node", "deleted"), (None, "there was no such node")])
async def test_a_node_is_deleted(monkeypatch: pytest.MonkeyPatch, there: object, words: str) -> None:
    deleted = answers(monkeypatch, there)
    result = await Stage(monkeypatch).run(removing, ACTIVITIES.node_delete, LEFT, "cp-3")
    assert (result.summary, result.changed, deleted) == (words, there is not None, ["cp-3"])


@pytest.mark.parametrize("marks", [{"owner": "demo"}, {"member": "reset-begun"}], ids=["owner", "member"])
async def test_a_host_is_reset_and_then_given_up(monkeypatch: pytest.MonkeyPatch, marks: dict[str, str]) -> None:
    deleted = answers(monkeypatch, None)
    stage = Stage(monkeypatch, output="this host is free\n")
    stage.facts.update(marks)
    result = await stage.run(removing, ACTIVITIES.host_reset, LEFT, "w-9")
    assert result.changed
    assert stage.long_actions() == [("w-9", "trailboss-step-demo-7-1.34.4-step.service")]
    assert stage.scripts[-1][1].endswith(RELEASE)
    assert deleted == ["w-9"]


async def test_a_host_that_another_cluster_has_by_now_is_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    stage = Stage(monkeypatch)
    stage.facts["owner"] = "other"
    result = await stage.run(removing, ACTIVITIES.host_reset, LEFT, "w-9")
    assert (result.changed, stage.scripts) == (False, [])


async def test_a_host_without_a_mark_was_given_up_before(monkeypatch: pytest.MonkeyPatch) -> None:
    """What has come there since then may be anybody's."""
    deleted, stage = answers(monkeypatch, None), Stage(monkeypatch)
    result = await stage.run(removing, ACTIVITIES.host_reset, LEFT, "w-9")
    assert (result.changed, stage.scripts, deleted) == (False, [], ["w-9"])


async def test_a_host_is_reset_where_no_api_server_is_left(monkeypatch: pytest.MonkeyPatch) -> None:
    async def ask(*_: object) -> None:
        raise ApiUnavailable("none")

    monkeypatch.setattr(removing, "ask", ask)
    stage = Stage(monkeypatch)
    stage.facts["owner"] = "demo"
    assert (await stage.run(removing, ACTIVITIES.host_reset, LEFT, "w-9")).changed
