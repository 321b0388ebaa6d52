import pytest
from tests.unit.kube.fake_api import FakeApi
from tests.unit.kube.objects import pod

from trailboss.kube import ClusterApi
from trailboss.kube.pods import pods_to_evict
from trailboss.plan.observation import LOCAL_DATA, UNMANAGED


def test_pods_of_the_node_alone_and_no_static_daemon_or_finished_ones(fake: FakeApi, api: ClusterApi) -> None:
    fake.pods = [
        pod("web"),
        pod("elsewhere", "w-2"),
        pod("kube-proxy", kind="DaemonSet"),
        pod("etcd-w-1", kind="Node", annotations={"kubernetes.io/config.mirror": "abc"}),
        pod("done", kind="Job", phase="Succeeded"),
        pod("failed", kind=None, phase="Failed"),
        pod("pending", phase="Pending"),
    ]
    assert [str(found) for found in pods_to_evict(api, "w-1")] == ["default/pending", "default/web"]


@pytest.mark.parametrize(
    ("given", "risks"),
    [
        ({}, ()),
        ({"kind": None}, (UNMANAGED,)),
        ({"volumes": [{"name": "cache", "emptyDir": {}}]}, (LOCAL_DATA,)),
        ({"kind": None, "volumes": [{"name": "cache", "emptyDir": {"medium": "Memory"}}]}, (UNMANAGED, LOCAL_DATA)),
        ({"kind": None, "ending": True}, ()),
    ],
)
def test_what_would_be_lost(fake: FakeApi, api: ClusterApi, given: dict[str, object], risks: tuple[str, ...]) -> None:
    fake.pods = [pod("web", **given)]
    (found,) = pods_to_evict(api, "w-1")
    assert found.risks == risks


@pytest.mark.parametrize(
    ("toleration", "returns"),
    [
        ({"operator": "Exists"}, True),
        ({"key": "node.kubernetes.io/unschedulable", "operator": "Exists", "effect": "NoSchedule"}, True),
        ({"key": "node.kubernetes.io/not-ready", "operator": "Exists", "effect": "NoExecute"}, False),
        ({"operator": "Exists", "effect": "NoExecute"}, False),
        ({"key": "dedicated", "value": "gpu", "effect": "NoSchedule"}, False),
    ],
)
def test_which_pods_a_cordon_does_not_keep_away(
    fake: FakeApi, api: ClusterApi, toleration: dict[str, str], *, returns: bool
) -> None:
    fake.pods = [pod("web", tolerations=[toleration])]
    (found,) = pods_to_evict(api, "w-1")
    assert found.returns is returns
