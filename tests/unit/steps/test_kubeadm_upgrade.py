"""The script around kubeadm upgrade, run by a real bash with faked programs: once, or again after it was cut off."""

import os
from pathlib import Path

import pytest
from tests.unit.steps.sandbox import Sandbox

from trailboss.model.cluster import Cluster, Endpoint
from trailboss.model.machine import Machine
from trailboss.steps.kubeadm_upgrade import DONE_BEFORE, Verb, script

MARK = "/var/lib/trailboss/upgraded-to"
CONFIG = "/var/lib/trailboss/inputs/kubeadm.yaml"
MANIFESTS, COPIES = "/etc/kubernetes/manifests", "/etc/kubernetes/tmp"
COMPONENTS = ("kube-apiserver", "kube-controller-manager", "kube-scheduler")
CP = Machine(name="cp-1", role="control-plane", address="10.0.0.1", kubernetes_version="1.34.4")
CP_2 = CP.model_copy(update={"name": "cp-2", "address": "10.0.0.2"})
WORKER = Machine(name="w-1", role="worker", address="10.0.0.9", kubernetes_version="1.34.4")
ALONE = Cluster(name="demo", kubernetes_version="1.34.4", machines=(CP, WORKER))
AVAILABLE = ALONE.model_copy(update={"endpoint": Endpoint(host="lb"), "machines": (CP, CP_2, WORKER)})
KUBELET, LENT = "/etc/kubernetes/kubelet.conf", "/var/lib/trailboss/lent-kubelet"
# kubeadm puts the new manifests in place, as `upgrade` of a control plane does.
KUBEADM = f"""case $1 in
  version) echo v1.34.4; exit ;;
esac
cat {CONFIG} >/dev/null || exit 9
for each in {" ".join(COMPONENTS)}; do
  [ ! -e {MANIFESTS}/$each.yaml ] || echo "image: registry.k8s.io/$each:v1.34.4" > {MANIFESTS}/$each.yaml
done"""


def manifest(host: Sandbox, component: str, version: str, folder: str = MANIFESTS) -> None:
    host.write(f"{folder}/{component}.yaml", f"    image: registry.k8s.io/{component}:v{version}\n")


@pytest.fixture
def worker(tmp_path: Path) -> Sandbox:
    sandbox = Sandbox(tmp_path)
    sandbox.program("kubeadm", KUBEADM, at="/usr/local/bin/kubeadm")
    sandbox.program("kubectl", at="/usr/local/bin/kubectl")
    sandbox.program("systemctl")
    sandbox.program("sleep")
    return sandbox


@pytest.fixture
def host(worker: Sandbox) -> Sandbox:
    """A control plane at 1.33.9 whose API server answers."""
    for component in ("etcd", *COMPONENTS):
        manifest(worker, component, "1.33.9")
    return worker


def run(host: Sandbox, verb: Verb = "apply", machine: Machine = CP, cluster: Cluster = ALONE) -> tuple[int, str]:
    """Return the exit status, and the last words."""
    host.write(CONFIG, "kind: UpgradeConfiguration\n")
    done = host.run(script(cluster, machine, verb, f'"{CONFIG}"'))
    assert not host.path(CONFIG).exists()
    return done.returncode, (done.stderr if done.returncode else done.stdout).strip().rpartition("\n")[2]


def upgrades(host: Sandbox) -> list[str]:
    return [call for call in host.calls("kubeadm") if call.startswith("upgrade")]


def mark(host: Sandbox) -> str:
    path = host.path(MARK)
    return path.read_text().strip() if path.exists() else ""


def test_kubeadm_runs_once_and_the_mark_is_put_down(host: Sandbox) -> None:
    assert run(host) == (0, "kubeadm upgraded this host to 1.34.4")
    assert upgrades(host) == [f"upgrade apply v1.34.4 --yes --config {host.path(CONFIG)}"]
    assert mark(host) == "1.34.4 apply"
    code, words = run(host)
    assert (code, len(upgrades(host))) == (0, 1)
    assert words.startswith(DONE_BEFORE)


@pytest.mark.parametrize("machine", [CP, WORKER], ids=lambda machine: machine.role)
def test_a_further_machine_is_upgraded_as_a_node(host: Sandbox, machine: Machine) -> None:
    assert run(host, "node", machine)[0] == 0
    assert upgrades(host) == [f"upgrade node --config {host.path(CONFIG)}"]
    assert mark(host) == "1.34.4 node"


