"""Where a step happens: the cluster as its revision has it, one machine of it, and the right to change that machine."""

import time
from collections.abc import Collection
from contextlib import suppress
from dataclasses import dataclass

from trailboss import facts
from trailboss.activities.git.source import load_cluster_at
from trailboss.facts import MachineFacts
from trailboss.model.cluster import Cluster
from trailboss.model.errors import StepFailed
from trailboss.model.machine import Machine
from trailboss.model.messages import StepInput
from trailboss.ssh import Host, SSHPool, Writer


@dataclass(frozen=True)
class Place:
    cluster: Cluster
    machine: Machine
    host: Host
    writer: Writer
    step: str

    @property
    def key(self) -> str:
        """The step's name on the host: the same for each attempt, another for each change and for each of its hops.

        A change has one fence for all of its hops, and what one hop recorded as done would else count for the next.
        """
        return f"{self.cluster.name}-{self.writer.fence}-{self.cluster.kubernetes_version}-{self.step}"

    async def facts(self, names: Collection[str]) -> MachineFacts:
        return await observe(self.host, names)


async def find(pool: SSHPool, step: StepInput) -> Place:
    """Return where `step` happens; the cluster is at the version of the plan under way.

    Raises:
        StepFailed: the revision has no such machine.
    """
    cluster = await load_cluster_at(step.context.revision)
    if step.context.version:
        cluster = cluster.at(step.context.version)
    machine = await _machine(cluster, step)
    writer = Writer(cluster.name, step.context.fence)
    return Place(cluster, machine, Host(pool, machine), writer, step.step)


async def _machine(cluster: Cluster, step: StepInput) -> Machine:
    """Return the machine as the revision has it; one that is being removed, as the revision before had it."""
    with suppress(KeyError):
        return cluster.machine(step.machine)
    if step.context.applied:
        with suppress(KeyError):
            return (await load_cluster_at(step.context.applied)).machine(step.machine)
    raise StepFailed(f"{step.context.revision.short} has no machine {step.machine}")


async def observe(host: Host, names: Collection[str] = ()) -> MachineFacts:
    """Read facts of one machine in one round trip: those named, else all."""
    output = await host.read(facts.script(names), summary="observe")
    return facts.parse(output, read_at=time.time())
