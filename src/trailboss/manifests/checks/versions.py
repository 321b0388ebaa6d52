from collections.abc import Iterator

from trailboss.manifests.group import Group
from trailboss.manifests.normalise.draft import Draft
from trailboss.model.problem import Problem
from trailboss.model.supported import SUPPORTED


def version_problems(draft: Draft, _group: Group) -> Iterator[Problem]:
    """Yield machines at another version than their cluster, and a cluster without any."""
    wanted = draft.cluster.kubernetes_version
    if not wanted and not draft.version_unread and draft.complete and draft.infrastructure_read:
        yield draft.at("kubernetes_version").problem(
            "no version of Kubernetes is given", allowed=f"a version such as 1.34.4, {SUPPORTED}"
        )
    for item in draft.machines:
        found = item.machine.kubernetes_version
        if found and wanted and found != wanted:
            yield item.at("kubernetes_version").problem(
                "all machines of a cluster must have one version (for now)",
                found=found,
                allowed=f"{wanted}, the cluster's, or leave it out",
            )


def endpoint_problems(draft: Draft, _group: Group) -> Iterator[Problem]:
    """Yield an endpoint that is written twice and differently: on the Cluster, and as wksctl has it."""
    other, endpoint = draft.parts.endpoint, draft.cluster.endpoint
    if other and endpoint and other != endpoint:
        yield draft.at("infrastructure_endpoint").problem(
            "differs from the Cluster's spec.controlPlaneEndpoint", found=str(other), allowed=f"{endpoint}, once"
        )
