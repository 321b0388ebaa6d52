"""Addons of a cluster: one activity for each."""

from contextlib import aclosing
from pathlib import Path

from temporalio import activity

from trailboss.activities.addons.applying import Applying
from trailboss.activities.addons.removing import remove
from trailboss.activities.addons.rendering import Rendering
from trailboss.activities.addons.work import AddonWork
from trailboss.activities.errors import attempt
from trailboss.activities.git.source import load_cluster_at, read_texts
from trailboss.model.addons import Addon, AddonResult
from trailboss.model.cluster import Cluster
from trailboss.model.errors import StepFailed
from trailboss.model.messages import AddonInput
from trailboss.ssh import SSHPool

_REMOVAL_SECONDS = 300.0


class AddonActivities:
    """`home`: the folder of what this worker keeps."""

    def __init__(self, pool: SSHPool, home: Path) -> None:
        self._pool = pool
        self._kept = home / "addons"

    @activity.defn(name="apply_addon")
    async def apply_addon(self, given: AddonInput) -> AddonResult:
        """Apply one addon of the revision and wait until it is healthy, or take one away that it has no more.

        Nothing of what it is made of is told: the result has names and counts.
        """
        async with attempt():
            cluster = await load_cluster_at(given.context.revision)
            if given.operation == "remove":
                work = self._work(given, cluster, _REMOVAL_SECONDS)
                async with aclosing(work):
                    return await remove(work)
            addon = next((one for one in cluster.addons if one.name == given.addon), None)
            if addon is None:
                raise StepFailed(f"{given.context.revision.short} has no addon {given.addon}")
            return await self._apply(given, cluster, addon)

    async def _apply(self, given: AddonInput, cluster: Cluster, addon: Addon) -> AddonResult:
        texts = await read_texts(given.context.revision) if addon.files else {}
        rendering = Rendering(addon, texts, cluster.kubernetes_version, self._kept)
        work = self._work(given, cluster, addon.timeout.total_seconds())
        applying = Applying(
            work=work,
            namespace=addon.namespace,
            prune=addon.prune,
            digest=addon.digest,
            force=addon.force_conflicts,
            render=rendering.objects,
        )
        async with aclosing(work):
            return await applying.carry_out()

    def _work(self, given: AddonInput, cluster: Cluster, seconds: float) -> AddonWork:
        context = given.context
        return AddonWork(
            pool=self._pool,
            cluster=cluster,
            name=given.addon,
            run=f"{context.revision.short}-{context.fence}",
            fence=context.fence,
            seconds=seconds,
            desired={one.name: one.digest for one in cluster.addons},
        )
