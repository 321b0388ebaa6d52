"""One attempt at one addon: applied, awaited and pruned, or taken away. All of it can be done again at any point."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from functools import partial
from typing import TypeVar

from trailboss.activities.api import connected
from trailboss.addons import hooks, ordering, placing
from trailboss.addons.applyset import HOOK_OF, PART_OF, RUN, Contents, Kept, Pruning, set_id
from trailboss.addons.hooks import Event
from trailboss.addons.objects import AddonObject, Ref
from trailboss.addons.ordering import Wave
from trailboss.addons.record import Record
from trailboss.kube import ClusterApi, addons, objects, waiting
from trailboss.kube.mapping import Mapper
from trailboss.kube.waiting import Unhealthy
from trailboss.model.addons import AddonResult
from trailboss.model.cluster import Cluster
from trailboss.model.errors import StaleWriter, StepFailed, TemporaryError
from trailboss.ssh import SSHPool

_PAUSE_SECONDS = 1.0
_KINDS_WITHIN = 20.0  # seconds until the API server serves a kind whose definition is established
_AT_ONCE = 25  # objects in one thread: a stop is heard in between
_SYSTEM = {"default", "kube-system", "kube-public", "kube-node-lease"}
_MOST_NAMED = 5
Result = TypeVar("Result")
Question = Callable[[ClusterApi, Mapper], Result]


@dataclass
class AddonWork:
    """`run`: names the change, so that an attempt finds what an earlier one of the same change has done.

    `seconds`: how long the addon may take. `desired`: the digests of all addons that the manifests have, by name.
    """

    pool: SSHPool
    cluster: Cluster
    name: str
    run: str
    fence: int
    seconds: float
    desired: Mapping[str, str] = field(default_factory=dict)
    started: float = field(default_factory=time.monotonic)
    _connection: AsyncExitStack = field(default_factory=AsyncExitStack)
    _api: ClusterApi | None = None
    _mapper: Mapper = field(init=False)

    async def current(self) -> Record:
        """Return what the cluster keeps of the addon.

        Raises:
            StaleWriter: a later change has it in hand.
        """
        known = await self.patiently(lambda api, _: addons.records(api))
        record = known.get(self.name, Record(addon=self.name))
        if record.fence > self.fence:
            raise StaleWriter(f"addon {self.name}: a newer change has it in hand")
        return record

    async def ask(self, question: Question[Result]) -> Result:
        """Ask over the one connection of this attempt; after a temporary error the next question has a new one."""
        if self._api is None:
            self._api = await self._connection.enter_async_context(connected(self.pool, self.cluster))
            self._mapper = Mapper(self._api)
        try:
            return await asyncio.to_thread(question, self._api, self._mapper)
        except TemporaryError:
            await self.aclose()
            raise

    async def aclose(self) -> None:
        self._api = None
        await self._connection.aclose()

    async def patiently(self, question: Question[Result]) -> Result:
        """Ask until there is an answer, or the addon's time is over.

        Raises:
            StepFailed: it is over.
        """
        while True:
            try:
                return await self.ask(question)
            except TemporaryError as error:
                if self.is_late:
                    raise StepFailed(f"addon {self.name}: not done in {self.seconds:g} s: {error}") from error
            await asyncio.sleep(_PAUSE_SECONDS)

    async def until_nothing(self, question: Question[str], seconds: float | None = None) -> str:
        """Ask until the answer is "", or time is over; return the last answer. None: the addon's own time."""
        end = time.monotonic() + seconds if seconds is not None else self.started + self.seconds
        while True:
            words = await self.patiently(question)
            if not words or time.monotonic() > end:
                return words
            await asyncio.sleep(_PAUSE_SECONDS)

    @property
    def is_late(self) -> bool:
        return time.monotonic() > self.started + self.seconds

    async def delete(self, refs: Sequence[Ref]) -> tuple[Ref, ...]:
        """Delete objects, group after group; return those that are still there when time is over."""
        left: tuple[Ref, ...] = ()
        for group in ordering.deletion_groups(refs):
            await self.patiently(partial(_delete, addon=self.name, refs=group))
            await self.until_nothing(partial(_some_left, refs=group))
            left += await self.patiently(partial(_left, refs=group))
        return left


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
                await self._hook(wave.objects[0])
            else:
                await self._apply(wave)
        return await self._end(placed)

    def _begin(self, api: ClusterApi, mapper: Mapper, *, rendered: tuple[AddonObject, ...]) -> tuple[AddonObject, ...]:
        """Note what the addon will hold before any of it is there, so that nothing is forgotten whatever happens."""
        placed = placing.placed(rendered, self.namespace, mapper.namespaced)
        refs = tuple(one.ref for one in placed if not hooks.is_hook(one))
        self._refuse_twice(api, placed, refs)
        same = self.record.run == self.work.run
        self.record = self.record.with_(
            digest="",
            run=self.work.run,
            fence=self.work.fence,
            hooks=self.record.hooks if same else (),
            prune=self.prune,
            contents=self.record.contents.with_(Contents.of(refs)),
        )
        addons.write(api, self.record)
        own = {one.name for one in placed if one.kind == "Namespace"}
        if self.namespace not in _SYSTEM | own and any(one.namespace == self.namespace for one in placed):
            addons.ensure_namespace(api, self.namespace)
        return placed

    def _refuse_twice(self, api: ClusterApi, placed: Sequence[AddonObject], refs: Sequence[Ref]) -> None:
        if twice := placing.repeated(placed):
            raise StepFailed(f"addon {self.work.name} has objects twice: {_named(twice)}")
        others = addons.claimed(addons.records(api), self.work.desired, self.work.name)
        taken = tuple(f"{ref} (of {others[ref]})" for ref in refs if ref in others)
        if taken:
            raise StepFailed(f"addon {self.work.name} has objects that belong to another one: {_named(taken)}")

    async def _apply(self, wave: Wave) -> None:
        await self._until_kinds_are_known(wave.objects)
        label = {PART_OF: set_id(self.work.name)}
        for start in range(0, len(wave.objects), _AT_ONCE):
            chunk = [one.marked(label) for one in wave.objects[start : start + _AT_ONCE]]
            self.created += await self.work.patiently(partial(_apply_all, items=chunk, force=self.force))
        await self._until_healthy([one.ref for one in wave.objects])

    async def _until_kinds_are_known(self, items: Sequence[AddonObject]) -> None:
        kinds = sorted({(one.api_version, one.kind) for one in items})
        if unknown := await self.work.until_nothing(partial(_unknown, kinds=kinds), _KINDS_WITHIN):
            raise StepFailed(f"the API server does not know: {unknown}")

    async def _until_healthy(self, refs: Sequence[Ref], *, ends: bool = False) -> None:
        """Wait for what was applied.

        Raises:
            StepFailed: it is not healthy in time, or will not be by waiting.
        """
        found = Unhealthy()

        def look(api: ClusterApi, mapper: Mapper) -> str:
            nonlocal found
            found = waiting.unhealthy(api, mapper, refs, ends=ends)
            return "" if found.failed else str(found)

        late = await self.work.until_nothing(look)
        if late or found.failed:
            told = await self.work.patiently(partial(_look_closely, refs=refs, ends=ends))
            after = f"not healthy after {self.work.seconds:g} s: " if late else ""
            raise StepFailed(f"{after}{told}")

    async def _hook(self, item: AddonObject) -> None:
        """Run a hook to its end; one that an earlier attempt of this change has begun is taken up, not begun anew."""
        if item.ref in self.record.hooks:
            return
        if item.ref not in self.record.begun:
            await self._keep(begun=(*self.record.begun, item.ref))
        marked = item.marked({HOOK_OF: self.work.name}, {RUN: self.work.run})
        await self._until_kinds_are_known([marked])
        if old := await self.work.until_nothing(partial(_start_hook, item=marked, run=self.work.run)):
            raise StepFailed(f"waiting for {old}")
        try:
            await self._until_healthy([item.ref], ends=True)
        except StepFailed as error:
            if hooks.goes_after(item, failed=True):
                await self.work.patiently(partial(_delete, addon=self.work.name, refs=[item.ref]))
            raise StepFailed(f"a hook did not come to its end: {error}") from error
        await self._keep(hooks=(*self.record.hooks, item.ref))
        if hooks.goes_after(item, failed=False):
            await self.work.patiently(partial(_delete, addon=self.work.name, refs=[item.ref]))

    async def _keep(self, **changes: object) -> None:
        """Change the record, and write it into the cluster."""
        self.record = self.record.with_(**changes)
        await self.work.patiently(lambda api, _: addons.write(api, self.record))

    async def _end(self, placed: Sequence[AddonObject]) -> AddonResult:
        """Prune, for all that is new is healthy, and note that the addon is as the manifests have it."""
        refs = tuple(one.ref for one in placed if not hooks.is_hook(one))
        decided = await self.work.patiently(partial(_decide, record=self.record, applied=refs))
        await self.work.patiently(partial(_let_go, kept=decided.keep))
        left = await self.work.delete(decided.delete)
        contents = Contents.of((*refs, *left))
        await self._keep(digest=self.digest, installed=True, members=refs, contents=contents)
        new = f" ({self.created} new)" if self.created else ""
        words = [f"{len(refs)} objects applied{new}", *_pruned(decided.delete, left, decided.keep)]
        return AddonResult(summary="; ".join(words))


