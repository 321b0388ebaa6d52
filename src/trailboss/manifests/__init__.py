"""Manifests in YAML → `trailboss.model.cluster.Cluster`. Pure: no files, no network; see docs/manifests.md."""

from trailboss.manifests.default_file import cluster_defaults
from trailboss.manifests.defaults import Defaults
from trailboss.manifests.folders import homes_in
from trailboss.manifests.loading import Loaded, load_cluster, load_found, load_tree
from trailboss.manifests.shared import may_share, named_shared
from trailboss.manifests.wksctl.found import Found, found_in

__all__ = [
    "Defaults",
    "Found",
    "Loaded",
    "cluster_defaults",
    "found_in",
    "homes_in",
    "load_cluster",
    "load_found",
    "load_tree",
    "may_share",
    "named_shared",
]
