"""A cluster that plain kubeadm commands made is adopted, reconciles with no change, and is upgraded by a push.

One story, told in order: each test goes on where the one before it ended.
"""

import asyncio
from pathlib import Path

import pytest
import yaml
from tests.e2e import plain_cluster
from tests.e2e.ranch import NAME, POLL_SECONDS, Ranch

from trailboss.model.progress import ClusterStatus
from trailboss.model.revision import Repository
from trailboss.triggers.schedule import add_repository

pytestmark = [pytest.mark.lab, pytest.mark.long, pytest.mark.timeout(1200)]

VERSIONS = ("1.33.4", "1.34.4")
HOSTS = (1, 1)
EVERYONE = ("cp-1", "worker-1")
# What must be the same before and after: processes, files of others, what kubeadm wrote.
_OF_A_HOST = """
for unit in kubelet containerd; do echo "$unit $(systemctl show --property MainPID --value $unit)"; done
sha256sum /etc/containerd/config.toml /etc/default/kubelet /var/lib/kubelet/{config.yaml,kubeadm-flags.env}
sha256sum /etc/kubernetes/*.conf; find /etc/kubernetes/manifests -type f | sort | xargs -r sha256sum
find /etc/kubernetes/pki -type f | sort | xargs -r sha256sum
systemctl cat kubelet | sha256sum; sysctl -a 2>/dev/null | grep -E '^net[.](ipv4[.]ip_forward|bridge)' || true
"""
_PODS = (
    "get pods --all-namespaces -o jsonpath='{range .items[*]}{.metadata.uid} {.metadata.name}"
    ' {.status.containerStatuses[*].restartCount} {.status.containerStatuses[*].containerID}{"\\n"}{end}\''
)
_SETTINGS = (
    "-n kube-system get configmap kubeadm-config kubelet-config kube-proxy"
    " -o jsonpath='{range .items[*]}{.metadata.name} {.data}{\"\\n\"}{end}'"
)
_FOLDER = f"clusters/{NAME}"


def seen(ranch: Ranch) -> dict[str, str]:
    """Return all that adoption must leave as it is, by what it is."""
    hosts = {host: ranch.on_host(host, _OF_A_HOST) for host in EVERYONE}
    return {
        **hosts,
        "pods": "\n".join(sorted(ranch.kubectl("cp-1", _PODS).splitlines())),
        "settings": ranch.kubectl("cp-1", _SETTINGS),
    }


def adopt(ranch: Ranch, folder: Path) -> tuple[int, str]:
    """Adopt as an operator would; return the exit status and all that was said."""
    kubeconfig = folder / "admin.conf"
    kubeconfig.write_text(ranch.on_host("cp-1", "cat /etc/kubernetes/admin.conf"))
    words = ["adopt", "--kubeconfig", str(kubeconfig), "--name", NAME, "--into", str(folder / "herd")]
    words += ["--key-file", str(ranch.lab.key_file), "--known-hosts", str(ranch.lab.known_hosts_file)]
    words += ["--binaries", ranch.lab.artifacts_url, "--images", ranch.lab.artifacts_url]
    ended = ranch.trailboss(*words)
    return ended.returncode, ended.stdout + ended.stderr


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("adopted")


async def test_plain_kubeadm_commands_make_a_cluster(ranch: Ranch) -> None:
    await asyncio.to_thread(plain_cluster.make, ranch.lab, VERSIONS[0])
    assert not ranch.on_host("cp-1", "ls /var/lib/trailboss 2>/dev/null || true")


async def test_its_manifests_are_written_and_nothing_is_changed(ranch: Ranch, folder: Path) -> None:
    before = await asyncio.to_thread(seen, ranch)
    status, said = await asyncio.to_thread(adopt, ranch, folder)
    assert status == 0, said
    assert "first reconcile: nothing to change; it takes the cluster over: marks 2 host(s)" in said
    assert await asyncio.to_thread(seen, ranch) == before
    for host in EVERYONE:
        assert not ranch.on_host(host, "ls /var/lib/trailboss 2>/dev/null || true")
    again, repeated = await asyncio.to_thread(adopt, ranch, folder)
    assert (again, repeated.count("unchanged ")) == (0, 2), repeated


