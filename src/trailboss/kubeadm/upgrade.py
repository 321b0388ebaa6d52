"""The configuration of `kubeadm upgrade`."""

from trailboss.kubeadm.documents import API_VERSION, Document, dump
from trailboss.model.cluster import Cluster


def upgrade_configuration(cluster: Cluster) -> str:
    """Return what `kubeadm upgrade apply` and `kubeadm upgrade node` read with `--config`; it holds no secrets.

    Either command reads the section of its own name. All of this stands in v1beta4 since Kubernetes 1.31.
    """
    return dump(
        {
            "apiVersion": API_VERSION,
            "kind": "UpgradeConfiguration",
            "apply": {"forceUpgrade": False, **_common(cluster)},
            "node": _common(cluster),
            "timeouts": {"upgradeManifests": "5m0s"},
        }
    )


def _common(cluster: Cluster) -> Document:
    section: Document = {
        "etcdUpgrade": True,
        "certificateRenewal": True,
        # As at registration: what was brought beforehand is not pulled, and the rest several at a time.
        "imagePullPolicy": "IfNotPresent",
        "imagePullSerial": False,
    }
    if cluster.kubeadm.ignore_preflight_errors:
        section["ignorePreflightErrors"] = list(cluster.kubeadm.ignore_preflight_errors)
    return section
