"""What follows a join: pod network, labels and taints, the node Ready."""

import asyncio
import time
from datetime import timedelta

from temporalio import activity

from trailboss.activities.api import ask
from trailboss.activities.errors import attempt
from trailboss.activities.place import Place, find
from trailboss.kube import ClusterApi, nodes
from trailboss.model.errors import ApiUnavailable, GateNotHeld
from trailboss.model.messages import StepInput, StepResult
from trailboss.ssh import SSHPool
from trailboss.steps import combine, pod_network

_SHORT = timedelta(minutes=1)
_GATE_SECONDS = 300.0
_PAUSE_SECONDS = 0.5


class SettlingActivities:
    def __init__(self, pool: SSHPool) -> None:
        self._pool = pool

    @activity.defn(name="pod-network")
    async def pod_network(self, step: StepInput) -> StepResult:
        async with attempt():
            place = await find(self._pool, step)
            routes = await ask(self._pool, place.cluster, lambda api: _routes(api, place))
            missing = pod_network.commands(place.cluster, place.machine, await place.facts(), routes)
            if not missing:
                return StepResult(summary="was right already", changed=False)
            script = combine(missing)
            await place.host.change(place.writer, script, summary="set up the pod network", within=_SHORT)
            return StepResult(summary=f"routes to {len(routes) - 1} other node(s)")

    @activity.defn(name="labels-and-taints")
    async def labels_and_taints(self, step: StepInput) -> StepResult:
        async with attempt():
            place = await find(self._pool, step)
            changed = await ask(self._pool, place.cluster, lambda api: nodes.describe(api, place.machine))
            return StepResult(summary="set" if changed else "were right already", changed=changed)

    @activity.defn(name="node-ready")
    async def node_ready(self, step: StepInput) -> StepResult:
        async with attempt():
            place = await find(self._pool, step)
            deadline = time.monotonic() + _GATE_SECONDS
            while not await ask(self._pool, place.cluster, lambda api: nodes.is_ready(api, place.machine.name)):
                if time.monotonic() > deadline:
                    raise GateNotHeld(f"waiting for node {place.machine.name} to be Ready")
                await asyncio.sleep(_PAUSE_SECONDS)
            return StepResult(summary="Ready", changed=False)


def _routes(api: ClusterApi, place: Place) -> dict[str, tuple[str, str]]:
    """Return (address, pod network) of every node by name.

    Raises:
        ApiUnavailable: a node has no pod network assigned yet; that takes a moment after it registers.
    """
    listed = nodes.list_nodes(api)
    waiting = [node.name for node in listed if not node.pod_cidr]
    if waiting or place.machine.name not in [node.name for node in listed]:
        raise ApiUnavailable(f"waiting for a pod network to be assigned to {', '.join(waiting) or place.machine.name}")
    return {node.name: (node.internal_address, node.pod_cidr) for node in listed}
