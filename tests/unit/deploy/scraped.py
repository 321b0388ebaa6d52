"""What a real worker and a real Temporal serve for Prometheus after some work, well done and not."""

import asyncio
import re
import uuid
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta

import httpx
from temporalio.client import Client, WorkflowFailureError
from temporalio.service import RPCError
from temporalio.testing import WorkflowEnvironment
from tests.conftest import configured, started
from tests.unit.ssh.server import machine_that_answers
from tests.unit.worker.errands import Change, Cluster, new_worker

from trailboss.lab.temporal.options import free_port
from trailboss.model.revision import Repository
from trailboss.ssh import ConnectionCounts, Host, SSHDefaults, SSHPool
from trailboss.triggers.schedule import add_repository
from trailboss.worker.metrics.fleet import watching
from trailboss.worker.settings import Settings
from trailboss.worker.telemetry import Telemetry, setup_telemetry

_SERIES = re.compile(r"^(?P<name>[a-zA-Z_:][\w:]*)(?:{(?P<labels>.*)})? ", re.MULTILINE)
_LABEL = re.compile(r'(\w+)="')
_LAST = (
    "trailboss_poll_interval_seconds",
    "trailboss_clusters",
    "temporal_workflow_completed",
    "temporal_workflow_task_execution_failed",
    "trailboss_ssh_connections_opened{.*} 1",
)


@dataclass(frozen=True)
class Scraped:
    """Metric, as queries have it (of a histogram with its suffixes) → labels that its series have."""

    worker: dict[str, set[str]]
    temporal: dict[str, set[str]]


def _labels(text: str) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for series in _SERIES.finditer(text):
        found.setdefault(series["name"], set()).update(_LABEL.findall(series["labels"] or ""))
    return found


async def scrape() -> Scraped:
    settings = Settings(metrics_address=f"127.0.0.1:{free_port()}", task_queue=f"queue-{uuid.uuid4()}")
    telemetry, port = setup_telemetry(settings, {}), free_port()
    start = configured(WorkflowEnvironment.start_local)
    start.keywords["dev_server_extra_args"] = ["--metrics-port", str(port)]
    async with await started(start) as server:
        client = await _client(server.client, telemetry)
        await _herd(client, settings.task_queue)
        async with new_worker(client, settings.task_queue), watching(client, telemetry, settings):
            await _work(client, settings.task_queue)
            await _connect(telemetry)
            ours = await _until_all(f"http://{settings.metrics_address}/metrics")
        return Scraped(_labels(ours), _labels(await _get(f"http://127.0.0.1:{port}/metrics")))


async def _client(client: Client, telemetry: Telemetry) -> Client:
    return await Client.connect(
        client.service_client.config.target_host,
        runtime=telemetry.runtime,
        interceptors=telemetry.interceptors,
        data_converter=client.data_converter,
    )


async def _herd(client: Client, queue: str) -> None:
    """A cluster and a repository, seen by Temporal before the first look."""
    await client.start_workflow(Cluster.run, id=f"cluster/{queue}", task_queue=queue)
    repository = Repository(name="fleet", url="/nowhere", interval_seconds=86400)
    await add_repository(client, repository, task_queue=f"{queue}-nobodys")
    async with asyncio.timeout(20):
        while not [one async for one in await client.list_schedules()] or not await _clusters(client):
            await asyncio.sleep(0.1)


async def _clusters(client: Client) -> int:
    return (await client.count_workflows('WorkflowType = "ClusterWorkflow"')).count


async def _work(client: Client, queue: str) -> None:
    await client.execute_workflow(Change.run, "one", id=queue, task_queue=queue)
    with suppress(WorkflowFailureError):
        await client.execute_workflow(Change.run, "fail", id=f"{queue}-fails", task_queue=queue)
    await client.start_workflow(Change.run, "break", id=f"{queue}-breaks", task_queue=queue)
    with suppress(RPCError):
        await client.get_workflow_handle("nobody").describe()


async def _connect(telemetry: Telemetry) -> None:
    pool = SSHPool(SSHDefaults(connect_timeout=timedelta(seconds=5)), ConnectionCounts(telemetry.meter))
    async with machine_that_answers() as machine:
        await Host(pool, machine).read("true", summary="look")
        await pool.close()


async def _until_all(url: str) -> str:
    """Return what is served once the last of what was done is in it."""
    async with asyncio.timeout(20):
        while not _has_all(text := await _get(url)):
            await asyncio.sleep(0.1)
    return text


def _has_all(text: str) -> bool:
    return all(re.search(f"^{name}", text, re.MULTILINE) for name in _LAST)


async def _get(url: str) -> str:
    async with httpx.AsyncClient() as client:
        return (await client.get(url)).text
