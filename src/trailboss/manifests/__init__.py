"""Manifests in YAML → `trailboss.model.cluster.Cluster`. Pure: no files, no network; see docs/manifests.md."""

from trailboss.manifests.default_file import cluster_defaults
from trailboss.manifests.defaults import Defaults
from trailboss.manifests.loading import Loaded, load_cluster, load_tree
from trailboss.manifests.naming import clusters_named

__all__ = ["Defaults", "Loaded", "cluster_defaults", "clusters_named", "load_cluster", "load_tree"]
