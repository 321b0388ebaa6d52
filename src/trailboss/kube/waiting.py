"""What applied objects have not come to yet, and what their pods say about it."""

import json
from collections.abc import Iterable
from urllib.parse import urlencode

from trailboss.addons.health import health, is_judged
from trailboss.addons.objects import Json, Ref
from trailboss.kube import objects
from trailboss.kube.api import ClusterApi
from trailboss.kube.mapping import Mapper
from trailboss.model.base import Frozen

_BAD_REQUEST = 400
_MOST_NAMED = 10
_END = {"Job", "Pod"}


class Unhealthy(Frozen):
    """`lines`: one for each object; `failed`: at least one of them does not come about by waiting."""

    lines: tuple[str, ...] = ()
    failed: bool = False

    def __str__(self) -> str:
        more = len(self.lines) - _MOST_NAMED
        return "; ".join([*self.lines[:_MOST_NAMED], *([f"and {more} more"] if more > 0 else [])])


def unhealthy(
    api: ClusterApi, mapper: Mapper, refs: Iterable[Ref], *, ends: bool = False, why: bool = False
) -> Unhealthy:
    """Look at objects that were applied. `ends`: hooks, which run to their end; `why`: ask their pods, too."""
    lines, failed = [], False
    for ref in refs:
        if not is_judged(ref.group_kind) or (ends and ref.kind not in _END):
            continue
        body = objects.read(api, mapper, ref)
        if body is None:
            lines.append(f"{ref}: it is gone")
            continue
        found = health(body, ends=ends)
        if found.state != "ok":
            lines.append(f"{ref}: {found.words}{_of_pods(api, body) if why or found.state == 'failed' else ''}")
            failed = failed or found.state == "failed"
    return Unhealthy(lines=tuple(lines), failed=failed)


def _of_pods(api: ClusterApi, body: Json) -> str:
    """Say why pods of a workload do not run: the reasons that kubelet or scheduler give, never their output."""
    labels = ((body.get("spec") or {}).get("selector") or {}).get("matchLabels")
    if not labels or not body["metadata"].get("namespace"):
        return ""
    selector = ",".join(f"{key}={value}" for key, value in sorted(labels.items()))
    query = urlencode({"labelSelector": selector, "limit": 50})
    answer = api.send("GET", f"/api/v1/namespaces/{body['metadata']['namespace']}/pods?{query}")
    if answer.status >= _BAD_REQUEST:
        return ""
    found = [reason for pod in json.loads(answer.body).get("items") or () for reason in _reasons(pod)]
    return f" ({', '.join(dict.fromkeys(found))})" if found else ""


def _reasons(pod: Json) -> list[str]:
    status = pod.get("status") or {}
    containers = [*(status.get("initContainerStatuses") or ()), *(status.get("containerStatuses") or ())]
    states = (one.get("state") or {} for one in containers)
    waiting = [str(state["waiting"].get("reason", "")) for state in states if state.get("waiting")]
    conditions = status.get("conditions") or ()
    unscheduled = [
        str(one.get("reason"))
        for one in conditions
        if one.get("type") == "PodScheduled" and one.get("status") == "False"
    ]
    return [reason for reason in (*waiting, *unscheduled) if reason]
