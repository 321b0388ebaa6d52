"""Empties one node, pod by pod, through the eviction API."""

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from typing import TypeVar

from trailboss.activities.api import ask
from trailboss.activities.place import Place
from trailboss.kube import ClusterApi, cordon, eviction, nodes
from trailboss.kube.pods import PodOnNode, pods_to_evict
from trailboss.model.errors import GateNotHeld, StepFailed
from trailboss.model.messages import StepResult
from trailboss.plan.observation import LOCAL_DATA, UNMANAGED
from trailboss.ssh import SSHPool

_BLOCKED_PAUSE_SECONDS = 3.0
_ENDING_PAUSE_SECONDS = 0.5
_MOST_NAMED = 20
_WAIVER = "PodsAtRisk"  # of model/checks.py: who waived the check has been told of these pods
Result = TypeVar("Result")
Remove = Callable[[ClusterApi, PodOnNode], str]


@dataclass
class Left:
    """What is still on the node, one line each: pods that are not let go now, and pods that have been and still run."""

    blocked: tuple[str, ...] = ()
    ending: tuple[str, ...] = ()

    @property
    def lines(self) -> tuple[str, ...]:
        return _named((*self.blocked, *self.ending))


@dataclass
class Emptying:
    """One attempt at emptying one node. `seen`: pods that it found there, by uid; None before the first look."""

    pool: SSHPool
    place: Place
    owner: str
    seen: dict[str, PodOnNode] | None = None
    lost: set[str] = field(default_factory=set)
    dead: bool = False

    async def run(self, *, approved: bool) -> StepResult:
        """Empty the node; `approved`: an operator has approved to delete what is blocked, at once.

        The manifests' timeout counts within one attempt: only a pod that was seen blocked for all of it is given up on.

        Raises:
            StepFailed: a pod would be lost and the manifests do not allow that; pods at risk are looked for first.
            GateNotHeld: pods stay on the node, and the manifests say to wait.
        """
        settings = self.place.cluster.rollout.drain
        node = await self._ask(nodes.find)
        if node is None:
            return StepResult(summary="there is no such node", changed=False)
        self.dead = self._leaves and not node.ready
        await self._ask(self._refuse_losses)
        cordoned = await self._ask(partial(cordon.cordon, by=self.owner))
        left = await self._until_empty(self._evict, timedelta(0) if approved else settings.timeout)
        if left.lines and (approved or settings.when_blocked == "force"):
            left = await self._until_empty(self._delete, settings.timeout)
        if left.lines and settings.when_blocked == "ask":
            return StepResult(summary=self._words(cordoned, left), blocked=left.lines)
        if left.lines:
            raise GateNotHeld(f"waiting for {self.place.machine.name} to be empty: {'; '.join(left.lines)}")
        return StepResult(summary=self._words(cordoned, left), changed=bool(self.seen) or cordoned == "cordoned")

    async def _until_empty(self, remove: Remove, within: timedelta) -> Left:
        """Remove what is on the node, again and again, until it is empty or time is over; return what is left."""
        deadline = time.monotonic() + within.total_seconds()
        while True:
            left = await self._ask(partial(self._round, remove=remove))
            if not left.lines or time.monotonic() >= deadline:
                return left
            await asyncio.sleep(_BLOCKED_PAUSE_SECONDS if left.blocked else _ENDING_PAUSE_SECONDS)

    def _round(self, api: ClusterApi, name: str, *, remove: Remove) -> Left:
        pods = self._ours(pods_to_evict(api, name))
        self._refuse(pods)
        whys = {str(pod): remove(api, pod) for pod in pods if not pod.ending}
        blocked = tuple(f"{pod}: {why}" for pod, why in whys.items() if why)
        going = () if self.dead else tuple(f"{pod}: it has not ended yet" for pod in pods if not whys.get(str(pod)))
        return Left(blocked, going)

    def _ours(self, pods: tuple[PodOnNode, ...]) -> tuple[PodOnNode, ...]:
        """Return the pods to remove. One that came later although the node is cordoned would come back for ever."""
        seen = self.seen
        found = {pod.uid: pod for pod in pods if seen is None or pod.uid in seen or not pod.returns}
        self.seen = {**(seen or {}), **found}
        return tuple(found.values())

    def _evict(self, api: ClusterApi, pod: PodOnNode) -> str:
        return eviction.evict(api, pod, grace=self.place.cluster.rollout.drain.grace).reason

    def _delete(self, api: ClusterApi, pod: PodOnNode) -> str:
        eviction.delete(api, pod, grace=self.place.cluster.rollout.drain.grace)
        return ""

    def _refuse_losses(self, api: ClusterApi, name: str) -> None:
        self._refuse(pods_to_evict(api, name))

    def _refuse(self, pods: tuple[PodOnNode, ...]) -> None:
        """Raise StepFailed if a pod would be lost and must not; remember those that may."""
        lost = [(f"{pod}: {why}", why) for pod in pods for why in pod.risks]
        forbidden = tuple(line for line, why in lost if not self._may_lose(why))
        if forbidden:
            remedy = "move or remove them, or allow it in the cluster's rollout.drain"
            raise StepFailed(f"{self.place.machine.name} is not drained: {'; '.join(_named(forbidden))}; {remedy}")
        self.lost.update(line for line, _ in lost)

    def _may_lose(self, why: str) -> bool:
        cluster = self.place.cluster
        allowed = {UNMANAGED: cluster.rollout.drain.unmanaged, LOCAL_DATA: cluster.rollout.drain.local_data}
        return allowed[why] or _WAIVER in cluster.waived

    @property
    def _leaves(self) -> bool:
        """The machine is being removed: nothing is waited for that a dead kubelet would have to do."""
        return self.place.machine.name not in [machine.name for machine in self.place.cluster.machines]

    def _words(self, cordoned: cordon.Cordoned, left: Left) -> str:
        found, still = len(self.seen or {}), len(left.blocked) + len(left.ending)
        words = [f"{found - still} pod(s) evicted" if found else "no pod to evict"]
        if still:
            words.append(f"{still} still there")
        if cordoned == "cordoned by another":
            words.append("the node was cordoned by another, and stays so")
        return "; ".join([*words, *_named(tuple(sorted(self.lost)))])

    async def _ask(self, question: Callable[[ClusterApi, str], Result]) -> Result:
        return await ask(self.pool, self.place.cluster, lambda api: question(api, self.place.machine.name))


def _named(lines: tuple[str, ...]) -> tuple[str, ...]:
    """Return as many lines as people read, and how many there are beyond."""
    more = len(lines) - _MOST_NAMED
    return (*lines[:_MOST_NAMED], f"and {more} more") if more > 0 else lines
