"""What was seen of a cluster: the input of every decision."""

from trailboss.facts import MachineFacts
from trailboss.model.base import Frozen
from trailboss.model.machine import Taint


class NodeSeen(Frozen):
    """A Node as the API has it. `kubelet_version` without a leading v; `machine_id` as on the host.

    `owned_labels` (keys) and `owned_taints` ("key:effect"): what Trailboss itself put there by an earlier revision.
    """

    name: str
    ready: bool
    kubelet_version: str
    internal_address: str = ""
    pod_cidr: str = ""
    labels: dict[str, str] = {}
    taints: tuple[Taint, ...] = ()
    unschedulable: bool = False
    machine_id: str = ""
    control_plane: bool = False
    owned_labels: tuple[str, ...] = ()
    owned_taints: tuple[str, ...] = ()


class Observation(Frozen):
    """One look at all machines and the API.

    `unreachable`: machine name to why it could not be looked at. `nodes` None: no API server answers. `api_version`:
    of the oldest API server, without a leading v, "" where none answers. `etcd_members`: names of started, voting
    members, None where that was not looked at. `initialised_before`: Trailboss remembers that this cluster once stood.
    """

    machines: dict[str, MachineFacts] = {}
    unreachable: dict[str, str] = {}
    nodes: tuple[NodeSeen, ...] | None = None
    api_version: str = ""
    etcd_members: tuple[str, ...] | None = None
    initialised_before: bool = False

    def node(self, name: str) -> NodeSeen | None:
        return next((node for node in self.nodes or () if node.name == name), None)
