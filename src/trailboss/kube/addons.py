"""Addons in a cluster: what it keeps of each, what belongs to each, and what is to go."""

import json
from collections.abc import Iterable, Mapping
from typing import Final

from trailboss.addons import applyset
from trailboss.addons.applyset import Contents, Kept, Pruning
from trailboss.addons.health import health, is_judged
from trailboss.addons.objects import AddonObject, GroupKind, Json, Ref, ref_of
from trailboss.addons.record import Record, config_map, read_config_map
from trailboss.kube import objects
from trailboss.kube.api import ClusterApi
from trailboss.kube.mapping import Mapper
from trailboss.model.errors import ApiUnavailable
from trailboss.plan.observation import AddonSeen

_CONFIG_MAP: Final = GroupKind("", "ConfigMap")
_NAMESPACE: Final = GroupKind("", "Namespace")
_RECORDS = f"/api/v1/namespaces/{applyset.NAMESPACE}/configmaps?labelSelector={applyset.ADDON}"
_CONFLICT, _BAD_REQUEST = 409, 400
_OF_ITSELF = {("ServiceAccount", "default"), ("ConfigMap", "kube-root-ca.crt")}
_COMES_AND_GOES = {"Event", "Endpoints", "EndpointSlice", "Lease", "PodMetrics"}
_MOST_NAMED = 5


def records(api: ClusterApi) -> dict[str, Record]:
    """Return what the cluster keeps of its addons, by name."""
    answer = api.send("GET", _RECORDS)
    if answer.status >= _BAD_REQUEST:
        raise ApiUnavailable(f"the list of addons answered {answer.status}")
    found = (read_config_map(body) for body in json.loads(answer.body).get("items") or ())
    return {record.addon: record for record in found if record}


def write(api: ClusterApi, record: Record) -> None:
    """Keep the record; it is ours alone, so whatever else was written into it goes."""
    objects.apply(api, Mapper(api), AddonObject(config_map(record)), force=True)


def forget(api: ClusterApi, addon: str) -> None:
    ref = Ref("", "ConfigMap", applyset.NAMESPACE, applyset.parent_name(addon))
    objects.delete(api, Mapper(api), ref)


def ensure_namespace(api: ClusterApi, name: str) -> None:
    """Make the namespace that an addon names for its objects, if it is not there; it is never pruned."""
    body = {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name}}
    answer = api.send("POST", "/api/v1/namespaces", body)
    if answer.status >= _BAD_REQUEST and answer.status != _CONFLICT:
        raise ApiUnavailable(f"the namespace {name} could not be made: {answer.status}")


def members(api: ClusterApi, mapper: Mapper, addon: str, contents: Contents) -> list[Json]:
    """Return the metadata of all that carries the label of an addon's set."""
    selector = f"{applyset.PART_OF}={applyset.set_id(addon)}"
    kinds = sorted(contents.group_kinds)
    return [one for kind in kinds for one in objects.list_labelled(api, mapper, kind, selector, whole=False)]


def claimed(known: Mapping[str, Record], desired: Mapping[str, str], addon: str) -> dict[Ref, str]:
    """Return what other addons hold that are as the manifests have them now (`desired`: name → digest)."""
    return {
        ref: record.addon
        for record in known.values()
        if record.addon != addon and record.digest and record.digest == desired.get(record.addon)
        for ref in record.members
    }


def decide(api: ClusterApi, mapper: Mapper, record: Record, applied: Iterable[Ref]) -> Pruning:
    """Decide what of an addon's set goes, and what stays although it was not applied; deletes nothing.

    A namespace goes only if it holds nothing but what goes with it.
    """
    found = members(api, mapper, record.addon, record.contents)
    decided = applyset.pruning(found, set(applied), record.prune)
    going = set(decided.delete)
    kept = [
        Kept(ref, f"it holds what is not this addon's: {others}")
        for ref in decided.delete
        if ref.group_kind == _NAMESPACE and (others := _others_in(api, mapper, ref.name, going))
    ]
    stays = {one.ref for one in kept}
    return Pruning(tuple(ref for ref in decided.delete if ref not in stays), (*decided.keep, *kept))


