"""Two clusters → the differences between them, the cluster's own first, then machine by machine."""

from collections.abc import Iterator

from trailboss.model.cluster import Cluster
from trailboss.model.machine import Machine
from trailboss.model.preview import Difference
from trailboss.plan.diff import labels
from trailboss.plan.diff.fields import Change, changes
from trailboss.plan.diff.values import HIDDEN


def differences(before: Cluster, after: Cluster) -> tuple[Difference, ...]:
    """Return in what `after` differs from `before`; nothing if, and only if, they are equal."""
    return (*_cluster(before, after), *_machines(before, after))


def _cluster(before: Cluster, after: Cluster) -> Iterator[Difference]:
    for name in Cluster.model_fields:
        if name != "machines":
            for change in changes((name,), getattr(before, name), getattr(after, name)):
                yield _told(change)


def _machines(before: Cluster, after: Cluster) -> Iterator[Difference]:
    old = {machine.name: machine for machine in before.machines}
    new = {machine.name: machine for machine in after.machines}
    for name in sorted({*old, *new}):
        if name not in new:
            yield Difference(machine=name, before=old[name].address, words=f"{name} removed ({_where(old[name])})")
        elif name not in old:
            yield Difference(machine=name, after=new[name].address, words=f"{name} added ({_where(new[name])})")
        else:
            yield from _machine(before, after, old[name], new[name])
    if [*old] != [*new] and old.keys() == new.keys():
        yield Difference(field="machines", words="machines stand in another order")


def _where(machine: Machine) -> str:
    return f"{machine.address}, control plane" if machine.role == "control-plane" else machine.address


def _machine(before: Cluster, after: Cluster, old: Machine, new: Machine) -> Iterator[Difference]:
    """What a machine only has from its cluster is told of the cluster."""
    follows = old.kubernetes_version == before.kubernetes_version and new.kubernetes_version == after.kubernetes_version
    for name in Machine.model_fields:
        if name == "kubernetes_version" and follows:
            continue
        for change in changes((name,), getattr(old, name), getattr(new, name)):
            yield _told(change, old.name)


def _told(change: Change, machine: str = "") -> Difference:
    before, after = change.before or "", change.after or ""
    field = ".".join(part for part in (labels.field(change.path), change.key) if part)
    return Difference(
        machine=machine,
        field=field,
        before="" if before == HIDDEN else before,
        after="" if after == HIDDEN else after,
        words=_words(change),
    )


def _words(change: Change) -> str:
    """Say "Kubernetes 1.33.4 → 1.34.4", "label zone a → b", "API server argument audit-log-maxage: 7 → 30"."""
    label, key = labels.label(change.path), change.key
    is_entry = key and key in (change.before, change.after)  # of a list: the entry is its own value
    subject = f"{label} {key}" if key else label
    if change.before is None:
        return f"{subject} added" + ("" if is_entry else _value(": ", change.after))
    if change.after is None:
        return f"{subject} removed" + ("" if is_entry else _value(", was ", change.before))
    if change.before == change.after == HIDDEN or change.before == change.after:
        return f"{subject}: another value"
    return f"{subject}{':' if key and change.path != ('labels',) else ''} {change.before} → {change.after}"


def _value(words: str, value: str | None) -> str:
    return "" if value in (None, HIDDEN) else f"{words}{value}"
