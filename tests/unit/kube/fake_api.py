"""An API server's state in this process: it keeps nodes, pods and budgets, and evicts as Kubernetes does."""

import re
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from urllib.parse import parse_qs, urlsplit

from tests.unit.kube.fake_objects import FakeObjects
from tests.unit.kube.objects import Answer, Json, failure, found_in, listed, too_many_disruptions


@dataclass(frozen=True)
class Request:
    names: tuple[str, ...]
    query: dict[str, list[str]]
    body: Json


@dataclass
class FakeApi:
    """`stuck`: pods that never end once evicted. `busy`: so many requests to evict are turned away by rate.
    `objects`: those of any kind. `asked`: every request, as "METHOD path". `before_patch`, `on_eviction`: what happens
    meanwhile.
    """

    port: int
    kubeconfig: str
    nodes: dict[str, Json] = field(default_factory=dict)
    pods: list[Json] = field(default_factory=list)
    budgets: list[Json] = field(default_factory=list)
    config_maps: dict[str, Json] = field(default_factory=dict)
    daemon_sets: tuple[str, ...] = ()
    metrics: str = ""
    version: str = "1.34.4"
    stuck: set[str] = field(default_factory=set)
    busy: int = 0
    no_dry_run: bool = False
    asked: list[str] = field(default_factory=list)
    deletions: list[Json] = field(default_factory=list)
    before_patch: Callable[[], object] = lambda: None
    on_eviction: Callable[[int], object] = lambda _count: None
    objects: FakeObjects = field(default_factory=FakeObjects)
    lock: threading.RLock = field(default_factory=threading.RLock)

    def answer(self, method: str, url: str, body: Json | None) -> Answer:
        path, query = urlsplit(url).path, parse_qs(urlsplit(url).query)
        if (
            self.objects.are_meant(path, query)
            and (answer := self.objects.answer(method, path, query, body)) is not None
        ):
            return answer
        for route, handle in _ROUTES:
            if found := re.fullmatch(route, f"{method} {path}"):
                return handle(self, Request(found.groups(), query, body or {}))
        if (answer := self.objects.answer(method, path, query, body)) is not None:
            return answer
        return 404, failure(404, "NotFound", "the server could not find the requested resource")

    def pod(self, name: str, namespace: str = "default") -> Json | None:
        return next((pod for pod in self.pods if _key(pod) == (namespace, name)), None)

    def patch(self, name: str, patch: Json) -> Answer:
        self.before_patch()
        found = self.nodes[name]
        version = patch.get("metadata", {}).pop("resourceVersion", None)
        if version is not None and version != found["metadata"]["resourceVersion"]:
            return 409, failure(409, "Conflict", "the object has been modified; please apply your changes")
        _merge(found, patch)
        found["metadata"]["resourceVersion"] = str(int(found["metadata"]["resourceVersion"]) + 1)
        return 200, found

    def patch_config_map(self, name: str, patch: Json) -> Answer:
        if name in self.config_maps:
            _merge(self.config_maps[name], patch)
        return found_in("configmaps", self.config_maps, name)

    def evict(self, namespace: str, name: str, body: Json) -> Answer:
        if self.busy:
            self.busy -= 1
            return 429, "Too many requests, please try again later."
        dry_run = body["deleteOptions"].get("dryRun") == ["All"]
        if dry_run and self.no_dry_run:
            return 400, failure(400, "BadRequest", 'admission webhook "w" does not support dry run')
        found = self.pod(name, namespace)
        self.on_eviction(sum(asked.endswith("/eviction") for asked in self.asked))
        budgets = [budget for budget in self.budgets if found and _covers(budget, found)]
        if len(budgets) > 1:
            words = "This pod has more than one PodDisruptionBudget, which the eviction subresource does not support."
            return 201, failure(500, "", words)
        if budgets and not budgets[0]["status"]["disruptionsAllowed"]:
            return 429, too_many_disruptions(budgets[0])
        if budgets and not dry_run:
            budgets[0]["status"]["disruptionsAllowed"] -= 1
        return self.delete(namespace, name, body["deleteOptions"])

    def delete(self, namespace: str, name: str, options: Json) -> Answer:
        found = self.pod(name, namespace)
        if found is None:
            return found_in("pods", {}, name)
        if options.get("preconditions", {}).get("uid", found["metadata"]["uid"]) != found["metadata"]["uid"]:
            return 409, failure(409, "Conflict", "Precondition failed: UID in precondition: a, UID in object meta: b")
        if options.get("dryRun") != ["All"]:
            self.deletions.append({"name": name, **options})
            found["metadata"]["deletionTimestamp"] = "2026-01-01T00:00:00Z"
            self.pods = [pod for pod in self.pods if pod is not found or name in self.stuck]
        return 201, {"kind": "Status", "apiVersion": "v1", "metadata": {}, "status": "Success", "code": 201}


