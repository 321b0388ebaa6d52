from collections.abc import Iterator

from trailboss.manifests.group import Group
from trailboss.manifests.normalise.draft import Draft
from trailboss.model.problem import Problem


def control_plane_problems(draft: Draft, group: Group) -> Iterator[Problem]:
    """Yield what is wrong with the number of control planes and how they are reached."""
    if not draft.complete:
        return
    count = len(draft.cluster.control_planes)
    if count == 0 and not group.may_hide("control-plane", "set: master"):
        yield draft.at("").problem(
            "the cluster has no control plane", found="0 control planes", allowed="1 or more; 3 survive the loss of one"
        )
    if count and count % 2 == 0:
        yield draft.at("").problem(
            f"{count} control planes survive the loss of no more machines than {count - 1} do",
            found=f"{count} control planes",
            allowed="an odd number, such as 3",
            severity="warning",
        )
    if count > 1 and draft.cluster.endpoint is None:
        yield draft.at("endpoint").problem(
            "without spec.controlPlaneEndpoint every node depends on the first control plane",
            found="no endpoint",
            allowed="the host and port of a load balancer or virtual address in front of the control planes",
            severity="warning",
        )


def count_problems(draft: Draft, _group: Group) -> Iterator[Problem]:
    """Yield wksctl's machine counts that differ from the machines that are there."""
    if not draft.complete:
        return
    pairs = (
        ("control_plane_count", draft.parts.control_plane_count, len(draft.cluster.control_planes), "control planes"),
        ("worker_count", draft.parts.worker_count, len(draft.cluster.workers), "workers"),
    )
    for field, wanted, there, what in pairs:
        if wanted is not None and wanted != str(there):
            message = f"the count differs from the {what} in the manifests, and those are taken; none is ever made up"
            allowed = f'"{there}", or leave it out'
            yield draft.at(field).problem(message, found=f'"{wanted}"', allowed=allowed, severity="warning")
