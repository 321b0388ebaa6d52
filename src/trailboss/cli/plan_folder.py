"""Previews of manifests in a folder, made here, over SSH from this machine."""

import time
from collections.abc import AsyncIterator
from pathlib import Path

from temporalio.client import Client

from trailboss import git
from trailboss.activities.command_line.access import preview_here
from trailboss.activities.planning.previewing import Before, before_of
from trailboss.cli.manifest_paths import read_manifests, root_of
from trailboss.cli.plan_asked import Asked, bad
from trailboss.cli.reading import read_cluster
from trailboss.manifests import cluster_defaults, load_tree, may_share
from trailboss.model.cluster import Cluster
from trailboss.model.errors import BadInput, PermanentError, TemporaryError
from trailboss.model.preview import Preview
from trailboss.model.progress import ClusterStatus
from trailboss.worker.settings import load_settings
from trailboss.worker.ssh_defaults import ssh_defaults

_UNSEEN = "machines that were taken out of the manifests are not seen"


async def of_folder(client: Client | None, why_not: str, asked: Asked) -> AsyncIterator[tuple[Preview, float]]:
    """Yield a preview of each cluster in the folder, and how many seconds it took to look.

    `why_not`: why there is no client, so that nothing is known of the running cluster.
    """
    folder = asked.folder or Path()
    clusters = _clusters(folder, asked)
    earlier = _Earlier(folder, asked) if asked.against else None
    for cluster in clusters:
        before = earlier.of(cluster) if earlier else await _desired(client, why_not, cluster)
        began = time.monotonic()
        made = await preview_here(cluster, before, ssh_defaults(load_settings()))
        yield made, time.monotonic() - began


def _clusters(folder: Path, asked: Asked) -> list[Cluster]:
    """Return the clusters that are described there, or those of them that were named.

    Raises:
        BadInput: every problem of the manifests, or there is no such cluster.
    """
    (files,) = read_manifests([folder], asked.path)
    loaded = files.load()
    if loaded.errors:
        raise BadInput(loaded.errors)
    there = {cluster.name: cluster for cluster in loaded.clusters}
    if missing := sorted(set(asked.clusters) - there.keys()):
        raise bad("--cluster", "no such cluster in this folder", ", ".join(missing), ", ".join(sorted(there)))
    return [cluster for name, cluster in sorted(there.items()) if not asked.clusters or name in asked.clusters]


class _Earlier:
    """The clusters of the folder as a commit of its clone has them."""

    def __init__(self, folder: Path, asked: Asked) -> None:
        root, prefix = root_of(folder, asked.path)
        self._commit, texts = git.files_before(root, asked.against)
        named = {f"{prefix}/{name}" if prefix else name: text for name, text in texts.items()}
        self._words = f"{asked.against} ({self._commit[:12]})"
        if may_share(named):
            named |= git.shared_before(root, self._commit)
        self._clusters = {one.name: one for one in load_tree(named, cluster_defaults()).clusters} if named else {}

    def of(self, cluster: Cluster) -> Before:
        """What cannot be read there, or is not there, is nothing to compare with."""
        before = self._clusters.get(cluster.name)
        if before is None:
            return Before(why_not=f"{self._words} has no cluster {cluster.name} that can be read")
        return Before(before, self._words, applied=before.machines)


async def _desired(client: Client | None, why_not: str, cluster: Cluster) -> Before:
    """Return what the running cluster's desired revision says, and which machines it has."""
    if client is None:
        return Before(why_not=f"{why_not}; {_UNSEEN} without it, or --against")
    status = await _status(client, cluster.name)
    if status is None or status.desired is None:
        return Before(why_not="Trailboss does not know this cluster yet, or no worker answers")
    try:
        return await before_of(status.desired, status.applied, initialised=status.initialised_before)
    except (TemporaryError, PermanentError) as error:
        why = f"{status.desired.short}, which is desired now, cannot be read from here: {error}; {_UNSEEN}"
        return Before(why_not=why, initialised=status.initialised_before)


async def _status(client: Client, name: str) -> ClusterStatus | None:
    try:
        return (await read_cluster(client, name)).status
    except BadInput:
        return None
