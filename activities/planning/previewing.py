"""What a revision would change, with all that helps to judge it; changes nothing."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from temporalio import activity

from trailboss import git
from trailboss.activities.errors import attempt
from trailboss.activities.git import sighting
from trailboss.activities.git.source import load_cluster_at, read_cluster
from trailboss.activities.git.threads import in_git_thread
from trailboss.activities.planning.observing import applied_machines, former_machines, observe_all
from trailboss.activities.planning.windows import next_opening
from trailboss.model.cluster import Cluster
from trailboss.model.errors import BadInput, RevisionGone
from trailboss.model.machine import Machine
from trailboss.model.plan import Plan
from trailboss.model.preview import FindInput, Found, Gate, Member, Preview, PreviewInput
from trailboss.model.problem import Problem
from trailboss.model.revision import Revision
from trailboss.plan import Observation, compute
from trailboss.plan.diff import differences
from trailboss.plan.forecast import following
from trailboss.plan.impact import disruptions
from trailboss.ssh import SSHPool

MOST_OPERATIONS: Final = 2000
"""Of plans that follow; Temporal bounds what a workflow may return."""


@dataclass(frozen=True)
class Before:
    """What the manifests are compared with. `words`: what that is; `why_not`: why there is nothing to compare with.

    `applied`: the machines that the cluster has by what was last carried out, or is held to have been.
    """

    cluster: Cluster | None = None
    words: str = ""
    why_not: str = ""
    applied: tuple[Machine, ...] = ()
    initialised: bool = False


class PreviewingActivities:
    """`cache`: the folder of Git mirrors, None for the default."""

    def __init__(self, pool: SSHPool, cache: Path | None = None) -> None:
        self._pool = pool
        self._cache = cache

    @activity.defn
    async def preview_change(self, given: PreviewInput) -> Preview:
        async with attempt():
            cluster = await load_cluster_at(given.revision)
            confirmed = given.destroy_confirmed == given.revision.commit
            before = await before_of(given.compared, given.applied, initialised=given.initialised_before)
            made = await preview_cluster(self._pool, cluster, before, destroy_confirmed=confirmed)
            return made.model_copy(update={"commit": given.revision.commit})

    @activity.defn
    async def find_revision(self, given: FindInput) -> Found:
        """Fetch a branch or commit, and read the manifests of every cluster there."""
        async with attempt():
            return await in_git_thread(_find, given, self._cache)


async def before_of(compared: Revision | None, applied: Revision | None, *, initialised: bool) -> Before:
    """Return the manifests of the revision `compared`, and the machines of the one that was last carried out."""
    machines = await applied_machines(applied)
    known = Before(applied=machines, initialised=initialised)
    if compared is None:
        return Before(why_not="nothing was desired before", applied=machines, initialised=known.initialised)
    try:
        cluster = await load_cluster_at(compared)
    except (RevisionGone, BadInput) as error:
        return Before(why_not=f"{compared.short} cannot be read any more: {error}", applied=machines)
    return Before(cluster, compared.short, applied=machines, initialised=known.initialised)


async def preview_cluster(
    pool: SSHPool, cluster: Cluster, before: Before, *, destroy_confirmed: bool = False
) -> Preview:
    """Observe every machine and the API, and tell what would be done to them."""
    seen = await observe_all(pool, cluster, before.applied, initialised_before=before.initialised)
    former = former_machines(cluster, before.applied)
    plan = compute(cluster, seen, former=former, destroy_confirmed=destroy_confirmed)
    return preview(cluster, seen, before, plan, datetime.now(UTC))


def preview(cluster: Cluster, seen: Observation, before: Before, plan: Plan, now: datetime) -> Preview:
    """Tell what `plan` comes to, which was made from what was seen."""
    former = former_machines(cluster, before.applied)
    later, notes = _bounded(following(cluster, seen, former, plan))
    found = {
        "notes": (*plan.notes, *notes),
        "compared_with": before.words,
        "not_compared": before.why_not,
        "differences": differences(before.cluster, cluster) if before.cluster else (),
        "later": later,
        "disruptions": disruptions(cluster, seen, (plan, *later)),
        "gates": tuple(gates(plan, now)),
        "endpoint": str(cluster.api_endpoint) if cluster.control_planes else "",
        "members": tuple(_member(seen, machine) for machine in (*cluster.machines, *former)),
    }
    return Preview.model_validate({**plan.__dict__, **found})


def gates(plan: Plan, now: datetime) -> Iterator[Gate]:
    """Yield what would hold the change as things are now; a refusal that does not pass by itself is no gate."""
    for refusal in plan.refusals:
        if refusal.temporary:
            yield Gate(kind="refusal", words=f"waits until this is over: {refusal.reason}")
    if plan.postponed:
        yield Gate(kind="away", words=f"waits until {', '.join(plan.postponed)} can be looked at")
    if not any(stage.disrupts for stage in plan.stages):
        return
    if plan.approval:
        words = f"machines leave service only once an operator approves: `trailboss approve {plan.cluster}`"
        yield Gate(kind="approval", words=words)
    if plan.windows:
        opening = next_opening(plan.windows, now)
        if opening.wait_seconds:
            until = now + timedelta(seconds=opening.wait_seconds)
            words = f"machines leave service only in a window; the next opens {opening.words}"
            yield Gate(kind="window", words=words, until=until)
        else:
            yield Gate(kind="window", words="machines leave service only in a window; one is open now")


def _member(seen: Observation, machine: Machine) -> Member:
    node = seen.node(machine.name)
    version, ready = (node.kubelet_version, node.ready) if node else ("", True)
    return Member(machine=machine.name, role=machine.role, version=version, ready=ready)


def _bounded(plans: tuple[Plan, ...]) -> tuple[tuple[Plan, ...], tuple[str, ...]]:
    """Return the plans that can be listed, and a word on those that are left out."""
    total, listed = 0, 0
    for plan in plans:
        total += len(plan.operations)
        if total > MOST_OPERATIONS:
            break
        listed += 1
    left_out = len(plans) - listed
    return plans[:listed], (f"plans that follow and are too long to be listed: {left_out}",) if left_out else ()


def _find(given: FindInput, cache: Path | None) -> Found:
    repository = given.repository
    try:
        commit = git.find_commit(repository, given.revision, cache)
    except RevisionGone as error:
        return Found(commit="", problems=(Problem(file="--revision", document=0, message=str(error)),))
    info = git.describe(repository, commit, cache)
    seen = sighting.at(repository, commit, cache)
    clusters = {name: sighting.revision(repository, info, seen, name) for name in seen.digests}
    problems = [one for revision in clusters.values() for one in _problems(revision, cache)]
    return Found(commit=commit, clusters=clusters, problems=tuple(problems))


def _problems(revision: Revision, cache: Path | None) -> tuple[Problem, ...]:
    try:
        read_cluster(revision.repository, revision.commit, revision.path, cache, found_as=revision.found_as)
    except BadInput as error:
        return error.problems
    return ()
