"""Deletes objects of an addon, group after group."""

from collections.abc import Sequence
from functools import partial

from trailboss.activities.addons.work import AddonWork
from trailboss.addons import ordering
from trailboss.addons.objects import Ref
from trailboss.kube import ClusterApi, addons
from trailboss.kube.mapping import Mapper


async def begin_deletion(work: AddonWork, refs: Sequence[Ref]) -> None:
    """Have objects deleted, and do not wait until they are gone."""
    await work.patiently(partial(_delete, addon=work.name, refs=refs))


async def delete(work: AddonWork, refs: Sequence[Ref]) -> tuple[Ref, ...]:
    """Delete objects, group after group; return those that are still there when time is over."""
    left: tuple[Ref, ...] = ()
    for group in ordering.deletion_groups(refs):
        await begin_deletion(work, group)
        await work.until_nothing(partial(_some_left, refs=group))
        left += await work.patiently(partial(_left, refs=group))
    return left


def _delete(api: ClusterApi, mapper: Mapper, *, addon: str, refs: Sequence[Ref]) -> None:
    addons.delete(api, mapper, addon, refs)


def _left(api: ClusterApi, mapper: Mapper, *, refs: Sequence[Ref]) -> tuple[Ref, ...]:
    return addons.still_there(api, mapper, refs)


def _some_left(api: ClusterApi, mapper: Mapper, *, refs: Sequence[Ref]) -> str:
    return ", ".join(map(str, addons.still_there(api, mapper, refs)))
