"""What a cluster that is as its manifests say asks of Trailboss all the same, as time goes by, and what has drifted."""

import asyncio
from contextlib import suppress

from temporalio import activity

from trailboss.activities.errors import attempt
from trailboss.activities.git.source import load_cluster_at
from trailboss.activities.place import observe
from trailboss.activities.planning.observing import plan_cluster
from trailboss.facts import MachineFacts
from trailboss.model.cluster import Cluster
from trailboss.model.errors import HostRefused, TemporaryError
from trailboss.model.machine import Machine
from trailboss.model.messages import ChangeContext, Due
from trailboss.plan.certificates import due
from trailboss.plan.drift import drift
from trailboss.ssh import Host, SSHPool

_FACTS = ("owner", "member", "certificates", "authorities_without_key", "renewal_begun", "epoch")


class LookingActivities:
    def __init__(self, pool: SSHPool) -> None:
        self._pool = pool

    @activity.defn
    async def look_again(self, context: ChangeContext) -> Due:
        """Tell what is to be done now, one line each; a machine that does not answer is looked at the next time."""
        async with attempt():
            cluster = await load_cluster_at(context.revision)
            seen = await asyncio.gather(*(self._look(machine) for machine in cluster.control_planes))
            found = zip(cluster.control_planes, seen, strict=True)
            reasons = tuple(reason for machine, facts in found for reason in _reasons(machine, facts))
            return Due(reasons=reasons, drift=None if reasons else await self._drift(cluster))

    async def _drift(self, cluster: Cluster) -> tuple[str, ...] | None:
        """Plan the applied revision once more; None where that does not tell.

        A plan that is refused has no stages, be it for an API that does not answer just now: no word of drift is then
        no word that there is none.
        """
        try:
            plan = await plan_cluster(self._pool, cluster, applied=cluster.machines, initialised_before=True)
        except (TemporaryError, HostRefused):
            return None
        return drift(plan) or (None if plan.postponed or plan.refusals else ())

    async def _look(self, machine: Machine) -> MachineFacts | None:
        with suppress(TemporaryError, HostRefused):
            return await observe(Host(self._pool, machine), _FACTS)
        return None


def _reasons(machine: Machine, facts: MachineFacts | None) -> list[str]:
    """Return at most one: that something of a machine is due is enough for a plan to be made, which tells it all."""
    if facts is None or not facts.is_member:
        return []
    if facts.renewal_begun:
        return [f"{machine.name}: a renewal of certificates has not come to its end"]
    return [f"{machine.name}: {one}" for one in due(facts)[:1]]
