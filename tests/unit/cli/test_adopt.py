"""`trailboss adopt`, with a host behind a real SSH server and an API behind TLS: what it writes, shows and tells."""

import asyncio
import hashlib
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
import yaml
from click.testing import Result
from tests.unit.activities.ranch import Ranch, ranch
from tests.unit.adoption.others import SAMPLE, config_map
from tests.unit.kube.objects import node, pod
from tests.unit.kube.test_standing import DER, PEM
from typer.testing import CliRunner

from trailboss.cli.main import typer_for
from trailboss.model.errors import BadInput

pytestmark = pytest.mark.slow

FACTS = {
    "owner": "",
    "member": "",
    "machine_id": "id-of-cp-1",
    "authority": f"{hashlib.sha256(DER).hexdigest()}  -",
    "present": "/etc/kubernetes/kubelet.conf\n/etc/kubernetes/admin.conf",
    "etcd_data": "yes",
    "kubelet_command": "/usr/bin/kubelet\n--config=/var/lib/kubelet/config.yaml\n--node-ip=127.0.0.1",
    "disk_free_bytes": "20000000",
    "binaries": "\n".join(f"{name} /usr/bin/{name} v1.33.4" for name in ("kubeadm", "kubelet", "kubectl")),
}


@pytest_asyncio.fixture
async def on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Ranch]:
    async with ranch(tmp_path, monkeypatch) as made:
        made.facts["cp-1"] = dict(FACTS)
        made.answers = {"@@trailboss-standing": _standing(), "member/list": _etcd(), **made.answers}
        control_plane = {"node-role.kubernetes.io/control-plane": ""}
        one = node("cp-1", version="1.33.4", labels=control_plane)
        one["spec"]["taints"] = [{"key": "node-role.kubernetes.io/control-plane", "effect": "NoSchedule"}]
        one["status"]["nodeInfo"]["containerRuntimeVersion"] = "containerd://1.7.27"
        one["status"]["addresses"] = [{"type": "InternalIP", "address": "127.0.0.1"}]
        made.api.nodes, made.api.version = {"cp-1": one}, "1.33.4"
        made.api.pods = [
            _component(name) for name in ("kube-apiserver", "kube-controller-manager", "kube-scheduler", "etcd")
        ]
        made.api.config_maps = {name: config_map(name) for name in ("kubeadm-config", "kubelet-config", "kube-proxy")}
        made.api.config_maps["kube-root-ca.crt"] = {"metadata": {}, "data": {"ca.crt": PEM}}
        document = yaml.safe_load(made.api.kubeconfig)
        cluster = document["clusters"][0]["cluster"]
        cluster |= {"server": f"https://127.0.0.1:{made.api.port}", "tls-server-name": "kubernetes"}
        (tmp_path / "admin.conf").write_text(yaml.safe_dump(document))
        (tmp_path / "known_hosts").write_text("\n".join(made.access.known_hosts) + "\n")
        yield made


async def adopt(on: Ranch, folder: Path, *more: str) -> Result:
    words = ["--kubeconfig", str(folder / "admin.conf"), "--name", "prod", "--into", str(folder / "herd")]
    words += [
        "--ssh-user",
        "cp-1",
        "--ssh-port",
        str(on.access.port),
        "--known-hosts",
        str(folder / "known_hosts"),
        *more,
    ]
    return await asyncio.to_thread(
        CliRunner(env={"COLUMNS": "300"}).invoke, typer_for("trailboss.cli.adopt:adopt"), words
    )


async def test_it_writes_the_cluster_and_the_first_reconcile_changes_nothing(on: Ranch, tmp_path: Path) -> None:
    ended = await adopt(on, tmp_path)
    assert ended.exit_code == 0, (ended.output, ended.exception)
    assert "first reconcile: nothing to change; it takes the cluster over: marks 1 host(s)" in ended.output
    assert sorted(path.name for path in (tmp_path / "herd/clusters/prod").iterdir()) == [
        "cluster.yaml",
        "machines.yaml",
    ]
    assert {asked.partition(" ")[0] for asked in on.api.asked} == {"GET"}
    assert not [
        script for _, script in on.ran if "flock" in script
    ]  # every script that changes a host begins with that


async def test_run_again_it_shows_what_differs_and_keeps_it(on: Ranch, tmp_path: Path) -> None:
    await adopt(on, tmp_path)
    again = await adopt(on, tmp_path)
    assert again.exit_code == 0
    assert again.output.count("unchanged ") == 2
    path = tmp_path / "herd/clusters/prod/cluster.yaml"
    path.write_text(path.read_text().replace("maxPods: 200", "maxPods: 100"))
    differs = await adopt(on, tmp_path)
    assert differs.exit_code == 1
    assert "-      maxPods: 100" in differs.output
    assert "+      maxPods: 200" in differs.output
    assert "maxPods: 100" in path.read_text()
    assert (await adopt(on, tmp_path, "--overwrite")).exit_code == 0
    assert "maxPods: 200" in path.read_text()


async def test_it_tells_what_would_be_changed(on: Ranch, tmp_path: Path) -> None:
    on.api.nodes["cp-1"]["status"]["nodeInfo"]["kubeletVersion"] = "v1.33.2"
    ended = await adopt(on, tmp_path)
    assert ended.exit_code == 1
    assert "first reconcile: would change something" in ended.output, ended.output
    assert "upgrade cp-1" in ended.output


async def test_what_cannot_be_adopted_writes_nothing(on: Ranch, tmp_path: Path) -> None:
    on.facts["cp-1"] |= {"owner": "other", "authority": ""}
    ended = await adopt(on, tmp_path)
    assert isinstance(ended.exception, BadInput)
    assert [problem.field for problem in ended.exception.problems] == ["owner", "authority"]
    assert not (tmp_path / "herd").exists()


async def test_addresses_of_nodes_that_are_not_there(on: Ranch, tmp_path: Path) -> None:
    for given in ("w-9=10.0.0.1", "w-9"):
        ended = await adopt(on, tmp_path, "--address", given)
        assert isinstance(ended.exception, BadInput)


def _standing() -> str:
    pods = "".join(f"--- # {file.name}\n{file.read_text()}\n" for file in sorted((SAMPLE / "manifests").glob("*.yaml")))
    sections = {"static_pods": pods, "pki": "/etc/kubernetes/pki", "commands": "ctr /a\ncurl /b\nopenssl /c"}
    return "".join(f"\n@@trailboss-standing {name}\n{text}\n" for name, text in sections.items())


def _etcd() -> str:
    return '{"members": [{"ID": "1", "name": "cp-1", "peerURLs": ["https://127.0.0.1:2380"]}]}\n{}\n'


def _component(name: str) -> dict[str, object]:
    labels = {"tier": "control-plane", "component": name}
    image = f"registry.k8s.io/{name}:v1.33.4"
    mirror = {"kubernetes.io/config.mirror": "x"}
    given = {"labels": labels, "annotations": mirror, "container": name, "image": image}
    return pod(f"{name}-cp-1", "cp-1", kind=None, namespace="kube-system", **given)
