"""What of single nodes and their hosts Trailboss cannot describe, or could not keep as it is."""

from collections.abc import Iterator

from trailboss.adoption.kubeadm_flags import COMPONENTS, OF_KUBEADM
from trailboss.adoption.seen import ClusterSeen, HostSeen, NodeStanding, Seen, Wish
from trailboss.adoption.words import of_node
from trailboss.facts.kubelet_flags import CONFIG, configuration_file
from trailboss.facts.paths import KUBERNETES_DIR
from trailboss.kubeadm.node import API_PORT
from trailboss.kubeadm.versions import kubelet_skew
from trailboss.model.problem import Problem
from trailboss.plan.running import parsed

_SOCKETS = ("", "unix:///run/containerd/containerd.sock", "unix:///var/run/containerd/containerd.sock")
_OURS = "10-kubeadm.conf"
_NEEDED = ("ctr", "curl", "openssl")


def refusals(seen: Seen, wish: Wish) -> Iterator[Problem]:
    for node in seen.cluster.nodes:
        yield from _node(seen.cluster, node)
        host = seen.hosts.get(node.name)
        if isinstance(host, HostSeen):
            yield from _host(seen.cluster, node, host, wish)
        elif host is not None:
            allowed = "a way to log in: --ssh-user, --key-file, --known-hosts, --bastion, --address NODE=ADDRESS"
            yield of_node(node.name, "ssh", "cannot be looked at", found=host, allowed=allowed)


def _node(cluster: ClusterSeen, node: NodeStanding) -> Iterator[Problem]:
    name = node.name
    if node.operating_system != "linux":
        yield of_node(name, "operating system", "only Linux is supported", found=node.operating_system)
    if not node.runtime.startswith("containerd://"):
        yield of_node(
            name, "container runtime", "is none that Trailboss knows", found=node.runtime, allowed="containerd"
        )
    elif node.cri_socket not in (*_SOCKETS, *(socket.removeprefix("unix://") for socket in _SOCKETS)):
        yield of_node(name, "CRI socket", "is another one", found=node.cri_socket, allowed=_SOCKETS[1])
    if not node.addresses or any(":" in one for one in (*node.addresses, *node.pod_cidrs)):
        found = ", ".join((*node.addresses, *node.pod_cidrs))
        message = "dual-stack and IPv6 are not supported"
        yield of_node(name, "addresses", message, found=found or "none", allowed="one internal IPv4 address")
    kubelet, server = parsed(node.node.kubelet_version), parsed(cluster.version)
    for problem in kubelet_skew(kubelet, (server,)) if kubelet and server else ():
        yield of_node(name, "kubelet", problem, allowed="a version that fits the API server's")
    if node.node.control_plane and not _has_etcd(cluster, name):
        yield of_node(name, "etcd", "no static pod of it runs on this control plane", allowed="one on each")


def _has_etcd(cluster: ClusterSeen, name: str) -> bool:
    """Where it is elsewhere for the whole cluster, or kubeadm has no part in it, that is told of the cluster."""
    elsewhere = not cluster.configuration or "external" in (cluster.configuration.get("etcd") or {})
    planes = cluster.control_planes.get(name)
    return elsewhere or bool(planes and planes.etcd)


def _host(cluster: ClusterSeen, node: NodeStanding, host: HostSeen, wish: Wish) -> Iterator[Problem]:
    name, facts, standing = node.name, host.facts, host.standing
    if facts.owner and facts.owner != wish.name:
        yield of_node(name, "owner", "the host belongs to another cluster of Trailboss's", found=facts.owner)
    if node.node.machine_id and facts.machine_id and node.node.machine_id != facts.machine_id:
        found = f"machine id {facts.machine_id}, and the node has {node.node.machine_id}"
        yield of_node(name, "host", "is not the node", found=found, allowed="--address NODE=ADDRESS of the node's host")
        return  # all else would be told of the wrong host
    for service in standing.services:
        yield of_node(name, "services", "runs beside, or instead of, what kubeadm made", found=service)
    if not cluster.configuration:
        return  # nothing of what follows is meant for this cluster
    if facts.authority != cluster.authority:
        found = facts.authority or f"none in {KUBERNETES_DIR}/pki/ca.crt"
        yield of_node(name, "authority", "is not the cluster's", found=found, allowed=cluster.authority)
    missing = [each for each in _NEEDED if not standing.commands.get(each)]
    if missing:
        yield of_node(name, "programs", "are missing that Trailboss calls", found=", ".join(missing))
    yield from _programs(node, host)
    yield from _kubelet(node, host)
    if node.node.control_plane:
        yield from _control_plane(cluster, name, host)


