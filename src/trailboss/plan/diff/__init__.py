"""In what the manifests of a cluster differ from those before, in the field's words. Pure."""

from trailboss.plan.diff.clusters import differences

__all__ = ["differences"]
