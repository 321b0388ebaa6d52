from collections.abc import AsyncIterator
from functools import partial
from itertools import count
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import pytest_asyncio
from temporalio.exceptions import ApplicationError
from temporalio.testing import ActivityEnvironment
from tests.unit.activities.ranch import Ranch, ranch, step
from tests.unit.kube.objects import budget, node, pod

from trailboss.activities.machines import emptying
from trailboss.activities.machines.draining import DrainingActivities
from trailboss.kube import nodes
from trailboss.model.messages import StepInput, StepResult

WEB = {"app": "web"}
NEEDS = "default/web: The disruption budget web needs 2 healthy pods and has 2 currently"
OURS = "change bbbbbbbbbbbb"


@pytest_asyncio.fixture
async def on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Ranch]:
    monkeypatch.setattr(emptying, "_BLOCKED_PAUSE_SECONDS", 0.01)
    monkeypatch.setattr(emptying, "_ENDING_PAUSE_SECONDS", 0.01)
    # A second goes by with each look at the clock, so a timeout of 3 is as many rounds on any machine.
    monkeypatch.setattr(emptying, "time", SimpleNamespace(monotonic=partial(next, count())))
    async with ranch(tmp_path, monkeypatch) as made:
        made.push("b", "cp-1 w-1")
        made.api.nodes = {name: node(name) for name in ("cp-1", "w-1")}
        yield made


def policy(on: Ranch, **drain: Any) -> None:  # noqa: ANN401 - fields of the model
    on.push("b", "cp-1 w-1", rollout={"drain": {"timeout": 3, **drain}})


def blocked(on: Ranch) -> None:
    on.api.pods, on.api.budgets = [pod("web", labels=WEB), pod("free")], [budget("web", WEB)]


async def drain(on: Ranch, given: StepInput | None = None) -> StepResult:
    return await ActivityEnvironment().run(DrainingActivities(on.pool).drain, given or step("drain", "w-1"))


async def uncordon(on: Ranch) -> StepResult:
    return await ActivityEnvironment().run(DrainingActivities(on.pool).uncordon, step("uncordon", "w-1"))


async def failure(on: Ranch, given: StepInput | None = None) -> ApplicationError:
    with pytest.raises(ApplicationError) as caught:
        await drain(on, given)
    return caught.value


def cordon(on: Ranch) -> tuple[bool, str]:
    found = on.api.nodes["w-1"]
    return found["spec"].get("unschedulable", False), found["metadata"]["annotations"].get(nodes.CORDONED_BY, "")


def names(on: Ranch) -> list[str]:
    return [found["metadata"]["name"] for found in on.api.pods]


async def test_a_node_is_cordoned_emptied_and_given_back(on: Ranch) -> None:
    on.api.pods = [pod("web"), pod("db-0", kind="StatefulSet"), pod("proxy", kind="DaemonSet"), pod("far", "cp-1")]
    assert (await drain(on)).summary == "2 pod(s) evicted"
    assert names(on) == ["proxy", "far"]
    assert cordon(on) == (True, OURS)
    assert await uncordon(on) == StepResult(summary="schedulable again")
    assert cordon(on) == (False, "")
    assert not (await uncordon(on)).changed


async def test_a_second_drain_finds_nothing_to_do(on: Ranch) -> None:
    await drain(on)
    assert await drain(on) == StepResult(summary="no pod to evict", changed=False)


async def test_the_cordon_of_another_stays_theirs(on: Ranch) -> None:
    on.api.nodes["w-1"], on.api.pods = node("w-1", unschedulable=True), [pod("web")]
    assert (await drain(on)).summary == "1 pod(s) evicted; the node was cordoned by another, and stays so"
    assert not (await uncordon(on)).changed
    assert cordon(on) == (True, "")


async def test_a_budget_that_gives_way_is_waited_for(on: Ranch) -> None:
    policy(on, timeout=20)
    blocked(on)
    on.api.on_eviction = lambda count: on.api.budgets.clear() if count > 3 else None
    assert (await drain(on)).summary == "2 pod(s) evicted"
    assert names(on) == []


async def test_wait_tries_again_without_end(on: Ranch) -> None:
    policy(on, when_blocked="wait")
    blocked(on)
    error = await failure(on)
    assert (error.type, error.non_retryable) == ("GateNotHeld", False)
    assert error.message == f"waiting for w-1 to be empty: {NEEDS}"
    assert names(on) == ["web"]
    on.api.budgets.clear()
    assert (await drain(on)).summary == "1 pod(s) evicted"


