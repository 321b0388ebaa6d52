"""Manifests in YAML → `trailboss.model.cluster.Cluster`. Pure: no files, no network; see docs/manifests.md."""

from trailboss.manifests.loading import Loaded, load_cluster, load_tree, named_shared

__all__ = ["Loaded", "load_cluster", "load_tree", "named_shared"]
