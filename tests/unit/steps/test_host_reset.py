"""A host leaves its cluster, by the real script with faked programs: all of its traces go, and nobody else's."""

import itertools
from pathlib import Path

import pytest
from tests.unit.steps.sandbox import Sandbox

from trailboss.steps.host_reset import RELEASE, SCRIPT

STATE = "/var/lib/trailboss"
CNI = "/etc/cni/net.d"
RULES = """\
*nat
:POSTROUTING ACCEPT [0:0]
:KUBE-SERVICES - [0:0]
-A POSTROUTING -m comment --comment "kubernetes postrouting rules" -j KUBE-POSTROUTING
-A POSTROUTING -m comment --comment trailboss -j TRAILBOSS-POD-NETWORK
-A POSTROUTING -s 172.17.0.0/16 ! -o docker0 -j MASQUERADE
COMMIT
"""
LEFT = [
    f"{STATE}/upgraded-to",
    f"{STATE}/snapshots/one.db",
    "/etc/kubernetes/admin.conf",
    "/etc/kubernetes/manifests/etcd.yaml",
    "/etc/kubernetes/pki/ca.key",
    "/var/lib/kubelet/config.yaml",
    "/var/lib/etcd/member/snap/db",
    f"{CNI}/10-trailboss.conflist",
    f"{CNI}/10-flannel.conflist",
    "/etc/trailboss/pod-routes",
    "/etc/systemd/system/trailboss-pod-routes.service",
    "/usr/local/sbin/trailboss-pod-routes",
    "/var/lib/cni/networks/trailboss/10.244.0.2",
]
STAYS = [
    f"{STATE}/images/v1.34.4",
    f"{STATE}/artifacts/v1.34.4/complete",
    f"{CNI}/87-podman-bridge.conflist",
    "/var/lib/cni/networks/podman/10.88.0.2",
    "/usr/local/bin/kubeadm",
]


@pytest.fixture
def host(tmp_path: Path) -> Sandbox:
    """A control plane, on which kubeadm's own reset does nothing by itself."""
    sandbox = Sandbox(tmp_path)
    for path in [*LEFT, *STAYS]:
        sandbox.write(path, "x\n")
    sandbox.write("/var/lib/mounts", "/dev/sda1 / ext4 rw 0 0\n")
    sandbox.program("kubeadm", at="/usr/local/bin/kubeadm")
    sandbox.program("systemctl", 'case "$*" in *"is-active -q kubelet"*) exit 3 ;; esac')
    sandbox.program("ctr")
    sandbox.program("ip", "exit 1")
    sandbox.program("nft", "exit 1")
    for family, mode in itertools.product(("iptables", "ip6tables"), ("", "-nft", "-legacy")):
        sandbox.program(f"{family}{mode}-save", "exit 1")
        sandbox.program(f"{family}{mode}-restore", "exit 1")
    return sandbox


def run(host: Sandbox) -> tuple[int, str]:
    done = host.run(SCRIPT.replace("/proc/self/mounts", "/var/lib/mounts"))
    return done.returncode, done.stdout if done.returncode == 0 else done.stderr


def there(host: Sandbox, paths: list[str]) -> list[str]:
    return [path for path in paths if host.path(path).exists()]


def test_all_traces_of_the_cluster_go_and_what_is_not_its_own_stays(host: Sandbox) -> None:
    assert run(host) == (0, "this host is free\n")
    assert there(host, LEFT) == []
    assert there(host, STAYS) == STAYS
    assert all(host.path(folder).is_dir() for folder in ("/var/lib/etcd", "/var/lib/kubelet", "/etc/kubernetes"))


def test_the_kubelet_is_stopped_and_disabled_before_anything_else(host: Sandbox) -> None:
    run(host)
    order = [line for line in host.log.read_text().splitlines() if line.startswith(("systemctl disable", "kubeadm"))]
    disable_kubelet, reset, disable_routes = order
    assert disable_kubelet == "systemctl disable -q --now kubelet"
    assert reset.startswith("kubeadm reset --force")
    assert "--skip-phases remove-etcd-member" in reset
    assert disable_routes == "systemctl disable -q --now trailboss-pod-routes.service"


def test_a_second_run_ends_well_too(host: Sandbox) -> None:
    run(host)
    assert run(host)[0] == 0


