"""The list of all checks; a new one is added here."""

from collections.abc import Callable, Iterator

from trailboss.manifests.checks import addons, control_planes, host, machines, networks, versions
from trailboss.manifests.group import Group
from trailboss.manifests.normalise.draft import Draft
from trailboss.model.problem import Problem

Check = Callable[[Draft, Group], Iterator[Problem]]

CHECKS: tuple[Check, ...] = (
    addons.name_problems,
    addons.circle_problems,
    addons.network_problems,
    control_planes.control_plane_problems,
    control_planes.count_problems,
    host.file_problems,
    host.folder_problems,
    host.volume_problems,
    machines.address_problems,
    machines.node_address_problems,
    machines.taint_problems,
    networks.overlap_problems,
    networks.inside_problems,
    networks.size_problems,
    versions.version_problems,
    versions.endpoint_problems,
)


def check(draft: Draft, group: Group) -> Iterator[Problem]:
    for one in CHECKS:
        yield from one(draft, group)
