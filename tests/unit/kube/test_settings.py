"""What kubeadm has recorded, and what Trailboss writes beside it."""

import json

import pytest
import yaml
from tests.unit.kube.fake_api import FakeApi
from tests.unit.plan import world
from tests.unit.plan.sight import recorded as as_wanted

from trailboss.kube import ClusterApi, settings
from trailboss.kubeadm import init_configuration
from trailboss.kubeadm.settings import kubelet_digest
from trailboss.model.cluster import Cluster
from trailboss.plan.settings import kubelet_differs

CLUSTER = world.cluster(
    3,
    1,
    endpoint={"host": "api.example.com"},
    kubeadm={
        "api_server_extra_args": {"--v": "4"},
        "api_server_cert_sans": ["b.example.com", "a.example.com"],
        "kubelet_configuration": {"maxPods": 50, "nodeStatusUpdateFrequency": "5m"},
    },
)


@pytest.fixture
def made(fake: FakeApi) -> FakeApi:
    """A cluster that kubeadm has made of the manifests, with what it adds of its own."""
    _, cluster, kubelet, kube_proxy = yaml.safe_load_all(init_configuration(CLUSTER, CLUSTER.control_planes[0]))
    kubelet |= {"clusterDNS": ["10.96.0.10"], "nodeStatusUpdateFrequency": "5m0s"}
    fake.config_maps = {
        "kubeadm-config": {"metadata": {}, "data": {"ClusterConfiguration": yaml.safe_dump(cluster)}},
        "kubelet-config": {"metadata": {}, "data": {"kubelet": yaml.safe_dump(kubelet)}},
        "kube-proxy": {"metadata": {}, "data": {"config.conf": yaml.safe_dump(kube_proxy)}},
    }
    return fake


def kubelets_differ(api: ClusterApi, cluster: Cluster = CLUSTER) -> bool:
    found = settings.recorded(api)
    assert found
    return kubelet_differs(cluster, found)


@pytest.mark.usefixtures("made")
def test_what_is_recorded_is_what_the_cluster_was_made_of(api: ClusterApi) -> None:
    found = settings.recorded(api)
    wanted = as_wanted(CLUSTER, version="1.34.4", api_server=CLUSTER.kubeadm.api_server_arguments)
    assert found
    assert found.kubelet["clusterDNS"] == ["10.96.0.10"]
    unknown = {"kubelet": {}, "own_names": None, "own_kubelet": None, "own_kube_proxy": None}
    assert found.model_copy(update=unknown) == wanted.model_copy(update=unknown)
    assert found.own_names is None


def test_a_cluster_without_kubeadms_record_has_none(api: ClusterApi) -> None:
    assert settings.recorded(api) is None
    assert settings.read_configuration(api) == {}


def test_what_is_written_down_is_not_compared_word_by_word(api: ClusterApi, made: FakeApi) -> None:
    assert kubelets_differ(api)  # kubeadm writes 5m0s
    settings.own(api, CLUSTER)
    assert not kubelets_differ(api)
    assert settings.recorded(api).own_names == ("a.example.com", "b.example.com")  # type: ignore[union-attr]
    fewer = CLUSTER.model_copy(update={"kubeadm": CLUSTER.kubeadm.model_copy(update={"kubelet_configuration": {}})})
    assert kubelets_differ(api, fewer)
    assert json.loads(made.config_maps["kubeadm-config"]["metadata"]["annotations"][settings.ANNOTATION])


def test_between_the_record_and_the_last_kubelet_each_of_them_may_differ(api: ClusterApi, made: FakeApi) -> None:
    settings.own(api, CLUSTER)
    for write in (settings.own_before, settings.own_after):
        write(api, CLUSTER)
        assert kubelets_differ(api)
    said = json.loads(made.config_maps["kubeadm-config"]["metadata"]["annotations"][settings.ANNOTATION])
    assert said["kubelet"] == f"pending {kubelet_digest(CLUSTER)}"


@pytest.mark.parametrize("said", ["no JSON", "[]", "{}"])
def test_an_annotation_that_says_nothing_is_none(api: ClusterApi, made: FakeApi, said: str) -> None:
    made.config_maps["kubeadm-config"]["metadata"]["annotations"] = {settings.ANNOTATION: said}
    found = settings.recorded(api)
    assert found
    assert (found.own_names, found.own_kubelet) == (None, None)
