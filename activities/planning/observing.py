"""Looks at all machines of a cluster at once, and at its API; then plans."""

import asyncio
from contextlib import suppress

from temporalio import activity

from trailboss.activities.errors import attempt
from trailboss.activities.git.source import load_cluster_at
from trailboss.activities.place import observe
from trailboss.activities.planning.running import Running
from trailboss.facts import MachineFacts, etcd
from trailboss.model.cluster import Cluster
from trailboss.model.errors import BadInput, HostRefused, RevisionGone, TemporaryError
from trailboss.model.machine import Machine
from trailboss.model.messages import ChangeContext
from trailboss.model.plan import Plan
from trailboss.model.revision import Revision
from trailboss.plan import compute
from trailboss.plan.observation import Observation
from trailboss.ssh import Host, SSHPool

_AT_ONCE = 50


class ObservingActivities:
    def __init__(self, pool: SSHPool) -> None:
        self._pool = pool

    @activity.defn
    async def plan_change(self, context: ChangeContext) -> Plan:
        async with attempt():
            cluster = await load_cluster_at(context.revision)
            applied = await applied_machines(context.applied)
            confirmed = context.destroy_confirmed == context.revision.commit
            before = context.initialised_before
            return await plan_cluster(
                self._pool, cluster, applied=applied, initialised_before=before, destroy_confirmed=confirmed
            )


async def applied_machines(applied: Revision | None) -> tuple[Machine, ...]:
    """Return the machines that the cluster had at the revision `applied`.

    A revision that cannot be read any more tells of none: their nodes are then left alone, and the plan notes them.
    """
    try:
        return (await load_cluster_at(applied)).machines if applied else ()
    except (RevisionGone, BadInput):
        return ()


def former_machines(cluster: Cluster, applied: tuple[Machine, ...]) -> tuple[Machine, ...]:
    """Return those of the machines `applied` that `cluster` has no more."""
    kept = {machine.name for machine in cluster.machines}
    return tuple(machine for machine in applied if machine.name not in kept)


async def plan_cluster(
    pool: SSHPool,
    cluster: Cluster,
    *,
    applied: tuple[Machine, ...] = (),
    initialised_before: bool = False,
    destroy_confirmed: bool = False,
) -> Plan:
    """Observe every machine and the API, and return what has to be done; changes nothing.

    `applied`: the machines of the last applied revision; those that `cluster` has no more are to be removed.
    `initialised_before`: it is known that this cluster once stood, whatever its machines tell now. `destroy_confirmed`
    as in `compute`.
    """
    former = former_machines(cluster, applied)
    known = await observe_all(pool, cluster, applied, initialised_before=initialised_before)
    return compute(cluster, known, former=former, destroy_confirmed=destroy_confirmed)


async def observe_all(
    pool: SSHPool, cluster: Cluster, applied: tuple[Machine, ...], *, initialised_before: bool
) -> Observation:
    """Return all that a plan is made from; the arguments are those of `plan_cluster`."""
    seen = await observe_cluster(pool, cluster, former_machines(cluster, applied))
    names = tuple(machine.name for machine in applied)
    return seen.model_copy(update={"initialised_before": initialised_before, "applied": names})


async def observe_cluster(pool: SSHPool, cluster: Cluster, former: tuple[Machine, ...] = ()) -> Observation:
    looks = await look_at(pool, (*cluster.machines, *former))
    running = Running(pool, cluster, former, looks)
    seen, etcd_seen = await asyncio.gather(running.look(), _etcd(pool, running.members))
    return seen.model_copy(update=etcd_seen)


async def look_at(pool: SSHPool, machines: tuple[Machine, ...]) -> dict[str, MachineFacts | str]:
    """Return each machine's facts by its name, or why it could not be looked at."""
    slots = asyncio.Semaphore(_AT_ONCE)
    found = await asyncio.gather(*(_look(pool, machine, slots) for machine in machines))
    return dict(zip([machine.name for machine in machines], found, strict=True))


async def _look(pool: SSHPool, machine: Machine, slots: asyncio.Semaphore) -> MachineFacts | str:
    async with slots:
        try:
            return await observe(Host(pool, machine))
        except (TemporaryError, HostRefused) as error:
            return str(error)


async def _etcd(pool: SSHPool, members: tuple[Machine, ...]) -> dict[str, object]:
    """Return the fields of Observation that etcd tells, as the first member that answers has it."""
    for machine in members:
        with suppress(TemporaryError):
            answers = await Host(pool, machine).read(etcd.HEALTH, summary="list etcd members and alarms")
            found, alarms = etcd.parse_health(answers)
            voting = tuple(member.name for member in found if member.name and not member.learner)
            problems = etcd.problems(found, alarms)
            return {"etcd_members": voting, "etcd_size": len(found), "etcd_problems": problems}
    return {}