def _programs(node: NodeStanding, host: HostSeen) -> Iterator[Problem]:
    wanted = ["kubeadm", "kubelet", *(["kubectl"] if node.node.control_plane else [])]
    missing = [each for each in wanted if each not in host.facts.binaries]
    if missing:
        found, allowed = ", ".join(missing), "in /usr/local/bin or /usr/bin"
        yield of_node(node.name, "programs", "are not where Trailboss looks for them", found=found, allowed=allowed)
    kubeadm, kubelet = host.facts.binaries.get("kubeadm"), parsed(node.node.kubelet_version)
    version = parsed(kubeadm.version) if kubeadm else None
    if version and kubelet and version.minor != kubelet.minor:
        found, allowed = f"kubeadm {version}, kubelet {kubelet}", "both of one minor"
        yield of_node(node.name, "programs", "are of different versions", found=found, allowed=allowed)


def _kubelet(node: NodeStanding, host: HostSeen) -> Iterator[Problem]:
    facts = host.facts
    if not facts.kubelet_command:
        allowed = "a service of systemd called kubelet, which runs"
        yield of_node(node.name, "kubelet", "is no service that Trailboss could restart", allowed=allowed)
        return
    if f"{KUBERNETES_DIR}/kubelet.conf" not in facts.present:
        yield of_node(node.name, "kubelet", "is not kubeadm's", found=f"no {KUBERNETES_DIR}/kubelet.conf")
    starts = [path.rpartition("/")[2] for path in host.standing.drop_ins]
    if configuration_file(facts) == CONFIG and starts and starts[-1] > _OURS:
        allowed = f"a drop-in of that name or of one before it: Trailboss's own, {_OURS}, would start no kubelet"
        yield of_node(node.name, "kubelet", "is started by a later drop-in", found=starts[-1], allowed=allowed)


def _control_plane(cluster: ClusterSeen, name: str, host: HostSeen) -> Iterator[Problem]:
    standing = host.standing
    folder = str(cluster.configuration.get("certificatesDir", f"{KUBERNETES_DIR}/pki"))
    if folder not in (f"{KUBERNETES_DIR}/pki", standing.pki):
        yield of_node(
            name, "certificatesDir", "is another folder", found=folder, allowed=f"{KUBERNETES_DIR}/pki leads to it"
        )
    for file in standing.unread:
        yield of_node(name, f"{KUBERNETES_DIR}/manifests/{file}", "cannot be read as a pod")
    port = standing.static_pods.get("kube-apiserver", {}).get("secure-port", str(API_PORT))
    if port != str(API_PORT):
        yield of_node(name, "API server", "listens on another port", found=port, allowed=str(API_PORT))
    for component, section in COMPONENTS.items():
        yield from _flags(cluster, name, standing.static_pods.get(component), component, section)


def _flags(
    cluster: ClusterSeen, name: str, running: dict[str, str] | None, component: str, section: str
) -> Iterator[Problem]:
    """What was changed by hand in a static pod is lost when kubeadm writes it anew, at the first upgrade."""
    file = f"{KUBERNETES_DIR}/manifests/{component}.yaml"
    if running is None:
        yield of_node(name, file, "is not there")
        return
    given = (cluster.configuration.get(section) or {}).get("extraArgs") or ()
    recorded = {str(one.get("name")): str(one.get("value", "")) for one in given}
    by_hand = [flag for flag in running if flag not in recorded and flag not in OF_KUBEADM[component]]
    other = [flag for flag, value in recorded.items() if running.get(flag) != value]
    if by_hand or other:
        yield of_node(
            name,
            file,
            "has flags that kubeadm has not recorded so; the first upgrade would write it anew, by the record",
            found=", ".join(sorted([*by_hand, *other])),
            allowed=f"what {section}.extraArgs of kube-system/kubeadm-config says: put them there, or take them out",
        )
