"""A host whose node others have made gets Trailboss's marks."""

import asyncio
from datetime import timedelta

from temporalio import activity

from trailboss.activities.api import connected
from trailboss.activities.errors import attempt
from trailboss.activities.place import Place, find
from trailboss.facts import MachineFacts
from trailboss.kube import nodes
from trailboss.model.errors import StepFailed, TemporaryError
from trailboss.model.messages import StepInput, StepResult
from trailboss.ssh import SSHPool
from trailboss.steps import taking_over

_SHORT = timedelta(minutes=1)


class TakingOverActivities:
    def __init__(self, pool: SSHPool) -> None:
        self._pool = pool

    @activity.defn(name="take-over")
    async def take_over(self, step: StepInput) -> StepResult:
        """Mark the host, and write on its node which labels and taints of it the manifests have."""
        async with attempt():
            place = await find(self._pool, step)
            seen = await place.facts(taking_over.FACTS)
            if seen.is_member:
                await _claim(self._pool, place)
                return StepResult(summary="was ours already", changed=False)
            if not taking_over.can_be_taken_over(place.cluster, seen):
                raise StepFailed(f"{place.machine.name} does not carry the cluster that the manifests adopt")
            if not seen.kubelet_command:
                raise TemporaryError(f"the kubelet of {place.machine.name} does not run")
            await _claim(self._pool, place, seen)
            script = taking_over.script(place.cluster, seen)
            await place.host.change(place.writer, script, summary="take the host over", within=_SHORT)
            return StepResult(summary=f"marked as {place.cluster.name}'s; nothing else was touched")


async def _claim(pool: SSHPool, place: Place, seen: MachineFacts | None = None) -> None:
    """Ask the API once more whose the node is, in the moment in which it counts.

    Raises:
        StepFailed: the node is another host's.
    """
    async with connected(pool, place.cluster) as api:
        node = await asyncio.to_thread(nodes.find, api, place.machine.name)
        if node is None or (seen and node.machine_id and seen.machine_id and node.machine_id != seen.machine_id):
            raise StepFailed(f"the node {place.machine.name} is not this host")
        await asyncio.to_thread(nodes.claim, api, place.machine)
