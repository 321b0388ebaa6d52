"""Texts that stand beside the manifests and go to hosts."""

from trailboss.manifests import load_cluster, load_tree
from trailboss.model.cluster import HostFile

CLUSTER = """
apiVersion: cluster.x-k8s.io/v1beta1
kind: Cluster
metadata: {name: demo}
spec: {infrastructureRef: {apiVersion: trailboss.dev/v1alpha1, kind: SSHCluster, name: demo}}
---
apiVersion: trailboss.dev/v1alpha1
kind: SSHCluster
metadata: {name: demo}
spec:
  kubernetesVersion: 1.34.4
  files:
  - {path: /etc/kubernetes/hook.yaml, contentFrom: files/hook.yaml}
---
apiVersion: cluster.x-k8s.io/v1beta1
kind: Machine
metadata: {name: cp-1}
spec: {clusterName: demo, infrastructureRef: {apiVersion: trailboss.dev/v1alpha1, kind: SSHMachine, name: cp-1}}
---
apiVersion: trailboss.dev/v1alpha1
kind: SSHMachine
metadata: {name: cp-1}
spec: {role: control-plane, address: 10.0.0.11}
"""
HOOK = "apiVersion: v1\nkind: Config\nusers: []\n"


def test_a_yaml_file_that_goes_to_hosts_is_no_manifest() -> None:
    files = {"clusters/demo/cluster.yaml": CLUSTER, "clusters/demo/files/hook.yaml": HOOK}
    assert load_cluster(files).files == (HostFile(path="/etc/kubernetes/hook.yaml", content=HOOK),)
    (problem,) = load_tree({**files, "clusters/demo/files/other.yaml": HOOK}).problems
    assert (problem.file, problem.field) == ("clusters/demo/files/other.yaml", "kind")


def test_it_is_found_from_the_manifests_own_folder_wherever_that_is() -> None:
    for folder in ("", "setup/", "clusters/demo/deep/"):
        files = {f"{folder}cluster.yaml": CLUSTER.replace("files/hook.yaml", "hook.txt"), f"{folder}hook.txt": "a"}
        assert [file.content for file in load_cluster(files).files] == ["a"]


def test_one_that_is_not_there_is_told_with_what_comes_close() -> None:
    files = {"clusters/demo/cluster.yaml": CLUSTER, "clusters/demo/files/hooks.yaml": HOOK}
    problem = load_tree(files).errors[0]
    assert (problem.line, problem.field) == (13, "spec.files[0].contentFrom")
    assert problem.message.endswith("did you mean files/hooks.yaml?")


def test_a_secret_in_it_is_told_where_it_stands_and_not_repeated() -> None:
    key = "a\n-----BEGIN RSA PRIVATE KEY-----\nbm90IGEga2V5\n"
    (problem,) = load_tree({"clusters/demo/a.yaml": CLUSTER, "clusters/demo/files/hook.yaml": key}).errors
    assert (problem.file, problem.line) == ("clusters/demo/files/hook.yaml", 2)
    assert "bm90" not in str(problem)