def test_one_that_was_cut_off_is_known_as_half_made_and_begun_anew(host: Sandbox) -> None:
    host.program("kubeadm", "exit 1", at="/usr/local/bin/kubeadm")
    assert run(host) == (1, "kubeadm reset failed\n")
    assert host.path(f"{STATE}/member").read_text() == "reset-begun\n"
    host.program("kubeadm", at="/usr/local/bin/kubeadm")
    assert run(host)[0] == 0
    assert there(host, LEFT) == []


def test_a_host_that_never_got_kubeadm_is_freed_as_well(host: Sandbox) -> None:
    host.path("/usr/local/bin/kubeadm").unlink()
    assert run(host)[0] == 0


def test_a_kubelet_that_does_not_stop_ends_it(host: Sandbox) -> None:
    host.program("systemctl")
    assert run(host) == (1, "the kubelet does not stop\n")
    assert host.calls("kubeadm") == []


@pytest.mark.parametrize("folder", ["/var/lib/kubelet/pods/1/volumes/nfs", "/var/lib/etcd/lost"])
def test_below_a_mount_point_nothing_is_ever_removed(host: Sandbox, folder: str) -> None:
    host.write("/var/lib/mounts", host.moved(f"nas:/export {folder} nfs4 rw 0 0\n"))
    host.write(f"{folder}/theirs", "x")
    code, words = run(host)
    assert code == 1
    assert "something is still mounted below" in words
    assert host.path(f"{folder}/theirs").exists()


def test_containers_that_kubeadm_left_are_ended(host: Sandbox) -> None:
    host.program("ctr", 'case "$*" in *"tasks ls -q") echo abc; echo def ;; esac')
    run(host)
    assert [call for call in host.calls("ctr") if "kill" in call] == [
        "-n k8s.io tasks kill --signal SIGKILL abc",
        "-n k8s.io tasks kill --signal SIGKILL def",
    ]


def test_what_kubeadm_could_not_remove_the_runtime_forgets(host: Sandbox) -> None:
    host.program("ctr", 'case "$*" in *"containers ls -q") echo sandbox; echo etcd ;; esac')
    assert run(host)[0] == 0
    removed = [call for call in host.calls("ctr") if "delete" in call]
    assert removed == [
        f"-n k8s.io {command} {name}"
        for name in ("sandbox", "etcd")
        for command in ("tasks delete --force", "containers delete")
    ]
    assert "restart containerd" in host.calls("systemctl")


def test_a_runtime_without_leftovers_is_not_restarted(host: Sandbox) -> None:
    run(host)
    assert "restart containerd" not in host.calls("systemctl")


def test_rules_of_kubernetes_go_and_others_stay(host: Sandbox) -> None:
    host.write("/var/lib/rules", RULES)
    host.program("iptables-nft-save", "cat /var/lib/rules")
    host.program("iptables-nft-restore", "cat > /var/lib/restored")
    assert run(host)[0] == 0
    assert host.path("/var/lib/restored").read_text() == (
        "*nat\n:POSTROUTING ACCEPT [0:0]\n-A POSTROUTING -s 172.17.0.0/16 ! -o docker0 -j MASQUERADE\nCOMMIT\n"
    )
    assert host.calls("iptables-restore") == []


def test_rules_without_kubernetes_are_not_touched(host: Sandbox) -> None:
    host.program("iptables-save", "echo '*nat'; echo COMMIT")
    assert run(host)[0] == 0
    assert host.calls("iptables-restore") == []


def test_rules_that_cannot_be_set_are_a_failure(host: Sandbox) -> None:
    host.program("iptables-save", "echo ':KUBE-SERVICES - [0:0]'")
    assert run(host) == (1, "iptables-restore failed\n")


def test_the_host_is_its_clusters_until_it_is_given_up(host: Sandbox) -> None:
    marks = [f"{STATE}/fence", f"{STATE}/member", f"{STATE}/owner", f"{STATE}/steps/demo-7-1.34.4-kubeadm-init/exit"]
    for path in marks:
        host.write(path, "x")
    run(host)
    assert there(host, marks) == marks
    assert host.path(f"{STATE}/member").read_text() == "reset-begun\n"
    for _ in range(2):
        assert host.run(f"set -eu\n{RELEASE}").returncode == 0
        assert there(host, marks) == []