async def remove(work: AddonWork) -> AddonResult:
    """Take an addon away whose manifests are gone: all that carries its label, and its hooks.

    Raises:
        StepFailed: some of it does not go in time; the next plan goes on with it.
    """
    record = await work.current()
    if not record.contents.group_kinds and not record.fence:
        return AddonResult(summary="it was gone already", changed=False)
    await work.patiently(lambda api, _: addons.write(api, record.with_(digest="", fence=work.fence, run=work.run)))
    decided = await work.patiently(partial(_decide, record=record, applied=()))
    await work.patiently(partial(_let_go, kept=decided.keep))
    left = await work.delete((*decided.delete, *record.begun))
    if left:
        raise StepFailed(f"still there after {work.seconds:g} s: {_named(tuple(map(str, left)))}")
    await work.patiently(lambda api, _: addons.forget(api, work.name))
    return AddonResult(summary="; ".join(_pruned(decided.delete, left, decided.keep)) or "nothing of it was there")


def _pruned(deleted: Sequence[Ref], left: Sequence[Ref], kept: Sequence[Kept]) -> list[str]:
    words = [f"{len(deleted) - len(left)} deleted"] if deleted else []
    words += [f"still going: {_named(tuple(map(str, left)))}"] if left else []
    return words + [f"kept {one.ref}: {one.why}" for one in kept[:_MOST_NAMED]]


