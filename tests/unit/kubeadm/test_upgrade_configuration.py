from typing import Any

import yaml

from trailboss.kubeadm import upgrade_configuration
from trailboss.model.cluster import Cluster, Kubeadm

CLUSTER = Cluster(name="demo", kubernetes_version="1.34.4", machines=())


def upgrade(of: Cluster) -> dict[str, Any]:
    (document,) = yaml.safe_load_all(upgrade_configuration(of))
    assert isinstance(document, dict)
    return document


def test_an_upgrade_is_never_forced_and_takes_etcd_and_certificates_along() -> None:
    common = {
        "etcdUpgrade": True,
        "certificateRenewal": True,
        "imagePullPolicy": "IfNotPresent",
        "imagePullSerial": False,
    }
    assert upgrade(CLUSTER) == {
        "apiVersion": "kubeadm.k8s.io/v1beta4",
        "kind": "UpgradeConfiguration",
        "apply": {"forceUpgrade": False, **common},
        "node": common,
        "timeouts": {"upgradeManifests": "5m0s"},
    }


def test_an_upgrade_waives_the_same_preflight_checks() -> None:
    document = upgrade(CLUSTER.model_copy(update={"kubeadm": Kubeadm(ignore_preflight_errors=("NumCPU",))}))
    assert [document[verb]["ignorePreflightErrors"] for verb in ("apply", "node")] == [["NumCPU"], ["NumCPU"]]
