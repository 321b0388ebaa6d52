"""What a revision would change: seen on hosts and an API server of this process, and of a real Git repository."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import pytest_asyncio
from temporalio.testing import ActivityEnvironment
from tests.unit.activities.ranch import Ranch, ranch
from tests.unit.activities.test_observing import etcd, runs
from tests.unit.git.origin import Origin, manifest
from tests.unit.kube.test_health import CLUSTER_CONFIGURATION
from tests.unit.plan import world
from tests.unit.workflows.plans import operation, refused, revision, upgrade

from trailboss.activities.planning import previewing
from trailboss.activities.planning.previewing import Before, PreviewingActivities, gates, preview
from trailboss.model.plan import Plan, Stage
from trailboss.model.preview import FindInput, Found, Preview, PreviewInput
from trailboss.model.rollout import Window
from trailboss.plan import compute
from trailboss.plan.observation import PodsSeen
from trailboss.ssh import SSHDefaults, SSHPool

NIGHT = Window(start="22:00", duration=timedelta(hours=4))


@pytest_asyncio.fixture
async def on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Ranch]:
    async with ranch(tmp_path, monkeypatch) as made:
        monkeypatch.setattr(previewing, "load_cluster_at", made.load)
        runs(made, "cp-1 w-1 w-2")
        etcd(made)
        made.api.config_maps["kubeadm-config"] = {"data": {"ClusterConfiguration": CLUSTER_CONFIGURATION}}
        yield made


async def previewed(on: Ranch, digit: str, **given: object) -> Preview:
    asked = PreviewInput.model_validate({"cluster": "demo", "revision": revision(digit), **given})
    return await ActivityEnvironment().run(PreviewingActivities(on.pool).preview_change, asked)


async def test_a_machine_that_was_taken_out_is_told(on: Ranch) -> None:
    on.push("a", "cp-1 w-1 w-2")
    on.push("b", "cp-1 w-1")
    found = await previewed(on, "b", applied=revision("a"), compared=revision("a"), initialised_before=True)
    assert [str(one) for one in found.differences] == ["w-2 removed (127.0.0.1)"]
    assert found.compared_with == revision("a").short
    assert found.commit == revision("b").commit
    assert [one.machine for one in found.members] == ["cp-1", "w-1", "w-2"]


def test_whom_a_removal_and_an_upgrade_disturb() -> None:
    was, wanted = world.cluster(1, 2, version="1.33.7"), world.cluster(1, 1, version="1.34.4")
    before = Before(was, "abc", applied=was.machines, initialised=True)
    pods = tuple(PodsSeen(node=node, namespace="shop", workload="Deployment/web", count=2) for node in ("w-1", "w-2"))
    hosts = {"others": {"state": "member", "version": "1.33.7"}}
    seen = world.observation(wanted, hosts, {"version": "1.33.7", "releases": ["1.34.4"]}, (was.machine("w-2"),))
    seen = seen.model_copy(update={"evicted": pods})
    plan = compute(wanted, seen, (was.machine("w-2"),))
    assert plan.refusals == ()
    found = preview(wanted, seen, before, plan, datetime(2026, 11, 25, tzinfo=UTC))
    assert {one.machine: one.why for one in found.disruptions} == {
        "cp-1": "its API server restarts, and it is the only one: the API is away meanwhile; "
        "is out of service while its kubelet restarts",
        "w-1": "is out of service while its kubelet restarts",
        "w-2": "is emptied and leaves for good",
    }
    assert {one.machine: one.evicted for one in found.disruptions} == {"cp-1": 0, "w-1": 2, "w-2": 2}
    assert [str(one) for one in found.differences] == ["Kubernetes 1.33.7 → 1.34.4", "w-2 removed (10.0.1.2)"]


async def test_without_a_revision_before_no_difference_is_made_up(on: Ranch) -> None:
    on.push("b", "cp-1 w-1 w-2")
    found = await previewed(on, "b")
    assert (found.differences, found.not_compared) == ((), "nothing was desired before")


async def test_a_revision_that_is_gone_is_said_to_be(on: Ranch) -> None:
    on.push("b", "cp-1 w-1 w-2")
    found = await previewed(on, "b", compared=revision("c"))
    assert found.differences == ()
    assert found.not_compared.startswith(f"{revision('c').short} cannot be read any more")


def held(plan: Plan, hour: int) -> list[tuple[str, str]]:
    now = datetime(2026, 11, 25, hour, tzinfo=UTC)
    return [(gate.kind, gate.words) for gate in gates(plan, now)]


def test_gates_that_would_hold() -> None:
    plan = upgrade(approval=True, windows=(NIGHT,))
    assert held(plan, 20) == [
        ("approval", "machines leave service only once an operator approves: `trailboss approve demo`"),
        ("window", "machines leave service only in a window; the next opens Wed 2026-11-25 22:00 UTC"),
    ]
    assert held(plan, 23)[1] == ("window", "machines leave service only in a window; one is open now")
    assert next(gates(plan, datetime(2026, 11, 25, 20, tzinfo=UTC))).until is None


def test_what_disturbs_nobody_is_not_held_by_windows() -> None:
    stage = Stage(name="workers", parallel=1, operations=(operation("w-1", "join", "kubeadm-join"),))
    plan = Plan(cluster="demo", kubernetes_version="1.34.4", stages=(stage,), windows=(NIGHT,), approval=True)
    assert held(plan, 20) == []
    assert held(plan.model_copy(update={"postponed": ("w-2",)}), 20) == [
        ("away", "waits until w-2 can be looked at"),
    ]


def test_only_a_refusal_that_may_pass_holds() -> None:
    assert held(refused(temporary=True), 20) == [("refusal", "waits until this is over: cp-2 cannot be looked at.")]
    assert held(refused(temporary=False), 20) == []


async def find(origin: Origin, cache: Path, name: str) -> Found:
    activities = PreviewingActivities(SSHPool(SSHDefaults()), cache)
    return await ActivityEnvironment().run(
        activities.find_revision, FindInput(repository=origin.repository(), revision=name)
    )


@pytest.fixture
def origin(tmp_path: Path) -> Origin:
    made = Origin(tmp_path / "origin.git")
    made.push({"clusters/demo/a.yaml": manifest("demo"), "clusters/prod/a.yaml": manifest("prod", address="10.0.0.2")})
    return made


async def test_a_branch_that_nobody_follows_is_found_with_its_clusters(origin: Origin, tmp_path: Path) -> None:
    main = origin.push()
    side = Origin(origin.path, branch="main")
    side.files, side.branch = dict(origin.files), "try/more"
    commit = side.push({"clusters/demo/a.yaml": manifest("demo", "1.35.4")})
    found = await find(origin, tmp_path / "cache", "try/more")
    assert (found.commit, sorted(found.clusters), found.problems) == (commit, ["demo", "prod"], ())
    assert found.clusters["demo"].path == "clusters/demo"
    before = await find(origin, tmp_path / "cache", main[:10])
    assert before.commit == main
    assert before.clusters["demo"].digest != found.clusters["demo"].digest
    assert before.clusters["prod"].digest == found.clusters["prod"].digest


async def test_every_problem_of_the_revision_is_told(origin: Origin, tmp_path: Path) -> None:
    commit = origin.push({"clusters/demo/a.yaml": "kind: [\n", "clusters/prod/a.yaml": manifest("other")})
    found = await find(origin, tmp_path / "cache", commit)
    assert {"clusters/demo/a.yaml", "clusters/prod/a.yaml"} <= {problem.file for problem in found.problems}


@pytest.mark.parametrize("name", ["no-such-branch", "f" * 40, "abc", "1234567"])
async def test_what_is_not_there_is_told_with_the_branches(origin: Origin, tmp_path: Path, name: str) -> None:
    found = await find(origin, tmp_path / "cache", name)
    assert found.commit == ""
    assert len(found.problems) == 1
