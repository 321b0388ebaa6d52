"""What was seen of a cluster: the input of every decision."""

from typing import Any, Final

from trailboss.facts import MachineFacts
from trailboss.model.base import Frozen
from trailboss.model.cluster import Volume
from trailboss.model.machine import Taint

UNMANAGED: Final = "no controller brings it back"
PENDING: Final = "pending "
LOCAL_DATA: Final = "its emptyDir is lost with it"


class NodeSeen(Frozen):
    """A Node as the API has it. `kubelet_version` without a leading v; `machine_id` as on the host.

    `owned_labels` (keys) and `owned_taints` ("key:effect"): what Trailboss itself put there by an earlier revision.
    `cordoned_by`: the change of Trailboss's that took it out of service, "" where nobody did or somebody else.
    """

    name: str
    ready: bool
    kubelet_version: str
    internal_address: str = ""
    pod_cidr: str = ""
    labels: dict[str, str] = {}
    taints: tuple[Taint, ...] = ()
    unschedulable: bool = False
    cordoned_by: str = ""
    machine_id: str = ""
    control_plane: bool = False
    owned_labels: tuple[str, ...] = ()
    owned_taints: tuple[str, ...] = ()


class EvictionBlocked(Frozen):
    """A pod that the API server would not let go now (a dry run): `why` in its words; `budget`: the budget's name."""

    node: str
    namespace: str
    pod: str
    budget: str = ""
    why: str = ""


class PodAtRisk(Frozen):
    """A pod that a drain would lose: `why` is UNMANAGED or LOCAL_DATA."""

    node: str
    namespace: str
    pod: str
    why: str


class PodsSeen(Frozen):
    """Pods of one workload on one node that a drain takes away. `workload`: such as "Deployment/web"."""

    node: str
    namespace: str
    workload: str
    count: int


class DeprecatedApi(Frozen):
    """An API that somebody asked for since its server started; `removed_in`: "1.35", the minor that has it no more."""

    group_version: str
    resource: str
    removed_in: str = ""


class ControlPlaneSeen(Frozen):
    """One control plane's own components. Versions have no leading v and are "" where the pod is not there.

    `unhealthy`: names of its static pods that are not Ready, with the reason.
    """

    api_server: str = ""
    controller_manager: str = ""
    scheduler: str = ""
    etcd: str = ""
    unhealthy: tuple[str, ...] = ()


class AddonSeen(Frozen):
    """What the cluster keeps of one addon. `digest`: of what was applied last, "" where that did not come to its end.

    `installed`: it once did. `objects`: how many it has; `missing`: those that somebody has deleted or taken over;
    `unhealthy`: those that are not well, in words.
    """

    name: str
    digest: str = ""
    installed: bool = False
    objects: int = 0
    missing: tuple[str, ...] = ()
    unhealthy: tuple[str, ...] = ()


class Recorded(Frozen):
    """What kubeadm has recorded of a cluster's settings; "" and empty where it says nothing.

    `version` without a leading v. `endpoint`: host:port. `api_server`, `controller_manager`, `scheduler`: extra
    arguments without dashes. `volumes`: extra ones of the API servers. `names`: what is asked for in their certificates
    beside kubeadm's own. `kubelet`, `kube_proxy`: their configurations, with kubeadm's values. `own_…`: what Trailboss
    put there last: names; digests. None: that is not known. A digest of the kubelets' after PENDING: not every kubelet
    is known to have it.
    """

    version: str = ""
    endpoint: str = ""
    image_repository: str = ""
    pod_cidr: str = ""
    service_cidr: str = ""
    service_domain: str = ""
    api_server: dict[str, str] = {}
    volumes: tuple[Volume, ...] = ()
    controller_manager: dict[str, str] = {}
    scheduler: dict[str, str] = {}
    names: tuple[str, ...] = ()
    kubelet: dict[str, Any] = {}
    kube_proxy: dict[str, Any] = {}
    own_names: tuple[str, ...] | None = None
    own_volumes: tuple[str, ...] | None = None
    own_kubelet: str | None = None
    own_kube_proxy: str | None = None


class Observation(Frozen):
    """One look at all machines and the API.

    `unreachable`: machine name to why it could not be looked at. `nodes` None: no API server answers. `api_version`:
    of the oldest API server, without a leading v, "" where none answers. `etcd_members`: names of started, voting
    members, None where that was not looked at. `etcd_size`: all members, started or not, None where that is not known.
    `initialised_before`: Trailboss remembers that this cluster once stood; `applied`: the names of the machines that it
    then had, by the last applied revision. `taken_over`: machines that others made members, and that count as such, but
    that do not carry our marks yet. Machines of the last applied revision that
    the manifests have no more are looked at too: by name in `machines` or `unreachable`.

    What only a change of a running cluster asks for, empty where it was not looked at: `recorded_version`: what kubeadm
    wrote last into its ConfigMap; `recorded`: the settings there; `control_planes` by machine name; `releases`: the
    newest patch known of each minor from the running one to the desired one, ascending; `etcd_problems`: alarms,
    learners, members not started, in words, with the member's name; `evictions_blocked`, `pods_at_risk`, `evicted`: of
    the nodes that would be drained; `deprecated_apis`. `addons`: what the cluster keeps of each.
    """

    machines: dict[str, MachineFacts] = {}
    unreachable: dict[str, str] = {}
    nodes: tuple[NodeSeen, ...] | None = None
    api_version: str = ""
    etcd_members: tuple[str, ...] | None = None
    etcd_size: int | None = None
    initialised_before: bool = False
    taken_over: tuple[str, ...] = ()
    applied: tuple[str, ...] = ()
    recorded_version: str = ""
    recorded: Recorded | None = None
    control_planes: dict[str, ControlPlaneSeen] = {}
    releases: tuple[str, ...] = ()
    etcd_problems: tuple[str, ...] = ()
    evictions_blocked: tuple[EvictionBlocked, ...] = ()
    pods_at_risk: tuple[PodAtRisk, ...] = ()
    evicted: tuple[PodsSeen, ...] = ()
    deprecated_apis: tuple[DeprecatedApi, ...] = ()
    addons: tuple[AddonSeen, ...] = ()

    def node(self, name: str) -> NodeSeen | None:
        return next((node for node in self.nodes or () if node.name == name), None)
