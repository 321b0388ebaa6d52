from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from types import SimpleNamespace

import pytest
import yaml
from tests.unit.activities.fake_hosts import POOL, Stage, cluster, machine, place

from trailboss.activities.machines import preparing, upgrading
from trailboss.activities.machines.preparing import PreparingActivities, bring_about
from trailboss.activities.machines.upgrading import UpgradingActivities
from trailboss.model.errors import TemporaryError
from trailboss.steps import Command
from trailboss.steps.catalogue import PrepareStep

ACTIVITIES = UpgradingActivities(POOL)
CLUSTER = cluster("cp-1", "w-1")


async def test_apply_is_one_long_action_with_its_configuration(monkeypatch: pytest.MonkeyPatch) -> None:
    stage = Stage(monkeypatch, output="a lot\nkubeadm upgraded this host to 1.34.4\n")
    result = await stage.run(upgrading, ACTIVITIES.apply, CLUSTER, "cp-1")
    assert (result.summary, result.changed) == ("kubeadm upgraded this host to 1.34.4", True)
    assert stage.long_actions() == [("cp-1", "trailboss-step-demo-7-1.34.4-step.service")]
    ((_, script),) = stage.scripts
    document = script.partition("inputs/kubeadm.yaml\" <<'TRAILBOSS_END_OF_FILE'\n")[2]
    assert yaml.safe_load(document.partition("TRAILBOSS_END_OF_FILE")[0])["kind"] == "UpgradeConfiguration"


async def test_what_had_been_done_before_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    stage = Stage(monkeypatch, output="nothing to do: upgraded to 1.34.4 before\n")
    assert not (await stage.run(upgrading, ACTIVITIES.node, CLUSTER, "w-1")).changed


def test_each_hop_has_actions_of_its_own() -> None:
    keys = {place(CLUSTER.at(version), "cp-1", "images").key for version in ("1.33.9", "1.34.4")}
    assert keys == {"demo-7-1.33.9-images", "demo-7-1.34.4-images"}


def serves(monkeypatch: pytest.MonkeyPatch, version: str) -> None:
    @asynccontextmanager
    async def connected(_pool: object, _cluster: object, *, at: object) -> AsyncIterator[SimpleNamespace]:
        assert at == machine("cp-1")
        yield SimpleNamespace(version=lambda: version)

    monkeypatch.setattr(upgrading, "connected", connected)


async def test_an_api_server_is_ready_at_the_version_that_is_wanted(monkeypatch: pytest.MonkeyPatch) -> None:
    serves(monkeypatch, "1.34.4")
    result = await Stage(monkeypatch).run(upgrading, ACTIVITIES.api_ready, CLUSTER, "cp-1")
    assert (result.summary, result.changed) == ("ready at 1.34.4", False)


async def test_an_api_server_of_another_version_is_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    serves(monkeypatch, "1.33.9")
    error = await Stage(monkeypatch).refused(upgrading, ACTIVITIES.api_ready, CLUSTER, "cp-1")
    assert error.message == "waiting for the API server of cp-1 to serve 1.34.4; it is 1.33.9"


def test_every_step_of_the_catalogue_is_an_activity() -> None:
    names = {activity.__temporal_activity_definition.name for activity in PreparingActivities(POOL).activities()}
    assert {"images", "staged-binaries", "kubeadm-binary", "kubelet"} <= names


@pytest.fixture
def missing(monkeypatch: pytest.MonkeyPatch) -> list[list[Command]]:
    """What a long step `step` finds missing, look by look."""
    looks = [[Command(summary="do it", script="true\n")], []]
    step = PrepareStep("step", "a step", lambda *_: looks.pop(0), facts=("owner",), long=True)
    monkeypatch.setattr(preparing, "_STEPS", {"step": step})
    return looks


@pytest.mark.usefixtures("missing")
@pytest.mark.parametrize(("before", "forgotten"), [("none", 0), ("running", 0), ("0", 1), ("1", 0)])
async def test_an_action_that_ended_well_and_left_something_missing_runs_again(
    monkeypatch: pytest.MonkeyPatch, before: str, forgotten: int
) -> None:
    stage = Stage(monkeypatch)
    stage.outcomes = [before]
    assert (await bring_about(place(CLUSTER, "cp-1", "step"))).summary == "do it"
    forgetting = [
        script for _, script in stage.scripts if "rm -f /var/lib/trailboss/steps/demo-7-1.34.4-step/exit" in script
    ]
    assert len(forgetting) == forgotten
    assert len(stage.long_actions()) == 1


async def test_what_is_still_missing_is_worth_another_attempt(
    monkeypatch: pytest.MonkeyPatch, missing: list[list[Command]]
) -> None:
    missing[1] = missing[0]
    Stage(monkeypatch)
    with pytest.raises(TemporaryError, match="still missing: do it"):
        await bring_about(place(CLUSTER, "cp-1", "step"))
