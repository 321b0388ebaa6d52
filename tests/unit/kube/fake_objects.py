"""Objects of any kind as an API server keeps them: discovery, server-side apply, labels, deletion.

Controllers are stood in for: what is applied is healthy at once, unless a test says otherwise.
"""

import json
import re
from dataclasses import dataclass, field
from itertools import count

from tests.unit.kube.objects import Answer, Json, failure

Query = dict[str, list[str]]
_PATH = re.compile(
    r"/(?:api/v1|apis/(?P<group>[^/]+)/(?P<version>[^/]+))(?:/namespaces/(?P<ns>[^/]+))?/(?P<plural>[^/]+)(?:/(?P<name>[^/]+))?"
)
_NAMESPACES = re.compile(r"/api/v1/namespaces(?:/(?P<name>[^/]+))?")


@dataclass(frozen=True)
class Kind:
    group: str
    version: str
    kind: str
    plural: str
    namespaced: bool = True

    @property
    def api_version(self) -> str:
        return f"{self.group}/{self.version}" if self.group else self.version


BUILT_IN = (
    Kind("", "v1", "Namespace", "namespaces", namespaced=False),
    Kind("", "v1", "ConfigMap", "configmaps"),
    Kind("", "v1", "Secret", "secrets"),
    Kind("", "v1", "Pod", "pods"),
    Kind("", "v1", "Service", "services"),
    Kind("", "v1", "ServiceAccount", "serviceaccounts"),
    Kind("", "v1", "PersistentVolumeClaim", "persistentvolumeclaims"),
    Kind("apps", "v1", "Deployment", "deployments"),
    Kind("batch", "v1", "Job", "jobs"),
    Kind("apiextensions.k8s.io", "v1", "CustomResourceDefinition", "customresourcedefinitions", namespaced=False),
)


