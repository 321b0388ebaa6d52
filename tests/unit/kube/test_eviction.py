from datetime import timedelta

import pytest
from tests.unit.kube.fake_api import FakeApi
from tests.unit.kube.objects import budget, failure, pod

from trailboss.kube import ClusterApi, eviction
from trailboss.kube.api import Answer
from trailboss.kube.eviction import Eviction
from trailboss.kube.pods import PodOnNode, pods_to_evict
from trailboss.model.errors import ApiUnavailable

WEB = {"app": "web"}
NEEDS = "The disruption budget web needs 2 healthy pods and has 2 currently"


def one(api: ClusterApi) -> PodOnNode:
    (found,) = pods_to_evict(api, "w-1")
    return found


def test_an_evicted_pod_goes(fake: FakeApi, api: ClusterApi) -> None:
    fake.pods = [pod("web")]
    assert eviction.evict(api, one(api), grace=timedelta(seconds=90)).outcome == "evicted"
    assert fake.pods == []
    assert fake.deletions[0]["gracePeriodSeconds"] == 90


def test_no_grace_at_all_still_waits_for_the_kubelet(fake: FakeApi, api: ClusterApi) -> None:
    fake.pods = [pod("web")]
    eviction.evict(api, one(api), grace=timedelta(0))
    assert fake.deletions[0]["gracePeriodSeconds"] == 1


def test_a_dry_run_takes_nothing_away(fake: FakeApi, api: ClusterApi) -> None:
    fake.pods, fake.budgets = [pod("web", labels=WEB)], [budget("web", WEB, allowed=1)]
    assert eviction.evict(api, one(api), dry_run=True).outcome == "evicted"
    assert len(fake.pods) == fake.budgets[0]["status"]["disruptionsAllowed"] == 1


def test_a_budget_blocks_and_is_named(fake: FakeApi, api: ClusterApi) -> None:
    fake.pods, fake.budgets = [pod("web", labels=WEB)], [budget("web", WEB)]
    assert eviction.evict(api, one(api)) == Eviction(outcome="blocked", reason=NEEDS, budget="web")


def test_two_budgets_block_although_the_answer_is_201(fake: FakeApi, api: ClusterApi) -> None:
    fake.pods, fake.budgets = [pod("web", labels=WEB)], [budget("a", WEB, allowed=1), budget("b", WEB, allowed=1)]
    told = eviction.evict(api, one(api))
    assert told.outcome == "blocked"
    assert told.reason.startswith("This pod has more than one PodDisruptionBudget")
    assert fake.deletions == []


def test_a_pod_that_is_gone_or_has_a_successor_of_its_name_is_gone(fake: FakeApi, api: ClusterApi) -> None:
    fake.pods = [pod("db-0", kind="StatefulSet")]
    before = one(api)
    fake.pods = [pod("db-0", "w-2", kind="StatefulSet")]
    assert eviction.evict(api, before).outcome == "gone"
    eviction.delete(api, before)
    assert len(fake.pods) == 1
    fake.pods = []
    assert eviction.evict(api, before).outcome == "gone"
    eviction.delete(api, before)


def test_a_busy_server_is_asked_again(fake: FakeApi, api: ClusterApi, monkeypatch: pytest.MonkeyPatch) -> None:
    pauses: list[float] = []
    monkeypatch.setattr(eviction.time, "sleep", pauses.append)
    fake.pods, fake.busy = [pod("web")], 2
    assert eviction.evict(api, one(api)).outcome == "evicted"
    assert pauses == [1.0, 1.0]
    fake.pods, fake.busy = [pod("web")], 99
    with pytest.raises(ApiUnavailable, match="too busy"):
        eviction.evict(api, one(api))


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (
            failure(
                429,
                "TooManyRequests",
                "Cannot evict pod as it would violate the pod's disruption budget.",
                {
                    "retryAfterSeconds": 10,
                    "causes": [
                        {
                            "reason": "DisruptionBudget",
                            "message": "The disruption budget web is still being processed by the server.",
                        }
                    ],
                },
            ),
            Eviction(
                outcome="blocked",
                reason="The disruption budget web is still being processed by the server.",
                budget="web",
            ),
        ),
        (
            failure(
                403,
                "Forbidden",
                'poddisruptionbudget.policy "web" is forbidden: pdb disruptions allowed is negative',
                {"name": "web", "group": "policy", "kind": "poddisruptionbudget"},
            ),
            Eviction(
                outcome="blocked",
                reason='poddisruptionbudget.policy "web" is forbidden: pdb disruptions allowed is negative',
                budget="web",
            ),
        ),
        (
            failure(500, "InternalError", 'Internal error occurred: failed calling webhook "guard"'),
            Eviction(outcome="blocked", reason='Internal error occurred: failed calling webhook "guard"'),
        ),
    ],
)
def test_other_refusals(
    fake: FakeApi, api: ClusterApi, monkeypatch: pytest.MonkeyPatch, answer: dict[str, object], expected: Eviction
) -> None:
    fake.pods = [pod("web")]
    monkeypatch.setattr(fake, "evict", lambda *_names, **_given: (answer["code"], answer))
    assert eviction.evict(api, one(api)) == expected


def test_a_server_that_cannot_answer_now_is_unavailable(
    api: ClusterApi, fake: FakeApi, monkeypatch: pytest.MonkeyPatch
) -> None:
    fake.pods = [pod("web")]
    found = one(api)
    monkeypatch.setattr(api, "send", lambda *_request: Answer(503, "apiserver not ready"))
    with pytest.raises(ApiUnavailable, match="503"):
        eviction.evict(api, found)
