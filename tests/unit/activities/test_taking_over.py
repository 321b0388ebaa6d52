"""Hosts of a cluster that others made are marked, on a ranch whose hosts run what they are told."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from temporalio.exceptions import ApplicationError
from temporalio.testing import ActivityEnvironment
from tests.unit.activities.ranch import Ranch, ranch, step
from tests.unit.kube.objects import node

from trailboss.activities.machines.taking_over import TakingOverActivities
from trailboss.model.messages import StepResult

DIGEST = "a" * 64
SEEN = {
    "owner": "",
    "member": "",
    "machine_id": "id-of-w-1",
    "authority": f"{DIGEST}  -",
    "present": "/etc/kubernetes/kubelet.conf",
    "kubelet_command": "/usr/bin/kubelet\n--config=/var/lib/kubelet/config.yaml\n--node-ip=10.0.0.9\n",
}


@pytest_asyncio.fixture
async def on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Ranch]:
    async with ranch(tmp_path, monkeypatch) as made:
        of = made.push("b", "cp-1 w-1", adopt=f"sha256:{DIGEST}")
        labelled = [one.model_copy(update={"labels": {"rack": "a"}}) for one in of.machines]
        made.push("b", "cp-1 w-1", adopt=f"sha256:{DIGEST}", machines=tuple(labelled))
        made.facts["w-1"] = dict(SEEN)
        made.api.nodes = {"w-1": node("w-1", labels={"rack": "a"})}
        made.answers["adopted"] = ""
        yield made


async def take_over(on: Ranch) -> StepResult:
    return await ActivityEnvironment().run(TakingOverActivities(on.pool).take_over, step("take-over", "w-1"))


def changed(on: Ranch) -> list[str]:
    return [script for _, script in on.ran if "/var/lib/trailboss/member" in script and "fact" not in script]


async def test_a_host_gets_its_marks_and_its_node_tells_whose_its_labels_are(on: Ranch) -> None:
    result = await take_over(on)
    assert result.changed
    (script,) = changed(on)
    assert "packaged" in script
    assert "--node-ip=10.0.0.9" in script
    assert on.api.nodes["w-1"]["metadata"]["annotations"]["trailboss.dev/labels"] == "rack"
    assert on.api.nodes["w-1"]["metadata"]["labels"]["rack"] == "a"


async def test_labels_that_differ_are_not_touched_by_this(on: Ranch) -> None:
    on.api.nodes = {"w-1": node("w-1", labels={"rack": "b"})}
    await take_over(on)
    assert on.api.nodes["w-1"]["metadata"]["labels"]["rack"] == "b"
    assert "trailboss.dev/labels" not in on.api.nodes["w-1"]["metadata"]["annotations"]


@pytest.mark.parametrize(
    ("otherwise", "words"),
    [
        ({"authority": f"{'b' * 64}  -"}, "does not carry the cluster"),
        ({"owner": "prod"}, "does not carry the cluster"),
        ({"machine_id": "another"}, "is not this host"),
        ({"kubelet_command": ""}, "does not run"),
    ],
)
async def test_another_host_is_not_touched(on: Ranch, otherwise: dict[str, str], words: str) -> None:
    on.facts["w-1"] |= otherwise
    with pytest.raises(ApplicationError, match=words):
        await take_over(on)
    assert changed(on) == []


async def test_done_before(on: Ranch) -> None:
    on.facts["w-1"] |= {"member": "adopted", "owner": "demo"}
    assert not (await take_over(on)).changed
    assert changed(on) == []
