"""What was read of a cluster that is to be adopted, and what its user wishes."""

from typing import Any

from trailboss.facts import MachineFacts
from trailboss.facts.standing import Standing
from trailboss.model.base import Frozen
from trailboss.model.cluster import ArtifactSource
from trailboss.model.machine import SSHAccess
from trailboss.plan.observation import ControlPlaneSeen, NodeSeen, Recorded


class NodeStanding(Frozen):
    """A Node as the API has it. `runtime`: "containerd://1.7.27". `addresses`: its internal ones. `pod_cidrs`: all."""

    node: NodeSeen
    runtime: str = ""
    operating_system: str = "linux"
    cri_socket: str = ""
    addresses: tuple[str, ...] = ()
    pod_cidrs: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        return self.node.name

    @property
    def address(self) -> str:
        return self.addresses[0] if self.addresses else ""


class ClusterSeen(Frozen):
    """What the API tells. `version` as the server says it, without a leading v ("1.33.4", "1.33.4+k3s1").

    `configuration`: kubeadm's ClusterConfiguration, {} where there is none. `authority`: as in `MachineFacts`.
    `programs`: namespace/name of DaemonSets and Deployments.
    """

    version: str
    authority: str
    nodes: tuple[NodeStanding, ...]
    configuration: dict[str, Any] = {}
    recorded: Recorded | None = None
    control_planes: dict[str, ControlPlaneSeen] = {}
    programs: tuple[str, ...] = ()


class HostSeen(Frozen):
    facts: MachineFacts
    standing: Standing = Standing()


class Seen(Frozen):
    """`hosts`: node name to what was seen there over SSH, or why nothing was."""

    cluster: ClusterSeen
    hosts: dict[str, HostSeen | str] = {}

    @property
    def looked_at(self) -> dict[str, HostSeen]:
        return {name: host for name, host in self.hosts.items() if isinstance(host, HostSeen)}

    @property
    def control_planes(self) -> tuple[str, ...]:
        return tuple(one.name for one in self.cluster.nodes if one.node.control_plane)


class Wish(Frozen):
    """What the user gives. `addresses`: node name to where SSH connects, where that is not its internal address."""

    name: str
    ssh: SSHAccess = SSHAccess()
    addresses: dict[str, str] = {}
    artifacts: ArtifactSource = ArtifactSource()