def _apply_all(api: ClusterApi, mapper: Mapper, *, items: Sequence[AddonObject], force: bool) -> int:
    """Apply objects one after the other; return how many are new."""
    return sum(objects.apply(api, mapper, item, force=force) == "created" for item in items)


def _unknown(_api: ClusterApi, mapper: Mapper, *, kinds: Sequence[tuple[str, str]]) -> str:
    missing = (f"{kind} of {version}" for version, kind in kinds if mapper.find(version, kind) is None)
    return ", ".join(missing)


def _look_closely(api: ClusterApi, mapper: Mapper, *, refs: Sequence[Ref], ends: bool) -> Unhealthy:
    return waiting.unhealthy(api, mapper, refs, ends=ends, why=True)


def _start_hook(api: ClusterApi, mapper: Mapper, *, item: AddonObject, run: str) -> str:
    """Begin a hook, or find it begun; return what has to be over before, "" once it runs."""
    there = objects.read(api, mapper, item.ref)
    if there is not None:
        annotations = there["metadata"].get("annotations") or {}
        if there["metadata"].get("deletionTimestamp"):
            return f"{item.ref} of an earlier run to go"
        if annotations.get(RUN) == run:
            return ""
        if hooks.runs_anew(item):
            objects.delete(api, mapper, item.ref, uid=str(there["metadata"].get("uid", "")))
            return f"{item.ref} of an earlier run to go"
    objects.apply(api, mapper, item, force=True)
    return ""


def _decide(api: ClusterApi, mapper: Mapper, *, record: Record, applied: Sequence[Ref]) -> Pruning:
    return addons.decide(api, mapper, record, applied)


def _let_go(api: ClusterApi, mapper: Mapper, *, kept: Sequence[Kept]) -> None:
    addons.let_go(api, mapper, kept)


def _delete(api: ClusterApi, mapper: Mapper, *, addon: str, refs: Sequence[Ref]) -> None:
    addons.delete(api, mapper, addon, refs)


def _left(api: ClusterApi, mapper: Mapper, *, refs: Sequence[Ref]) -> tuple[Ref, ...]:
    return addons.still_there(api, mapper, refs)


def _some_left(api: ClusterApi, mapper: Mapper, *, refs: Sequence[Ref]) -> str:
    return ", ".join(map(str, addons.still_there(api, mapper, refs)))


def _named(words: tuple[str, ...]) -> str:
    more = len(words) - _MOST_NAMED
    return ", ".join([*words[:_MOST_NAMED], *([f"and {more} more"] if more > 0 else [])])
