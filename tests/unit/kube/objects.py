"""Kubernetes objects in the shapes that an API server sends, made from a few words."""

import uuid
from typing import Any

Json = dict[str, Any]
Answer = tuple[int, Json | str]  # the HTTP status and the body


def node(name: str, *, ready: bool = True, version: str = "1.34.4", **given: Any) -> Json:  # noqa: ANN401
    """`given`: annotations, labels, unschedulable."""
    condition = {
        "type": "Ready",
        "status": "True" if ready else "Unknown",
        "reason": "KubeletReady" if ready else "NodeStatusUnknown",
        "message": "kubelet is posting ready status" if ready else "Kubelet stopped posting node status.",
    }
    info = dict.fromkeys(
        ("architecture", "bootID", "containerRuntimeVersion", "kernelVersion", "kubeProxyVersion", "osImage"), "x"
    )
    return {
        "apiVersion": "v1",
        "kind": "Node",
        "metadata": {
            "name": name,
            "uid": str(uuid.uuid4()),
            "resourceVersion": "1",
            "labels": {"kubernetes.io/hostname": name, **given.get("labels", {})},
            "annotations": {"node.alpha.kubernetes.io/ttl": "0", **given.get("annotations", {})},
        },
        "spec": {"podCIDR": "10.244.1.0/24", **({"unschedulable": True} if given.get("unschedulable") else {})},
        "status": {
            "addresses": [{"type": "InternalIP", "address": "10.87.0.21"}, {"type": "Hostname", "address": name}],
            "conditions": [condition],
            "nodeInfo": {
                **info,
                "kubeletVersion": f"v{version}",
                "machineID": f"id-of-{name}",
                "operatingSystem": "linux",
                "systemUUID": "x",
            },
        },
    }


def pod(name: str, on: str = "w-1", *, kind: str | None = "ReplicaSet", ready: bool = True, **given: Any) -> Json:  # noqa: ANN401
    """`kind` of its controller, None for none. `given`: namespace, labels, annotations, volumes, tolerations, phase."""
    owner = {"apiVersion": "apps/v1", "kind": kind, "name": name, "uid": str(uuid.uuid4()), "controller": True}
    status = "True" if ready else "False"
    return {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {
            "name": name,
            "namespace": given.get("namespace", "default"),
            "uid": str(uuid.uuid4()),
            "resourceVersion": "1",
            "labels": given.get("labels", {"app": name}),
            **({"annotations": given["annotations"]} if "annotations" in given else {}),
            **({"ownerReferences": [{**owner, "blockOwnerDeletion": True}]} if kind else {}),
            **({"deletionTimestamp": "2026-01-01T00:00:00Z"} if given.get("ending") else {}),
        },
        "spec": {
            "nodeName": on,
            "containers": [{"name": given.get("container", "c"), "image": given.get("image", "busybox:1")}],
            "volumes": given.get("volumes", [{"name": "api-access", "projected": {"sources": []}}]),
            "tolerations": given.get("tolerations", []),
        },
        "status": {
            "phase": given.get("phase", "Running"),
            "conditions": [
                {"type": "PodScheduled", "status": "True"},
                {"type": "Ready", "status": status, "message": given.get("message", "")},
            ],
            "containerStatuses": given.get("statuses", []),
        },
    }


def budget(name: str, labels: dict[str, str], *, allowed: int = 0, healthy: int = 2, **given: Any) -> Json:  # noqa: ANN401
    """`given`: namespace, selector (instead of `labels`), expected, desired."""
    return {
        "apiVersion": "policy/v1",
        "kind": "PodDisruptionBudget",
        "metadata": {"name": name, "namespace": given.get("namespace", "default"), "generation": 1},
        "spec": {"minAvailable": 2, "selector": given.get("selector", {"matchLabels": labels})},
        "status": {
            "observedGeneration": 1,
            "currentHealthy": healthy,
            "desiredHealthy": given.get("desired", 2),
            "disruptionsAllowed": allowed,
            "expectedPods": given.get("expected", 2),
        },
    }


def failure(code: int, reason: str, message: str, details: Json | None = None) -> Json:
    """A Status as errors are sent."""
    status = {"kind": "Status", "apiVersion": "v1", "metadata": {}, "status": "Failure", "message": message}
    return {**status, "reason": reason, "details": details or {}, "code": code}


def too_many_disruptions(found: Json) -> Json:
    """The 429 of a budget that allows none, as pkg/registry/core/pod/storage/eviction.go of 1.34 makes it."""
    name, status = found["metadata"]["name"], found["status"]
    needs = f"needs {status['desiredHealthy']} healthy pods and has {status['currentHealthy']} currently"
    cause = {"reason": "DisruptionBudget", "message": f"The disruption budget {name} {needs}"}
    message = "Cannot evict pod as it would violate the pod's disruption budget."
    return failure(429, "TooManyRequests", message, {"causes": [cause]})


def listed(kind: str, items: list[Json]) -> Answer:
    return 200, {"kind": kind, "apiVersion": "v1", "metadata": {"resourceVersion": "1"}, "items": items}


def found_in(kind: str, objects: dict[str, Json], name: str) -> Answer:
    if name in objects:
        return 200, objects[name]
    return 404, failure(404, "NotFound", f'{kind} "{name}" not found', {"name": name, "kind": kind})
