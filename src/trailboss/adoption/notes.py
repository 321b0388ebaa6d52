"""What of an adopted cluster stays as it is, and is not managed: told, so that nobody is surprised later."""

from collections.abc import Iterator
from ipaddress import IPv4Network

from trailboss.adoption.common import common_flags
from trailboss.adoption.kubeadm_flags import COMPONENTS
from trailboss.adoption.names import describable
from trailboss.adoption.seen import Seen
from trailboss.facts.kubelet_flags import CONFIG, configuration_file, own
from trailboss.facts.paths import KUBERNETES_DIR
from trailboss.plan.observation import Recorded
from trailboss.plan.words import some

_NETWORKS = {
    "calico-node": "Calico",
    "canal": "Canal",
    "cilium": "Cilium",
    "kube-flannel-ds": "flannel",
    "kube-flannel": "flannel",
    "weave-net": "Weave Net",
    "antrea-agent": "Antrea",
    "kube-router": "kube-router",
    "kube-ovn-cni": "Kube-OVN",
}
_PODS = {*COMPONENTS, "etcd"}
_DESCRIBED = {
    "": (
        "apiVersion",
        "kind",
        "kubernetesVersion",
        "controlPlaneEndpoint",
        "imageRepository",
        "networking",
        "clusterName",
    ),
    "apiServer": ("extraArgs", "certSANs", "timeoutForControlPlane"),
    "controllerManager": ("extraArgs",),
    "scheduler": ("extraArgs",),
    "dns": (),
    "etcd": (),
}
_ORDINARY = {
    "certificatesDir": f"{KUBERNETES_DIR}/pki",
    "certificateValidityPeriod": "8760h0m0s",
    "caCertificateValidityPeriod": "87600h0m0s",
    "encryptionAlgorithm": "RSA-2048",
    "etcd.local": {"dataDir": "/var/lib/etcd"},
}


def notes(seen: Seen) -> Iterator[str]:
    recorded = seen.cluster.recorded or Recorded()
    yield from _network(seen)
    yield from _record(seen)
    yield from _certificates(seen, recorded)
    yield from _programs(seen)
    yield from _kubelets(seen, recorded)
    yield "containerd, kernel settings and packages of these hosts stay as they are; machines that join later get ours"
    if not recorded.endpoint:
        yield "kubeadm has recorded no controlPlaneEndpoint: further control planes cannot join this cluster"
    if not recorded.pod_cidr:
        yield "kubeadm has recorded no range of addresses for pods: the pod network has its own"
    if not recorded.kube_proxy:
        yield "there is no kube-proxy of kubeadm's: what stands in for it stays yours"


def _network(seen: Seen) -> Iterator[str]:
    names = [one.rpartition("/")[2] for one in seen.cluster.programs]
    networks = sorted({network for name, network in _NETWORKS.items() if name in names})
    known = some(networks) if networks else "none that is known by its name"
    yield f"pod network: {known}; it stays yours"
    if "machine-controller" in names:
        yield (
            "machine-controller makes and removes workers of its own accord, in the version that its MachineDeployments"
            " name: take its workers out of the manifests, or scale it to nothing"
        )


def _record(seen: Seen) -> Iterator[str]:
    """Tell what of kubeadm's record manifests cannot say; it stays there, and upgrades go by it."""
    found = []
    for section, described in _DESCRIBED.items():
        values = (seen.cluster.configuration.get(section) or {}) if section else seen.cluster.configuration
        for name, value in values.items():
            path = f"{section}.{name}" if section else name
            ordinary = path in _DESCRIBED or _ORDINARY.get(path) == value
            if value not in ({}, [], "", None) and name not in described and not ordinary:
                found.append(path)
    if found:
        yield f"kept in kubeadm's record, and not managed: {', '.join(sorted(found))}"
    etcd = (seen.cluster.configuration.get("etcd") or {}).get("local") or {}
    pinned = [name for name in ("imageTag",) if etcd.get(name)] + [
        f"dns.{name}" for name in ("imageTag",) if (seen.cluster.configuration.get("dns") or {}).get(name)
    ]
    if pinned:
        yield f"images of etcd or CoreDNS are pinned in kubeadm's record ({', '.join(pinned)}): upgrades leave them so"


def _certificates(seen: Seen, recorded: Recorded) -> Iterator[str]:
    left = [name for name in recorded.names if name not in describable(recorded.names)]
    if left:
        yield f"names in certificates that manifests cannot say, lost once they are made anew: {', '.join(left)}"
    for name, host in seen.looked_at.items():
        missing = [one for one in host.facts.authorities_without_key if name in seen.control_planes]
        if missing:
            yield f"{name}: the keys of {', '.join(missing)} are elsewhere: Trailboss renews no certificates there"
        extra = _unrecorded(seen, recorded, name)
        if extra:
            yield f"{name}: names in the API server's certificate that kubeadm has not recorded: {', '.join(extra)}"
    folder = seen.cluster.configuration.get("certificatesDir", f"{KUBERNETES_DIR}/pki")
    if folder != f"{KUBERNETES_DIR}/pki":
        yield f"certificates lie in {folder}: control planes can be added only where {KUBERNETES_DIR}/pki leads there"


def _unrecorded(seen: Seen, recorded: Recorded, name: str) -> list[str]:
    """Return names that are gone once the certificate is made anew, by the record; to renew it keeps them."""
    kubernetes = ["kubernetes", *(f"kubernetes.{rest}" for rest in ("default", "default.svc"))]
    node = next(one for one in seen.cluster.nodes if one.name == name)
    known = {*kubernetes, f"kubernetes.default.svc.{recorded.service_domain}", name, *node.addresses}
    known |= {*recorded.names, recorded.endpoint.rpartition(":")[0], _first(recorded.service_cidr)}
    return [one for one in seen.looked_at[name].standing.certificate_names if one not in known]


def _first(services: str) -> str:
    try:
        return str(IPv4Network(services)[1])
    except (ValueError, IndexError):
        return ""


def _programs(seen: Seen) -> Iterator[str]:
    for held, words in ((False, "put them on hold (apt-mark hold, dnf versionlock)"), (True, "leave them on hold")):
        hosts = [name for name, host in seen.looked_at.items() if host.standing.package and host.standing.held is held]
        if hosts:
            yield (
                f"kubelet, kubeadm and kubectl of {some(hosts)} are of packages: {words}. Upgrades put ours"
                " into /usr/local/bin and a unit into /etc/systemd/system, which stand before them; their files stay"
            )
    for name, host in seen.looked_at.items():
        others = sorted(set(host.standing.static_pods) - _PODS)
        if others:
            yield f"{name}: static pods of others stay: {', '.join(others)}"


def _kubelets(seen: Seen, recorded: Recorded) -> Iterator[str]:
    kept = [name for name, host in seen.looked_at.items() if configuration_file(host.facts) not in ("", CONFIG)]
    if kept:
        yield (
            f"kubelets of {some(kept)} read a configuration that kubeadm did not write: their service and settings stay"
            " so, and only their program is upgraded; further machines get kubeadm's"
        )
    for name, host in seen.looked_at.items():
        given = [f"--{flag}" for flag, value in own(host.facts).items() if (flag, value) not in common_flags(seen)]
        if given:
            yield f"{name}: flags of its kubelet that stay with the host: {', '.join(given)}"
    driver = recorded.kubelet.get("cgroupDriver", "systemd") == "systemd"
    differing = [name for name, host in seen.looked_at.items() if host.standing.systemd_cgroup not in (None, driver)]
    if differing:
        yield f"containerd and kubelet of {some(differing)} seem to disagree about the cgroup driver"
