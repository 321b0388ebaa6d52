"""What drains would run into, known before the first cordon: disruption budgets, and pods that would be lost."""

from collections import Counter
from collections.abc import Collection, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any, NamedTuple

from kubernetes import client

from trailboss.kube.api import ClusterApi
from trailboss.kube.eviction import evict
from trailboss.kube.pods import PodOnNode, pods_to_evict
from trailboss.plan.observation import EvictionBlocked, PodAtRisk, PodsSeen

_AT_ONCE = 8  # requests side by side: a large cluster has thousands of pods


class Drains(NamedTuple):
    """What emptying nodes comes to: pods that would not be let go now, those that would be lost, and all that go."""

    blocked: tuple[EvictionBlocked, ...] = ()
    at_risk: tuple[PodAtRisk, ...] = ()
    evicted: tuple[PodsSeen, ...] = ()


def foresee_drains(api: ClusterApi, nodes: Collection[str]) -> Drains:
    """Tell what drains of `nodes` would do and run into; changes nothing."""
    with ThreadPoolExecutor(_AT_ONCE) as threads:
        listed = threads.map(partial(pods_to_evict, api), sorted(nodes))
        pods = [pod for on_node in listed for pod in on_node if not pod.ending]
        tried = list(threads.map(partial(_dry_run, api), pods))
    refused = [refusal for refusal in tried if refusal]
    exhausted = _exhausted(api, pods, refused) if pods else ()
    risks = (_at_risk(pod, why) for pod in pods for why in pod.risks)
    return Drains((*refused, *exhausted), tuple(risks), tuple(_counted(pods)))


def _counted(pods: list[PodOnNode]) -> Iterator[PodsSeen]:
    counts = Counter((pod.node, pod.namespace, pod.workload) for pod in pods)
    for (node, namespace, workload), count in sorted(counts.items()):
        yield PodsSeen(node=node, namespace=namespace, workload=workload, count=count)


def _dry_run(api: ClusterApi, pod: PodOnNode) -> EvictionBlocked | None:
    tried = evict(api, pod, dry_run=True)
    return _blocked(pod, tried.budget, tried.reason) if tried.outcome == "blocked" else None


def _exhausted(api: ClusterApi, pods: list[PodOnNode], refused: list[EvictionBlocked]) -> Iterator[EvictionBlocked]:
    """Name budgets that allow no disruption now and that no dry run has named.

    A dry run looks at one pod by itself, and some admission webhooks let none through.
    """
    known = {(refusal.namespace, refusal.budget) for refusal in refused}
    for budget in api.run(client.PolicyV1Api(api.client).list_pod_disruption_budget_for_all_namespaces).items:
        status, name = budget.status, budget.metadata.name
        if status is None or status.disruptions_allowed or not status.expected_pods:
            continue
        kept = next((pod for pod in pods if pod.ready and _selects(budget, pod)), None)
        if kept and (kept.namespace, name) not in known:
            yield _blocked(kept, name, f"The disruption budget {name} allows no disruption: {_counts(status)}")


def _counts(status: Any) -> str:  # noqa: ANN401 - the client has no types
    return f"it needs {status.desired_healthy} healthy pods and has {status.current_healthy} of {status.expected_pods}"


def _selects(budget: Any, pod: PodOnNode) -> bool:  # noqa: ANN401 - the client has no types
    """Tell whether a budget is about this pod: an empty selector takes all of its namespace, none at all takes none."""
    selector = budget.spec.selector
    if budget.metadata.namespace != pod.namespace or selector is None:
        return False
    same = all(pod.labels.get(key) == value for key, value in (selector.match_labels or {}).items())
    return same and all(_holds(expression, pod.labels) for expression in selector.match_expressions or [])


def _holds(expression: Any, labels: dict[str, str]) -> bool:  # noqa: ANN401 - the client has no types
    """Tell whether labels match; as Kubernetes has it, NotIn holds where there is no such label."""
    value, values = labels.get(expression.key), expression.values or []
    return {
        "In": value in values,
        "NotIn": value not in values,
        "Exists": value is not None,
        "DoesNotExist": value is None,
    }[expression.operator]


def _blocked(pod: PodOnNode, budget: str, why: str) -> EvictionBlocked:
    return EvictionBlocked(node=pod.node, namespace=pod.namespace, pod=pod.name, budget=budget, why=why)


def _at_risk(pod: PodOnNode, why: str) -> PodAtRisk:
    return PodAtRisk(node=pod.node, namespace=pod.namespace, pod=pod.name, why=why)
