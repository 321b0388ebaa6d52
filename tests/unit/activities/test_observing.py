import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from temporalio.testing import ActivityEnvironment
from tests.unit.activities.ranch import Ranch, ranch
from tests.unit.facts.test_etcd import LEARNER, STARTED
from tests.unit.kube.objects import Json, budget, node, pod
from tests.unit.kube.test_health import CLUSTER_CONFIGURATION, METRICS, static_pod
from tests.unit.workflows.plans import revision

from trailboss.activities.planning import observing
from trailboss.activities.planning.observing import ObservingActivities, observe_cluster
from trailboss.model.cluster import Cluster
from trailboss.model.machine import Machine
from trailboss.model.messages import ChangeContext
from trailboss.model.plan import Plan
from trailboss.plan.observation import ControlPlaneSeen, Observation

EVERYONE = "cp-1 cp-2 w-1"
CONFIG_MAPS = ("kubeadm-config", "kubelet-config", "kube-proxy")
ALARM = {"memberID": STARTED["ID"], "alarm": "NOSPACE"}


@pytest_asyncio.fixture
async def on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Ranch]:
    async with ranch(tmp_path, monkeypatch) as made:
        runs(made, EVERYONE)
        etcd(made)
        made.api.config_maps["kubeadm-config"] = {"data": {"ClusterConfiguration": CLUSTER_CONFIGURATION}}
        made.api.metrics = METRICS
        yield made


def runs(on: Ranch, names: str, **versions: str) -> None:
    """Let the API have nodes and control planes of these names; `versions`: by name with _ for -, else 1.34.4."""
    by_name = {name: versions.get(name.replace("-", "_"), "1.34.4") for name in names.split()}
    on.api.nodes = {name: node(name, version=version) for name, version in by_name.items()}
    servers = ((name, version) for name, version in by_name.items() if name.startswith("cp"))
    on.api.pods = [static_pod("kube-apiserver", name, f"r/kube-apiserver:v{version}") for name, version in servers]


def etcd(on: Ranch, members: tuple[Json, ...] = (STARTED,), **answer: Any) -> None:  # noqa: ANN401 - fields of any type
    on.answers["/member/list"] = "\n".join([json.dumps({"header": {}, "members": members}), json.dumps(answer)])


def asked(on: Ranch) -> list[str]:
    return [request.partition("?")[0].removeprefix("GET ") for request in on.api.asked]


async def test_a_cluster_as_it_should_be_is_asked_little(on: Ranch) -> None:
    seen = await observe_cluster(on.pool, on.push("b", EVERYONE))
    assert asked(on) == [
        "/readyz",
        "/api/v1/namespaces/kube-system/pods",
        *(f"/api/v1/namespaces/kube-system/configmaps/{name}" for name in CONFIG_MAPS),
        "/api/v1/nodes",
        "/version/",
        "/api/v1/namespaces/kube-system/configmaps",  # of addons
    ]
    assert len(on.ran) == 5  # facts of three machines, the kubeconfig, etcd
    assert seen.machines.keys() == {"cp-1", "cp-2", "w-1"}
    assert seen.control_planes["cp-2"] == ControlPlaneSeen(api_server="1.34.4")
    assert (seen.api_version, seen.recorded_version) == ("1.34.4", "1.34.4")
    assert (seen.etcd_members, seen.etcd_size, seen.etcd_problems) == (("cp-1",), 1, ())
    assert (seen.releases, seen.evictions_blocked, seen.pods_at_risk, seen.deprecated_apis) == ((), (), (), ())


async def test_a_patch_tells_what_its_drains_run_into(on: Ranch) -> None:
    on.api.pods += [pod("web", labels={"app": "web"}), pod("bare", kind=None)]
    on.api.budgets = [budget("web", {"app": "web"})]
    seen = await observe_cluster(on.pool, on.push("b", EVERYONE, version="1.34.5"))
    assert seen.releases == ("1.34.5",)
    assert [(blocked.node, blocked.budget) for blocked in seen.evictions_blocked] == [("w-1", "web")]
    assert [risk.pod for risk in seen.pods_at_risk] == ["bare"]
    assert "/metrics" not in asked(on)
    assert not [script for _, script in on.ran if "stable-" in script]


async def test_a_way_over_several_minors_stops_at_the_newest_release_of_each(on: Ranch) -> None:
    runs(on, EVERYONE, cp_2="1.33.2", w_1="1.33.2")
    on.answers["stable-1.$minor"] = "v1.34.9\nv1.35.3\n"
    seen = await observe_cluster(on.pool, on.push("b", EVERYONE, version="1.36.0"))
    assert seen.api_version == "1.33.2"
    assert seen.releases == ("1.34.9", "1.35.3", "1.36.0")
    assert [api.resource for api in seen.deprecated_apis] == ["endpoints", "jobs"]
    (script,) = [script for _, script in on.ran if "stable-" in script]
    assert "for minor in 34 35;" in script


