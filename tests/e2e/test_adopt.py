"""A cluster that plain kubeadm commands made is adopted, reconciles with no change, and is upgraded by a push.

The upgrade is planned before: its steps are those that were foretold, and it takes about as long.

One story, told in order: each test goes on where the one before it ended.
"""

import asyncio
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml
from tests.e2e import plain_cluster
from tests.e2e.planned import assert_as_planned, estimate_error, plan_before, propose, steps_taken
from tests.e2e.ranch import NAME, POLL_SECONDS, Ranch

from trailboss.model.preview import Preview
from trailboss.model.revision import Repository
from trailboss.triggers.schedule import add_repository

pytestmark = [pytest.mark.lab, pytest.mark.long, pytest.mark.timeout(1200)]

VERSIONS = ("1.33.4", "1.34.4")
HOSTS = (1, 1)
EVERYONE = ("cp-1", "worker-1")
BRANCH = "newer"
WITHIN = 0.25  # of the run's time
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


@pytest.fixture(scope="module")
def foretold() -> dict[str, Preview]:
    """The plan of the upgrade, for the tests that compare."""
    return {}


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


async def test_a_branch_with_an_upgrade_is_planned_and_nothing_is_changed(
    ranch: Ranch, folder: Path, foretold: dict[str, Preview]
) -> None:
    before, changes = await asyncio.to_thread(seen, ranch), len(await ranch.changes())
    await propose(ranch, BRANCH, upgrade(folder))
    foretold["plan"] = plan = await plan_before(ranch, NAME, "--revision", BRANCH)
    words = [str(one) for one in plan.differences]
    assert f"Kubernetes {VERSIONS[0]} → {VERSIONS[1]}" in words, words
    assert "the API is away meanwhile" in next(one.why for one in plan.disruptions if one.machine == "cp-1")
    assert plan.estimate
    assert await asyncio.to_thread(seen, ranch) == before
    assert len(await ranch.changes()) == changes


async def test_the_comment_for_its_pull_request(ranch: Ranch) -> None:
    said = await asyncio.to_thread(ranch.trailboss, "plan", "--revision", BRANCH, "--output", "markdown")
    assert said.returncode == 0, said.stderr
    assert said.stdout.startswith("<!-- trailboss-plan -->\n")
    assert f"- Kubernetes {VERSIONS[0]} → {VERSIONS[1]}\n" in said.stdout


async def test_a_push_upgrades_it(ranch: Ranch, folder: Path) -> None:
    containerd = {host: ranch.on_host(host, "sha256sum /etc/containerd/config.toml") for host in EVERYONE}
    ranch.push(f"Kubernetes {VERSIONS[1]}", upgrade(folder))
    status = await ranch.settles(within=900)
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


async def test_the_run_took_the_steps_that_were_foretold(ranch: Ranch, foretold: dict[str, Preview]) -> None:
    assert_as_planned(foretold["plan"], await steps_taken(ranch))


async def test_it_took_about_as_long(ranch: Ranch, foretold: dict[str, Preview], tell: Callable[[str], None]) -> None:
    plan, taken = foretold["plan"], await steps_taken(ranch)
    assert plan.estimate
    error = estimate_error(plan, taken)
    tell(
        f"estimate {plan.estimate.seconds:.0f} s ({plan.estimate.low:.0f} to {plan.estimate.high:.0f};"
        f" {plan.estimate.measured} of {plan.estimate.steps} steps measured here), run {taken.seconds:.0f} s,"
        f" ratio {1 + error:.2f}"
    )
    assert abs(error) <= WITHIN


async def test_a_working_tree_without_a_machine_shows_its_removal(ranch: Ranch, folder: Path, tmp_path: Path) -> None:
    machines = "machines.yaml"
    files = {Path(path).name: text for path, text in upgrade(folder).items()}
    kept = [one for one in yaml.safe_load_all(files[machines]) if "worker-1" not in one["metadata"]["name"]]
    for name, text in {**files, machines: yaml.safe_dump_all(kept)}.items():
        file = tmp_path / _FOLDER / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
    plan = await plan_before(ranch, str(tmp_path / _FOLDER))
    assert [one.words.partition(" (")[0] for one in plan.differences] == ["worker-1 removed"]
    assert "remove worker-1" in [f"{one.operation} {one.machine}" for one in plan.operations]
    assert len(await ranch.nodes()) == len(EVERYONE)


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
