from typing import Any

import pytest
import yaml
from pydantic import SecretStr

from trailboss.kubeadm import JoinCredentials, init_configuration, join_configuration
from trailboss.kubeadm.documents import merged
from trailboss.model.cluster import Cluster, Endpoint, Kubeadm
from trailboss.model.machine import Machine, Role, Taint

CREDENTIALS = JoinCredentials(token=SecretStr("abcdef.0123456789abcdef"), ca_cert_hash="sha256:aa")
KINDS = ["InitConfiguration", "ClusterConfiguration", "KubeletConfiguration", "KubeProxyConfiguration"]


def machine(name: str, role: Role, address: str, **values: object) -> Machine:
    given = {"name": name, "role": role, "address": address, "kubernetes_version": "1.34.4", **values}
    return Machine.model_validate(given)


def cluster(**values: object) -> Cluster:
    machines = (
        machine("cp-1", "control-plane", "203.0.113.1", private_address="10.0.0.1"),
        machine("cp-2", "control-plane", "203.0.113.2", private_address="10.0.0.2"),
        machine("w-1", "worker", "203.0.113.9", private_address="10.0.0.9"),
    )
    given = {"name": "demo", "kubernetes_version": "1.34.4", "machines": machines, **values}
    return Cluster.model_validate(given)


def init(of: Cluster, name: str = "cp-1") -> dict[str, Any]:
    documents = list(yaml.safe_load_all(init_configuration(of, of.machine(name))))
    assert [document["kind"] for document in documents] == KINDS
    return {document["kind"]: document for document in documents}


def join(of: Cluster, name: str, credentials: JoinCredentials = CREDENTIALS) -> dict[str, Any]:
    (document,) = yaml.safe_load_all(join_configuration(of, of.machine(name), credentials))
    assert isinstance(document, dict)
    return document


def test_init_names_the_machine_and_the_cluster() -> None:
    documents = init(cluster(endpoint=Endpoint(host="api.example.org", port=8443)))
    registration = documents["InitConfiguration"]["nodeRegistration"]
    assert registration["name"] == "cp-1"
    assert {"name": "node-ip", "value": "10.0.0.1"} in registration["kubeletExtraArgs"]
    assert documents["InitConfiguration"]["localAPIEndpoint"] == {"advertiseAddress": "10.0.0.1", "bindPort": 6443}
    of_cluster = documents["ClusterConfiguration"]
    assert of_cluster["kubernetesVersion"] == "v1.34.4"
    assert of_cluster["controlPlaneEndpoint"] == "api.example.org:8443"
    assert of_cluster["networking"]["podSubnet"] == "10.244.0.0/16"


def test_the_api_certificate_is_good_for_every_way_in() -> None:
    user = Kubeadm(api_server_cert_sans=("api.internal", "10.0.0.1"))
    names = init(cluster(endpoint=Endpoint(host="api.example.org"), kubeadm=user))
    sans = names["ClusterConfiguration"]["apiServer"]["certSANs"]
    assert sans == ["api.example.org", "10.0.0.1", "203.0.113.1", "10.0.0.2", "203.0.113.2", "api.internal"]


def test_the_token_of_init_is_gone_at_once() -> None:
    assert init(cluster())["InitConfiguration"]["bootstrapTokens"] == [{"ttl": "1m0s"}]


def test_users_mappings_win_over_ours_key_by_key() -> None:
    user = Kubeadm(
        kubelet_configuration={"cgroupDriver": "cgroupfs", "failSwapOn": False},
        kube_proxy_configuration={"conntrack": {"maxPerCore": 0}},
        api_server_extra_args={"v": "4"},
        ignore_preflight_errors=("NumCPU",),
    )
    documents = init(cluster(kubeadm=user))
    assert documents["KubeletConfiguration"]["cgroupDriver"] == "cgroupfs"
    assert documents["KubeletConfiguration"]["failSwapOn"] is False
    assert documents["KubeletConfiguration"]["apiVersion"] == "kubelet.config.k8s.io/v1beta1"
    assert documents["KubeProxyConfiguration"]["conntrack"] == {"maxPerCore": 0}
    assert documents["ClusterConfiguration"]["apiServer"]["extraArgs"] == [
        {"name": "shutdown-send-retry-after", "value": "true"},
        {"name": "v", "value": "4"},
    ]
    assert documents["InitConfiguration"]["nodeRegistration"]["ignorePreflightErrors"] == ["NumCPU"]


def test_flags_with_and_without_dashes_are_the_same_flag() -> None:
    user = Kubeadm(api_server_extra_args={"--shutdown-send-retry-after": "false"})
    found = init(cluster(kubeadm=user))["ClusterConfiguration"]["apiServer"]["extraArgs"]
    assert found == [{"name": "shutdown-send-retry-after", "value": "false"}]


def test_merging_goes_into_mappings_and_replaces_the_rest() -> None:
    ours = {"a": {"x": 1, "y": [1, 2]}, "b": 1}
    assert merged(ours, {"a": {"y": [3]}, "c": 2}) == {"a": {"x": 1, "y": [3]}, "b": 1, "c": 2}
    assert ours == {"a": {"x": 1, "y": [1, 2]}, "b": 1}


@pytest.mark.parametrize(
    ("taints", "expected"),
    [
        (None, None),
        ((), []),
        (
            (Taint(key="gpu", value="yes", effect="NoSchedule"), Taint(key="slow", effect="NoExecute")),
            [{"key": "gpu", "value": "yes", "effect": "NoSchedule"}, {"key": "slow", "effect": "NoExecute"}],
        ),
    ],
    ids=["left to kubeadm", "none at all", "given"],
)
def test_taints_at_registration(taints: tuple[Taint, ...] | None, expected: list[dict[str, str]] | None) -> None:
    one = machine("cp-1", "control-plane", "10.0.0.1", taints=taints)
    assert init(cluster(machines=(one,)))["InitConfiguration"]["nodeRegistration"].get("taints") == expected


def test_a_worker_joins_by_token_and_pinned_authority() -> None:
    document = join(cluster(), "w-1")
    assert document["discovery"]["bootstrapToken"] == {
        "apiServerEndpoint": "10.0.0.1:6443",
        "token": "abcdef.0123456789abcdef",
        "caCertHashes": ["sha256:aa"],
    }
    assert document["nodeRegistration"]["name"] == "w-1"
    assert "controlPlane" not in document


def test_a_control_plane_joins_without_a_certificate_key() -> None:
    document = join(cluster(), "cp-2")
    assert document["controlPlane"] == {"localAPIEndpoint": {"advertiseAddress": "10.0.0.2", "bindPort": 6443}}


def test_a_join_may_ask_another_api_server_than_the_endpoint() -> None:
    credentials = CREDENTIALS.model_copy(update={"api_endpoint": "10.0.0.2:6443"})
    assert join(cluster(), "w-1", credentials)["discovery"]["bootstrapToken"]["apiServerEndpoint"] == "10.0.0.2:6443"


def test_the_token_is_not_shown_by_its_holder() -> None:
    assert "0123456789" not in f"{CREDENTIALS!r} {CREDENTIALS} {CREDENTIALS.model_dump_json()}"
