"""What follows a join or an upgrade: pod network, labels and taints, the node Ready."""

from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import TypeVar

from temporalio import activity

from trailboss.activities.api import ask
from trailboss.activities.errors import attempt
from trailboss.activities.gate import until_nothing
from trailboss.activities.place import Place, find
from trailboss.kube import ClusterApi, nodes
from trailboss.model.messages import StepInput, StepResult
from trailboss.plan.running import parsed
from trailboss.ssh import SSHPool
from trailboss.steps import combine, pod_network

_SHORT = timedelta(minutes=1)
_GATE = timedelta(minutes=5)
Result = TypeVar("Result")


class SettlingActivities:
    def __init__(self, pool: SSHPool) -> None:
        self._pool = pool

    @activity.defn(name="pod-network")
    async def pod_network(self, step: StepInput) -> StepResult:
        async with attempt():
            place = await find(self._pool, step)
            await until_nothing(partial(self._ask, place, _without_pod_network), within=_GATE)
            routes = await self._ask(place, _routes)
            missing = pod_network.commands(place.cluster, place.machine, await place.facts(pod_network.FACTS), routes)
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
            ready = partial(_not_ready, version=place.machine.kubernetes_version)
            await until_nothing(partial(self._ask, place, ready), within=_GATE)
            return StepResult(summary="Ready", changed=False)

    async def _ask(self, place: Place, question: Callable[[ClusterApi, str], Result]) -> Result:
        return await ask(self._pool, place.cluster, lambda api: question(api, place.machine.name))


def _not_ready(api: ClusterApi, name: str, *, version: str) -> str:
    """A node stays Ready for a while after its kubelet went away: only the version tells that the new one has begun."""
    node = nodes.find(api, name)
    if node is None or not node.ready:
        return f"node {name} to be Ready"
    seen = parsed(node.kubelet_version)
    return "" if seen == parsed(version) else f"the kubelet of {name} to report {version}; it reports {seen}"


def _without_pod_network(api: ClusterApi, name: str) -> str:
    """The controller manager assigns a network to each node a moment after it registers."""
    listed = nodes.list_nodes(api)
    if name not in [node.name for node in listed]:
        return f"node {name} to register"
    waiting = [node.name for node in listed if not node.pod_cidr]
    return f"a pod network for {', '.join(waiting)}" if waiting else ""


def _routes(api: ClusterApi, _name: str) -> dict[str, tuple[str, str]]:
    """Return (address, pod network) of every node by name."""
    return {node.name: (node.internal_address, node.pod_cidr) for node in nodes.list_nodes(api)}
