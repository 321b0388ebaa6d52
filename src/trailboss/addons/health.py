"""Whether an object that was applied has come to what it is for."""

from collections.abc import Callable
from typing import Any, Final, Literal, NamedTuple

from trailboss.addons.objects import GroupKind, Json

State = Literal["ok", "not yet", "failed"]


class Health(NamedTuple):
    """`words`: what is waited for, or went wrong; "" if all is well. "failed": it does not come about by waiting."""

    state: State
    words: str = ""


OK = Health("ok")


def health(body: Json, *, ends: bool = False) -> Health:
    """Judge one object as the API server has it. `ends`: it is a hook, which has to run to its end."""
    kind = GroupKind(str(body["apiVersion"]).rpartition("/")[0], str(body["kind"]))
    if kind == _POD:
        return _pod_that_ends(body) if ends else _pod(body)
    judge = JUDGED.get(kind)
    if judge is None:
        return OK
    generation, seen = body["metadata"].get("generation"), _status(body).get("observedGeneration")
    if isinstance(generation, int) and isinstance(seen, int) and seen < generation:
        return Health("not yet", "it was not looked at yet")
    return judge(body)


def _deployment(body: Json) -> Health:
    status, wanted = _status(body), _wanted(body)
    progressing = _condition(body, "Progressing")
    if progressing.get("reason") == "ProgressDeadlineExceeded":
        return Health("failed", str(progressing.get("message") or "it does not progress any more"))
    if "observedGeneration" not in status:
        return Health("not yet", "no replica was made yet")
    updated, there, available = (_count(status, one) for one in ("updatedReplicas", "replicas", "availableReplicas"))
    if updated < wanted:
        return Health("not yet", f"{updated} of {wanted} replicas are new")
    if there > updated:
        return Health("not yet", f"{there - updated} old replica(s) still there")
    return OK if available >= wanted else Health("not yet", f"{available} of {wanted} replicas are available")


def _stateful_set(body: Json) -> Health:
    status, wanted = _status(body), _wanted(body)
    if "observedGeneration" not in status:
        return Health("not yet", "no replica was made yet")
    ready = _count(status, "readyReplicas")
    if ready < wanted:
        return Health("not yet", f"{ready} of {wanted} replicas are ready")
    strategy = body.get("spec", {}).get("updateStrategy") or {}
    if strategy.get("type") == "OnDelete":
        return OK
    partition = int((strategy.get("rollingUpdate") or {}).get("partition") or 0)
    updated = _count(status, "updatedReplicas")
    due = max(wanted - partition, 0)
    same = status.get("currentRevision") == status.get("updateRevision")
    return OK if same or updated >= due else Health("not yet", f"{updated} of {due} replicas are new")


def _daemon_set(body: Json) -> Health:
    status = _status(body)
    if "observedGeneration" not in status:
        return Health("not yet", "no pod was made yet")
    wanted, available = _count(status, "desiredNumberScheduled"), _count(status, "numberAvailable")
    rolls = (body.get("spec", {}).get("updateStrategy") or {}).get("type") != "OnDelete"
    updated = _count(status, "updatedNumberScheduled")
    if rolls and updated < wanted:
        return Health("not yet", f"{updated} of {wanted} pods are new")
    return OK if available >= wanted else Health("not yet", f"{available} of {wanted} pods are available")


def _job(body: Json) -> Health:
    if _is(body, "Complete"):
        return OK
    failed = _condition(body, "Failed")
    if failed.get("status") == "True":
        return Health("failed", f"it failed: {failed.get('message') or failed.get('reason') or 'no reason given'}")
    if body.get("spec", {}).get("suspend"):
        return OK
    return Health("not yet", "it has not ended yet")


def _pod(body: Json) -> Health:
    phase = _status(body).get("phase")
    if phase == "Failed":
        return Health("failed", "it failed")
    return OK if phase == "Succeeded" or _is(body, "Ready") else Health("not yet", "it is not Ready")


def _pod_that_ends(body: Json) -> Health:
    phase = _status(body).get("phase")
    if phase == "Failed":
        return Health("failed", "it failed")
    return OK if phase == "Succeeded" else Health("not yet", "it has not ended yet")


def _definition(body: Json) -> Health:
    refused = _condition(body, "NamesAccepted")
    if refused.get("status") == "False":
        return Health("failed", f"its names are not accepted: {refused.get('message') or refused.get('reason')}")
    return OK if _is(body, "Established") else Health("not yet", "it is not established")


def _api_service(body: Json) -> Health:
    found = _condition(body, "Available")
    words = found.get("message") or found.get("reason") or "nobody has looked yet"
    return OK if found.get("status") == "True" else Health("not yet", f"it is not available: {words}")


_POD = GroupKind("", "Pod")
JUDGED: Final[dict[GroupKind, Callable[[Json], Health]]] = {
    GroupKind("apps", "Deployment"): _deployment,
    GroupKind("apps", "StatefulSet"): _stateful_set,
    GroupKind("apps", "DaemonSet"): _daemon_set,
    GroupKind("batch", "Job"): _job,
    GroupKind("apiextensions.k8s.io", "CustomResourceDefinition"): _definition,
    GroupKind("apiregistration.k8s.io", "APIService"): _api_service,
}


def is_judged(kind: GroupKind) -> bool:
    """Tell whether objects of this kind can be anything but healthy."""
    return kind == _POD or kind in JUDGED


def _status(body: Json) -> Json:
    found = body.get("status")
    return found if isinstance(found, dict) else {}


def _condition(body: Json, name: str) -> Json:
    conditions: list[Any] = _status(body).get("conditions") or []
    return next((one for one in conditions if one.get("type") == name), {})


def _is(body: Json, name: str) -> bool:
    return bool(_condition(body, name).get("status") == "True")


def _wanted(body: Json) -> int:
    replicas = body.get("spec", {}).get("replicas")
    return 1 if replicas is None else int(replicas)


def _count(status: Json, field: str) -> int:
    return int(status.get(field) or 0)
