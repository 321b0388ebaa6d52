"""Programs staged from a mirror in a folder, and installed from there, by the real scripts."""

import hashlib
import shutil
from pathlib import Path

import pytest
from tests.unit.steps.fake_host import bare
from tests.unit.steps.sandbox import Sandbox

from trailboss.facts import MachineFacts, parse
from trailboss.facts import script as read_facts
from trailboss.model.cluster import ArtifactSource, Cluster
from trailboss.model.machine import Machine
from trailboss.steps import UPGRADE, combine

NEXT = "1.34.4"
WORKER = Machine(name="w-1", role="worker", address="10.0.0.9", kubernetes_version=NEXT)
STAGED = f"/var/lib/trailboss/artifacts/v{NEXT}"
NAMES = ["kubeadm", "kubectl", "kubelet"]


@pytest.fixture
def mirror(tmp_path: Path) -> Path:
    """A mirror in upstream's layout; each program's content is its own name and version."""
    folder = tmp_path / "mirror" / f"release/v{NEXT}/bin/linux/amd64"
    folder.mkdir(parents=True)
    for name in NAMES:
        content = f"{name} {NEXT}"
        (folder / name).write_text(content)
        (folder / f"{name}.sha256").write_text(hashlib.sha256(content.encode()).hexdigest())
    return tmp_path / "mirror"


@pytest.fixture
def host(tmp_path: Path) -> Sandbox:
    """A member at another version: systemctl knows a kubelet that stays up."""
    sandbox = Sandbox(tmp_path / "host")
    for name in NAMES:
        sandbox.write(f"/usr/local/bin/{name}", "1.33.9")
    sandbox.program("systemctl", '[ "$1" != show ] || echo 42')
    sandbox.program("journalctl", "echo unknown flag")
    sandbox.program("sleep")
    return sandbox


def script(step: str, mirror: Path, **facts: object) -> str:
    cluster = Cluster(
        name="demo",
        kubernetes_version=NEXT,
        machines=(WORKER,),
        artifacts=ArtifactSource(binaries=f"file://{mirror}"),
    )
    return combine(UPGRADE[step].commands(cluster, WORKER, bare(WORKER, **facts)))


def staged(host: Sandbox) -> MachineFacts:
    return parse(host.run(read_facts(("staged",))).stdout)


def installed(host: Sandbox, name: str) -> str:
    return host.path(f"/usr/local/bin/{name}").read_text()


def test_what_was_staged_is_known_as_whole_and_nothing_is_installed(host: Sandbox, mirror: Path) -> None:
    assert staged(host).staged == ()
    done = host.run(script("staged-binaries", mirror))
    assert done.returncode == 0, done.stderr
    assert staged(host).staged == (NEXT,)
    assert sorted(path.name for path in host.path(STAGED).iterdir()) == ["complete", *NAMES]
    assert {installed(host, name) for name in NAMES} == {"1.33.9"}


def test_what_was_cut_off_is_not_whole_and_is_begun_anew(host: Sandbox, mirror: Path) -> None:
    host.write(f"{STAGED}/kubelet", "half of it")
    assert staged(host).staged == ()
    host.run(script("staged-binaries", mirror))
    assert host.path(f"{STAGED}/kubelet").read_text() == f"kubelet {NEXT}"


def test_a_download_that_is_not_what_its_digest_says_is_not_staged(host: Sandbox, mirror: Path) -> None:
    (mirror / f"release/v{NEXT}/bin/linux/amd64/kubectl").write_text("something else")
    done = host.run(script("staged-binaries", mirror))
    assert done.returncode != 0
    assert "not what its digest says" in done.stderr
    assert staged(host).staged == ()


def test_versions_that_nobody_needs_go(host: Sandbox, mirror: Path) -> None:
    for version in ("1.32.1", "1.33.9", "1.35.0"):
        host.write(f"/var/lib/trailboss/artifacts/v{version}/complete", "digest  kubeadm\n")
    kept = {name: {"path": f"/usr/local/bin/{name}", "version": "1.33.9"} for name in NAMES}
    host.run(script("staged-binaries", mirror, binaries=kept))
    assert sorted(staged(host).staged) == ["1.33.9", NEXT]


@pytest.fixture
def ready(host: Sandbox, mirror: Path) -> Sandbox:
    assert host.run(script("staged-binaries", mirror)).returncode == 0
    return host


def test_kubeadm_is_replaced_alone(ready: Sandbox, mirror: Path) -> None:
    shutil.rmtree(mirror)
    done = ready.run(script("kubeadm-binary", mirror))
    assert done.returncode == 0, done.stderr
    assert installed(ready, "kubeadm") == f"kubeadm {NEXT}"
    assert ready.path("/usr/local/bin/kubeadm").stat().st_mode & 0o777 == 0o755
    assert installed(ready, "kubelet") == "1.33.9"
    assert sorted(path.name for path in ready.path("/usr/local/bin").iterdir()) == NAMES


def test_what_is_not_staged_is_not_installed(host: Sandbox, mirror: Path) -> None:
    done = host.run(script("kubeadm-binary", mirror))
    assert done.returncode == 1
    assert f"Kubernetes {NEXT} is not staged on this host" in done.stderr
    assert installed(host, "kubeadm") == "1.33.9"


def test_what_was_changed_since_is_not_installed_and_no_longer_staged(ready: Sandbox, mirror: Path) -> None:
    ready.write(f"{STAGED}/kubeadm", "something else")
    done = ready.run(script("kubeadm-binary", mirror))
    assert done.returncode == 1
    assert "is not what was staged" in done.stderr
    assert installed(ready, "kubeadm") == "1.33.9"
    assert staged(ready).staged == ()


def test_the_kubelet_is_replaced_and_then_restarted(ready: Sandbox, mirror: Path) -> None:
    done = ready.run(script("kubelet", mirror))
    assert done.returncode == 0, done.stderr
    assert [installed(ready, name) for name in NAMES] == ["1.33.9", f"kubectl {NEXT}", f"kubelet {NEXT}"]
    changing = [call for call in ready.calls("systemctl") if not call.startswith(("show", "is-active"))]
    assert changing == ["daemon-reload", "enable -q kubelet", "restart kubelet"]


@pytest.mark.parametrize("shows", ["echo $RANDOM$RANDOM", "echo 42"], ids=["another process", "down"])
def test_a_kubelet_that_does_not_stay_up_is_a_failure_with_its_words(ready: Sandbox, mirror: Path, shows: str) -> None:
    active = "exit 3" if "42" in shows else "exit 0"
    ready.program("systemctl", f"case $1 in show) {shows} ;; is-active) {active} ;; esac")
    done = ready.run(script("kubelet", mirror))
    assert done.returncode == 1
    assert "the kubelet does not stay up" in done.stderr
    assert "unknown flag" in done.stderr
