"""What a running cluster cannot have otherwise: nothing of the manifests is passed over in silence."""

from collections.abc import Iterator

from trailboss.kubeadm.init import kubelet_configuration
from trailboss.kubeadm.node import API_PORT
from trailboss.model.plan import Refusal
from trailboss.plan.checks.finding import Finding
from trailboss.plan.observation import Recorded
from trailboss.plan.situation import Situation

_ANOTHER_CLUSTER = "make another cluster with it, and move what runs"
_REMEDIES = {
    "clusterNetwork.pods.cidrBlocks": f"every node has its part of the range; {_ANOTHER_CLUSTER}",
    "clusterNetwork.services.cidrBlocks": f"every Service has its address in it; {_ANOTHER_CLUSTER}",
    "clusterNetwork.serviceDomain": f"pods know each other by it; {_ANOTHER_CLUSTER}",
    "controlPlaneEndpoint": "every kubeconfig and every kubelet names it: let the old one lead to the new place, by"
    " DNS or at the balancer, and put the new name into apiServer.certSANs for clients",
    "imageRepository": "the cluster's own components come from there: give the hosts a mirror of it, by"
    " /etc/containerd/certs.d",
    "kubelet.configuration.cgroupDriver": "containers that run would be lost to the kubelet: take machines out and add"
    " them anew, in a cluster with the other driver",
}


def settings_that_stay(situation: Situation) -> Iterator[Finding]:
    recorded = situation.observation.recorded
    if recorded is None or not situation.was_initialised:
        return
    for field, (was, wanted) in _pairs(situation, recorded).items():
        if was and was != wanted:
            yield Refusal(
                reason=f"{field} is {was} in the running cluster and {wanted} in the manifests; it cannot be changed",
                remedy=f"put {was} back; {_REMEDIES[field]}",
            )
    yield from _endpoint_is_there(situation, recorded)


def _pairs(situation: Situation, recorded: Recorded) -> dict[str, tuple[str, str]]:
    """Return each such field with its value in the cluster, "" where that is not known, and the manifests' value."""
    cluster = situation.cluster
    driver = str(recorded.kubelet.get("cgroupDriver", ""))
    # Without an endpoint of the manifests', it is what the first control plane's address was when the cluster was made.
    endpoint = str(cluster.endpoint) if cluster.endpoint else recorded.endpoint
    return {
        "clusterNetwork.pods.cidrBlocks": (recorded.pod_cidr, cluster.pod_cidr),
        "clusterNetwork.services.cidrBlocks": (recorded.service_cidr, cluster.service_cidr),
        "clusterNetwork.serviceDomain": (recorded.service_domain, cluster.service_domain),
        "controlPlaneEndpoint": (_with_port(recorded.endpoint), _with_port(endpoint)),
        "imageRepository": (recorded.image_repository, cluster.image_repository),
        "kubelet.configuration.cgroupDriver": (driver, str(kubelet_configuration(cluster)["cgroupDriver"])),
    }


def _with_port(endpoint: str) -> str:
    """Return an endpoint as kubeadm means it: without a port, it is that of API servers."""
    return f"{endpoint}:{API_PORT}" if endpoint and ":" not in endpoint else endpoint


def _endpoint_is_there(situation: Situation, recorded: Recorded) -> Iterator[Finding]:
    if situation.cluster.endpoint or not recorded.endpoint:
        return
    host = _with_port(recorded.endpoint).rpartition(":")[0]
    if host not in [machine.node_address for machine in situation.cluster.control_planes]:
        yield (
            f"every node reaches the API by {recorded.endpoint}, which is no control plane of the manifests:"
            " let that address lead to one"
        )
