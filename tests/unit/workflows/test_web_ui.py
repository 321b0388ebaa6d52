"""What Temporal's web UI shows: titles, details and progress of workflows; and that what a page says can be done."""

import asyncio
import shlex

import pytest
from temporalio.api.enums.v1 import EventType
from temporalio.api.sdk.v1 import WorkflowMetadata
from temporalio.client import Client, WorkflowHandle
from tests.conftest import TEMPORAL
from tests.unit.workflows.herd import Herd
from tests.unit.workflows.plans import NOTHING, only_workers, refused, upgrade
from tests.unit.workflows.running import change_of, cluster, until, until_held, until_status

from trailboss.model import names

pytestmark = pytest.mark.slow

MACHINE = "worker-1"


HAVE_WORDS = {
    EventType.EVENT_TYPE_ACTIVITY_TASK_SCHEDULED,
    EventType.EVENT_TYPE_TIMER_STARTED,
    EventType.EVENT_TYPE_START_CHILD_WORKFLOW_EXECUTION_INITIATED,
}


async def details_of(handle: WorkflowHandle) -> str:
    found = await handle.query("__temporal_workflow_metadata", result_type=WorkflowMetadata)
    return found.current_details


def machine_of(client: Client, change: WorkflowHandle) -> WorkflowHandle:
    return client.get_workflow_handle(f"{change.id}/{MACHINE}/upgrade")


def page_of(workflow_id: str) -> str:
    return f"namespaces/default/workflows/{workflow_id.replace('/', '%2F')}"


def command(page: str, words: str) -> str:
    """Return Temporal's own command out of the line that begins with these words."""
    line = next(line for line in page.splitlines() if line.startswith(f"- **{words}:**"))
    return line.split("`")[3]


async def run(client: Client, line: str) -> None:
    """Run it as it stands on the page; where the server is, is the reader's own setting."""
    program, *arguments = shlex.split(line)
    assert program == "temporal"
    address = {"TEMPORAL_ADDRESS": client.service_client.config.target_host}
    process = await asyncio.create_subprocess_exec(TEMPORAL, *arguments, env=address, stderr=asyncio.subprocess.PIPE)
    _, said = await process.communicate()
    assert process.returncode == 0, said


async def test_a_held_machine_goes_on_by_the_commands_of_its_page(temporal_client: Client) -> None:
    herd = Herd([only_workers(1), NOTHING], blocked={f"{MACHINE} drain"})
    async with cluster(temporal_client, herd) as handle:
        await until_held(handle, MACHINE)
        change = await change_of(temporal_client, handle)
        for page in (handle, change, machine_of(temporal_client, change)):
            shown = await details_of(page)
            assert "its budget allows no disruption" in shown
            assert f"`trailboss approve {handle.id.removeprefix('cluster/')} {MACHINE}`" in shown
        await run(temporal_client, command(await details_of(change), "Go on all the same"))
        await until(handle, "Ready")
    assert f"{MACHINE} drain forced" in herd.calls


async def test_a_held_machine_is_left_alone_by_the_command_of_its_page(temporal_client: Client) -> None:
    herd = Herd([only_workers(1), NOTHING], blocked={f"{MACHINE} drain"})
    async with cluster(temporal_client, herd) as handle:
        await until_held(handle, MACHINE)
        await run(temporal_client, command(await details_of(handle), "Leave it alone"))
        await until(handle, "Incomplete")


async def test_approval_pause_and_another_try_by_the_commands_of_their_pages(temporal_client: Client) -> None:
    asks = only_workers(1).model_copy(update={"approval": True})
    herd = Herd([asks, only_workers(1), only_workers(1), NOTHING], fail={f"{MACHINE} kubeadm-binary"})
    async with cluster(temporal_client, herd) as handle:
        await until_status(handle, lambda status: status.report is not None and status.report.awaits_approval)
        change = await change_of(temporal_client, handle)
        begin = command(await details_of(change), "Let it begin")
        await change.signal("pause")
        await until_status(handle, lambda status: status.paused)
        go_on = command(await details_of(change), "Let it go on")
        assert go_on == command(await details_of(handle), "Let it go on")
        await run(temporal_client, begin)
        await run(temporal_client, go_on)
        await until(handle, "Failed")
        herd.fail.clear()
        await run(temporal_client, command(await details_of(handle), "Once the cause is gone"))
        await until(handle, "Ready")


async def test_a_change_counts_and_links_what_it_does(temporal_client: Client) -> None:
    herd = Herd([upgrade(workers=1), NOTHING], hold={"cp-2 drain"})
    async with cluster(temporal_client, herd) as handle:
        await herd.until_called("cp-2 drain")
        change = await change_of(temporal_client, handle)
        shown, machine = await details_of(change), f"{change.id}/cp-2/upgrade"
        assert "Stage: **upgrade control planes**" in shown
        assert "**5 of 7** operations done, 13 of 28 steps; under way: upgrade cp-2" in shown
        assert f"- ⏳ upgrade **[cp-2]({page_of(machine)})**" in shown
        assert f"- ⬜ upgrade **{MACHINE}**" in shown
        assert f"]({page_of(handle.id)})" in shown
        assert page_of(change.id) in await details_of(handle)
        step = await details_of(temporal_client.get_workflow_handle(machine))
        assert "Step **5 of 9**: cordon the node, evict its pods, because it is missing" in step
        assert page_of(change.id) in step
        herd.release()
        await until(handle, "Ready")


async def test_every_workflow_says_from_its_start_what_it_is(temporal_client: Client) -> None:
    herd = Herd([only_workers(1), NOTHING])
    async with cluster(temporal_client, herd) as handle:
        await until(handle, "Ready")
        name = handle.id.removeprefix("cluster/")
        found = [one async for one in temporal_client.list_workflows(f"{names.ATTRIBUTE_CLUSTER} = '{name}'")]
        children = [one for one in found if one.id != handle.id]
        assert {one.workflow_type for one in children} == {names.CHANGE_WORKFLOW, names.MACHINE_WORKFLOW}
        for one in children:
            described = await temporal_client.get_workflow_handle(one.id).describe()
            assert await described.static_summary()
            assert f"(namespaces/{{namespace}}/workflows/cluster%2F{name}" in str(await described.static_details())


async def test_every_activity_timer_and_child_in_a_history_has_its_words(temporal_client: Client) -> None:
    stage = only_workers(2).stages[0].model_copy(update={"soak_seconds": 0.1})
    plans = [refused(temporary=True), only_workers(2).model_copy(update={"stages": (stage,)}), NOTHING]
    herd = Herd(plans, fail={"worker-2 drain"})
    async with cluster(temporal_client, herd) as handle:
        await until_status(handle, lambda status: status.phase == "Waiting")
        await handle.signal("retry")
        await until(handle, "Failed")
        change = (await handle.query("status", result_type=dict))["last_result"]["revision"]["commit"]
        ids = [handle.id, names.change_id(handle.id.removeprefix("cluster/"), change)]
        ids += [f"{ids[1]}/worker-{number}/upgrade" for number in (1, 2)]
        histories = [await temporal_client.get_workflow_handle(each).fetch_history() for each in ids]
    told = [event for history in histories for event in history.events if event.event_type in HAVE_WORDS]
    assert {event.event_type for event in told} == HAVE_WORDS
    assert [event for event in told if not event.user_metadata.summary.data] == []
    assert any(b"evict its pods, because it is missing" in event.user_metadata.summary.data for event in told)
    assert any(b"has to stay well for 0.1 s" in event.user_metadata.summary.data for event in told)
