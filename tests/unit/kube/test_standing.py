"""A cluster that others made, as its API tells of it, through a kubeconfig of its user's."""

import base64
import hashlib
from pathlib import Path

import pytest
import yaml
from tests.unit.adoption.others import config_map
from tests.unit.kube.fake_api import FakeApi
from tests.unit.kube.objects import node

from trailboss.kube import standing
from trailboss.kube.given import GivenApi
from trailboss.model.errors import BadInput

DER = b"a certificate, for all that is looked at"
PEM = f"-----BEGIN CERTIFICATE-----\n{base64.b64encode(DER).decode()}\n-----END CERTIFICATE-----\n"


@pytest.fixture
def kubeconfig(fake: FakeApi, tmp_path: Path) -> Path:
    document = yaml.safe_load(fake.kubeconfig)
    cluster = document["clusters"][0]["cluster"]
    cluster |= {"server": f"https://127.0.0.1:{fake.port}", "tls-server-name": "kubernetes"}
    path = tmp_path / "admin.conf"
    path.write_text(yaml.safe_dump(document))
    return path


def test_all_that_is_asked(fake: FakeApi, kubeconfig: Path) -> None:
    made = node("cp-1", version="1.33.4", labels={"node-role.kubernetes.io/control-plane": ""})
    made["metadata"]["annotations"] = {
        "kubeadm.alpha.kubernetes.io/cri-socket": "unix:///run/containerd/containerd.sock"
    }
    made["status"]["nodeInfo"]["containerRuntimeVersion"] = "containerd://1.7.27"
    made["spec"]["podCIDRs"] = ["10.244.0.0/24"]
    fake.nodes, fake.version, fake.daemon_sets = {"cp-1": made}, "1.33.4", ("canal",)
    fake.config_maps = {name: config_map(name) for name in ("kubeadm-config", "kubelet-config", "kube-proxy")}
    fake.config_maps["kube-root-ca.crt"] = {"metadata": {}, "data": {"ca.crt": PEM * 2}}
    seen = standing.read(GivenApi(kubeconfig, None))
    (found,) = seen.nodes
    assert (seen.version, seen.programs) == ("1.33.4", ("kube-system/canal",))
    assert seen.authority == f"sha256:{hashlib.sha256(DER).hexdigest()}"
    assert (found.name, found.node.control_plane, found.address) == ("cp-1", True, "10.87.0.21")
    assert (found.runtime, found.pod_cidrs) == ("containerd://1.7.27", ("10.244.0.0/24",))
    assert found.cri_socket == "unix:///run/containerd/containerd.sock"
    assert seen.recorded
    assert seen.recorded.names == ("lb.example.com",)
    assert seen.configuration["clusterName"] == "kubernetes"
    assert {asked.partition(" ")[0] for asked in fake.asked} <= {"GET"}


def test_a_cluster_that_kubeadm_did_not_make(fake: FakeApi, kubeconfig: Path) -> None:
    fake.nodes = {"cp-1": node("cp-1")}
    seen = standing.read(GivenApi(kubeconfig, None))
    assert (seen.configuration, seen.recorded, seen.authority) == ({}, None, "")


def test_a_record_of_an_older_form_is_not_read_wrongly(fake: FakeApi, kubeconfig: Path) -> None:
    document = {"apiVersion": "kubeadm.k8s.io/v1beta3", "apiServer": {"extraArgs": {"v": "2"}}}
    fake.config_maps["kubeadm-config"] = {"metadata": {}, "data": {"ClusterConfiguration": yaml.safe_dump(document)}}
    seen = standing.read(GivenApi(kubeconfig, None))
    assert seen.recorded is None
    assert seen.configuration["apiVersion"] == "kubeadm.k8s.io/v1beta3"


@pytest.mark.parametrize(("context", "text"), [("nobody", None), (None, "a: ["), (None, ""), (None, "absent")])
def test_a_kubeconfig_that_is_none(kubeconfig: Path, context: str | None, text: str | None) -> None:
    if text == "absent":
        kubeconfig.unlink()
    elif text is not None:
        kubeconfig.write_text(text)
    with pytest.raises(BadInput, match="cannot be read as a kubeconfig"):
        GivenApi(kubeconfig, context)
