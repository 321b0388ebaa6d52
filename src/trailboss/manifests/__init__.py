"""Manifests in YAML → `trailboss.model.cluster.Cluster`. Pure: no files, no network; see docs/manifests.md."""

from trailboss.manifests.default_file import cluster_defaults
from trailboss.manifests.defaults import Defaults
from trailboss.manifests.loading import Loaded, load_cluster, load_tree, named_shared

__all__ = ["Defaults", "Loaded", "cluster_defaults", "load_cluster", "load_tree", "named_shared"]