async def test_ask_tells_what_is_blocked_and_goes_on_once_approved(on: Ranch) -> None:
    policy(on, when_blocked="ask")
    blocked(on)
    assert await drain(on) == StepResult(summary="1 pod(s) evicted; 1 still there", blocked=(NEEDS,))
    assert names(on) == ["web"]
    assert (await drain(on, step("drain", "w-1", force=True))).summary == "1 pod(s) evicted"
    assert names(on) == []


async def test_force_deletes_after_the_timeout_with_grace(on: Ranch) -> None:
    policy(on, when_blocked="force", grace=7)
    blocked(on)
    assert (await drain(on)).summary == "2 pod(s) evicted"
    assert names(on) == []
    assert [deletion["gracePeriodSeconds"] for deletion in on.api.deletions] == [7, 7]
    evictions = [asked for asked in on.api.asked if asked.endswith("web/eviction")]
    assert len(evictions) > 1


async def test_a_pod_that_does_not_end_is_not_called_evicted(on: Ranch) -> None:
    policy(on, when_blocked="ask")
    on.api.pods, on.api.stuck = [pod("web")], {"web"}
    assert (await drain(on)).blocked == ("default/web: it has not ended yet",)
    assert len(on.api.deletions) == 1


@pytest.mark.parametrize(
    ("of_pod", "allow", "why"),
    [
        ({"kind": None}, {"unmanaged": True}, "no controller brings it back"),
        ({"volumes": [{"name": "v", "emptyDir": {}}]}, {"local_data": True}, "its emptyDir is lost with it"),
    ],
)
async def test_no_pod_is_lost_silently(on: Ranch, of_pod: dict[str, Any], allow: dict[str, bool], why: str) -> None:
    policy(on, timeout=20, unmanaged=False, local_data=False)
    on.api.pods = [pod("free"), pod("web", **of_pod)]
    error = await failure(on)
    assert (error.type, error.non_retryable) == ("StepFailed", True)
    assert f"default/web: {why}" in error.message
    assert names(on) == ["free", "web"]
    assert cordon(on) == (False, "")
    policy(on, **{"timeout": 20, "unmanaged": False, "local_data": False, **allow})
    assert (await drain(on)).summary == f"2 pod(s) evicted; default/web: {why}"


async def test_who_waived_the_check_has_been_told(on: Ranch) -> None:
    on.push("b", "cp-1 w-1", waived=("PodsAtRisk",))
    on.api.pods = [pod("web", kind=None)]
    assert "no controller brings it back" in (await drain(on)).summary


async def test_what_a_cordon_does_not_keep_away_is_evicted_once(on: Ranch) -> None:
    policy(on, timeout=20)
    everywhere = [{"operator": "Exists"}]
    on.api.pods = [pod("operator-1", tolerations=everywhere)]
    on.api.on_eviction = lambda count: on.api.pods.append(pod(f"operator-{count + 1}", tolerations=everywhere))
    assert (await drain(on)).summary == "1 pod(s) evicted"
    assert names(on) == ["operator-2"]


async def test_a_dead_machine_on_its_way_out_is_not_waited_for(on: Ranch) -> None:
    on.push("a", "cp-1 w-1")
    on.push("b", "cp-1", rollout={"drain": {"timeout": 20}})
    on.api.nodes["w-1"], on.api.pods, on.api.stuck = node("w-1", ready=False), [pod("web")], {"web"}
    assert (await drain(on, step("drain", "w-1", applied="a"))).summary == "1 pod(s) evicted"


async def test_a_node_that_is_gone_needs_nothing(on: Ranch) -> None:
    del on.api.nodes["w-1"]
    assert await drain(on) == StepResult(summary="there is no such node", changed=False)
    assert not (await uncordon(on)).changed


async def test_as_many_pods_are_named_as_people_read(on: Ranch) -> None:
    policy(on, when_blocked="ask")
    on.api.pods = [pod(f"web-{number:02}", labels=WEB) for number in range(25)]
    on.api.budgets = [budget("web", WEB)]
    told = await drain(on)
    assert told.summary == "0 pod(s) evicted; 25 still there"
    assert len(told.blocked) == 21
    assert told.blocked[-1] == "and 5 more"


async def test_an_applied_revision_that_is_gone_keeps_nobody_who_stays_waiting(on: Ranch) -> None:
    assert (await drain(on, step("drain", "w-1", applied="9"))).summary == "no pod to evict"
