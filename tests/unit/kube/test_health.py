from typing import Any

from tests.unit.kube.fake_api import FakeApi
from tests.unit.kube.objects import Json, node, pod

from trailboss.kube import ClusterApi, health, nodes
from trailboss.plan.observation import ControlPlaneSeen, DeprecatedApi

# As kubeadm 1.34 writes it.
CLUSTER_CONFIGURATION = """\
apiServer: {}
apiVersion: kubeadm.k8s.io/v1beta4
caCertificateValidityPeriod: 87600h0m0s
clusterName: kubernetes
etcd:
  local:
    dataDir: /var/lib/etcd
kind: ClusterConfiguration
kubernetesVersion: v1.34.4
"""

METRICS = """\
# HELP apiserver_requested_deprecated_apis [STABLE] Gauge of deprecated APIs that have been requested.
# TYPE apiserver_requested_deprecated_apis gauge
apiserver_requested_deprecated_apis{group="",removed_release="",resource="endpoints",subresource="",version="v1"} 1
apiserver_requested_deprecated_apis{group="a",removed_release="1.35",resource="jobs",subresource="",version="v1beta1"} 1
apiserver_requested_deprecated_apis{group="a",removed_release="1.35",resource="jobs",subresource="",version="v1beta1"} 1
apiserver_requested_deprecated_apis_total 7
apiserver_requested_deprecated_apis{group="b.io",removed_release="1.36",resource="never",subresource="",version="v1"} 0
"""


def static_pod(component: str, on: str, image: str, **given: Any) -> Json:  # noqa: ANN401 - fields of a pod
    labels = {"component": component, "tier": "control-plane"}
    return pod(
        f"{component}-{on}",
        on,
        kind="Node",
        namespace="kube-system",
        labels=labels,
        container=component,
        image=image,
        **given,
    )


def test_components_are_told_by_node_with_their_versions(fake: FakeApi, api: ClusterApi) -> None:
    crashing = {"waiting": {"reason": "CrashLoopBackOff", "message": "back-off 10s"}}
    status = {
        "name": "kube-scheduler",
        "image": "x",
        "imageID": "x",
        "ready": False,
        "restartCount": 3,
        "state": crashing,
    }
    fake.pods = [
        static_pod("kube-apiserver", "cp-1", "registry.k8s.io/kube-apiserver:v1.34.4"),
        static_pod("kube-controller-manager", "cp-1", "localhost:5000/k/kube-controller-manager:v1.34.4@sha256:12"),
        static_pod("kube-scheduler", "cp-1", "localhost:5000/kube-scheduler:v1.33.1", ready=False, statuses=[status]),
        static_pod("etcd", "cp-1", "registry.k8s.io/etcd:3.6.5-0"),
        static_pod("kube-apiserver", "cp-2", "registry.k8s.io/kube-apiserver", ready=False, message="probe failed"),
        pod("coredns", "cp-1", namespace="kube-system"),
    ]
    assert health.control_plane_seen(api) == {
        "cp-1": ControlPlaneSeen(
            api_server="1.34.4",
            controller_manager="1.34.4",
            scheduler="1.33.1",
            etcd="3.6.5-0",
            unhealthy=("kube-scheduler-cp-1: CrashLoopBackOff",),
        ),
        "cp-2": ControlPlaneSeen(unhealthy=("kube-apiserver-cp-2: probe failed",)),
    }
    (asked,) = fake.asked
    assert "tier=control-plane,component in (kube-apiserver,kube-controller-manager,kube-scheduler,etcd)" in asked


def test_deprecated_apis_are_told_once_each(fake: FakeApi, api: ClusterApi) -> None:
    fake.metrics = METRICS
    assert health.deprecated_apis(api) == (
        DeprecatedApi(group_version="v1", resource="endpoints"),
        DeprecatedApi(group_version="a/v1beta1", resource="jobs", removed_in="1.35"),
    )


def test_a_node_tells_what_of_it_is_ours(fake: FakeApi, api: ClusterApi) -> None:
    owned = {nodes.OWNED_LABELS: "disk,zone", nodes.OWNED_TAINTS: ""}
    fake.nodes = {"w-1": node("w-1", annotations=owned), "w-2": node("w-2", ready=False)}
    first, second = nodes.list_nodes(api)
    assert (first.owned_labels, first.owned_taints) == (("disk", "zone"), ())
    assert nodes.find(api, "w-2") == second
    assert nodes.find(api, "w-9") is None
    assert (first.ready, second.ready) == (True, False)
