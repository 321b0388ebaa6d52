"""A control plane comes back from a snapshot, by the whole script with faked programs: what is begun anew."""

import base64
import io
import tarfile
from pathlib import Path

import pytest
from tests.unit.steps.sandbox import Sandbox

from trailboss.model.cluster import Cluster, Kubeadm
from trailboss.model.machine import Machine
from trailboss.steps import authorities, etcd_restore

MEMBER = "/var/lib/trailboss/member"
NAME = "20251125T161331Z-v1.34.4"
DATA = f"/var/lib/trailboss/snapshots/{NAME}.db"
IMAGES = "/var/lib/trailboss/images/v1.34.4"
CONFIG = "/var/lib/step/inputs/kubeadm.yaml"
CP_1 = Machine(name="cp-1", role="control-plane", address="10.0.0.1", kubernetes_version="1.34.4")
SCRIPT = etcd_restore.script(CP_1, NAME, f'"{CONFIG}"')

ETCDUTL = """#!/bin/bash
echo "etcdutl $*" >> LOG
data=; while [ $# -gt 0 ]; do [ "$1" = --data-dir ] && data=$2; shift; done
mkdir -p "$data/member"; cp /var/lib/trailboss/snapshots/*.db "$data/member/db"
"""


@pytest.fixture
def host(tmp_path: Path) -> Sandbox:
    """A prepared host, to which the snapshot and the authorities were brought."""
    sandbox = Sandbox(tmp_path)
    sandbox.write(DATA, "the snapshot\n")
    sandbox.write(IMAGES, "registry.k8s.io/kube-proxy:v1.34.4\nregistry.k8s.io/etcd:3.6.5-0\n")
    sandbox.write("/var/lib/etcdutl", sandbox.moved(ETCDUTL.replace("LOG", str(sandbox.log))))
    sandbox.program(
        "ctr",
        """case "$*" in
  *"images mount"*) mkdir -p "$6/usr/local/bin"; cp /var/lib/etcdutl "$6/usr/local/bin/etcdutl"
    chmod 755 "$6/usr/local/bin/etcdutl" ;;
  *"images unmount"*) rm -rf "${!#}"/* ;;
esac""",
    )
    kubeadm = "case $1 in reset) rm -rf /etc/kubernetes/* ;; init) cp -r /etc/kubernetes/pki /var/lib/seen ;; esac"
    sandbox.program("kubeadm", kubeadm, at="/usr/local/bin/kubeadm")
    sandbox.program("kubectl", at="/usr/local/bin/kubectl")
    sandbox.program("systemctl")
    sandbox.program("ip")
    with io.BytesIO() as archive:
        with tarfile.open(fileobj=archive, mode="w") as tar:
            tar.addfile(tarfile.TarInfo("ca.key"))
        sandbox.write(f"/var/lib/step/inputs/{authorities.INPUT}", base64.encodebytes(archive.getvalue()).decode())
    sandbox.write(CONFIG, "kind: InitConfiguration\n")
    return sandbox


def run(host: Sandbox) -> tuple[int, str]:
    done = host.run(SCRIPT, STEP_DIR=str(host.path("/var/lib/step")))
    return done.returncode, done.stdout + done.stderr


def programs(host: Sandbox) -> list[str]:
    lines = (line.split() for line in host.log.read_text().splitlines())
    return [f"{words[0]} {words[1]}" for words in lines if words[0] in {"kubeadm", "etcdutl"}]


def member(host: Sandbox) -> str:
    return host.path(MEMBER).read_text().strip() if host.path(MEMBER).exists() else ""


def test_kubeadm_finds_the_snapshots_data_and_the_old_authorities(host: Sandbox) -> None:
    assert run(host)[0] == 0
    assert programs(host) == ["etcdutl snapshot", "kubeadm init"]
    assert member(host) == "init"
    assert host.path("/var/lib/etcd/member/db").read_text() == "the snapshot\n"
    assert [path.name for path in host.path("/var/lib/etcd").iterdir()] == ["member"]
    assert host.path("/var/lib/seen/ca.key").exists()


def test_the_member_is_the_one_that_kubeadm_will_start_and_watchers_notice(host: Sandbox) -> None:
    run(host)
    (call,) = host.calls("etcdutl")
    peer = "https://10.0.0.1:2380"
    assert f"--name cp-1 --initial-cluster cp-1={peer} --initial-advertise-peer-urls {peer}" in call
    assert "--bump-revision 1000000000 --mark-compacted" in call
    assert "images mount registry.k8s.io/etcd:3.6.5-0" in host.calls("ctr")[0]


def test_nothing_of_the_image_stays_mounted(host: Sandbox) -> None:
    run(host)
    assert "images unmount --rm" in host.calls("ctr")[-1]
    assert list(host.path("/var/lib/trailboss").glob("image.*")) == []


def test_what_was_cut_off_is_always_begun_anew_though_its_api_server_answers(host: Sandbox) -> None:
    """An init over restored data cannot be told to be finished: the data has all that tells it."""
    host.write(MEMBER, "restore-begun\n")
    host.write("/etc/kubernetes/admin.conf")
    host.write("/etc/kubernetes/manifests/kube-apiserver.yaml")
    host.write("/var/lib/etcd/member/db", "half\n")
    assert run(host)[0] == 0
    assert programs(host) == ["kubeadm reset", "etcdutl snapshot", "kubeadm init"]
    assert (member(host), host.path("/var/lib/etcd/member/db").read_text()) == ("init", "the snapshot\n")


def test_one_that_ended_well_unseen_is_not_repeated(host: Sandbox) -> None:
    host.write(MEMBER, "init\n")
    assert run(host)[0] == 0
    assert programs(host) == []


@pytest.mark.parametrize("trace", ["/etc/kubernetes/admin.conf", "/var/lib/etcd/member/db"])
def test_data_that_nobody_has_given_up_is_not_touched(host: Sandbox, trace: str) -> None:
    host.write(trace, "somebody's\n")
    assert run(host)[0] == 1
    assert (programs(host), member(host), host.path(trace).read_text()) == ([], "", "somebody's\n")


@pytest.mark.parametrize("gone", [DATA, IMAGES])
def test_what_is_not_there_ends_it_before_kubeadm(host: Sandbox, gone: str) -> None:
    host.path(gone).unlink()
    assert run(host)[0] != 0
    assert (programs(host), member(host)) == ([], "restore-begun")


def test_a_failed_restore_leaves_no_data_that_etcd_would_take(host: Sandbox) -> None:
    host.write("/var/lib/etcdutl", "#!/bin/bash\nmkdir -p \"$5/member\"; echo 'no space left' >&2; exit 1\n")
    code, words = run(host)
    assert code != 0
    assert "no space left" in words
    assert not host.path("/var/lib/etcd/member").exists()
    assert list(host.path("/var/lib/trailboss").glob("image.*")) == []


@pytest.mark.parametrize(
    ("ignored", "expected"), [((), ("DirAvailable--var-lib-etcd",)), (("all",), ("all",)), (("Mem",), None)]
)
def test_kubeadm_lets_pass_that_there_is_data(ignored: tuple[str, ...], expected: tuple[str, ...] | None) -> None:
    kubeadm = Kubeadm(ignore_preflight_errors=ignored)
    cluster = Cluster(name="demo", kubernetes_version="1.34.4", machines=(CP_1,), kubeadm=kubeadm)
    passed = etcd_restore.may_find_data(cluster).kubeadm.ignore_preflight_errors
    assert passed == (expected or ("Mem", "DirAvailable--var-lib-etcd"))
