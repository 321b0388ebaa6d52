"""What the manifests of an adopted cluster say, where each value came from, and what stays outside of them."""

from dataclasses import dataclass

from trailboss.adoption import cluster_refusals, configurations, node_refusals
from trailboss.adoption.common import common_flags
from trailboss.adoption.document import Document, Field
from trailboss.adoption.kubeadm_flags import COMPONENTS
from trailboss.adoption.machines import machine
from trailboss.adoption.names import describable
from trailboss.adoption.notes import notes
from trailboss.adoption.seen import Seen, Wish
from trailboss.model.errors import BadInput
from trailboss.plan.observation import Recorded

_RECORD = "ConfigMap kube-system/kubeadm-config"
_API_VERSION = "cluster.x-k8s.io/v1beta1"
_OURS = "trailboss.dev/v1alpha1"
_PORT = "6443"


@dataclass(frozen=True)
class Proposal:
    """`cluster`, `machines`: the documents of the two files. `notes`: what is kept as it is and not managed."""

    name: str
    cluster: tuple[Document, ...]
    machines: tuple[Document, ...]
    notes: tuple[str, ...]


def propose(seen: Seen, wish: Wish) -> Proposal:
    """Return what describes the cluster.

    Raises:
        BadInput: it cannot be described, or would not stay as it is; every reason.
    """
    problems = (*cluster_refusals.refusals(seen.cluster), *node_refusals.refusals(seen, wish))
    if problems:
        raise BadInput(tuple(problems))
    recorded = seen.cluster.recorded or Recorded()
    found = sorted(seen.cluster.nodes, key=lambda one: (not one.node.control_plane, one.name))
    return Proposal(
        name=wish.name,
        cluster=(_cluster(recorded, wish), _ssh_cluster(seen, recorded, wish)),
        machines=tuple(document for node in found for document in machine(node, wish)),
        notes=tuple(notes(seen)),
    )


def _cluster(recorded: Recorded, wish: Wish) -> Document:
    host, _, port = recorded.endpoint.rpartition(":") if ":" in recorded.endpoint else (recorded.endpoint, "", _PORT)
    endpoint = {"host": Field(host, f"{_RECORD}: controlPlaneEndpoint"), "port": Field(int(port or _PORT))}
    networks = {
        "pods": {"cidrBlocks": Field([recorded.pod_cidr], f"{_RECORD}: networking.podSubnet")}
        if recorded.pod_cidr
        else {},
        "services": {"cidrBlocks": Field([recorded.service_cidr], f"{_RECORD}: networking.serviceSubnet")}
        if recorded.service_cidr
        else {},
        "serviceDomain": Field(recorded.service_domain or "cluster.local", f"{_RECORD}: networking.dnsDomain"),
    }
    return {
        "apiVersion": Field(_API_VERSION),
        "kind": Field("Cluster"),
        "metadata": {"name": Field(wish.name)},
        "spec": {
            "clusterNetwork": networks,
            "controlPlaneEndpoint": endpoint if host else {},
            "infrastructureRef": {
                "apiVersion": Field(_OURS),
                "kind": Field("SSHCluster"),
                "name": Field(wish.name),
            },
        },
    }


def _ssh_cluster(seen: Seen, recorded: Recorded, wish: Wish) -> Document:
    spec = {
        "kubernetesVersion": Field(seen.cluster.version, "what every API server runs"),
        "adopt": Field(
            seen.cluster.authority,
            "the cluster's authority, ConfigMap kube-system/kube-root-ca.crt: only hosts that carry it are taken over."
            " Let it stand: it also tells that Trailboss adds no flags of its own",
        ),
        "ssh": _ssh(wish),
        "artifacts": _artifacts(wish),
        "imageRepository": Field(recorded.image_repository or "registry.k8s.io", f"{_RECORD}: imageRepository"),
        "podNetwork": Field("none", "the cluster has its own, and that stays yours"),
        "containerd": _containerd(seen),
        **_components(recorded),
        "kubelet": _kubelet(seen, recorded),
        "kubeProxy": _kube_proxy(recorded),
    }
    return {
        "apiVersion": Field(_OURS),
        "kind": Field("SSHCluster"),
        "metadata": {"name": Field(wish.name)},
        "spec": spec,
    }


def _ssh(wish: Wish) -> Document:
    names = {
        "user": "user",
        "port": "port",
        "key_file": "keyFile",
        "known_hosts_file": "knownHostsFile",
        "bastion": "bastion",
    }
    given = {name: getattr(wish.ssh, field) for field, name in names.items()}
    return {name: Field(value) for name, value in given.items() if value is not None}


def _artifacts(wish: Wish) -> Document:
    images = {"images": Field(wish.artifacts.images)} if wish.artifacts.images else {}
    return {"binaries": Field(wish.artifacts.binaries, "where upgrades come from"), **images}


def _containerd(seen: Seen) -> Document:
    """Only hosts that join later get these: the others keep what they have."""
    first = next((host.standing for host in seen.looked_at.values()), None)
    document: Document = {}
    if first and first.cni_bin_dir:
        document["cniBinDir"] = Field(first.cni_bin_dir, "containerd's own configuration; for machines that join later")
    if first and first.restrict_oom_score_adj is not None:
        document["restrictOOMScoreAdj"] = Field(first.restrict_oom_score_adj)
    return document


def _components(recorded: Recorded) -> Document:
    given = {
        "apiServer": recorded.api_server,
        "controllerManager": recorded.controller_manager,
        "scheduler": recorded.scheduler,
    }
    found: Document = {
        name: {"extraArguments": Field(values, f"{_RECORD}: {name}.extraArgs")} if values else {}
        for name, values in given.items()
        if name in COMPONENTS.values()
    }
    names = describable(recorded.names)
    if names:
        found["apiServer"] = {**found["apiServer"], "certSANs": Field(list(names), f"{_RECORD}: apiServer.certSANs")}
    return found


def _kubelet(seen: Seen, recorded: Recorded) -> Document:
    services, domain = recorded.service_cidr or "10.96.0.0/12", recorded.service_domain or "cluster.local"
    configuration = configurations.kubelet(recorded.kubelet, services=services, domain=domain)
    arguments = dict(common_flags(seen))
    document: Document = {}
    if arguments:
        document["extraArguments"] = Field(arguments, "flags that every kubelet runs with, beside kubeadm's own")
    if configuration:
        origin = "ConfigMap kube-system/kubelet-config: what is not kubeadm's own choice"
        document["configuration"] = Field(configuration, origin)
    return document


def _kube_proxy(recorded: Recorded) -> Document:
    found = configurations.kube_proxy(recorded.kube_proxy, pods=recorded.pod_cidr)
    origin = "ConfigMap kube-system/kube-proxy: what is not kubeadm's own choice"
    return {"configuration": Field(found, origin)} if found else {}
