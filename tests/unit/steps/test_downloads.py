"""Binaries and images, brought by the real scripts from a mirror in a folder, with a faked containerd."""

import hashlib
from pathlib import Path

import pytest
from tests.unit.steps.fake_host import bare
from tests.unit.steps.sandbox import Sandbox

from trailboss.model.cluster import ArtifactSource, Cluster
from trailboss.model.machine import Machine
from trailboss.steps import PREPARE, combine

CP = Machine(name="cp-1", role="control-plane", address="10.0.0.1", kubernetes_version="1.34.4")
WORKER = Machine(name="w-1", role="worker", address="10.0.0.9", kubernetes_version="1.34.4")
REFERENCES = [
    f"registry.k8s.io/{name}"
    for name in ("coredns/coredns:v1.12.1", "etcd:3.6.5-0", "kube-proxy:v1.34.4", "pause:3.10.1")
]
LIST = "/var/lib/trailboss/images/v1.34.4"


@pytest.fixture
def mirror(tmp_path: Path) -> Path:
    """A mirror in upstream's layout; each artifact's content is its own name."""
    root = tmp_path / "mirror"
    binaries, images = root / "release/v1.34.4/bin/linux/amd64", root / "images/v1.34.4"
    for folder in (binaries, images):
        folder.mkdir(parents=True)
    for name in ("kubeadm", "kubelet", "kubectl"):
        (binaries / name).write_text(name)
        (binaries / f"{name}.sha256").write_text(hashlib.sha256(name.encode()).hexdigest())
    lines = []
    for reference in REFERENCES:
        file = reference.rpartition("/")[2].partition(":")[0] + ".tar"
        (images / file).write_text(reference)
        lines.append(f"{hashlib.sha256(reference.encode()).hexdigest()}  {file}  {reference}\n")
    (images / "IMAGES").write_text("".join(lines))
    return root


@pytest.fixture
def host(tmp_path: Path) -> Sandbox:
    """containerd knows what has been imported: an archive's content is its reference."""
    sandbox = Sandbox(tmp_path / "host")
    sandbox.write("/var/lib/known")
    sandbox.path("/var/lib/trailboss").mkdir()
    sandbox.program("ctr", 'case "$4" in ls) cat /var/lib/known;; import) echo "$(cat "$5")" >> /var/lib/known;; esac')
    return sandbox


def script(step: str, machine: Machine, mirror: Path) -> str:
    source = ArtifactSource(binaries=f"file://{mirror}", images=f"file://{mirror}")
    cluster = Cluster(name="demo", kubernetes_version="1.34.4", machines=(CP, WORKER), artifacts=source)
    return combine(PREPARE[step].commands(cluster, machine, bare(machine)))


def known(host: Sandbox) -> set[str]:
    return set(host.path("/var/lib/known").read_text().split())


def test_binaries_are_brought_and_nothing_else_is_left(host: Sandbox, mirror: Path) -> None:
    host.write("/usr/local/bin/.trailboss.dead12/kubelet", "left by a run that died")
    done = host.run(script("binaries", CP, mirror))
    assert done.returncode == 0, done.stderr
    found = {path.name: path for path in host.path("/usr/local/bin").iterdir()}
    assert sorted(found) == ["kubeadm", "kubectl", "kubelet"]
    assert found["kubelet"].read_text() == "kubelet"
    assert found["kubelet"].stat().st_mode & 0o777 == 0o755


def test_a_binary_that_is_not_what_its_digest_says_is_not_installed(host: Sandbox, mirror: Path) -> None:
    (mirror / "release/v1.34.4/bin/linux/amd64/kubeadm").write_text("something else")
    done = host.run(script("binaries", CP, mirror))
    assert done.returncode != 0
    assert "not what its digest says" in done.stderr
    assert not host.path("/usr/local/bin/kubeadm").exists()


def test_a_control_plane_gets_all_images(host: Sandbox, mirror: Path) -> None:
    done = host.run(script("images", CP, mirror))
    assert done.returncode == 0, done.stderr
    assert known(host) == set(REFERENCES)
    assert host.path(LIST).read_text().split() == REFERENCES
    assert [path.name for path in host.path("/var/lib/trailboss").iterdir()] == ["images"]


def test_a_worker_gets_what_a_worker_needs(host: Sandbox, mirror: Path) -> None:
    host.run(script("images", WORKER, mirror))
    assert known(host) == {reference for reference in REFERENCES if "etcd" not in reference}


def test_what_is_there_is_not_fetched_again(host: Sandbox, mirror: Path) -> None:
    host.write("/var/lib/known", f"{REFERENCES[1]}\n")
    host.run(script("images", CP, mirror))
    assert sorted(call.rpartition("/")[2] for call in host.calls("ctr") if "import" in call) == [
        "coredns.tar",
        "kube-proxy.tar",
        "pause.tar",
    ]


def test_an_archive_that_is_not_what_its_digest_says_is_not_imported(host: Sandbox, mirror: Path) -> None:
    (mirror / "images/v1.34.4/etcd.tar").write_text("something else")
    assert host.run(script("images", CP, mirror)).returncode != 0
    assert REFERENCES[1] not in known(host)
    assert not host.path(LIST).exists()


def test_an_archive_outside_of_the_folder_is_refused(host: Sandbox, mirror: Path) -> None:
    index = mirror / "images/v1.34.4/IMAGES"
    index.write_text(index.read_text().replace("etcd.tar", "../etcd.tar"))
    done = host.run(script("images", CP, mirror))
    assert done.returncode != 0
    assert "not the name of an archive" in done.stderr


def test_an_import_that_brings_nothing_is_a_failure(host: Sandbox, mirror: Path) -> None:
    host.program("ctr")
    done = host.run(script("images", CP, mirror))
    assert done.returncode != 0
    assert "is not there" in done.stderr
    assert not host.path(LIST).exists()
