"""What `scaffold` writes loads again as it was meant, and explains itself."""

import pytest

from trailboss.manifests import load_cluster, load_tree
from trailboss.manifests.scaffold import ScaffoldMachine, ScaffoldSpec, scaffold, scaffold_cluster
from trailboss.model.cluster import Endpoint, Kubeadm
from trailboss.model.machine import SSHAccess


def spec() -> ScaffoldSpec:
    return ScaffoldSpec(
        name="demo",
        kubernetes_version="1.34.4",
        endpoint=Endpoint(host="10.0.0.10"),
        ssh=SSHAccess(user="ops", known_hosts_file="/etc/known_hosts", bastion="jump@10.0.0.9"),
        machines=(
            ScaffoldMachine(name="cp-1", role="control-plane", address="10.0.0.11"),
            ScaffoldMachine(name="w-1", role="worker", address="10.0.0.21", ssh=SSHAccess(user="ops", port=2222)),
        ),
    )


def test_machines_have_the_clusters_ssh_unless_they_have_their_own() -> None:
    cluster = load_cluster(scaffold(spec()))
    assert cluster.machine("cp-1").ssh == spec().ssh
    assert cluster.machine("w-1").ssh == SSHAccess(user="ops", port=2222)


def test_the_repository_holds_a_readme_and_no_problem() -> None:
    files = scaffold(spec())
    manifests = ["clusters/demo/cluster.yaml", "clusters/demo/machines.yaml"]
    assert sorted(files) == [".gitignore", ".trailboss/schemas/all.json", "README.md", *manifests]
    assert load_tree(files).problems == ()


def test_every_field_that_is_left_out_is_explained_in_a_comment() -> None:
    text = "".join(
        scaffold_cluster(ScaffoldSpec(name="demo", kubernetes_version="1.34.4", machines=spec().machines[:1])).values()
    )
    for field in (
        "controlPlaneEndpoint",
        "keyFile",
        "knownHostsFile",
        "knownHosts",
        "bastion",
        "images",
        "gracePeriod",
        "windows",
        "store",
        "privateAddress",
    ):
        assert f"# {field}: " in text.replace(":\n", ": \n")


@pytest.mark.parametrize(
    "text", ["\x85", "\u2028", "a\x0cb", "é", "\U0001f40e", " x ", "a: b # c", "- x", "'", '"', "\n---\n", ""]
)
def test_texts_that_yaml_reads_in_its_own_way_come_back(text: str) -> None:
    kubeadm = Kubeadm(api_server_extra_args={"audit-webhook-mode": text})
    files = scaffold_cluster(spec().model_copy(update={"kubeadm": kubeadm}))
    assert load_cluster(files).kubeadm == kubeadm
