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

from trailboss.activities.planning.windows import WindowOpening, WindowsInput, next_opening
from trailboss.model.addons import AddonResult
from trailboss.model.messages import AddonInput, ChangeContext, Due, StepInput, StepResult
from trailboss.model.plan import MachineOperation, Plan
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

    `hold`: steps that wait for `release`; `fail`: that fail; `blocked`: that pods block until they are forced;
    `away`: whose hosts do not answer.
    `seconds`: how long every step takes. `due`: what each daily look finds, in order; `looks`: those that there were.
    `drift`: what each of them finds not to be as Git says.
    `openings`: seconds until a window opens, one for each time that this is
    asked; after those, what the windows say. `sees`: what has been done at a plan's version is not planned again; else
    each plan is given as it is, one after the other.
    """

    plans: list[Plan]
    calls: list[str] = field(default_factory=list)
    runs: list[Call] = field(default_factory=list)
    contexts: list[ChangeContext] = field(default_factory=list)
    hold: set[str] = field(default_factory=set)
    fail: set[str] = field(default_factory=set)
    blocked: set[str] = field(default_factory=set)
    away: set[str] = field(default_factory=set)
    cancelled: list[str] = field(default_factory=list)
    seconds: float = 0
    openings: list[float] = field(default_factory=list)
    sees: bool = False
    due: list[tuple[str, ...]] = field(default_factory=list)
    drift: tuple[str, ...] | None = None
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
            return self._next_plan()

        @activity.defn(name="look_again")
        async def look_again(context: ChangeContext) -> Due:
            self.looks.append(context)
            return Due(reasons=self.due.pop(0) if self.due else (), drift=self.drift)

        @activity.defn(name="next_window")
        async def asked_window(given: WindowsInput) -> WindowOpening:
            if self.openings:
                return WindowOpening(wait_seconds=self.openings.pop(0), words="later")
            return next_opening(given.windows, given.at)

        return [plan_change, asked_window, look_again, self._addon(), *[self._step(name) for name in STEPS]]

    def _next_plan(self) -> Plan:
        plan = self._still_to_do(self.plans[0])
        if len(self.plans) > 1 and not (self.sees and plan.stages):
            self.plans.pop(0)
            return self._next_plan() if plan.changes_nothing and self.sees else plan
        return plan

    def _still_to_do(self, plan: Plan) -> Plan:
        if not self.sees:
            return plan
        done = {(run.words, run.version) for run in self.runs}

        def is_done(operation: MachineOperation) -> bool:
            return all(
                (f"{operation.machine} {step.name}", plan.kubernetes_version) in done for step in operation.steps
            )

        stages = [
            stage.model_copy(update={"operations": tuple(one for one in stage.operations if not is_done(one))})
            for stage in plan.stages
        ]
        return plan.model_copy(update={"stages": tuple(stage for stage in stages if stage.operations)})

    def _addon(self) -> Callable[..., Any]:
        @activity.defn(name="apply_addon")
        async def apply_addon(given: AddonInput) -> AddonResult:
            call = f"{given.operation} addon {given.addon}"
            self.calls.append(call)
            try:
                await self._take_time(call)
            except asyncio.CancelledError:
                self.cancelled.append(call)
                raise
            if call in self.fail:
                raise ApplicationError("Deployment web: 0 of 1", type="StepFailed", non_retryable=True)
            return AddonResult(summary="3 objects applied")

        return apply_addon

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
            if call in self.away:
                raise ApplicationError(f"{given.machine}: no route to host", type="HostUnreachable")
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
