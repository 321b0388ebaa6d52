"""From a git push to a highly available cluster, with a worker killed on the way and an operator who pauses.

One story, told in order: each test goes on where the one before it ended.
"""

import asyncio
import json
import os
import signal
from itertools import pairwise
from pathlib import Path

import pytest
import yaml
from tests.e2e.ranch import NAME, POLL_SECONDS, Ranch, until

from trailboss.lab.scene import manifests
from trailboss.model import names
from trailboss.model.revision import Repository
from trailboss.triggers.schedule import add_repository, poll_now

pytestmark = [pytest.mark.lab, pytest.mark.timeout(900)]

VERSIONS = ("1.34.4",)
HOSTS = (3, 1)
EVERYONE = ("cp-1", "cp-2", "cp-3", "worker-1")
ROOT = Path(__file__).parents[2]
HELD_SECONDS = 6  # long enough for a join to begin, had it not been held


async def test_the_first_poll_after_a_push_starts_the_change(ranch: Ranch) -> None:
    repository = Repository(name=NAME, url=ranch.origin.url, interval_seconds=POLL_SECONDS)
    ranch.push("A repository without clusters", {"README.md": "nothing yet\n"})
    await add_repository(ranch.temporal.client, repository)
    await poll_now(ranch.temporal.client, NAME)
    assert await ranch.changes() == []

    commit = ranch.push("Three control planes and a worker")
    await until(lambda: _has_changes(ranch, 1), within=60)
    polls = ranch.temporal.client.list_workflows(f"WorkflowId STARTS_WITH '{names.poll_id(NAME)}'")
    results = [await _submitted(ranch, poll.id, poll.run_id) async for poll in polls]
    assert results.count(([NAME], commit)) == 1


async def test_a_killed_workers_join_is_taken_up_by_the_next_worker(ranch: Ranch) -> None:
    await until(lambda: ranch.unit_runs("cp-2", "kubeadm-join"), within=300)
    killed = ranch.temporal.worker.process
    assert killed
    os.kill(killed.pid, signal.SIGKILL)
    assert ranch.running_unit("cp-2", "kubeadm-join")  # the host goes on by itself
    ranch.temporal.worker = ranch.temporal.new_worker()
    ranch.temporal.worker.start()


async def test_pause_holds_the_change_between_machines(ranch: Ranch) -> None:
    ranch.signal("pause")
    await until(lambda: ranch.operation_is("cp-2", "join", "done"), within=180)
    await asyncio.sleep(HELD_SECONDS)
    assert await ranch.operation_is("cp-3", "join", "waiting")
    assert not ranch.running_unit("cp-3", "kubeadm-join")
    status = await ranch.status()
    assert status.paused
    assert status.change
    assert status.change.paused


async def test_resume_goes_on(ranch: Ranch) -> None:
    ranch.signal("resume")
    await until(lambda: ranch.operation_is("cp-3", "join", "running"), within=60)


async def test_the_cluster_stands_and_each_kubeadm_command_ran_once(ranch: Ranch) -> None:
    await until(ranch.is_settled, within=400)
    status = await ranch.status()
    assert (status.phase, status.kubernetes_version) == ("Ready", ranch.version)
    nodes = await ranch.nodes()
    assert [(node.name, node.ready, node.kubelet_version) for node in nodes] == [
        (name, True, ranch.version) for name in EVERYONE
    ]
    runs = {host: ranch.kubeadm_runs(host) for host in EVERYONE}
    assert runs == {host: {"init": int(host == "cp-1"), "join": int(host != "cp-1"), "upgrade": 0} for host in EVERYONE}


async def test_control_planes_joined_one_at_a_time_and_are_etcd_members(ranch: Ranch) -> None:
    assert ranch.etcd_members("cp-1") == ["cp-1", "cp-2", "cp-3"]
    spans = [await ranch.span("cp-1", "init"), await ranch.span("cp-2", "join"), await ranch.span("cp-3", "join")]
    assert all(before[1] <= after[0] for before, after in pairwise(spans))


async def test_a_push_that_concerns_no_cluster_starts_nothing(ranch: Ranch) -> None:
    before = len(await ranch.changes())
    ranch.push("A word for readers", {"README.md": "a herd of one\n"})
    result = await poll_now(ranch.temporal.client, NAME)
    assert result.head == ranch.commit
    assert result.submitted == ()
    assert len(await ranch.changes()) == before


async def test_a_manifest_that_asks_for_nothing_new_changes_nothing_and_says_so(ranch: Ranch) -> None:
    files = {f"clusters/{NAME}/notes.yaml": "# for the next shift: all is well\n"}
    ranch.push("A comment", files)
    await until(ranch.is_settled, within=120)
    result = (await ranch.status()).last_result
    assert result
    assert (result.outcome, result.revision.commit) == ("nothing-to-do", ranch.commit)


