"""Manifests to start from, with a comment for each field; what is written here loads again as it was meant."""

from trailboss.manifests.scaffold.render import scaffold, scaffold_cluster
from trailboss.manifests.scaffold.spec import ScaffoldMachine, ScaffoldSpec

__all__ = ["ScaffoldMachine", "ScaffoldSpec", "scaffold", "scaffold_cluster"]