async def test_a_minor_without_a_known_release_is_left_out(on: Ranch) -> None:
    runs(on, EVERYONE, cp_1="1.33.2", cp_2="1.33.2", w_1="1.33.2")
    on.answers["stable-1.$minor"] = "<html>404</html>\nv1.35.3\n"
    assert (await observe_cluster(on.pool, on.push("b", EVERYONE, version="1.36.0"))).releases == ("1.35.3", "1.36.0")
    del on.answers["stable-1.$minor"]
    assert (await observe_cluster(on.pool, on.push("b", EVERYONE, version="1.36.0"))).releases == ("1.36.0",)


async def test_etcds_problems_are_told(on: Ranch) -> None:
    etcd(on, (STARTED, LEARNER), alarms=[ALARM])
    seen = await observe_cluster(on.pool, on.push("b", EVERYONE))
    assert (seen.etcd_members, seen.etcd_size) == (("cp-1",), 2)
    assert seen.etcd_problems == (
        "the etcd member cp-2 is a learner",
        "the etcd member cp-1 has raised the alarm NOSPACE",
    )


async def former(now: Cluster) -> tuple[Machine, ...]:
    """Return the machines that revision "a" had and `now` has no more."""
    return observing.former_machines(now, await observing.applied_machines(revision("a")))


async def test_machines_that_are_removed_are_looked_at_too(on: Ranch) -> None:
    on.api.pods.append(pod("bare", kind=None))
    on.down = {"cp-2"}
    on.push("a", EVERYONE)
    now = on.push("b", "cp-1")
    seen = await observe_cluster(on.pool, now, await former(now))
    assert seen.machines.keys() == {"cp-1", "w-1"}
    assert seen.unreachable.keys() == {"cp-2"}
    assert [risk.node for risk in seen.pods_at_risk] == ["w-1"]


async def test_the_api_is_reached_through_a_control_plane_that_is_removed(on: Ranch) -> None:
    on.down = {"cp-3"}
    on.push("a", EVERYONE)
    now = on.push("b", "cp-3 w-1")
    seen = await observe_cluster(on.pool, now, await former(now))
    assert seen.node("cp-1") is not None
    assert seen.etcd_members == ("cp-1",)


async def test_where_no_api_server_answers_the_machines_are_told(on: Ranch) -> None:
    on.answers.pop("admin.conf")
    seen = await observe_cluster(on.pool, on.push("b", EVERYONE))
    assert seen.nodes is None
    assert len(seen.machines) == 3


async def test_where_no_control_plane_answers_the_workers_are_told(on: Ranch) -> None:
    on.down = {"cp-1", "cp-2"}
    seen = await observe_cluster(on.pool, on.push("b", EVERYONE))
    assert (seen.nodes, seen.etcd_members, seen.machines.keys()) == (None, None, {"w-1"})


async def test_another_clusters_control_plane_tells_nothing_of_this_one(on: Ranch) -> None:
    on.facts = {"cp-1": {"owner": "other"}, "cp-2": {"owner": "other"}}
    on.push("a", EVERYONE)
    now = on.push("b", "cp-1 w-1")
    seen = await observe_cluster(on.pool, now, await former(now))
    assert (seen.nodes, seen.etcd_members) == (None, None)
    assert seen.machines["cp-1"].owner == "other"


async def test_a_plan_knows_what_the_change_knows(on: Ranch, monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[tuple[Observation, list[str]]] = []

    def compute(_cluster: object, seen: Observation, former: tuple[Any, ...], *, destroy_confirmed: bool) -> Plan:
        assert not destroy_confirmed
        made.append((seen, [machine.name for machine in former]))
        return Plan(cluster="demo", kubernetes_version="1.34.4")

    monkeypatch.setattr(observing, "compute", compute)
    on.push("a", EVERYONE)
    on.push("b", "cp-1 w-1")
    context = ChangeContext(cluster="demo", revision=revision("b"), fence=2, initialised_before=True)
    for applied in (None, revision("a"), revision("c")):
        given = context.model_copy(update={"applied": applied})
        await ActivityEnvironment().run(ObservingActivities(on.pool).plan_change, given)
    assert [former for _, former in made] == [[], ["cp-2"], []]
    assert [seen.applied for seen, _ in made] == [(), tuple(sorted(EVERYONE.split())), ()]
    assert made[0][0].initialised_before


@pytest.mark.parametrize(("confirmed", "field"), [("b", False), ("a", True), ("", True)])
async def test_neither_the_field_nor_a_word_for_another_commit_destroys(
    on: Ranch, confirmed: str, *, field: bool
) -> None:
    on.push("b", EVERYONE, destroy=field)
    commit = revision(confirmed).commit if confirmed else ""
    context = ChangeContext(cluster="demo", revision=revision("b"), fence=2, destroy_confirmed=commit)
    plan = await ActivityEnvironment().run(ObservingActivities(on.pool).plan_change, context)
    assert "destroy" not in {one.operation for one in plan.operations}


async def test_the_field_and_a_word_for_its_commit_destroy(on: Ranch) -> None:
    on.push("b", EVERYONE, destroy=True)
    commit = revision("b").commit
    context = ChangeContext(cluster="demo", revision=revision("b"), fence=2, destroy_confirmed=commit)
    plan = await ActivityEnvironment().run(ObservingActivities(on.pool).plan_change, context)
    assert [one.machine for one in plan.operations if one.operation == "destroy"] == ["w-1", "cp-2", "cp-1"]
