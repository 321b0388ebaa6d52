"""A repository of wksctl's, in its first form and with its two files in a folder of its own: from push to Ready.

One story, told in order: each test goes on where the one before it ended.
"""

import asyncio
from pathlib import Path

import pytest
from tests.e2e.ranch import NAME, Ranch
from tests.e2e.wksctls import FILE, FOLDER, GREETING, repository

from trailboss.triggers.schedule import poll_now

pytestmark = [pytest.mark.lab, pytest.mark.long, pytest.mark.timeout(900)]

VERSIONS = ("1.34.4",)
HOSTS = (1, 1)


async def test_the_repository_validates_before_it_is_pushed(ranch: Ranch) -> None:
    ranch.push("As wksctl has it", repository(ranch))
    checked = await asyncio.to_thread(ranch.trailboss, "validate", str(Path(ranch.origin.url).with_name("clone")))
    assert checked.returncode == 0, checked.stdout
    assert f"{NAME}: Kubernetes {ranch.version}, 1 control plane, 1 worker" in checked.stdout
    assert "podinfo.yaml" in checked.stdout


async def test_a_push_stands_up_the_cluster(ranch: Ranch) -> None:
    added = await asyncio.to_thread(ranch.trailboss, "repo", "add", NAME, ranch.origin.url, "--interval", "2")
    assert added.returncode == 0, added.stderr
    status = await ranch.settles(within=600)
    assert (status.phase, status.kubernetes_version) == ("Ready", ranch.version)
    assert status.applied
    assert (status.applied.path, status.applied.found_as) == (FOLDER, NAME)
    worker = f"worker-{ranch.lab.host('worker-1').address.replace('.', '-')}"
    assert {(node.name, node.ready) for node in await ranch.nodes()} == {("cp-1", True), (worker, True)}


async def test_its_fields_have_arrived_on_the_hosts(ranch: Ranch) -> None:
    for host in ("cp-1", "worker-1"):
        assert ranch.on_host(host, f"cat {FILE}").strip() == GREETING.strip()
        assert "--v=3" in ranch.on_host(host, "tr '\\0' ' ' < /proc/$(pidof kubelet)/cmdline")
    server = ranch.on_host("cp-1", "cat /etc/kubernetes/manifests/kube-apiserver.yaml")
    assert "--audit-log-maxsize=10" in server
    assert '"192.168.' in ranch.kubectl("cp-1", "get nodes -o json")


async def test_what_flux_would_have_applied_starts_nothing(ranch: Ranch) -> None:
    before = len(await ranch.changes())
    ranch.push("An application", {f"{FOLDER}/podinfo.yaml": "apiVersion: v1\nkind: Service\nmetadata: {name: other}\n"})
    result = await poll_now(ranch.temporal.client, NAME)
    assert (result.head, result.submitted, result.problem) == (ranch.commit, (), "")
    assert len(await ranch.changes()) == before
