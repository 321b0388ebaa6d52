"""The queries of docs/web-ui.md, as they stand there: a real server takes each, and finds what its row says."""

import asyncio
import re
from pathlib import Path

import pytest
from temporalio.client import Client
from tests.unit.workflows.herd import Herd
from tests.unit.workflows.plans import NOTHING, only_workers, revision
from tests.unit.workflows.running import change_of, cluster, until, until_held

PAGE = Path(__file__).parents[3] / "docs/web-ui.md"
ROWS = dict(re.findall(r"^\| ([^|`]+) \| `([^`|]+)` \|$", PAGE.read_text().partition("| to find |")[2], re.MULTILINE))

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("query", ROWS.values(), ids=ROWS.keys())
async def test_temporal_understands_the_query(query: str, temporal_client: Client) -> None:
    assert (await temporal_client.count_workflows(query)).count >= 0


async def test_an_attribute_that_is_not_there_is_noticed(temporal_client: Client) -> None:
    with pytest.raises(Exception, match="TrailbossMood"):
        await temporal_client.count_workflows(ROWS["all of one cluster"].replace("TrailbossCluster", "TrailbossMood"))


async def until_found(client: Client, row: str, *ids: str) -> None:
    """Wait until the query of this row finds all of them, or what it says in its place for our own cluster."""
    query = ROWS[row].replace("b375eb001238", revision("a").short)
    async with asyncio.timeout(20):
        while not set(ids) <= {each.id async for each in client.list_workflows(query)}:
            await asyncio.sleep(0.1)


async def test_what_is_held_is_found_and_then_what_is_paused_and_what_failed(temporal_client: Client) -> None:
    herd = Herd([only_workers(1), NOTHING], blocked={"worker-1 drain"}, fail={"worker-1 kubeadm-binary"})
    async with cluster(temporal_client, herd) as handle:
        await until_held(handle, "worker-1")
        change = await change_of(temporal_client, handle)
        machine = f"{change.id}/worker-1/upgrade"
        await until_found(temporal_client, "all clusters", handle.id)
        await until_found(temporal_client, "clusters that wait for an operator", handle.id)
        await until_found(temporal_client, "changes under way", change.id)
        await until_found(temporal_client, "what one commit did everywhere", change.id)
        await until_found(temporal_client, "machines that are held or waited for", machine)
        mine = ROWS["all of one cluster"].replace("demo", handle.id.removeprefix("cluster/"))
        assert {each.id async for each in temporal_client.list_workflows(mine)} == {handle.id, change.id, machine}
        await handle.signal("pause")
        await until_found(temporal_client, "clusters that are paused", handle.id)
        await handle.signal("resume")
        await handle.signal("approve")
        await until(handle, "Failed")
        await until_found(temporal_client, "clusters that are not well", handle.id)
        await until_found(temporal_client, "operations on machines that failed", machine)


async def test_a_cluster_is_found_by_its_version(temporal_client: Client) -> None:
    async with cluster(temporal_client, Herd([only_workers(1), NOTHING])) as handle:
        await until(handle, "Ready")
        await until_found(temporal_client, "clusters of one minor version", handle.id)