def _version(api: FakeApi, _request: Request) -> Answer:
    names = ("buildDate", "compiler", "gitCommit", "gitTreeState", "goVersion", "major", "minor", "platform")
    return 200, {**dict.fromkeys(names, "x"), "gitVersion": f"v{api.version}"}


def _pods(api: FakeApi, request: Request) -> Answer:
    return listed("PodList", [pod for pod in api.pods if _selected(pod, request.query)])


_NAME = r"([^/]+)"
_POD = f"/api/v1/namespaces/{_NAME}/pods/{_NAME}"
_ROUTES: tuple[tuple[str, Callable[[FakeApi, Request], Answer]], ...] = (
    ("GET /readyz", lambda _api, _request: (200, "ok")),
    ("GET /metrics", lambda api, _request: (200, api.metrics)),
    ("GET /version/", _version),
    ("GET /api/v1/nodes", lambda api, _request: listed("NodeList", list(api.nodes.values()))),
    (f"GET /api/v1/nodes/{_NAME}", lambda api, request: found_in("nodes", api.nodes, request.names[0])),
    (f"PATCH /api/v1/nodes/{_NAME}", lambda api, request: api.patch(request.names[0], request.body)),
    ("GET /api/v1/pods", _pods),
    ("GET /api/v1/namespaces/kube-system/pods", _pods),
    (
        f"GET /api/v1/namespaces/kube-system/configmaps/{_NAME}",
        lambda api, request: found_in("configmaps", api.config_maps, request.names[0]),
    ),
    (
        f"PATCH /api/v1/namespaces/kube-system/configmaps/{_NAME}",
        lambda api, request: api.patch_config_map(request.names[0], request.body),
    ),
    (
        "GET /apis/policy/v1/poddisruptionbudgets",
        lambda api, _request: listed("PodDisruptionBudgetList", api.budgets),
    ),
    (
        "GET /apis/apps/v1/daemonsets",
        lambda api, _request: listed("DaemonSetList", [_app(one) for one in api.daemon_sets]),
    ),
    ("GET /apis/apps/v1/deployments", lambda _api, _request: listed("DeploymentList", [])),
    (f"POST {_POD}/eviction", lambda api, request: api.evict(*request.names, body=request.body)),
    (f"DELETE {_POD}", lambda api, request: api.delete(*request.names, options=request.body)),
)


def _app(name: str) -> Json:
    template = {"metadata": {"labels": {"app": name}}, "spec": {"containers": [{"name": "c", "image": "i"}]}}
    spec = {"selector": {"matchLabels": {"app": name}}, "template": template}
    return {"metadata": {"name": name, "namespace": "kube-system"}, "spec": spec}


def _selected(pod: Json, query: dict[str, list[str]]) -> bool:
    for selector in query.get("fieldSelector", []):
        return bool(pod["spec"].get("nodeName") == selector.removeprefix("spec.nodeName="))
    return "labelSelector" not in query or pod["metadata"]["labels"].get("tier") == "control-plane"


def _covers(budget: Json, pod: Json) -> bool:
    labels = budget["spec"]["selector"].get("matchLabels", {"no": "such label"})
    same = budget["metadata"]["namespace"] == pod["metadata"]["namespace"]
    return same and labels.items() <= pod["metadata"]["labels"].items()


def _key(pod: Json) -> tuple[str, str]:
    return pod["metadata"]["namespace"], pod["metadata"]["name"]


def _merge(into: Json, patch: Json) -> None:
    for key, value in patch.items():
        if value is None:
            into.pop(key, None)
        elif isinstance(value, dict):
            _merge(into.setdefault(key, {}), value)
        else:
            into[key] = value
