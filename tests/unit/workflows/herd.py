"""Stand-ins for the activities, so that workflows run on a real Temporal server and on no host.

Only what the hosts would do is stood in for; the order of calls is recorded and steps can be held or made to fail.
"""

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from temporalio import activity
from temporalio.exceptions import ApplicationError

from trailboss.activities.windows import next_window
from trailboss.model.messages import ChangeContext, Due, StepInput, StepResult
from trailboss.model.plan import Plan
from trailboss.workflows.policies import STEPS


@dataclass(frozen=True)
class Call:
    """One run of a step: `machine step`, and when it began and ended, in seconds; 0: not yet."""

    words: str
    version: str
    began: float
    ended: float = 0


@dataclass
class Herd:
    """Records every step as "machine step" when it begins, with " forced" where an operator has approved.

    `hold`: steps that wait for `release`; `fail`: that fail; `blocked`: that pods block until they are forced.
    `seconds`: how long every step takes. `due`: what each daily look finds, in order; `looks`: those that there were.
    """

    plans: list[Plan]
    calls: list[str] = field(default_factory=list)
    runs: list[Call] = field(default_factory=list)
    contexts: list[ChangeContext] = field(default_factory=list)
    hold: set[str] = field(default_factory=set)
    fail: set[str] = field(default_factory=set)
    blocked: set[str] = field(default_factory=set)
    cancelled: list[str] = field(default_factory=list)
    seconds: float = 0
    due: list[tuple[str, ...]] = field(default_factory=list)
    looks: list[ChangeContext] = field(default_factory=list)
    released: asyncio.Event = field(default_factory=asyncio.Event)

    def release(self) -> None:
        self.hold.clear()
        self.released.set()

    async def until_called(self, call: str, times: int = 1) -> None:
        async with asyncio.timeout(20):
            while self.calls.count(call) < times:
                await asyncio.sleep(0.02)

    def of(self, machine: str) -> list[str]:
        """Return the steps of one machine, in order."""
        return [call.split(" ", 1)[1] for call in self.calls if call.startswith(f"{machine} ")]

    def most_at_once(self, *steps: str) -> int:
        """Return how many of the machines were between the first and the last of these steps at the same time."""
        spans: dict[str, list[float]] = {}
        for run in self.runs:
            machine, step = run.words.split(" ", 1)
            if step in steps:
                spans.setdefault(machine, []).extend((run.began, run.ended))
        return max(sum(min(other) <= min(span) < max(other) for other in spans.values()) for span in spans.values())

    def activities(self) -> list[Callable[..., Any]]:
        @activity.defn(name="plan_change")
        async def plan_change(context: ChangeContext) -> Plan:
            self.calls.append("plan")
            self.contexts.append(context)
            return self.plans.pop(0) if len(self.plans) > 1 else self.plans[0]

        @activity.defn(name="look_again")
        async def look_again(context: ChangeContext) -> Due:
            self.looks.append(context)
            return Due(reasons=self.due.pop(0) if self.due else ())

        return [plan_change, next_window, look_again, *[self._step(name) for name in STEPS]]

    def _step(self, name: str) -> Callable[..., Any]:
        @activity.defn(name=name)
        async def step(given: StepInput) -> StepResult:
            call = f"{given.machine} {given.step}"
            self.calls.append(f"{call} forced" if given.force else call)
            run = Call(call, given.context.version, time.monotonic())
            try:
                await self._take_time(call)
            except asyncio.CancelledError:
                self.cancelled.append(call)
                raise
            self.runs.append(Call(call, run.version, run.began, time.monotonic()))
            if call in self.fail:
                raise ApplicationError(f"{given.machine}: the end of its output", type="StepFailed", non_retryable=True)
            if call in self.blocked and not given.force:
                return StepResult(summary="1 still there", blocked=("default/web-0: its budget allows no disruption",))
            return StepResult(summary="done")

        return step

    async def _take_time(self, call: str) -> None:
        await asyncio.sleep(self.seconds)
        while call in self.hold and not self.released.is_set():
            activity.heartbeat()  # which also brings the word that it is cancelled
            await asyncio.sleep(0.05)