def let_go(api: ClusterApi, mapper: Mapper, kept: Iterable[Kept]) -> None:
    """Take our label off what stays: it is nobody's from then on."""
    for one in kept:
        objects.unlabel(api, mapper, one.ref, applyset.PART_OF)


def delete(api: ClusterApi, mapper: Mapper, addon: str, refs: Iterable[Ref]) -> None:
    """Have objects deleted that still carry the label of this addon's set, or are hooks of it."""
    for ref in refs:
        body = objects.read(api, mapper, ref)
        labels = (body["metadata"].get("labels") or {}) if body else {}
        own = labels.get(applyset.PART_OF) == applyset.set_id(addon) or labels.get(applyset.HOOK_OF) == addon
        if body and own and not body["metadata"].get("deletionTimestamp"):
            objects.delete(api, mapper, ref, uid=str(body["metadata"].get("uid", "")))


def still_there(api: ClusterApi, mapper: Mapper, refs: Iterable[Ref]) -> tuple[Ref, ...]:
    return tuple(ref for ref in refs if objects.read(api, mapper, ref) is not None)


def seen(api: ClusterApi) -> tuple[AddonSeen, ...]:
    """Return how each addon of the cluster stands: one request for each kind that they have."""
    known, mapper = records(api), Mapper(api)
    kinds = {kind for record in known.values() for kind in record.contents.group_kinds}
    listed = [one for kind in sorted(kinds) for one in _labelled(api, mapper, kind)]
    there = {(_set_of(body), ref_of(body)): body for body in listed}
    return tuple(_seen(record, there) for _, record in sorted(known.items()))


def _labelled(api: ClusterApi, mapper: Mapper, kind: GroupKind) -> list[Json]:
    return objects.list_labelled(api, mapper, kind, applyset.PART_OF, whole=is_judged(kind))


def _seen(record: Record, there: Mapping[tuple[str, Ref], Json]) -> AddonSeen:
    own = applyset.set_id(record.addon)
    missing = tuple(str(ref) for ref in record.members if (own, ref) not in there)
    bodies = (there[own, ref] for ref in record.members if (own, ref) in there and is_judged(ref.group_kind))
    judged = ((ref_of(body), health(body)) for body in bodies)
    unhealthy = tuple(f"{ref}: {found.words}" for ref, found in judged if found.state != "ok")
    return AddonSeen(
        name=record.addon,
        digest=record.digest,
        installed=record.installed,
        objects=len(record.members),
        missing=missing,
        unhealthy=unhealthy,
    )


def _set_of(body: Json) -> str:
    return str((body["metadata"].get("labels") or {}).get(applyset.PART_OF, ""))


def _others_in(api: ClusterApi, mapper: Mapper, namespace: str, going: set[Ref]) -> str:
    """Say what lives in a namespace that is not going with it, "" for nothing."""
    found = [
        f"{resource.kind} {body['metadata']['name']}"
        for resource in mapper.everything_in_namespaces()
        for body in objects.list_in(api, resource.path(namespace))
        if not _goes(body, resource.kind, _group(resource.api_version), going)
    ]
    more = f" and {len(found) - _MOST_NAMED} more" if len(found) > _MOST_NAMED else ""
    return f"{', '.join(found[:_MOST_NAMED])}{more}"


def _goes(body: Json, kind: str, group: str, going: set[Ref]) -> bool:
    metadata = body["metadata"]
    if kind in _COMES_AND_GOES or (kind, metadata["name"]) in _OF_ITSELF:
        return True
    if metadata.get("ownerReferences") or metadata.get("deletionTimestamp"):
        return True
    return Ref(group, kind, str(metadata.get("namespace") or ""), str(metadata["name"])) in going


def _group(api_version: str) -> str:
    return api_version.rpartition("/")[0]
