"""Clusters and machines as the manifests of their revision have them, for commands that reach machines from here."""

import asyncio

from temporalio.client import Client

from trailboss.activities.git.source import load_cluster_at
from trailboss.activities.git.source import read_cluster as read_from_mirror
from trailboss.activities.git.threads import in_git_thread
from trailboss.cli.reading import cluster_names, read_cluster
from trailboss.model.cluster import Cluster
from trailboss.model.errors import BadInput, TrailbossError
from trailboss.model.machine import Machine
from trailboss.model.problem import Problem
from trailboss.model.progress import ClusterStatus
from trailboss.model.revision import Revision


def desired_revision(status: ClusterStatus) -> Revision:
    """Return what the cluster is to be, else what it last was made to be.

    Raises:
        BadInput: neither is known.
    """
    revision = status.desired or status.applied
    if revision is None:
        message = "no revision is known: nothing was submitted yet, or no worker answers"
        raise BadInput((Problem(file="CLUSTER", document=0, found=status.name, message=message),))
    return revision


async def cluster_now(client: Client, name: str) -> Cluster:
    """Return a cluster as its desired revision has it.

    Raises:
        BadInput: there is no such cluster, or nothing is known of what it is to be.
        RevisionGone, RepositoryUnavailable: this machine cannot read that revision.
    """
    return await load_cluster_at(desired_revision((await read_cluster(client, name)).status))


async def cluster_kept_here(client: Client, name: str) -> Cluster:
    """Return the same as this machine has it already: nothing is fetched."""
    revision = desired_revision((await read_cluster(client, name)).status)
    return await in_git_thread(read_from_mirror, revision.repository, revision.commit, revision.path)


def machine_of(cluster: Cluster, name: str) -> Machine:
    """Return a machine of the cluster.

    Raises:
        BadInput: it has none of this name.
    """
    try:
        return cluster.machine(name)
    except KeyError as error:
        raise BadInput((_unknown(f"{cluster.name}/{name}", [machine.name for machine in cluster.machines]),)) from error


async def find_machine(client: Client, name: str) -> tuple[Cluster, Machine]:
    """Return the machine MACHINE or CLUSTER/MACHINE with its cluster; of MACHINE alone, there must be one only.

    Raises:
        BadInput: no cluster has it, or several have.
    """
    wanted, slash, machine = name.rpartition("/")
    if slash:
        cluster = await cluster_now(client, wanted)
        return cluster, machine_of(cluster, machine)
    clusters = await _all(client)
    found = [cluster for cluster in clusters if machine in {each.name for each in cluster.machines}]
    if len(found) == 1:
        return found[0], found[0].machine(machine)
    if not found:
        raise BadInput((_unknown(name, [each.name for cluster in clusters for each in cluster.machines]),))
    several = ", ".join(f"{cluster.name}/{machine}" for cluster in found)
    raise BadInput(
        (Problem(file="MACHINE", document=0, found=name, message="more than one cluster has it", allowed=several),)
    )


async def _all(client: Client) -> list[Cluster]:
    """Return all clusters that can be read from here."""
    names = await cluster_names(client)
    read = await asyncio.gather(*(cluster_now(client, name) for name in names), return_exceptions=True)
    for one in read:
        if isinstance(one, BaseException) and not isinstance(one, TrailbossError):
            raise one
    return [one for one in read if isinstance(one, Cluster)]


def _unknown(found: str, known: list[str]) -> Problem:
    allowed = ", ".join(known) or "none yet: `trailboss status` shows the clusters"
    return Problem(file="MACHINE", document=0, found=found, message="no such machine", allowed=allowed)
