"""What of a whole cluster Trailboss cannot describe, or could not keep as it is."""

from collections import Counter
from collections.abc import Iterator
from ipaddress import IPv4Network
from typing import Any

from trailboss.adoption.kubeadm_flags import COMPONENTS
from trailboss.adoption.seen import ClusterSeen
from trailboss.adoption.words import of_cluster
from trailboss.facts.paths import ETCD_DIR
from trailboss.kubeadm.documents import API_VERSION
from trailboss.kubeadm.versions import api_server_skew, parse, unsupported
from trailboss.model.problem import Problem
from trailboss.plan.running import parsed

_RECORD = "kube-system/kubeadm-config"
_OTHERS = {"k3s": "k3s", "rke2": "RKE2", "k0s": "k0s", "eks": "EKS", "gke": "GKE", "aks": "AKS"}


def refusals(seen: ClusterSeen) -> Iterator[Problem]:
    yield from _version(seen)
    if not seen.configuration:
        kind = next((name for mark, name in _OTHERS.items() if mark in seen.version), "")
        yield of_cluster(
            _RECORD,
            f"there is no such ConfigMap: kubeadm did not make this cluster{f', {kind} did' if kind else ''}",
            allowed="a cluster that kubeadm made (by hand, Kubespray, KubeOne)",
        )
        return
    if seen.configuration.get("apiVersion") != API_VERSION:
        yield of_cluster(
            _RECORD,
            "is in a form that is too old",
            found=seen.configuration.get("apiVersion"),
            allowed=f"{API_VERSION}: `kubeadm config migrate`, then `kubeadm init phase upload-config kubeadm`",
        )
        return
    yield from _etcd(seen.configuration.get("etcd") or {})
    yield from _networks(seen.configuration.get("networking") or {})
    yield from _arguments(seen.configuration)
    if not any(one.node.control_plane for one in seen.nodes):
        yield of_cluster(
            "nodes", "none is a control plane: somebody else runs that", allowed="control planes with nodes"
        )


def _version(seen: ClusterSeen) -> Iterator[Problem]:
    version = parsed(seen.version)
    reason = unsupported(version) if version else "no version that Trailboss knows"
    if version and (version.pre or "+" in seen.version or "-" in seen.version):
        reason = "not a release of Kubernetes itself"
    if reason:
        yield of_cluster("version", reason, found=seen.version, allowed="a release of upstream's, such as 1.34.4")
    servers = tuple(parse(one.api_server) for one in seen.control_planes.values() if parsed(one.api_server))
    if len(set(servers)) > 1:
        skew = next(iter(api_server_skew(servers)), "API servers run different versions: an upgrade is not done")
        found = ", ".join(f"{name} {one.api_server}" for name, one in sorted(seen.control_planes.items()))
        yield of_cluster("version", skew, found=found, allowed="one version: let its upgrade come to its end first")


def _etcd(etcd: dict[str, Any]) -> Iterator[Problem]:
    if "external" in etcd:
        yield of_cluster(
            f"{_RECORD} etcd.external",
            "etcd runs outside of kubeadm, as a service of hosts or elsewhere; Trailboss could neither count its"
            " members nor take snapshots of it",
            found=", ".join(map(str, (etcd["external"] or {}).get("endpoints") or ())),
            allowed="etcd in static pods of kubeadm's; with Kubespray: etcd_deployment_type: kubeadm",
        )
    folder = (etcd.get("local") or {}).get("dataDir", ETCD_DIR)
    if folder != ETCD_DIR:
        yield of_cluster(f"{_RECORD} etcd.local.dataDir", "is another folder", found=folder, allowed=ETCD_DIR)


def _networks(networking: dict[str, Any]) -> Iterator[Problem]:
    for field in ("podSubnet", "serviceSubnet"):
        text = str(networking.get(field, ""))
        if "," in text or ":" in text:
            message = "dual-stack and IPv6 are not supported"
        elif text and not _is_range(text):
            message = "not a range of addresses that manifests can name"
        else:
            continue
        yield of_cluster(f"{_RECORD} networking.{field}", message, found=text, allowed="one IPv4 range")


def _is_range(text: str) -> bool:
    try:
        IPv4Network(text)
    except ValueError:
        return False
    return True


def _arguments(configuration: dict[str, Any]) -> Iterator[Problem]:
    for component in COMPONENTS.values():
        given = (configuration.get(component) or {}).get("extraArgs") or ()
        twice = [name for name, count in Counter(str(one.get("name")) for one in given).items() if count > 1]
        if twice:
            yield of_cluster(
                f"{_RECORD} {component}.extraArgs",
                "a flag that is given more than once cannot be described",
                found=", ".join(sorted(twice)),
                allowed="each flag once",
            )
