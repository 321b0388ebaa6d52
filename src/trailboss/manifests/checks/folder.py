"""What must hold of a folder as a whole: which Clusters are in it, and what lies beside them."""

from collections.abc import Iterable, Iterator, Mapping

from trailboss.manifests.file_kinds import describes_clusters, is_manifest, is_wksctls
from trailboss.manifests.group import Group
from trailboss.manifests.shared import is_shared
from trailboss.manifests.suggest import did_you_mean
from trailboss.model.problem import Problem

_MOST_NAMED = 5


def cluster_problems(group: Group, files: Mapping[str, str], name: str | None) -> Iterable[Problem]:
    """Yield what is wrong with the number and the names of the Clusters of one folder."""
    clusters = group.of_kinds("Cluster")
    if not clusters and not group.may_hide("kind: Cluster"):
        where = f"clusters/{name}" if name else min((file for file in files if not is_shared(file)), default=".")
        yield Problem(file=where, message="no Cluster is described here", allowed="one Cluster of cluster.x-k8s.io")
    if name is None:
        return
    own = next((cluster for cluster in clusters if cluster.name == name), clusters[0] if clusters else None)
    for cluster in clusters:
        at = ("metadata", "name")
        if cluster is not own:
            message = "a second Cluster in the folder of one; give it a folder of its own"
            yield cluster.problem(at, message, found=cluster.name, allowed=f"clusters/{cluster.name}/")
        elif cluster.name not in ("", name):
            message = f"the cluster and its folder must have the same name{did_you_mean(cluster.name, [name])}"
            yield cluster.problem(at, message, found=cluster.name, allowed=f"{name}, as the folder")


def left_alone(group: Group, files: Mapping[str, str], used: set[str]) -> Iterator[Problem]:
    """Yield what lies among wksctl's manifests and is not read, in one warning."""
    if not is_wksctls(files):
        return
    beside = {file for file, text in files.items() if is_manifest(file) and not describes_clusters(text)}
    left = sorted((beside | {item.file for item in group.foreign}) - used)
    if left:
        more = f" and {len(left) - _MOST_NAMED} more" if len(left) > _MOST_NAMED else ""
        yield Problem(
            file=left[0],
            document=0,
            message="does not describe a cluster and is left alone: what lay beside wksctl's manifests was Flux's to"
            " apply, and Trailboss applies none of it",
            found=", ".join(left[:_MOST_NAMED]) + more,
            severity="warning",
        )
