"""The pods that a drain takes off a node, and the eviction API that takes them."""

import re
import time
from datetime import timedelta
from math import ceil
from typing import Any, Final, Literal

from kubernetes.client.exceptions import ApiException

from trailboss.kube.api import Answer, ClusterApi
from trailboss.kube.pods import PodOnNode
from trailboss.model.base import Frozen
from trailboss.model.errors import ApiUnavailable

_OK = range(200, 300)
_NOT_FOUND = 404
_CONFLICT = 409
_TOO_MANY_REQUESTS = 429
_NOT_NOW = range(502, 505)
_TRIES = 5
_LONGEST_PAUSE_SECONDS = 5.0

BUDGET_CAUSE: Final = "DisruptionBudget"
_BUDGET = re.compile(r"^The disruption budget (\S+) ")
_NO_DRY_RUN = "does not support dry run"


class Eviction(Frozen):
    """What came of asking to evict a pod.

    "evicted": it ends now, or would in a dry run. "gone": it is not there any more, or another pod has its name.
    "blocked": not now, because of `reason` in the API server's words; `budget`: the disruption budget's name, "" where
    it is something else. "untold": an admission webhook keeps the dry run from telling.
    """

    outcome: Literal["evicted", "gone", "blocked", "untold"]
    reason: str = ""
    budget: str = ""


def evict(api: ClusterApi, pod: PodOnNode, *, grace: timedelta | None = None, dry_run: bool = False) -> Eviction:
    """Ask the API server to let `pod` go; disruption budgets have their say. `grace` None: what the pod asks for.

    A server that is only too busy (429 without a budget) is asked again, a few times.

    Raises:
        ApiUnavailable: no answer, or the server stays too busy.
    """
    for _ in range(_TRIES):
        answer = api.send("POST", _path(pod), _request(pod, grace, dry_run=dry_run))
        if answer.status in _NOT_NOW:
            raise ApiUnavailable(f"the API server answered {answer.status} to the eviction of {pod}")
        if answer.status != _TOO_MANY_REQUESTS or _cause(answer.told) is not None:
            return _eviction(answer)
        time.sleep(min(answer.retry_after or 1.0, _LONGEST_PAUSE_SECONDS))
    raise ApiUnavailable(f"the API server is too busy to evict {pod}")


def delete(api: ClusterApi, pod: PodOnNode, *, grace: timedelta | None = None) -> None:
    """Delete `pod`, whatever disruption budgets say; it need not be there."""
    try:
        api.run(api.core.delete_namespaced_pod, pod.name, pod.namespace, body=_options(pod, grace))
    except ApiException as error:
        if error.status not in {_NOT_FOUND, _CONFLICT}:  # a conflict: the name is another pod's by now
            raise


def _path(pod: PodOnNode) -> str:
    return f"/api/v1/namespaces/{pod.namespace}/pods/{pod.name}/eviction"


def _request(pod: PodOnNode, grace: timedelta | None, *, dry_run: bool) -> dict[str, Any]:
    options = _options(pod, grace) | ({"dryRun": ["All"]} if dry_run else {})
    metadata = {"name": pod.name, "namespace": pod.namespace}
    return {"apiVersion": "policy/v1", "kind": "Eviction", "metadata": metadata, "deleteOptions": options}


def _options(pod: PodOnNode, grace: timedelta | None) -> dict[str, Any]:
    """Name the pod by uid: a stateful set gives a new pod, on another node, the same name."""
    options: dict[str, Any] = {"preconditions": {"uid": pod.uid}}
    if grace is not None:
        # With 0 the pod would be out of the API at once, whether its processes have ended or not.
        options["gracePeriodSeconds"] = max(1, ceil(grace.total_seconds()))
    return options


def _eviction(answer: Answer) -> Eviction:
    """Read the answer. A status that says "Failure" counts, though it may come as 201: for a pod with two budgets."""
    status = answer.told
    if answer.status in _OK and status.get("status") != "Failure":
        return Eviction(outcome="evicted")
    if answer.status in {_NOT_FOUND, _CONFLICT}:
        return Eviction(outcome="gone")
    reason = str(status.get("message") or answer.body[:500] or f"the API server answered {answer.status}")
    if _NO_DRY_RUN in reason:
        return Eviction(outcome="untold", reason=reason)
    cause = _cause(status) or ""
    return Eviction(outcome="blocked", reason=cause or reason, budget=_budget(cause, status))


def _cause(status: dict[str, Any]) -> str | None:
    """Return the words of the cause that a disruption budget is, None where no budget is the cause."""
    causes = (status.get("details") or {}).get("causes") or []
    return next((str(cause.get("message", "")) for cause in causes if cause.get("reason") == BUDGET_CAUSE), None)


def _budget(cause: str, status: dict[str, Any]) -> str:
    """Return the budget's name, which a 429 has in its cause's words only, and a 403 in its details."""
    if found := _BUDGET.search(cause):
        return found[1]
    details = status.get("details") or {}
    return str(details.get("name", "")) if "poddisruptionbudget" in str(details.get("kind", "")).lower() else ""