async def test_a_manifest_that_does_not_parse_leaves_the_last_good_revision(ranch: Ranch) -> None:
    good = (await ranch.status()).desired
    ranch.push("A slip of the keyboard", {f"clusters/{NAME}/notes.yaml": "kind: [\n"})
    await poll_now(ranch.temporal.client, NAME)
    status = await ranch.status()
    assert status.desired == good
    assert status.rejected
    assert "notes.yaml" in status.rejected.reasons[0]


async def test_an_operator_can_look_around(ranch: Ranch, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    findings = json.loads(ranch.trailboss("doctor", NAME, "--output", "json").stdout)
    assert [finding for finding in findings if finding["state"] == "fail"] == []
    assert {f"machine {NAME}/{name}" for name in EVERYONE} <= {finding["about"] for finding in findings}

    assert ranch.trailboss("ssh", f"{NAME}/cp-2", "--", "hostname").stdout.strip() == "cp-2"

    written = json.loads(ranch.trailboss("logs", NAME, "--steps", "100", "--output", "json").stdout)
    assert {("cp-1", "kubeadm-init"), ("cp-2", "kubeadm-join")} <= {(log["machine"], log["step"]) for log in written}
    assert not [secret for secret in _secrets(ranch) if any(secret in log["output"] for log in written)]

    past = json.loads(ranch.trailboss("history", NAME, "--output", "json").stdout)
    assert [change["outcome"] for change in past] == ["done", "nothing-to-do"]
    assert {"pause", "resume"} <= {word["what"] for word in past[0]["words"]}

    monkeypatch.setenv("KUBECONFIG", str(tmp_path / "config"))
    for _ in range(2):
        assert ranch.trailboss("kubeconfig", NAME, "--merge").returncode == 0
    assert yaml.safe_load((tmp_path / "config").read_text())["current-context"] == NAME


async def test_an_api_server_takes_our_definitions_and_checks_manifests_by_them(ranch: Ranch) -> None:
    definitions = "\n---\n".join(file.read_text() for file in sorted((ROOT / "deploy/crds").glob("*.yaml")))
    texts = manifests(ranch.lab, cluster=NAME, version=ranch.version).values()
    ours = [one for text in texts for one in yaml.safe_load_all(text) if one["apiVersion"].startswith("trailboss.dev/")]
    kubectl = "kubectl --kubeconfig /etc/kubernetes/admin.conf"
    ranch.on_host("cp-1", f"{kubectl} apply --server-side -f - <<'END'\n{definitions}\nEND")
    for kind in ("sshclusters", "sshmachines"):
        ranch.on_host("cp-1", f"{kubectl} wait --for condition=Established crd/{kind}.trailboss.dev --timeout 60s")
    check = f"{kubectl} create --dry-run=server --validate=strict -f - 2>&1 <<'END'\n{{}}\nEND"
    taken = ranch.on_host("cp-1", check.format(yaml.safe_dump_all(ours)))
    assert taken.count("created (server dry run)") == len(ours)
    ours[0]["spec"]["kubernetesVersion"] = "1.29"
    assert "should match" in ranch.on_host("cp-1", check.format(yaml.safe_dump(ours[0])) + "\ntrue")
    ranch.on_host("cp-1", f"{kubectl} delete -f - <<'END'\n{definitions}\nEND")


async def test_nothing_secret_is_in_any_history(ranch: Ranch) -> None:
    secrets = _secrets(ranch)
    assert len(secrets) > 5
    async for execution in ranch.temporal.client.list_workflows(""):
        handle = ranch.temporal.client.get_workflow_handle(execution.id, run_id=execution.run_id)
        history = (await handle.fetch_history()).to_json()
        assert not [secret for secret in secrets if secret in history], execution.id


_KUBECTL = "kubectl --kubeconfig /etc/kubernetes/admin.conf --namespace kube-system get secret"
_SECRETS = f"""
for key in ca sa etcd/ca front-proxy-ca; do sed -n 3p /etc/kubernetes/pki/$key.key; done
awk '/client-key-data/ {{print substr($2, 100, 60)}}' /etc/kubernetes/admin.conf
for token in $({_KUBECTL} --field-selector type=bootstrap.kubernetes.io/token -o \\
    jsonpath='{{.items[*].data.token-secret}}'); do echo "$token" | base64 -d; echo; done
"""


def _secrets(ranch: Ranch) -> list[str]:
    """Return telling pieces of what must stay secret: a line of each key, of the kubeconfig's key, each join token."""
    return ranch.on_host("cp-1", _SECRETS).split()


async def _has_changes(ranch: Ranch, count: int) -> bool:
    return len(await ranch.changes()) == count


async def _submitted(ranch: Ranch, workflow_id: str, run_id: str) -> tuple[list[str], str]:
    handle = ranch.temporal.client.get_workflow_handle(workflow_id, run_id=run_id)
    result = await handle.result()
    return list(result["submitted"]), str(result["head"])
