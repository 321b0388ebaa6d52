"""What an addon has no more goes, or is let go."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from trailboss.activities.addons.deleting import delete
from trailboss.activities.addons.words import named
from trailboss.activities.addons.work import AddonWork
from trailboss.addons.applyset import Kept, Pruning
from trailboss.addons.objects import Ref
from trailboss.addons.record import Record
from trailboss.kube import ClusterApi, addons
from trailboss.kube.mapping import Mapper

_MOST_KEPT_NAMED = 5


@dataclass(frozen=True)
class Pruned:
    """What was to be deleted, what of it is still there, and what stays, with the reasons."""

    deleted: tuple[Ref, ...]
    left: tuple[Ref, ...]
    kept: tuple[Kept, ...]

    @property
    def words(self) -> list[str]:
        words = [f"{len(self.deleted) - len(self.left)} deleted"] if self.deleted else []
        words += [f"still going: {named(tuple(map(str, self.left)))}"] if self.left else []
        return words + [f"kept {one.ref}: {one.why}" for one in self.kept[:_MOST_KEPT_NAMED]]


async def prune(work: AddonWork, record: Record, applied: Sequence[Ref], *, also: Sequence[Ref] = ()) -> Pruned:
    """Delete what the addon has and `applied` lacks, and `also`; let go what is kept."""
    decided = await work.patiently(partial(_decide, record=record, applied=applied))
    await work.patiently(partial(_let_go, kept=decided.keep))
    left = await delete(work, (*decided.delete, *also))
    return Pruned(decided.delete, left, decided.keep)


def _decide(api: ClusterApi, mapper: Mapper, *, record: Record, applied: Sequence[Ref]) -> Pruning:
    return addons.decide(api, mapper, record, applied)


def _let_go(api: ClusterApi, mapper: Mapper, *, kept: Sequence[Kept]) -> None:
    addons.let_go(api, mapper, kept)
