"""Takes a machine's node out of service, and back into service."""

from temporalio import activity

from trailboss.activities.api import ask
from trailboss.activities.errors import attempt
from trailboss.activities.machines.emptying import Emptying
from trailboss.activities.place import find
from trailboss.kube import cordon
from trailboss.model.messages import StepInput, StepResult
from trailboss.ssh import SSHPool


class DrainingActivities:
    def __init__(self, pool: SSHPool) -> None:
        self._pool = pool

    @activity.defn(name="drain")
    async def drain(self, step: StepInput) -> StepResult:
        """Cordon the machine's node and wait until no pod that can move is on it; run again, it goes on."""
        async with attempt():
            place = await find(self._pool, step)
            emptying = Emptying(self._pool, place, cordon.owner(step.context.revision))
            return await emptying.run(approved=step.force)

    @activity.defn(name="uncordon")
    async def uncordon(self, step: StepInput) -> StepResult:
        """Bring the node back into service, unless it was another who took it out."""
        async with attempt():
            place = await find(self._pool, step)
            did = await ask(self._pool, place.cluster, lambda api: cordon.uncordon(api, place.machine.name))
            if did == "uncordoned":
                return StepResult(summary="schedulable again")
            why = "there is no such node" if did == "no node" else "Trailboss has not cordoned it; left as it is"
            return StepResult(summary=why, changed=False)
