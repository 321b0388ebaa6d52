"""Kinds → where the API server has them. Asked for as needed: addons bring kinds of their own."""

import json
from typing import Any, NamedTuple

from trailboss.addons.objects import GroupKind, Ref
from trailboss.kube.api import ClusterApi
from trailboss.model.errors import ApiUnavailable

_NOT_FOUND = 404
_OK = range(200, 300)


class Resource(NamedTuple):
    """`base`: "/api/v1" or "/apis/apps/v1"; `api_version` as objects have it."""

    base: str
    plural: str
    namespaced: bool
    api_version: str
    kind: str

    def path(self, namespace: str = "", name: str = "") -> str:
        inside = f"/namespaces/{namespace}" if self.namespaced and namespace else ""
        return f"{self.base}{inside}/{self.plural}{f'/{name}' if name else ''}"


class Mapper:
    """Remembers what it was told. What was not there is asked for again each time."""

    def __init__(self, api: ClusterApi) -> None:
        self._api = api
        self._known: dict[str, dict[str, Resource]] = {}

    def find(self, api_version: str, kind: str) -> Resource | None:
        """Return None where the API server has no such kind (yet)."""
        if kind not in self._known.get(api_version, {}):
            self._known[api_version] = self._ask(api_version)
        return self._known[api_version].get(kind)

    def namespaced(self, api_version: str, kind: str) -> bool | None:
        found = self.find(api_version, kind)
        return None if found is None else found.namespaced

    def of_kind(self, kind: GroupKind) -> Resource | None:
        """Return it in the group's preferred version that has it."""
        found = (self.find(version, kind.kind) for version in self._versions(kind.group))
        return next((resource for resource in found if resource), None)

    def path(self, ref: Ref) -> str | None:
        found = self.of_kind(ref.group_kind)
        return found.path(ref.namespace, ref.name) if found else None

    def everything_in_namespaces(self) -> tuple[Resource, ...]:
        """Return all that a namespace may hold and that can be listed."""
        groups = [entry["name"] for entry in self._read("/apis").get("groups") or ()]
        versions = ["v1", *(version for group in groups for version in self._versions(group)[:1])]
        found = (resource for version in versions for resource in self._ask(version, lists=True).values())
        return tuple(resource for resource in found if resource.namespaced)

    def _versions(self, group: str) -> list[str]:
        if not group:
            return ["v1"]
        found = self._read(f"/apis/{group}")
        preferred = (found.get("preferredVersion") or {}).get("groupVersion")
        others = [one["groupVersion"] for one in found.get("versions") or ()]
        return list(dict.fromkeys([*([preferred] if preferred else []), *others]))

    def _ask(self, api_version: str, *, lists: bool = False) -> dict[str, Resource]:
        base = f"/apis/{api_version}" if "/" in api_version else f"/api/{api_version}"
        entries = self._read(base).get("resources") or ()
        return {
            str(one["kind"]): Resource(base, str(one["name"]), bool(one["namespaced"]), api_version, str(one["kind"]))
            for one in entries
            if "/" not in one["name"] and (not lists or "list" in one.get("verbs", ()))
        }

    def _read(self, path: str) -> dict[str, Any]:
        answer = self._api.send("GET", path)
        if answer.status == _NOT_FOUND:
            return {}
        if answer.status not in _OK:
            raise ApiUnavailable(f"{path} answered {answer.status}: {answer.body[-300:]}")
        found: dict[str, Any] = json.loads(answer.body)
        return found