def test_who_was_upgraded_by_apply_needs_no_node(host: Sandbox) -> None:
    run(host)
    run(host, "node")
    assert len(upgrades(host)) == 1


def test_apply_is_more_than_node(host: Sandbox) -> None:
    run(host, "node")
    run(host)
    assert [call.split()[1] for call in upgrades(host)] == ["node", "apply"]


def test_a_failure_leaves_the_mark_of_what_was_begun_and_the_next_run_says_so(host: Sandbox) -> None:
    host.program("kubeadm", "[ $1 = version ] && echo v1.34.4 || exit 4", at="/usr/local/bin/kubeadm")
    assert run(host)[0] == 4
    assert mark(host) == "1.34.4 apply begun"
    host.program("kubeadm", KUBEADM, at="/usr/local/bin/kubeadm")
    code, words = run(host)
    assert code == 0
    assert words.endswith("after an earlier kubeadm upgrade apply was cut off")
    assert mark(host) == "1.34.4 apply"


def test_an_apply_that_was_cut_off_is_finished_as_apply_even_where_node_is_asked_for(host: Sandbox) -> None:
    host.write(MARK, "1.34.4 apply begun\n")
    run(host, "node")
    assert [call.split()[1] for call in upgrades(host)] == ["apply"]
    assert mark(host) == "1.34.4 apply"


def test_a_mark_of_another_version_counts_for_nothing(host: Sandbox) -> None:
    host.write(MARK, "1.33.9 apply\n")
    run(host, "node")
    assert mark(host) == "1.34.4 node"


def test_a_mark_that_the_static_pods_do_not_bear_out_counts_for_nothing(host: Sandbox) -> None:
    run(host)
    manifest(host, "kube-scheduler", "1.33.9")
    code, words = run(host)
    assert (code, len(upgrades(host))) == (0, 2)
    assert words.endswith("its static pods were of another version")


def test_static_pods_that_did_not_change_are_a_failure(host: Sandbox) -> None:
    host.program("kubeadm", "case $1 in version) echo v1.34.4 ;; esac", at="/usr/local/bin/kubeadm")
    code, words = run(host, "node")
    assert code == 1
    assert "the static pods here are not of 1.34.4" in words
    assert mark(host) == "1.34.4 node begun"


def test_a_version_that_only_begins_alike_is_another_one(host: Sandbox) -> None:
    for component in COMPONENTS:
        manifest(host, component, "1.34.40")
    host.write(MARK, "1.34.4 node\n")
    assert run(host, "node")[0] == 0
    assert len(upgrades(host)) == 1


def test_another_kubeadm_does_not_run(host: Sandbox) -> None:
    host.program("kubeadm", "echo v1.33.9", at="/usr/local/bin/kubeadm")
    code, words = run(host)
    assert (code, upgrades(host), mark(host)) == (1, [], "")
    assert "kubeadm is v1.33.9 here" in words


def copied(host: Sandbox, component: str, version: str, when: str) -> None:
    manifest(host, component, version, folder=f"{COPIES}/kubeadm-backup-manifests-2025-11-{when}")


@pytest.mark.parametrize("left", [None, ""], ids=["taken away", "empty after a crash"])
def test_a_manifest_that_was_taken_away_is_put_back_before_kubeadm_looks(host: Sandbox, left: str | None) -> None:
    copied(host, "kube-apiserver", "1.32.1", "01-08-00-00")
    copied(host, "kube-apiserver", "1.33.9", "25-08-00-00")
    host.write(MARK, "1.34.4 node begun\n")
    path = host.path(f"{MANIFESTS}/kube-apiserver.yaml")
    path.unlink()
    if left is not None:
        path.write_text(left)
    host.program(
        "kubeadm",
        f'[ "$1" = version ] || grep -q v1.33.9 {MANIFESTS}/kube-apiserver.yaml || exit 8\n{KUBEADM}',
        at="/usr/local/bin/kubeadm",
    )
    assert run(host, "node")[0] == 0
    assert "v1.34.4" in path.read_text()


def test_a_manifest_that_nobody_has_is_a_failure(host: Sandbox) -> None:
    host.write(MARK, "1.34.4 node begun\n")
    host.path(f"{MANIFESTS}/etcd.yaml").unlink()
    code, words = run(host, "node")
    assert (code, upgrades(host)) == (1, [])
    assert "kubeadm kept no copy of it" in words


def test_a_manifest_that_somebody_else_took_away_is_not_put_back(host: Sandbox) -> None:
    copied(host, "etcd", "1.32.1", "01-08-00-00")
    host.path(f"{MANIFESTS}/etcd.yaml").unlink()
    code, words = run(host)
    assert (code, upgrades(host)) == (1, [])
    assert "no upgrade of ours was cut off here" in words


