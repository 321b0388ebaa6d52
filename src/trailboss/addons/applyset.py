"""An addon's objects as an ApplySet (KEP-3659): whose each is, where to look for them, which are to go.

The parent is a ConfigMap of kube-system. Labels and annotations are the KEP's, so that `kubectl apply --prune
--applyset` refuses to touch what is ours; what is ours alone is named trailboss.dev/….
"""

import base64
import hashlib
from collections.abc import Collection, Iterable
from typing import Final, NamedTuple

from trailboss.addons.objects import GroupKind, Json, Ref
from trailboss.addons.ordering import deletion_order
from trailboss.model.addons import Prune

NAMESPACE: Final = "kube-system"
TOOLING: Final = "trailboss/v1"
MANAGER: Final = "trailboss"

PART_OF: Final = "applyset.kubernetes.io/part-of"
ID: Final = "applyset.kubernetes.io/id"
TOOLING_KEY: Final = "applyset.kubernetes.io/tooling"
GROUP_KINDS: Final = "applyset.kubernetes.io/contains-group-kinds"
NAMESPACES: Final = "applyset.kubernetes.io/additional-namespaces"

ADDON: Final = "trailboss.dev/cluster-addon"
DIGEST: Final = "trailboss.dev/addon-digest"
"""What was applied and healthy last; "" or absent: never, or something was begun after that."""
INSTALLED: Final = "trailboss.dev/addon-installed"
"""Present once a first apply has come to its end: hooks are those of an upgrade from then on."""
RUN: Final = "trailboss.dev/addon-run"
PRUNE: Final = "trailboss.dev/addon-prune"
FENCE: Final = "trailboss.dev/fence"
HOOK_OF: Final = "trailboss.dev/addon-hook"

_KEEP: Final = "helm.sh/resource-policy"
_SYSTEM = {"default", "kube-system", "kube-public", "kube-node-lease"}
_MAY_HOLD_DATA = {
    GroupKind("apiextensions.k8s.io", "CustomResourceDefinition"): "with it all objects of its kind would go",
    GroupKind("", "PersistentVolumeClaim"): "with it its data may go",
    GroupKind("", "PersistentVolume"): "with it its data may go",
}


def parent_name(addon: str) -> str:
    return f"trailboss-addon-{addon}"


def set_id(addon: str) -> str:
    """Return the KEP's id of an addon's set: of its parent's name, namespace, kind and group."""
    digest = hashlib.sha256(f"{parent_name(addon)}.{NAMESPACE}.ConfigMap.".encode()).digest()
    return f"applyset-{base64.urlsafe_b64encode(digest).decode().rstrip('=')}-v1"


class Contents(NamedTuple):
    """Where members of a set may be: their kinds, and the namespaces beside the parent's own."""

    group_kinds: frozenset[GroupKind] = frozenset()
    namespaces: frozenset[str] = frozenset()

    @classmethod
    def of(cls, refs: Iterable[Ref]) -> "Contents":
        known = tuple(refs)
        return cls(frozenset(ref.group_kind for ref in known), frozenset(ref.namespace for ref in known) - {""})

    def with_(self, other: "Contents") -> "Contents":
        return Contents(self.group_kinds | other.group_kinds, self.namespaces | other.namespaces)


def written(contents: Contents) -> dict[str, str]:
    """Return the KEP's annotations of a parent."""
    return {
        TOOLING_KEY: TOOLING,
        GROUP_KINDS: ",".join(sorted(map(str, contents.group_kinds))),
        NAMESPACES: ",".join(sorted(contents.namespaces - {NAMESPACE})),
    }


def read(annotations: dict[str, str]) -> Contents:
    """Return what a parent says of its set."""
    kinds = (one for one in annotations.get(GROUP_KINDS, "").split(",") if one)
    namespaces = (one for one in annotations.get(NAMESPACES, "").split(",") if one)
    return Contents(frozenset(map(GroupKind.parse, kinds)), frozenset({*namespaces, NAMESPACE}))


class Kept(NamedTuple):
    ref: Ref
    why: str


class Pruning(NamedTuple):
    """`delete`: in this order. `keep`: what stays, and is nobody's from then on."""

    delete: tuple[Ref, ...]
    keep: tuple[Kept, ...]


def pruning(members: Collection[Json], applied: Collection[Ref], prune: Prune) -> Pruning:
    """Decide what of a set goes, given who is in it by label and what was just applied.

    Nothing that was applied goes; nor what a controller owns (it copied the label and follows its owner), a system
    namespace, or what `helm.sh/resource-policy: keep` marks. What may hold data goes with "all" only; "no": nothing.
    """
    stray = [_member(body) for body in members]
    stray = [one for one in stray if one.ref not in set(applied) and not one.owned]
    keep = [Kept(one.ref, why) for one in stray if (why := _why_kept(one, prune))]
    stays = {kept.ref for kept in keep}
    return Pruning(deletion_order(one.ref for one in stray if one.ref not in stays), tuple(sorted(keep)))


class _Member(NamedTuple):
    ref: Ref
    owned: bool
    policy: str


def _member(body: Json) -> _Member:
    metadata = body["metadata"]
    group = str(body["apiVersion"]).rpartition("/")[0]
    ref = Ref(group, str(body["kind"]), str(metadata.get("namespace") or ""), str(metadata["name"]))
    owned = any(owner.get("controller") for owner in metadata.get("ownerReferences") or ())
    return _Member(ref, owned, (metadata.get("annotations") or {}).get(_KEEP, ""))


def _why_kept(member: _Member, prune: Prune) -> str:
    if prune == "no":
        return "its addon prunes nothing"
    if member.ref.group_kind == GroupKind("", "Namespace") and member.ref.name in _SYSTEM:
        return "it is a system namespace"
    if member.policy == "keep":
        return f"{_KEEP} says so"
    return "" if prune == "all" else _MAY_HOLD_DATA.get(member.ref.group_kind, "")
