from typing import Any

import pytest
from tests.unit.kube.fake_api import FakeApi
from tests.unit.kube.objects import budget, pod

from trailboss.kube import ClusterApi
from trailboss.kube.budgets import foresee_drains
from trailboss.plan.observation import UNMANAGED, EvictionBlocked, PodAtRisk, PodsSeen

WEB = {"app": "web"}
NEEDS = "The disruption budget web needs 2 healthy pods and has 2 currently"
NONE_ALLOWED = "The disruption budget web allows no disruption: it needs 2 healthy pods and has 2 of 2"


def blocked(api: ClusterApi, *nodes: str) -> list[tuple[str, str, str]]:
    found = foresee_drains(api, nodes).blocked
    return [(one.node, one.budget, one.why) for one in found]


def test_every_pod_is_tried_and_nothing_changes(fake: FakeApi, api: ClusterApi) -> None:
    fake.pods = [pod("web-1", labels=WEB), pod("web-2", "w-2", labels=WEB), pod("free"), pod("far", "w-3", labels=WEB)]
    fake.budgets = [budget("web", WEB)]
    found, at_risk, _ = foresee_drains(api, ["w-1", "w-2"])
    assert found == tuple(
        EvictionBlocked(node=node, namespace="default", pod=name, budget="web", why=NEEDS)
        for node, name in (("w-1", "web-1"), ("w-2", "web-2"))
    )
    assert at_risk == ()
    assert len(fake.pods) == 4


def test_pods_that_go_are_counted_by_workload(fake: FakeApi, api: ClusterApi) -> None:
    web = {"app": "web", "pod-template-hash": "6d5f"}
    fake.pods = [pod(f"web-{number}", labels=web) for number in (1, 2)]
    for made in fake.pods:
        made["metadata"]["ownerReferences"][0]["name"] = "web-6d5f"
    fake.pods += [pod("alone", kind=None), pod("db-0", kind="StatefulSet"), pod("far", "w-2")]
    assert foresee_drains(api, ["w-1"]).evicted == (
        PodsSeen(node="w-1", namespace="default", workload="Deployment/web", count=2),
        PodsSeen(node="w-1", namespace="default", workload="Pod/alone", count=1),
        PodsSeen(node="w-1", namespace="default", workload="StatefulSet/db-0", count=1),
    )


def test_pods_at_risk_are_named(fake: FakeApi, api: ClusterApi) -> None:
    fake.pods = [pod("debug", kind=None), pod("debug-ending", kind=None, ending=True)]
    assert foresee_drains(api, ["w-1"])[1] == (PodAtRisk(node="w-1", namespace="default", pod="debug", why=UNMANAGED),)


def test_a_budget_with_room_for_one_does_not_block_two(fake: FakeApi, api: ClusterApi) -> None:
    fake.pods = [pod("web-1", labels=WEB), pod("web-2", labels=WEB)]
    fake.budgets = [budget("web", WEB, allowed=1)]
    assert blocked(api, "w-1") == []


def test_a_budget_without_room_is_told_where_the_dry_run_cannot_tell(fake: FakeApi, api: ClusterApi) -> None:
    fake.pods, fake.budgets, fake.no_dry_run = [pod("web", labels=WEB)], [budget("web", WEB)], True
    assert blocked(api, "w-1") == [("w-1", "web", NONE_ALLOWED)]


@pytest.mark.parametrize(
    ("given", "of_pod", "counts"),
    [
        ({"selector": {}}, {}, True),
        ({"selector": None}, {}, False),
        ({"namespace": "shop"}, {}, False),
        ({"expected": 0}, {}, False),
        ({"allowed": 1}, {}, False),
        ({}, {"ready": False}, False),
        ({"selector": {"matchExpressions": [{"key": "app", "operator": "In", "values": ["web"]}]}}, {}, True),
        ({"selector": {"matchExpressions": [{"key": "app", "operator": "NotIn", "values": ["web"]}]}}, {}, False),
        ({"selector": {"matchExpressions": [{"key": "tier", "operator": "NotIn", "values": ["x"]}]}}, {}, True),
        ({"selector": {"matchExpressions": [{"key": "app", "operator": "Exists"}]}}, {}, True),
        ({"selector": {"matchExpressions": [{"key": "app", "operator": "DoesNotExist"}]}}, {}, False),
        ({"selector": {"matchLabels": WEB, "matchExpressions": [{"key": "a", "operator": "Exists"}]}}, {}, False),
    ],
)
def test_which_pods_a_budget_is_about(
    fake: FakeApi, api: ClusterApi, given: dict[str, Any], of_pod: dict[str, Any], *, counts: bool
) -> None:
    fake.pods, fake.budgets, fake.no_dry_run = [pod("web", labels=WEB, **of_pod)], [budget("web", WEB, **given)], True
    assert blocked(api, "w-1") == ([("w-1", "web", NONE_ALLOWED)] if counts else [])


def test_an_empty_node_costs_one_request(fake: FakeApi, api: ClusterApi) -> None:
    assert foresee_drains(api, ["w-1"]) == ((), (), ())
    assert fake.asked == ["GET /api/v1/pods?fieldSelector=spec.nodeName=w-1"]