def test_kubeadm_waits_for_the_api_server_of_its_host_but_not_for_ever(host: Sandbox) -> None:
    host.program("kubectl", "exit 1", at="/usr/local/bin/kubectl")
    assert run(host)[0] == 0
    assert len(host.calls("kubectl")) == 120
    assert all("--server=https://10.0.0.1:6443" in call for call in host.calls("kubectl"))


def test_of_what_kubeadm_keeps_the_last_is_enough(host: Sandbox) -> None:
    for age, name in enumerate(("backup-etcd-2025-11-25", "backup-etcd-2025-11-24", "upgraded-manifests7", "other")):
        host.write(f"{COPIES}/kubeadm-{name}/file")
        os.utime(host.path(f"{COPIES}/kubeadm-{name}"), (1e9 - age, 1e9 - age))
    run(host)
    left = sorted(path.name for path in host.path(COPIES).iterdir())
    assert left == ["kubeadm-backup-etcd-2025-11-25", "kubeadm-other", "kubeadm-upgraded-manifests7"]


def asks(host: Sandbox) -> str:
    """Return which API server the kubelet asks, by its kubeconfig."""
    return host.path(KUBELET).read_text().split("server: ")[1].split()[0]


def kubelet_of(host: Sandbox, url: str) -> None:
    host.write(KUBELET, f"clusters:\n- cluster:\n    server: {url}\n  name: default-cluster\n")


LOOK = f'[ "$1" = version ] || grep -o "https.*" {KUBELET} >> {COPIES}/asked\n{KUBEADM}'


@pytest.fixture
def looked(host: Sandbox) -> Sandbox:
    """A control plane whose kubelet asks its own API server, and whose kubeadm writes down whom the kubelet asks."""
    kubelet_of(host, "https://10.0.0.1:6443")
    host.write(f"{COPIES}/asked")
    host.program("kubeadm", LOOK, at="/usr/local/bin/kubeadm")
    return host


def asked(host: Sandbox) -> list[str]:
    return host.path(f"{COPIES}/asked").read_text().split()


def test_while_static_pods_change_the_kubelet_asks_the_other_api_servers(looked: Sandbox) -> None:
    assert run(looked, cluster=AVAILABLE)[0] == 0
    assert asked(looked) == ["https://lb:6443"]
    assert asks(looked) == "https://10.0.0.1:6443"
    assert looked.calls("systemctl").count("restart kubelet") == 2
    assert not looked.path(LENT).exists()


def test_the_kubelet_of_an_only_control_plane_has_no_other_to_ask(looked: Sandbox) -> None:
    run(looked)
    assert asked(looked) == ["https://10.0.0.1:6443"]
    assert "restart kubelet" not in looked.calls("systemctl")


def test_an_endpoint_that_does_not_answer_is_not_asked(looked: Sandbox) -> None:
    looked.program("kubectl", 'case "$*" in *lb*) exit 1 ;; esac', at="/usr/local/bin/kubectl")
    assert run(looked, cluster=AVAILABLE)[0] == 0
    assert asked(looked) == ["https://10.0.0.1:6443"]


def test_a_kubelet_that_was_to_ask_the_endpoint_goes_on_to(looked: Sandbox) -> None:
    kubelet_of(looked, "https://lb:6443")
    run(looked, cluster=AVAILABLE)
    assert asks(looked) == "https://lb:6443"
    assert "restart kubelet" not in looked.calls("systemctl")


def test_after_a_failure_the_kubelet_asks_its_own_api_server_again(looked: Sandbox) -> None:
    looked.program("kubeadm", "[ $1 = version ] && echo v1.34.4 || exit 4", at="/usr/local/bin/kubeadm")
    assert run(looked, cluster=AVAILABLE)[0] == 4
    assert asks(looked) == "https://10.0.0.1:6443"


def test_after_a_reboot_in_the_middle_the_next_run_gives_the_kubelet_back(looked: Sandbox) -> None:
    looked.write(MARK, "1.34.4 apply begun\n")
    looked.write(LENT, "https://10.0.0.1:6443\n")
    kubelet_of(looked, "https://lb:6443")
    assert run(looked, cluster=AVAILABLE)[0] == 0
    assert asked(looked) == ["https://lb:6443"]
    assert asks(looked) == "https://10.0.0.1:6443"
    assert not looked.path(LENT).exists()
