"""In which order objects are applied and deleted: hooks as Helm runs them, kinds as Helm installs them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from trailboss.addons.hooks import Event, Moment, is_hook, runs, weight
from trailboss.addons.objects import AddonObject, Ref

# Helm's InstallOrder (pkg/releaseutil/kind_sorter.go of Helm 3); kinds that it does not name come after those.
INSTALL_ORDER: Final = (
    "PriorityClass",
    "Namespace",
    "NetworkPolicy",
    "ResourceQuota",
    "LimitRange",
    "PodSecurityPolicy",
    "PodDisruptionBudget",
    "ServiceAccount",
    "Secret",
    "SecretList",
    "ConfigMap",
    "StorageClass",
    "PersistentVolume",
    "PersistentVolumeClaim",
    "CustomResourceDefinition",
    "ClusterRole",
    "ClusterRoleList",
    "ClusterRoleBinding",
    "ClusterRoleBindingList",
    "Role",
    "RoleList",
    "RoleBinding",
    "RoleBindingList",
    "Service",
    "DaemonSet",
    "Pod",
    "ReplicationController",
    "ReplicaSet",
    "Deployment",
    "HorizontalPodAutoscaler",
    "StatefulSet",
    "Job",
    "CronJob",
    "IngressClass",
    "Ingress",
    "APIService",
)
_PLACES = {kind: place for place, kind in enumerate(INSTALL_ORDER)}
_LAST = len(INSTALL_ORDER)
# Webhooks that are there before what answers them keep all else out.
_VERY_LAST = {"MutatingWebhookConfiguration": _LAST + 1, "ValidatingWebhookConfiguration": _LAST + 1}
_FOUNDATIONS = {"Namespace", "CustomResourceDefinition"}


@dataclass(frozen=True)
class Wave:
    """Objects that are applied one after the other; the next wave begins once all of these are healthy.

    `hook`: it runs to its end, and does not belong to the addon's set.
    """

    name: str
    objects: tuple[AddonObject, ...]
    hook: bool = False


def waves(objects: Sequence[AddonObject], event: Event) -> tuple[Wave, ...]:
    """Return the waves of an addon: namespaces and definitions, hooks before, all else, hooks after.

    Helm has namespaces of a chart come after its first hooks; here those hooks may live in them. Hooks of other
    moments (tests, deletion, rollback) are left out.
    """
    main = sorted((one for one in objects if not is_hook(one)), key=_by_kind)
    found = (
        Wave("namespaces and definitions", tuple(one for one in main if one.kind in _FOUNDATIONS)),
        *_hooks(objects, "pre", event),
        Wave("objects", tuple(one for one in main if one.kind not in _FOUNDATIONS)),
        *_hooks(objects, "post", event),
    )
    return tuple(wave for wave in found if wave.objects)


def deletion_order(refs: Iterable[Ref]) -> tuple[Ref, ...]:
    """Return them as they are deleted: what was installed last goes first, and namespaces go when they are empty."""
    return tuple(sorted(refs, key=lambda ref: (ref.kind == "Namespace", -_place(ref.kind), ref)))


def deletion_groups(refs: Iterable[Ref]) -> tuple[tuple[Ref, ...], ...]:
    """Return them in groups, each of which is to be gone before the next goes.

    Objects of kinds that Kubernetes does not have itself come first: whoever looks after them may be in the next group,
    and some do not go without it. Namespaces come last.
    """
    ordered = deletion_order(refs)
    custom = tuple(ref for ref in ordered if ref.kind not in _PLACES and ref.kind not in _VERY_LAST)
    namespaces = tuple(ref for ref in ordered if ref.kind == "Namespace")
    others = tuple(ref for ref in ordered if ref not in {*custom, *namespaces})
    return tuple(group for group in (custom, others, namespaces) if group)


def _hooks(objects: Sequence[AddonObject], moment: Moment, event: Event) -> tuple[Wave, ...]:
    """Return one wave for each hook: by weight, then kind, then name."""
    found = sorted((one for one in objects if runs(one, moment, event)), key=lambda one: (weight(one), *_by_kind(one)))
    return tuple(Wave(f"{moment}-{event} hook {one.kind} {one.name}", (one,), hook=True) for one in found)


def _by_kind(item: AddonObject) -> tuple[int, str, str, str]:
    return _place(item.kind), item.kind, item.namespace, item.name


def _place(kind: str) -> int:
    return _PLACES.get(kind, _VERY_LAST.get(kind, _LAST))
