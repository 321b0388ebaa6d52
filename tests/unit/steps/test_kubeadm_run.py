"""The script around kubeadm, run by a real bash with faked programs: what is recovered, what is never touched."""

import base64
import io
import tarfile
from pathlib import Path

import pytest
from tests.unit.steps.sandbox import Sandbox

from trailboss.model.cluster import Cluster
from trailboss.model.machine import Machine
from trailboss.steps import authorities
from trailboss.steps.kubeadm_run import init_script, join_script

MEMBER = "/var/lib/trailboss/member"
CONFIG = "/var/lib/trailboss/inputs/kubeadm.yaml"
ETCD_KEY = "/etc/kubernetes/pki/etcd/healthcheck-client.key"
CP_1, CP_2, WORKER = (
    Machine(name=name, role=role, address=address, kubernetes_version="1.34.4")
    for name, role, address in (
        ("cp-1", "control-plane", "10.0.0.1"),
        ("cp-2", "control-plane", "10.0.0.2"),
        ("w-1", "worker", "10.0.0.9"),
    )
)
CLUSTER = Cluster(name="demo", kubernetes_version="1.34.4", machines=(CP_1, CP_2, WORKER))
INIT = init_script(CLUSTER, CP_1, f'"{CONFIG}"')
JOIN = join_script(CLUSTER, WORKER, f'"{CONFIG}"')
JOIN_CONTROL_PLANE = join_script(CLUSTER, CP_2, f'"{CONFIG}"')


@pytest.fixture
def host(tmp_path: Path) -> Sandbox:
    """A prepared host: kubeadm works, no API server answers, no etcd is there."""
    sandbox = Sandbox(tmp_path)
    sandbox.write(CONFIG, "kind: InitConfiguration\n")
    kubeadm = 'cat "$3" >/dev/null 2>&1; [ "$1" = reset ] && rm -rf /etc/kubernetes/* /var/lib/etcd; exit 0'
    sandbox.program("kubeadm", kubeadm, at="/usr/local/bin/kubeadm")
    sandbox.program("kubectl", "exit 1", at="/usr/local/bin/kubectl")
    sandbox.program("systemctl", "exit 3")
    sandbox.program("curl", "exit 7")
    sandbox.program("ip", "exit 1")
    sandbox.program("sleep")
    return sandbox


def half_made(host: Sandbox, verb: str) -> None:
    host.write(MEMBER, f"{verb}-begun\n")
    host.write("/etc/kubernetes/kubelet.conf")
    host.write("/etc/kubernetes/bootstrap-kubelet.conf")


def member(host: Sandbox) -> str:
    path = host.path(MEMBER)
    return path.read_text().strip() if path.exists() else ""


def verbs(host: Sandbox) -> list[str]:
    return [call.split()[0] for call in host.calls("kubeadm")]


@pytest.mark.parametrize(("script", "verb"), [(INIT, "init"), (JOIN, "join")])
def test_on_a_fresh_host_kubeadm_runs_once_and_the_mark_is_put_down(host: Sandbox, script: str, verb: str) -> None:
    done = host.run(script)
    assert done.returncode == 0, done.stderr
    assert (verbs(host), member(host)) == ([verb], verb)
    assert not host.path(CONFIG).exists()


def test_the_token_that_init_makes_is_not_printed(host: Sandbox) -> None:
    host.run(INIT)
    assert "--skip-token-print" in host.calls("kubeadm")[0]


def test_a_member_is_left_alone(host: Sandbox) -> None:
    host.write(MEMBER, "init\n")
    host.write("/etc/kubernetes/admin.conf")
    done = host.run(INIT)
    assert (done.returncode, verbs(host)) == (0, [])
    assert not host.path(CONFIG).exists()


@pytest.mark.parametrize(
    "trace", ["/etc/kubernetes/admin.conf", "/etc/kubernetes/manifests/etcd.yaml", "/var/lib/etcd/member/x"]
)
def test_kubernetes_that_somebody_else_put_there_is_never_touched(host: Sandbox, trace: str) -> None:
    host.write(trace)
    done = host.run(JOIN)
    assert (done.returncode, verbs(host), member(host)) == (1, [], "")
    assert "Trailboss did not put there" in done.stderr


@pytest.mark.parametrize(("script", "verb"), [(INIT, "init"), (JOIN, "join")])
def test_a_failure_leaves_the_mark_of_what_was_begun(host: Sandbox, script: str, verb: str) -> None:
    host.program("kubeadm", "exit 4", at="/usr/local/bin/kubeadm")
    assert host.run(script).returncode == 4
    assert member(host) == f"{verb}-begun"
    assert not host.path(CONFIG).exists()


@pytest.mark.parametrize(("script", "verb"), [(INIT, "init"), (JOIN, "join")])
def test_what_was_cut_off_is_reset_and_begun_anew(host: Sandbox, script: str, verb: str) -> None:
    half_made(host, verb)
    done = host.run(script)
    assert done.returncode == 0, done.stderr
    assert (verbs(host), member(host)) == (["reset", verb], verb)


