"""Gauges of what Temporal knows of all clusters and repositories; docs/telemetry.md tells what each is.

Temporal's visibility is the one place that knows of all of them, whichever worker did the work and whoever restarted
since. Every worker asks it and shows the same figures: queries take `max`, never `sum`, over workers.
"""

import asyncio
import logging
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import timedelta
from time import time

from temporalio.client import Client, WorkflowExecution
from temporalio.common import MetricMeter, SearchAttributeKey
from temporalio.service import RPCError

from trailboss.model import names
from trailboss.worker.metrics.good_polls import last_good_polls
from trailboss.worker.metrics.kept_gauge import KeptGauge, Labels
from trailboss.worker.metrics.measuring import begin_at_zero
from trailboss.worker.settings import Settings
from trailboss.worker.telemetry import Telemetry

CLUSTERS = "trailboss_clusters"
CHANGES_RUNNING = "trailboss_changes_running"
OLDEST_CHANGE = "trailboss_oldest_change_start_timestamp_seconds"
MACHINES_WAITING = "trailboss_machines_waiting"
LAST_POLL = "trailboss_poll_last_success_timestamp_seconds"
POLL_INTERVAL = "trailboss_poll_interval_seconds"
OBSERVED = "trailboss_fleet_observed_timestamp_seconds"

_EVERY = timedelta(seconds=30)
_PATIENCE = timedelta(seconds=20)
_LABELS = {
    "phase": SearchAttributeKey.for_keyword(names.ATTRIBUTE_PHASE),
    "version": SearchAttributeKey.for_keyword(names.ATTRIBUTE_VERSION),
    "drift": SearchAttributeKey.for_keyword(names.ATTRIBUTE_DRIFT),
}
_LOG = logging.getLogger("trailboss.worker")


@asynccontextmanager
async def watching(client: Client, telemetry: Telemetry, settings: Settings) -> AsyncIterator[None]:
    """Keep the gauges fresh while the body runs; without metrics, ask nothing."""
    if not telemetry.measures:
        yield
        return
    begin_at_zero(telemetry.meter, client.namespace, settings.task_queue)
    fleet = Fleet(client, telemetry.meter, settings.task_queue)
    task = asyncio.create_task(fleet.watch())
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


class Fleet:
    """`task_queue`: clusters of other installations in the same namespace are not ours to count."""

    def __init__(self, client: Client, meter: MetricMeter, task_queue: str) -> None:
        self._client = client
        self._ours = f'TaskQueue = "{task_queue}" AND ExecutionStatus = "Running"'
        ours = meter.with_additional_attributes({"namespace": client.namespace, "task_queue": task_queue})
        self._clusters = KeptGauge(ours, CLUSTERS, "Clusters by phase, Kubernetes version and drift")
        self._changes = KeptGauge(ours, CHANGES_RUNNING, "Changes under way")
        self._oldest = KeptGauge(ours, OLDEST_CHANGE, "When the oldest change under way began; 0: there is none")
        self._waiting = KeptGauge(ours, MACHINES_WAITING, "Machines that are held or do not come about")
        self._polls = KeptGauge(ours, LAST_POLL, "When a repository was last polled well; 0: no longer followed")
        self._intervals = KeptGauge(
            ours, POLL_INTERVAL, "How often a repository is to be polled; 0: no longer followed"
        )
        self._observed = ours.create_gauge_float(OBSERVED, "When Temporal last answered for all these gauges")

    @property
    def _all(self) -> tuple[KeptGauge, ...]:
        return self._clusters, self._changes, self._oldest, self._waiting, self._polls, self._intervals

    async def watch(self) -> None:
        while True:
            await self.observe()
            await asyncio.sleep(_EVERY.total_seconds())

    async def observe(self) -> None:
        """Ask Temporal once and show its answer; where it has none, show that nothing is known."""
        try:
            async with asyncio.timeout(_PATIENCE.total_seconds()):
                await self._ask()
        except (RPCError, TimeoutError) as error:
            _LOG.warning("Temporal does not tell how clusters fare: %s", str(error) or "it does not answer")
            for gauge in self._all:
                gauge.unknown()

    async def _ask(self) -> None:
        clusters = Counter([_labels(one) async for one in self._running(names.CLUSTER_WORKFLOW)])
        changes = [one.start_time.timestamp() async for one in self._running(names.CHANGE_WORKFLOW)]
        waiting = f"{self._of(names.MACHINE_WORKFLOW)} AND {names.ATTRIBUTE_PROBLEM} IS NOT NULL"
        machines = await self._client.count_workflows(waiting)
        polls = await last_good_polls(self._client)
        self._clusters.show(clusters)
        self._changes.show({(): len(changes)})
        self._oldest.show({(): min(changes, default=0.0)})
        self._waiting.show({(): machines.count})
        self._polls.show({(("repository", name),): poll.at for name, poll in polls.items()})
        self._intervals.show({(("repository", name),): poll.every for name, poll in polls.items()})
        self._observed.set(time())

    def _of(self, workflow_type: str) -> str:
        return f'WorkflowType = "{workflow_type}" AND {self._ours}'

    def _running(self, workflow_type: str) -> AsyncIterator[WorkflowExecution]:
        return self._client.list_workflows(self._of(workflow_type))


def _labels(cluster: WorkflowExecution) -> Labels:
    """Return the labels; what a cluster's workflow has not said (no version before its first change) is "unknown"."""
    told = cluster.typed_search_attributes
    return tuple((label, told.get(key) or "unknown") for label, key in _LABELS.items())
