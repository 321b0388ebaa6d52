"""The configuration of `kubeadm init`: four documents in one file."""

from trailboss.kubeadm.documents import API_VERSION, Document, arguments, dump, merged, volumes
from trailboss.kubeadm.node import local_endpoint, node_registration
from trailboss.model.cluster import Cluster
from trailboss.model.machine import Machine


def init_configuration(cluster: Cluster, machine: Machine) -> str:
    """Return what `kubeadm init --config` reads on `machine`; it holds no secrets."""
    return dump(
        _init(cluster, machine),
        _cluster(cluster),
        kubelet_configuration(cluster),
        kube_proxy_configuration(cluster),
    )


def kubelet_configuration(cluster: Cluster) -> Document:
    ours = {
        "apiVersion": "kubelet.config.k8s.io/v1beta1",
        "kind": "KubeletConfiguration",
        # kubeadm's own default, spelt out because the container runtime's configuration must agree with it.
        "cgroupDriver": "systemd",
    }
    return merged(ours, cluster.kubeadm.kubelet_configuration)


def kube_proxy_configuration(cluster: Cluster) -> Document:
    ours = {"apiVersion": "kubeproxy.config.k8s.io/v1alpha1", "kind": "KubeProxyConfiguration"}
    return merged(ours, cluster.kubeadm.kube_proxy_configuration)


def _init(cluster: Cluster, machine: Machine) -> Document:
    return {
        "apiVersion": API_VERSION,
        "kind": "InitConfiguration",
        # kubeadm always makes a token at init; nobody uses this one, each join gets its own.
        "bootstrapTokens": [{"ttl": "1m0s"}],
        "localAPIEndpoint": local_endpoint(machine),
        "nodeRegistration": node_registration(cluster, machine),
    }


def _cluster(cluster: Cluster) -> Document:
    user = cluster.kubeadm
    return {
        "apiVersion": API_VERSION,
        "kind": "ClusterConfiguration",
        "clusterName": cluster.name,
        "kubernetesVersion": f"v{cluster.kubernetes_version}",
        "controlPlaneEndpoint": str(cluster.api_endpoint),
        "imageRepository": cluster.image_repository,
        "networking": {
            "podSubnet": cluster.pod_cidr,
            "serviceSubnet": cluster.service_cidr,
            "dnsDomain": cluster.service_domain,
        },
        "apiServer": {
            "certSANs": certificate_names(cluster),
            "extraArgs": arguments(user.api_server_arguments),
            **({"extraVolumes": volumes(mounted)} if (mounted := user.api_server_extra_volumes) else {}),
        },
        "controllerManager": {"extraArgs": arguments(user.controller_manager_extra_args)},
        "scheduler": {"extraArgs": arguments(user.scheduler_extra_args)},
    }


def certificate_names(cluster: Cluster) -> list[str]:
    """Every way to reach an API server of the cluster, so that any of them can be asked; each once."""
    addresses = [name for machine in cluster.control_planes for name in (machine.node_address, machine.address)]
    return list(dict.fromkeys([cluster.api_endpoint.host, *addresses, *cluster.kubeadm.api_server_cert_sans]))