def test_what_was_cut_off_before_it_left_anything_needs_no_reset(host: Sandbox) -> None:
    host.write(MEMBER, "join-begun\n")
    host.run(JOIN)
    assert verbs(host) == ["join"]


def test_a_reset_that_fails_ends_it(host: Sandbox) -> None:
    half_made(host, "join")
    host.program("kubeadm", "exit 1", at="/usr/local/bin/kubeadm")
    assert host.run(JOIN).returncode == 1
    assert (verbs(host), member(host)) == (["reset"], "join-begun")


def test_an_init_that_ended_well_unseen_is_not_repeated(host: Sandbox) -> None:
    host.write(MEMBER, "init-begun\n")
    host.write("/etc/kubernetes/admin.conf")
    host.write("/etc/kubernetes/manifests/kube-apiserver.yaml")
    host.program("systemctl")
    host.program("kubectl", at="/usr/local/bin/kubectl")
    done = host.run(INIT)
    assert (done.returncode, verbs(host), member(host)) == (0, [], "init")
    assert any("--server=https://10.0.0.1:6443" in call for call in host.calls("kubectl"))


def test_a_join_that_ended_well_unseen_is_not_repeated(host: Sandbox) -> None:
    host.write(MEMBER, "join-begun\n")
    host.write("/etc/kubernetes/kubelet.conf")
    host.program("kubectl", at="/usr/local/bin/kubectl")
    assert host.run(JOIN).returncode == 0
    assert (verbs(host), member(host)) == ([], "join")


def test_a_pod_network_of_ours_goes_with_the_reset_and_others_stay(host: Sandbox) -> None:
    half_made(host, "join")
    host.write("/etc/cni/net.d/10-trailboss.conflist")
    host.write("/etc/cni/net.d/05-other.conflist")
    host.run(JOIN)
    assert [path.name for path in host.path("/etc/cni/net.d").iterdir()] == ["05-other.conflist"]
    assert host.calls("ip") == ["link delete cni0"]


def members(*addresses: str) -> str:
    listed = ",".join(f'{{"ID":"{number}0","peerURLs":["https://{a}:2380"]}}' for number, a in enumerate(addresses, 1))
    return f"""case "$*" in *member/list*) echo '{{"header":{{}}, "members":[{listed}]}}';; esac"""


@pytest.fixture
def joining(host: Sandbox) -> Sandbox:
    """A control plane whose join was cut off after its etcd certificates were made."""
    half_made(host, "join")
    host.write(ETCD_KEY)
    with io.BytesIO() as archive:
        with tarfile.open(fileobj=archive, mode="w") as tar:
            tar.addfile(tarfile.TarInfo("ca.key"))
        host.write(f"/var/lib/step/inputs/{authorities.INPUT}", base64.encodebytes(archive.getvalue()).decode())
    return host


def join_control_plane(host: Sandbox) -> int:
    return host.run(JOIN_CONTROL_PLANE, STEP_DIR=str(host.path("/var/lib/step"))).returncode


def test_a_half_joined_etcd_member_is_removed_before_the_reset(joining: Sandbox) -> None:
    joining.program("curl", members("10.0.0.1", "10.0.0.2"))
    assert join_control_plane(joining) == 0
    order = [line for line in joining.log.read_text().splitlines() if line.startswith(("curl", "kubeadm"))]
    assert [line.split()[0] for line in order] == ["curl", "curl", "kubeadm", "kubeadm"]
    assert "member/remove" in order[1]
    assert '"ID": "20"' in order[1]
    assert "https://10.0.0.1:2379" in order[1]
    assert verbs(joining) == ["reset", "join"]


def test_who_is_no_etcd_member_is_reset_at_once(joining: Sandbox) -> None:
    joining.program("curl", members("10.0.0.1"))
    assert join_control_plane(joining) == 0
    assert not [call for call in joining.calls("curl") if "member/remove" in call]
    assert verbs(joining) == ["reset", "join"]


def test_without_an_answer_of_etcd_nothing_is_reset(joining: Sandbox) -> None:
    assert join_control_plane(joining) == 1
    assert (verbs(joining), member(joining)) == ([], "join-begun")
    assert joining.path(ETCD_KEY).exists()


def test_a_member_that_cannot_be_removed_is_not_reset(joining: Sandbox) -> None:
    joining.program("curl", 'case "$*" in *remove*) exit 22;; esac\n' + members("10.0.0.1", "10.0.0.2"))
    assert join_control_plane(joining) == 1
    assert verbs(joining) == []


def test_the_authorities_are_placed_after_the_reset(joining: Sandbox) -> None:
    joining.program("curl", members("10.0.0.1"))
    join_control_plane(joining)
    assert joining.path("/etc/kubernetes/pki/ca.key").exists()