async def test_a_push_takes_it_over_and_changes_nothing(ranch: Ranch, folder: Path) -> None:
    before = await asyncio.to_thread(seen, ranch)
    ranch.push("Adopt the cluster", manifests(folder))
    repository = Repository(name=NAME, url=ranch.origin.url, interval_seconds=POLL_SECONDS)
    await add_repository(ranch.temporal.client, repository)
    status = await ranch.settles(within=300)
    assert status.phase == "Ready", status
    assert await asyncio.to_thread(seen, ranch) == before
    for host in EVERYONE:
        assert ranch.on_host(host, "cat /var/lib/trailboss/owner /var/lib/trailboss/member").split() == [
            NAME,
            "adopted",
        ]
        assert not ranch.on_host(host, "ls /var/lib/trailboss/steps 2>/dev/null || true")
        assert sum(ranch.kubeadm_runs(host).values()) == 0


async def test_the_next_look_finds_nothing_to_do(ranch: Ranch) -> None:
    answer = await asyncio.to_thread(ranch.trailboss, "plan", NAME)
    assert answer.returncode == 0
    assert "nothing to do" in answer.stdout


async def test_a_push_upgrades_it(ranch: Ranch, folder: Path) -> None:
    containerd = {host: ranch.on_host(host, "sha256sum /etc/containerd/config.toml") for host in EVERYONE}
    status = await upgraded_by_push(ranch, folder)
    assert status.phase == "Ready", status
    assert {node.kubelet_version for node in await ranch.nodes()} == {VERSIONS[1]}
    assert not [node.name for node in await ranch.nodes() if node.unschedulable]
    for host in EVERYONE:
        assert ranch.kubeadm_runs(host) == {"init": 0, "join": 0, "upgrade": 1}
        assert ranch.on_host(host, "sha256sum /etc/containerd/config.toml") == containerd[host]
        assert VERSIONS[0] in ranch.on_host(host, "/usr/bin/kubelet --version")  # the package's file is not touched
        program = ranch.on_host(host, "readlink /proc/$(systemctl show --property MainPID --value kubelet)/exe")
        assert program == "/usr/local/bin/kubelet"
        address = ranch.lab.host(host).address
        assert f"--node-ip={address}" in ranch.on_host(host, "cat /etc/default/kubelet")
    flags = ranch.on_host("cp-1", "cat /etc/kubernetes/manifests/kube-apiserver.yaml")
    assert "--audit-log-maxage=7" in flags
    assert "shutdown-send-retry-after" not in flags  # no flag of ours in a cluster that others made


async def upgraded_by_push(ranch: Ranch, folder: Path) -> ClusterStatus:
    """Push the next version, and return how the cluster stands once that has been carried out.

    What `trailboss plan` foretells of an upgrade is to be compared with its run here.
    """
    ranch.push(f"Kubernetes {VERSIONS[1]}", upgrade(folder))
    return await ranch.settles(within=900)


def manifests(folder: Path) -> dict[str, str]:
    return {
        f"{_FOLDER}/{name}": (folder / "herd" / _FOLDER / name).read_text()
        for name in ("cluster.yaml", "machines.yaml")
    }


def upgrade(folder: Path) -> dict[str, str]:
    """Return the manifests with the next version; hosts that are containers need two checks of kubeadm's waived."""
    files = manifests(folder)
    documents = list(yaml.safe_load_all(files[f"{_FOLDER}/cluster.yaml"]))
    documents[1]["spec"] |= {
        "kubernetesVersion": VERSIONS[1],
        "preflight": {"waive": ["SystemVerification", "HTTPProxyCIDR"]},
    }
    return {**files, f"{_FOLDER}/cluster.yaml": yaml.safe_dump_all(documents, sort_keys=False)}
