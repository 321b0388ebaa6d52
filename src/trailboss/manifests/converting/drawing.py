"""wksctl's objects → what stands for each of them in today's form."""

from collections.abc import Iterator, Mapping
from typing import Any

from trailboss.manifests.converting import today
from trailboss.manifests.converting.override import Override
from trailboss.manifests.converting.render import Drawn
from trailboss.manifests.group import Group
from trailboss.manifests.normalise.assemble import assemble
from trailboss.manifests.objects import KubeObject
from trailboss.manifests.references import ClusterObjects, join

WKSCTL = ("ExistingInfraCluster", "ExistingInfraMachine")


def drawn_of(group: Group, files: Mapping[str, str], override: Override) -> Iterator[tuple[int, Drawn]]:
    """Yield what stands for each object of wksctl's, by the object's identity."""
    for objects in join(group):
        if objects.infrastructure and objects.infrastructure.kind.name in WKSCTL:
            for (top, top_value), (infra, infra_value) in _values(objects, objects.infrastructure, files, override):
                first, second = Drawn(top_value), Drawn(infra_value)
                first.partner, second.partner = second, first
                yield id(top), first
                yield id(infra), second


_Value = tuple[KubeObject, dict[str, Any]]


def _values(
    objects: ClusterObjects, infra: KubeObject, files: Mapping[str, str], override: Override
) -> Iterator[tuple[_Value, _Value]]:
    draft = assemble(objects, files, override)
    top = today.cluster_object(objects.cluster, draft.cluster, infra.name)
    yield (objects.cluster, top), (infra, today.ssh_cluster_object(infra, draft.cluster, draft.parts))
    for each in objects.machines:
        machine, host = each.machine, each.infrastructure
        if host and host.kind.name in WKSCTL:
            read = draft.cluster.machine(machine.name)
            top = today.machine_object(machine, objects.cluster.name, host.name)
            yield (machine, top), (host, today.ssh_machine_object(host, read, draft.parts.ssh))
