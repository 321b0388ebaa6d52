"""Takes nodes out of service and back; who did it is written on the node, so that nobody else's cordon is undone."""

from typing import Any, Literal

from kubernetes.client.exceptions import ApiException

from trailboss.kube import nodes
from trailboss.kube.api import ClusterApi
from trailboss.kube.nodes import CORDONED_BY, OURS
from trailboss.model.errors import ApiUnavailable
from trailboss.model.revision import Revision

Cordoned = Literal["cordoned", "cordoned already", "cordoned by another", "no node"]
Uncordoned = Literal["uncordoned", "not ours", "no node"]

_CONFLICT = 409
_TRIES = 5


def owner(revision: Revision) -> str:
    """Return what is written on nodes that the change to `revision` takes out of service."""
    return f"{OURS}{revision.short}"


def cordon(api: ClusterApi, name: str, by: str) -> Cordoned:
    """Make the node unschedulable in the name of `by`; a cordon that is not Trailboss's stays whose it is.

    "cordoned already": by an earlier change of ours, which hands it over to this one.

    Raises:
        ApiUnavailable: no answer, or others changed the node all the while.
    """
    for _ in range(_TRIES):
        node = nodes.read(api, name)
        if node is None:
            return "no node"
        holder = nodes.cordoned_by(node)
        if node.spec.unschedulable and not holder:
            return "cordoned by another"
        if node.spec.unschedulable and holder == by:
            return "cordoned already"
        if _patch(api, node, unschedulable=True, by=by):
            return "cordoned already" if node.spec.unschedulable else "cordoned"
    raise ApiUnavailable(f"node {name} was changed by others all the while")


def uncordon(api: ClusterApi, name: str) -> Uncordoned:
    """Make the node schedulable if it was Trailboss that cordoned it, for whichever change; else leave it as it is.

    Raises:
        ApiUnavailable: as `cordon`.
    """
    for _ in range(_TRIES):
        node = nodes.read(api, name)
        if node is None:
            return "no node"
        if not nodes.cordoned_by(node):
            return "not ours"
        if _patch(api, node, unschedulable=None, by=None):
            return "uncordoned"
    raise ApiUnavailable(f"node {name} was changed by others all the while")


def _patch(api: ClusterApi, node: Any, *, unschedulable: bool | None, by: str | None) -> bool:  # noqa: ANN401
    """Change both in one request; return False if the node is not any more as it was read.

    The resource version makes sure that a cordon which somebody else sets in between is seen, not taken over.
    """
    metadata = {"annotations": {CORDONED_BY: by}, "resourceVersion": node.metadata.resource_version}
    patch = {"metadata": metadata, "spec": {"unschedulable": unschedulable}}
    try:
        api.run(api.core.patch_node, node.metadata.name, patch)
    except ApiException as error:
        if error.status == _CONFLICT:
            return False
        raise
    return True
