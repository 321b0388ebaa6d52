"""A host is taken over by the real script: marks come about, and nothing that was there before is changed."""

from pathlib import Path

import pytest
from tests.unit.steps.fake_host import AUTHORITY, foreign
from tests.unit.steps.sandbox import Sandbox
from tests.unit.steps.test_prepare import MACHINES, cluster

from trailboss.steps import kubelet_service, taking_over

STATE = "/var/lib/trailboss"
OF = cluster({"adopt": AUTHORITY, "kubeadm": {"kubelet_extra_args": {"v": "2"}}})
SEEN = foreign(MACHINES[0])


@pytest.fixture
def host(tmp_path: Path) -> Sandbox:
    sandbox = Sandbox(tmp_path)
    sandbox.write("/etc/kubernetes/kubelet.conf", "x\n")
    sandbox.write("/etc/default/kubelet", "KUBELET_EXTRA_ARGS=--node-ip=10.0.0.1\n")
    for name in ("kubeadm", "kubelet"):
        sandbox.program(name, at=f"/usr/local/bin/../{name}")  # a package's, elsewhere
    return sandbox


def script(host: Sandbox) -> str:
    elsewhere = str(host.path("/usr/local"))
    return taking_over.script(OF, SEEN).replace("/usr/bin/", f"{elsewhere}/")


def test_marks_and_names_of_programs_and_nothing_else(host: Sandbox) -> None:
    before = {path: path.read_bytes() for path in host.path("/etc").rglob("*") if path.is_file()}
    for _ in range(2):
        assert host.run(f"set -eu\n{script(host)}").returncode == 0
    assert host.path(f"{STATE}/member").read_text() == "adopted\n"
    assert host.path(f"{STATE}/adopted").read_text() == f"{taking_over.mark(OF, SEEN)}\n"
    assert {path.name for path in host.path("/usr/local/bin").iterdir()} == {"kubeadm", "kubelet"}
    assert host.path("/usr/local/bin/kubelet").is_symlink()
    assert {path: path.read_bytes() for path in host.path("/etc").rglob("*") if path.is_file()} == before
    assert host.log.read_text() == ""


def test_a_program_that_is_there_stays(host: Sandbox) -> None:
    host.write("/usr/local/bin/kubeadm", "ours\n")
    assert host.run(f"set -eu\n{script(host)}").returncode == 0
    assert host.path("/usr/local/bin/kubeadm").read_text() == "ours\n"


def test_a_host_that_is_no_node_any_more_gets_no_mark(host: Sandbox) -> None:
    host.path("/etc/kubernetes/kubelet.conf").unlink()
    ended = host.run(f"set -eu\n{script(host)}")
    assert ended.returncode == 1
    assert "no node any more" in ended.stderr
    assert not host.path(f"{STATE}/member").exists()


def test_the_mark_tells_what_the_manifests_do_not_have() -> None:
    assert taking_over.mark(OF, SEEN).split()[0::2] == ["packaged", "--node-ip=10.0.0.1"]
    command = ("/usr/local/bin/kubelet", "--config=/etc/kubernetes/kubelet-config.yaml", "--v=2", "--x=1")
    kept = SEEN.model_copy(update={"kubelet_command": command, "kubeadm_flags": ()})
    assert taking_over.mark(OF, kept).split()[0::2] == ["kept", "--x=1"]


def test_the_kubelets_service_is_others_until_its_flags_change_or_it_is_replaced() -> None:
    taken = taking_over.counted_as_adopted(OF, SEEN)
    assert kubelet_service.files(OF, OF.machines[0], taken) == []
    changed = cluster({"adopt": AUTHORITY, "kubeadm": {"kubelet_extra_args": {"v": "4"}}})
    for of, replacing, flags in ((changed, False, "--node-ip=10.0.0.1 --v=4"), (OF, True, "--node-ip=10.0.0.1 --v=2")):
        written = kubelet_service.files(of, of.machines[0], taken, replacing=replacing)
        assert len(written) == 3
        assert f'KUBELET_EXTRA_ARGS="{flags}"' in written[-1].script


@pytest.mark.parametrize(
    "otherwise", [{"owner": "prod"}, {"member": "join"}, {"authority": "sha256:b"}, {"present": (), "etcd_data": False}]
)
def test_only_the_very_cluster_is_taken_over(otherwise: dict[str, object]) -> None:
    assert taking_over.can_be_taken_over(OF, SEEN)
    assert not taking_over.can_be_taken_over(OF, SEEN.model_copy(update=otherwise))
    assert not taking_over.can_be_taken_over(OF.model_copy(update={"adopt": None}), SEEN)
