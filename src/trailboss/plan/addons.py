"""Which addons are to be applied, and which are to go, and why."""

from collections.abc import Iterator

from trailboss.addons.order import in_order
from trailboss.model.addons import Addon, AddonPlan
from trailboss.model.cluster import Cluster
from trailboss.plan.observation import AddonSeen, Observation

_MOST_NAMED = 3


def planned(cluster: Cluster, observation: Observation, *, later: bool) -> tuple[AddonPlan, ...]:
    """Return what has to be done with addons; nothing of what is as the manifests have it.

    `later`: another plan follows this one, and addons are left to it: what they bring may be for the version that it
    leads to. But for those that bring the pod network, without which no node becomes Ready.
    """
    seen = {one.name: one for one in observation.addons}
    found = (_applied(addon, seen.get(addon.name)) for addon in in_order(cluster.addons))
    wanted = {addon.name for addon in cluster.addons}
    # Last: what has moved from one addon to another is the other's by then, and stays.
    gone = [one for one in observation.addons if one.name not in wanted]
    all_ = (*(plan for plan in found if plan), *map(_removed, sorted(gone, key=lambda one: one.name)))
    return tuple(plan for plan in all_ if not later or plan.network)


def kept(cluster: Cluster, observation: Observation) -> tuple[str, ...]:
    """Return the names of the addons that are there as the manifests have them."""
    seen = {one.name: one for one in observation.addons}
    return tuple(addon.name for addon in in_order(cluster.addons) if not _reason(addon, seen.get(addon.name)))


def notes(cluster: Cluster, observation: Observation) -> Iterator[str]:
    """Yield what is not well with addons that are as the manifests have them."""
    wanted = {addon.name: addon.digest for addon in cluster.addons}
    for one in observation.addons:
        if one.unhealthy and one.digest and wanted.get(one.name) == one.digest:
            yield f"addon {one.name} is applied and not well: {_named(one.unhealthy)}"


def _applied(addon: Addon, seen: AddonSeen | None) -> AddonPlan | None:
    reason = _reason(addon, seen)
    if not reason:
        return None
    return AddonPlan(
        name=addon.name,
        operation="apply",
        reason=reason,
        digest=addon.digest,
        depends_on=addon.depends_on,
        network=addon.network,
        timeout_seconds=addon.timeout.total_seconds(),
    )


def _reason(addon: Addon, seen: AddonSeen | None) -> str:
    if seen is None:
        return "it is not applied yet"
    if not seen.digest:
        return "it was begun and has not come to its end"
    if seen.digest != addon.digest:
        return "its content differs from what was applied"
    if seen.missing:
        return f"{len(seen.missing)} of its {seen.objects} objects are gone: {_named(seen.missing)}"
    return ""


def _removed(seen: AddonSeen) -> AddonPlan:
    return AddonPlan(name=seen.name, operation="remove", reason="it is not in the manifests any more")


def _named(lines: tuple[str, ...]) -> str:
    more = len(lines) - _MOST_NAMED
    return ", ".join([*lines[:_MOST_NAMED], *([f"and {more} more"] if more > 0 else [])])