@dataclass
class FakeObjects:
    """`kept`: by (group, kind, namespace, name). `log`: what was done, "apply Kind name", in order.

    `sick`: names of workloads and jobs that do not become healthy. `failing`: jobs that fail. `stuck`: names of what
    does not go when it is deleted. `managed`: (name, field) → manager and value that another has set. `refuses`: name →
    status and body of the answer to an apply.
    """

    kinds: list[Kind] = field(default_factory=lambda: list(BUILT_IN))
    kept: dict[tuple[str, str, str, str], Json] = field(default_factory=dict)
    log: list[str] = field(default_factory=list)
    sick: set[str] = field(default_factory=set)
    failing: set[str] = field(default_factory=set)
    stuck: set[str] = field(default_factory=set)
    managed: dict[tuple[str, str], tuple[str, object]] = field(default_factory=dict)
    refuses: dict[str, Answer] = field(default_factory=dict)
    uids: "count[int]" = field(default_factory=lambda: count(1))

    def are_meant(self, path: str, query: Query) -> bool:
        """Tell whether a request is for these, and not for what an API server is stood in for elsewhere."""
        place = self._place(path)
        known = place is not None and (place[0].group, place[0].kind, *place[1:]) in self.kept
        return known or "fieldManager" in query or "trailboss.dev" in str(query) or "applyset" in str(query)

    def answer(self, method: str, path: str, query: Query, body: Json | None) -> Answer | None:  # noqa: PLR0911 - a table
        if method == "GET" and (found := self._discovery(path)) is not None:
            return found
        place = self._place(path)
        if place is None:
            return None
        kind, namespace, name = place
        if not name:
            return self._create(kind, body or {}) if method == "POST" else self._list(kind, namespace, query)
        key = (kind.group, kind.kind, namespace, name)
        if method == "PATCH" and "fieldManager" in query:
            return self._apply(kind, key, body or {}, force=query.get("force") == ["true"])
        if key not in self.kept:
            return 404, failure(404, "NotFound", f'{kind.plural} "{name}" not found')
        if method == "PATCH":
            _merge(self.kept[key], body or {})
        if method == "DELETE":
            return self._delete(key, body or {})
        return 200, self.kept[key]

    def put(self, body: Json, **metadata: object) -> Json:
        """Keep an object as somebody else has made it."""
        body = json.loads(json.dumps(body))
        body["metadata"].update({"uid": f"uid-{next(self.uids)}", **metadata})
        group = body["apiVersion"].rpartition("/")[0]
        key = (group, body["kind"], body["metadata"].get("namespace", ""), body["metadata"]["name"])
        self.kept[key] = self._controlled(body)
        return body

    def names(self, kind: str) -> list[str]:
        return sorted(name for _, known, _, name in self.kept if known == kind)

    def get(self, kind: str, name: str) -> Json | None:
        return next(
            (body for (_, known, _, called), body in self.kept.items() if (known, called) == (kind, name)), None
        )

    def _discovery(self, path: str) -> Answer | None:
        groups = sorted({kind.group for kind in self.kinds} - {""})
        if path == "/apis":
            return 200, {"kind": "APIGroupList", "groups": [{"name": group} for group in groups]}
        if path.removeprefix("/apis/") in groups:
            versions = [{"groupVersion": kind.api_version} for kind in self.kinds if path == f"/apis/{kind.group}"]
            return 200, {"kind": "APIGroup", "preferredVersion": versions[0], "versions": versions}
        found = [kind for kind in self.kinds if path == f"/{'apis' if kind.group else 'api'}/{kind.api_version}"]
        verbs = ["create", "delete", "get", "list", "patch"]
        listed = [{"name": one.plural, "kind": one.kind, "namespaced": one.namespaced, "verbs": verbs} for one in found]
        more = [
            {"name": f"{one.plural}/status", "kind": one.kind, "namespaced": True, "verbs": ["get"]} for one in found
        ]
        return (200, {"kind": "APIResourceList", "resources": listed + more}) if found else None

    def _place(self, path: str) -> tuple[Kind, str, str] | None:
        if found := _NAMESPACES.fullmatch(path):
            return BUILT_IN[0], "", found["name"] or ""
        found = _PATH.fullmatch(path)
        if not found:
            return None
        for kind in self.kinds:
            if (kind.group, kind.version, kind.plural) == (
                found["group"] or "",
                found["version"] or "v1",
                found["plural"],
            ):
                return kind, found["ns"] or "", found["name"] or ""
        return None

    def _list(self, kind: Kind, namespace: str, query: Query) -> Answer:
        selector = query.get("labelSelector", [""])[0]
        inside = (
            body
            for (group, known, where, _), body in self.kept.items()
            if (group, known) == (kind.group, kind.kind) and namespace in ("", where)
        )
        return 200, {"kind": "List", "metadata": {}, "items": [body for body in inside if _selected(body, selector)]}

    def _create(self, kind: Kind, body: Json) -> Answer:
        key = (kind.group, kind.kind, "", body["metadata"]["name"])
        if key in self.kept:
            return 409, failure(409, "AlreadyExists", "already exists")
        self.log.append(f"create {kind.kind} {key[3]}")
        return 201, self.put(body)

    def _apply(self, kind: Kind, key: tuple[str, str, str, str], body: Json, *, force: bool) -> Answer:
        name = key[3]
        if name in self.refuses:
            return self.refuses[name]
        conflicts = [
            {"reason": "FieldManagerConflict", "message": f'conflict with "{manager}" using v1', "field": path}
            for (called, path), (manager, value) in self.managed.items()
            if called == name and not force and _at(body, path) not in (None, value)
        ]
        if conflicts:
            return 409, failure(409, "Conflict", "Apply failed with conflicts", {"causes": conflicts})
        self.log.append(f"apply {kind.kind} {name}")
        there = key in self.kept
        before = self.kept.get(key, {"metadata": {"uid": f"uid-{next(self.uids)}"}})
        # What ours had set and names no more goes, as with one manager alone.
        metadata = {**body["metadata"], "uid": before["metadata"]["uid"]}
        self.kept[key] = self._controlled({**body, "metadata": metadata})
        return (200 if there else 201), self.kept[key]

    def _controlled(self, body: Json) -> Json:
        """Return what a controller makes of it."""
        kind, name = body["kind"], body["metadata"]["name"]
        body["metadata"].setdefault("generation", 1)
        if kind == "Deployment":
            wanted = (body.get("spec") or {}).get("replicas", 1)
            well = 0 if name in self.sick else wanted
            counts = {"replicas": wanted, "updatedReplicas": wanted, "availableReplicas": well}
            body["status"] = {"observedGeneration": 1, **counts}
        if kind == "Job" and name not in self.sick:
            outcome = (
                {"type": "Failed", "message": "BackoffLimitExceeded"} if name in self.failing else {"type": "Complete"}
            )
            body["status"] = {"conditions": [{**outcome, "status": "True"}]}
        if kind == "CustomResourceDefinition" and name not in self.sick:
            body["status"] = {"conditions": [{"type": "Established", "status": "True"}]}
            spec = body["spec"]
            made = Kind(
                spec["group"], "v1", spec["names"]["kind"], spec["names"]["plural"], spec["scope"] == "Namespaced"
            )
            self.kinds += [] if made in self.kinds else [made]
        return body

    def _delete(self, key: tuple[str, str, str, str], options: Json) -> Answer:
        found = self.kept[key]
        uid = options.get("preconditions", {}).get("uid", found["metadata"]["uid"])
        if uid != found["metadata"]["uid"]:
            return 409, failure(409, "Conflict", "the UID in the precondition does not match")
        self.log.append(f"delete {key[1]} {key[3]}")
        if key[3] in self.stuck:
            found["metadata"]["deletionTimestamp"] = "2026-01-01T00:00:00Z"
        else:
            del self.kept[key]
        return 200, {"kind": "Status", "status": "Success"}


def _selected(body: Json, selector: str) -> bool:
    labels = body["metadata"].get("labels") or {}
    parts = [part for part in selector.split(",") if part]
    return all(
        (labels.get(part.split("=")[0]) == part.split("=")[1]) if "=" in part else part in labels for part in parts
    )


def _at(body: Json, path: str) -> object:
    value: object = body
    for part in path.strip(".").split("."):
        value = value.get(part) if isinstance(value, dict) else None
    return value


def _merge(into: Json, patch: Json) -> None:
    for key, value in patch.items():
        if value is None:
            into.pop(key, None)
        elif isinstance(value, dict):
            _merge(into.setdefault(key, {}), value)
        else:
            into[key] = value
