"""One attempt at one addon: how long it may take, its connection, and what the cluster keeps of the addon."""

import asyncio
import time
from collections.abc import Callable, Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from typing import TypeVar

from trailboss.activities.api import connected
from trailboss.addons.record import Record
from trailboss.kube import ClusterApi, addons
from trailboss.kube.mapping import Mapper
from trailboss.model.cluster import Cluster
from trailboss.model.errors import StaleWriter, StepFailed, TemporaryError
from trailboss.ssh import SSHPool

_PAUSE_SECONDS = 1.0
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

    async def keep(self, record: Record) -> Record:
        """Write the record into the cluster, and return it."""
        await self.patiently(lambda api, _: addons.write(api, record))
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
