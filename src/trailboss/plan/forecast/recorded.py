"""What kubeadm has recorded once the manifests' settings were recorded."""

from trailboss.kubeadm.init import certificate_names, kube_proxy_configuration, kubelet_configuration
from trailboss.kubeadm.settings import kube_proxy_digest, kubelet_digest, own_names
from trailboss.model.cluster import Cluster
from trailboss.plan.observation import PENDING, Recorded
from trailboss.plan.settings import kubelet_differs


def recorded_after(cluster: Cluster, recorded: Recorded | None, step: str) -> Recorded | None:
    """Return the record after `kubeadm-record`, or after `settings-record`: then every kubelet is known to have it."""
    if recorded is None:
        return None
    digest = kubelet_digest(cluster)
    if step == "settings-record":
        return recorded.model_copy(update={"own_kubelet": digest})
    user = cluster.kubeadm
    changes = {
        "api_server": user.api_server_arguments,
        "controller_manager": {name.lstrip("-"): value for name, value in user.controller_manager_extra_args.items()},
        "scheduler": {name.lstrip("-"): value for name, value in user.scheduler_extra_args.items()},
        "names": certificate_names(cluster),
        "kubelet": {**recorded.kubelet, **kubelet_configuration(cluster)},
        "kube_proxy": {**recorded.kube_proxy, **kube_proxy_configuration(cluster)} if recorded.kube_proxy else {},
        "own_names": own_names(cluster),
        "own_kubelet": f"{PENDING}{digest}" if kubelet_differs(cluster, recorded) else digest,
        "own_kube_proxy": kube_proxy_digest(cluster),
    }
    return recorded.model_copy(update=changes)
