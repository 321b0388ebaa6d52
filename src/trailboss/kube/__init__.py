"""The only home of the Kubernetes client. Everything here blocks: callers use a thread."""

from trailboss.kube.api import ClusterApi

__all__ = ["ClusterApi"]
