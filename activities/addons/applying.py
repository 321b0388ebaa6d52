"""One attempt at applying an addon: applied, awaited and pruned. All of it can be done again at any point."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from functools import partial

from trailboss.activities.addons.hooks import run_hook
from trailboss.activities.addons.pruning import prune
from trailboss.activities.addons.waiting import until_healthy, until_kinds_are_known
from trailboss.activities.addons.words import named
from trailboss.activities.addons.work import AddonWork
from trailboss.addons import hooks, ordering, placing
from trailboss.addons.applyset import PART_OF, Contents, set_id
from trailboss.addons.hooks import Event
from trailboss.addons.objects import AddonObject, Ref
from trailboss.addons.ordering import Wave
from trailboss.addons.record import Record
from trailboss.kube import ClusterApi, addons, objects
from trailboss.kube.mapping import Mapper
from trailboss.model.addons import AddonResult
from trailboss.model.errors import StepFailed

_AT_ONCE = 25  # objects in one thread: a stop is heard in between
_SYSTEM = {"default", "kube-system", "kube-public", "kube-node-lease"}


@dataclass
class Applying:
    """Applies one addon. `render`: makes its objects, once it is known whether it is installed or upgraded."""

    work: AddonWork
    namespace: str
    prune: str
    digest: str
    force: bool
    render: Callable[[Event], Awaitable[tuple[AddonObject, ...]]]
    record: Record = field(default_factory=lambda: Record(addon=""))
    created: int = 0

    async def carry_out(self) -> AddonResult:
        """Bring the addon about and wait until it is healthy.

        Raises:
            StepFailed: it is not to be had; what was done stays, and nothing was pruned.
            TemporaryError: another attempt may go better.
        """
        self.record = await self.work.current()
        event: Event = "upgrade" if self.record.installed else "install"
        rendered = await self.render(event)
        placed = await self.work.patiently(partial(self._begin, rendered=rendered))
        for wave in ordering.waves(placed, event):
            if wave.hook:
                self.record = await run_hook(self.work, self.record, wave.objects[0])
            else:
                await self._apply(wave)
        return await self._end(placed)

    def _begin(self, api: ClusterApi, mapper: Mapper, *, rendered: tuple[AddonObject, ...]) -> tuple[AddonObject, ...]:
        """Note what the addon will hold before any of it is there, so that nothing is forgotten whatever happens."""
        placed = placing.placed(rendered, self.namespace, mapper.namespaced)
        refs = _members(placed)
        self._refuse_twice(api, placed, refs)
        self.record = self._noting(refs)
        addons.write(api, self.record)
        self._ensure_namespace(api, placed)
        return placed

    def _noting(self, refs: Sequence[Ref]) -> Record:
        same = self.record.run == self.work.run
        return self.record.with_(
            digest="",
            run=self.work.run,
            fence=self.work.fence,
            hooks=self.record.hooks if same else (),
            prune=self.prune,
            contents=self.record.contents.with_(Contents.of(refs)),
        )

    def _ensure_namespace(self, api: ClusterApi, placed: Sequence[AddonObject]) -> None:
        own = {one.name for one in placed if one.kind == "Namespace"}
        if self.namespace not in _SYSTEM | own and any(one.namespace == self.namespace for one in placed):
            addons.ensure_namespace(api, self.namespace)

    def _refuse_twice(self, api: ClusterApi, placed: Sequence[AddonObject], refs: Sequence[Ref]) -> None:
        if twice := placing.repeated(placed):
            raise StepFailed(f"addon {self.work.name} has objects twice: {named(twice)}")
        others = addons.claimed(addons.records(api), self.work.desired, self.work.name)
        taken = tuple(f"{ref} (of {others[ref]})" for ref in refs if ref in others)
        if taken:
            raise StepFailed(f"addon {self.work.name} has objects that belong to another one: {named(taken)}")

    async def _apply(self, wave: Wave) -> None:
        await until_kinds_are_known(self.work, wave.objects)
        label = {PART_OF: set_id(self.work.name)}
        for start in range(0, len(wave.objects), _AT_ONCE):
            chunk = [one.marked(label) for one in wave.objects[start : start + _AT_ONCE]]
            self.created += await self.work.patiently(partial(_apply_all, items=chunk, force=self.force))
        await until_healthy(self.work, [one.ref for one in wave.objects])

    async def _end(self, placed: Sequence[AddonObject]) -> AddonResult:
        """Prune, for all that is new is healthy, and note that the addon is as the manifests have it."""
        refs = _members(placed)
        pruned = await prune(self.work, self.record, refs)
        contents = Contents.of((*refs, *pruned.left))
        done = self.record.with_(digest=self.digest, installed=True, members=refs, contents=contents)
        self.record = await self.work.keep(done)
        new = f" ({self.created} new)" if self.created else ""
        return AddonResult(summary="; ".join([f"{len(refs)} objects applied{new}", *pruned.words]))


def _members(placed: Sequence[AddonObject]) -> tuple[Ref, ...]:
    return tuple(one.ref for one in placed if not hooks.is_hook(one))


def _apply_all(api: ClusterApi, mapper: Mapper, *, items: Sequence[AddonObject], force: bool) -> int:
    """Apply objects one after the other; return how many are new."""
    return sum(objects.apply(api, mapper, item, force=force) == "created" for item in items)
