"""Any object of the API: applied by the server, looked at, deleted."""

import json
from typing import Literal
from urllib.parse import urlencode

from trailboss.addons.applyset import MANAGER
from trailboss.addons.objects import AddonObject, GroupKind, Json, Ref
from trailboss.kube.api import Answer, ClusterApi
from trailboss.kube.mapping import Mapper
from trailboss.model.errors import ApiUnavailable, StepFailed

_APPLY = "application/apply-patch+yaml"  # JSON is YAML
_MERGE = "application/merge-patch+json"
_METADATA_ONLY = "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1"
_CREATED, _BAD_REQUEST, _FORBIDDEN, _NOT_FOUND, _CONFLICT, _TOO_MANY = 201, 400, 403, 404, 409, 429
_SERVER_ERRORS = 500
_PAGE = 500
_MOST_NAMED = 8

Applied = Literal["created", "applied"]


def apply(api: ClusterApi, mapper: Mapper, item: AddonObject, *, force: bool = False) -> Applied:
    """Have the server apply one object as ours; fields that it does not name stay as they are.

    Raises:
        StepFailed: the server refuses it, or another manager has set one of its fields and `force` is False.
        ApiUnavailable: no answer, or a webhook does not answer, or its namespace is still ending.
    """
    resource = mapper.find(item.api_version, item.kind)
    if resource is None:
        raise StepFailed(f"{item.ref}: the API server has no kind {item.kind} in {item.api_version}")
    query = urlencode({"fieldManager": MANAGER, "force": str(force).lower()})
    path = f"{resource.path(item.namespace, item.name)}?{query}"
    answer = api.send("PATCH", path, item.body, content_type=_APPLY)
    if answer.status >= _BAD_REQUEST:
        _refuse(item.ref, answer)
    return "created" if answer.status == _CREATED else "applied"


def read(api: ClusterApi, mapper: Mapper, ref: Ref) -> Json | None:
    """Return one object, None where there is none."""
    path = mapper.path(ref)
    answer = api.send("GET", path) if path else Answer(_NOT_FOUND, "")
    if answer.status == _NOT_FOUND:
        return None
    if answer.status >= _BAD_REQUEST:
        _refuse(ref, answer)
    found: Json = json.loads(answer.body)
    return found


def delete(api: ClusterApi, mapper: Mapper, ref: Ref, *, uid: str = "") -> bool:
    """Have one object deleted, and what it owns after it; tell whether it was there. `uid`: that one and no other."""
    path = mapper.path(ref)
    if path is None:
        return False
    options: Json = {"kind": "DeleteOptions", "apiVersion": "v1", "propagationPolicy": "Background"}
    if uid:
        options["preconditions"] = {"uid": uid}
    answer = api.send("DELETE", path, options)
    if answer.status in {_NOT_FOUND, _CONFLICT}:  # a conflict: the name is another object's by now
        return False
    if answer.status >= _BAD_REQUEST:
        _refuse(ref, answer)
    return True


def unlabel(api: ClusterApi, mapper: Mapper, ref: Ref, label: str) -> None:
    """Take a label off an object; it need not be there."""
    path = mapper.path(ref)
    answer = api.send("PATCH", path, {"metadata": {"labels": {label: None}}}, content_type=_MERGE) if path else None
    if answer and answer.status >= _BAD_REQUEST and answer.status != _NOT_FOUND:
        _refuse(ref, answer)


def list_labelled(api: ClusterApi, mapper: Mapper, kind: GroupKind, selector: str, *, whole: bool) -> list[Json]:
    """Return all objects of a kind, in all namespaces, that a label selector takes.

    `whole` False: their metadata alone, which costs little of any number of Secrets.
    """
    resource = mapper.of_kind(kind)
    if resource is None:
        return []
    found: list[Json] = []
    after = ""
    while True:
        query = urlencode({"labelSelector": selector, "limit": _PAGE, **({"continue": after} if after else {})})
        answer = api.send("GET", f"{resource.path()}?{query}", accept="" if whole else _METADATA_ONLY)
        if answer.status == _NOT_FOUND:
            return found  # its definition has gone since
        if answer.status >= _BAD_REQUEST:
            raise ApiUnavailable(f"the list of {kind} answered {answer.status}")
        page = json.loads(answer.body)
        found += [{**one, "apiVersion": resource.api_version, "kind": kind.kind} for one in page.get("items") or ()]
        after = (page.get("metadata") or {}).get("continue") or ""
        if not after:
            return found


def list_in(api: ClusterApi, path: str) -> list[Json]:
    """Return the metadata of what is listed at `path`, nothing where it cannot be."""
    answer = api.send("GET", f"{path}?limit={_PAGE}", accept=_METADATA_ONLY)
    if answer.status >= _BAD_REQUEST:
        raise ApiUnavailable(f"{path} answered {answer.status}")
    items: list[Json] = json.loads(answer.body).get("items") or []
    return items


def _refuse(ref: Ref, answer: Answer) -> None:
    """Raise what an answer that is not good means. Of Secrets nothing is repeated but the names of fields."""
    status = answer.told
    details = status.get("details") or {}
    causes: list[Json] = details.get("causes") or []
    message = str(status.get("message") or f"the API server answered {answer.status}")
    if ref.group_kind == GroupKind("", "Secret"):
        fields = ", ".join(str(cause.get("field", "")) for cause in causes)
        message = f"{status.get('reason') or answer.status}: {fields}" if fields else str(status.get("reason") or "")
    if answer.status >= _SERVER_ERRORS or answer.status == _TOO_MANY or _is_ending(causes):
        raise ApiUnavailable(f"{ref}: {message[:500]}")
    if answer.status == _CONFLICT and any(cause.get("reason") == "FieldManagerConflict" for cause in causes):
        raise StepFailed(f"{ref}: {_conflicts(causes)}")
    raise StepFailed(f"{ref}: {message[:1000]}")


def _conflicts(causes: list[Json]) -> str:
    """Say which fields are whose: a cause's message is `conflict with "NAME" using VERSION`."""
    fields = [f"{cause.get('field')} ({_manager(str(cause.get('message', '')))})" for cause in causes]
    more = f" and {len(fields) - _MOST_NAMED} more" if len(fields) > _MOST_NAMED else ""
    named = f"{', '.join(fields[:_MOST_NAMED])}{more}"
    remedy = "take them out of the addon, or take them over with forceConflicts: true"
    return f"fields that others manage: {named}; {remedy}"


def _manager(message: str) -> str:
    _, quote, rest = message.partition('"')
    return f"managed by {rest.partition(chr(34))[0]}" if quote else message


def _is_ending(causes: list[Json]) -> bool:
    return any(cause.get("reason") == "NamespaceTerminating" for cause in causes)
