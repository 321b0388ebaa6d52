"""Files of the manifests, written and looked at by a real bash."""

from pathlib import Path

import pytest
from tests.unit.steps.sandbox import Sandbox

from trailboss.facts import MachineFacts
from trailboss.facts.catalogue import parse, script
from trailboss.model.cluster import Cluster, HostFile
from trailboss.model.machine import Machine
from trailboss.steps import PREPARE, combine
from trailboss.steps.host_files import left_behind

MACHINE = Machine(name="w-1", role="worker", address="10.0.0.9", kubernetes_version="1.34.4")
ODD = "no line feed, $HOME, `x`, 'y', \"z\"\r\n\tTRAILBOSS_FILE_END\nä 🐄 \\"


@pytest.fixture
def host(tmp_path: Path) -> Sandbox:
    made = Sandbox(tmp_path / "host")
    made.program("chown")  # who runs tests need not be root
    return made


def cluster(*files: HostFile) -> Cluster:
    return Cluster(name="demo", kubernetes_version="1.34.4", machines=(MACHINE,), files=files)


def look(host: Sandbox) -> MachineFacts:
    """Return what is seen, with the host's own paths."""
    facts = parse(host.run(script(("host_files",))).stdout)
    return facts.model_copy(
        update={"host_files": {path.removeprefix(str(host.root)): seen for path, seen in facts.host_files.items()}}
    )


def missing(wanted: Cluster, host: Sandbox) -> str:
    commands = PREPARE["files"].commands(wanted, MACHINE, look(host))
    return combine(commands) if commands else ""


def test_any_text_arrives_with_its_mode_and_is_seen_to_be_right(host: Sandbox) -> None:
    files = (
        HostFile(path="/etc/kubernetes/deep/odd.txt", content=ODD, mode="0600"),
        HostFile(path="/etc/kubernetes/empty", content=""),
        HostFile(path="/etc/kubernetes/large", content="x" * 65536, mode="0755"),
    )
    done = host.run(missing(cluster(*files), host))
    assert (done.returncode, done.stderr) == (0, "")
    for file in files:
        assert host.path(file.path).read_bytes() == file.content.encode()
        assert f"{host.path(file.path).stat().st_mode & 0o777:04o}" == file.mode
    assert missing(cluster(*files), host) == ""


def test_what_was_changed_by_hand_is_put_right_and_what_is_gone_comes_back(host: Sandbox) -> None:
    wanted = cluster(HostFile(path="/etc/kubernetes/a", content="a"), HostFile(path="/etc/kubernetes/b", content="b"))
    host.run(missing(wanted, host))
    host.write("/etc/kubernetes/a", "by hand")
    host.path("/etc/kubernetes/b").unlink()
    host.run(missing(wanted, host))
    assert [host.path(f"/etc/kubernetes/{name}").read_text() for name in "ab"] == ["a", "b"]
    assert missing(wanted, host) == ""


def test_a_link_is_replaced_and_what_it_led_to_is_left_alone(host: Sandbox) -> None:
    host.write("/etc/kubernetes/elsewhere", "theirs")
    host.path("/etc/kubernetes/a").symlink_to(host.path("/etc/kubernetes/elsewhere"))
    host.run(missing(cluster(HostFile(path="/etc/kubernetes/a", content="ours")), host))
    assert not host.path("/etc/kubernetes/a").is_symlink()
    assert host.path("/etc/kubernetes/elsewhere").read_text() == "theirs"


def test_a_folder_in_its_place_is_told_and_nothing_is_put_into_it(host: Sandbox) -> None:
    host.path("/etc/kubernetes/a").mkdir()
    done = host.run(missing(cluster(HostFile(path="/etc/kubernetes/a", content="a")), host))
    assert done.returncode == 1
    assert "is a folder on this host" in done.stderr
    assert list(host.path("/etc/kubernetes/a").iterdir()) == []


def test_one_that_the_manifests_have_no_more_stays_and_is_known(host: Sandbox) -> None:
    kept = HostFile(path="/etc/kubernetes/a", content="a")
    host.run(missing(cluster(kept, HostFile(path="/etc/kubernetes/b", content="b")), host))
    assert missing(cluster(kept), host) == ""
    assert left_behind(cluster(kept), look(host)) == ("/etc/kubernetes/b",)
    host.path("/etc/kubernetes/b").unlink()
    assert left_behind(cluster(kept), look(host)) == ()
