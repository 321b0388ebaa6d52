from trailboss.lab.mirror.compiled.gomod import go_line, kubernetes_module, published_module

UPSTREAM = """module k8s.io/kubernetes

go 1.24.0

godebug default=go1.24

require (
	k8s.io/api v0.0.0
	k8s.io/klog/v2 v2.130.1
)

replace (
	k8s.io/api => ./staging/src/k8s.io/api
	k8s.io/kubectl => ./staging/src/k8s.io/kubectl
)
"""


def test_staging_directories_become_published_versions() -> None:
    module = kubernetes_module("v1.34.4", UPSTREAM, ["kubeadm", "kubelet"])
    assert "require k8s.io/kubernetes v1.34.4\n" in module.go_mod
    assert "\tk8s.io/api => k8s.io/api v0.34.4\n\tk8s.io/kubectl => k8s.io/kubectl v0.34.4\n" in module.go_mod
    assert "staging" not in module.go_mod
    assert "go 1.24.0\n" in module.go_mod
    assert "godebug default=go1.24\n" in module.go_mod
    assert module.packages == ("k8s.io/kubernetes/cmd/kubeadm", "k8s.io/kubernetes/cmd/kubelet")


def test_a_block_of_godebug_settings_comes_along() -> None:
    block = "godebug (\n\tdefault=go1.25\n\tpanicnil=1\n)\n"
    upstream = UPSTREAM.replace("godebug default=go1.24\n", block)
    assert block in kubernetes_module("v1.34.4", upstream, ["kubeadm"]).go_mod


def test_the_programs_know_their_version() -> None:
    flags = kubernetes_module("v1.35.0-rc.1", UPSTREAM, ["kubeadm"]).ldflags
    assert "-X k8s.io/component-base/version.gitVersion=v1.35.0-rc.1" in flags
    assert "-X k8s.io/component-base/version.gitMajor=1 " in flags
    assert "-X k8s.io/component-base/version.gitMinor=35 " in flags


def test_several_modules_at_one_version() -> None:
    module = published_module(("go.etcd.io/etcd/server/v3", "go.etcd.io/etcd/etcdctl/v3"), "v3.6.5", "go 1.24\n")
    assert "go 1.24\n" in module.go_mod
    assert "require go.etcd.io/etcd/etcdctl/v3 v3.6.5\n" in module.go_mod
    assert '\t_ "go.etcd.io/etcd/server/v3"\n' in module.tools_go


def test_a_go_mod_that_asks_for_no_release() -> None:
    assert go_line("module old\n") == "1.21"
