"""What keeps a change from going on: a pause, a question to the operator, something that has to come by itself."""

from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from typing import Literal

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from trailboss.model.control import Control
    from trailboss.model.progress import ChangePhase, ChangeReport, HeldMachine
    from trailboss.plan.titles import fitting
    from trailboss.workflows import patches

StopReason = Literal["", "superseded", "aborted"]


class Stopped(Exception):
    """The change stops at a safe point: a newer revision waits, or an operator has aborted it."""

    def __init__(self, why: StopReason) -> None:
        super().__init__(why)
        self.why: StopReason = why


class Holds:
    """`message`, `phase`: what is waited for, as people read it. `answers`: what was said on single machines."""

    def __init__(
        self, show: Callable[[], None], *, paused: bool, approved: bool, skips: dict[str, Control] | None = None
    ) -> None:
        self._show = show
        self.paused = paused
        self.stopping: StopReason = ""
        self.approved = approved
        self.awaits_approval = False
        self.phase: ChangePhase = "Planning"
        self.message = ""
        self.held: dict[str, HeldMachine] = {}
        self.answers = dict(skips or {})
        self._woken = False

    def begin(self, phase: ChangePhase, message: str = "") -> None:
        """Begin something else; it lasts, with what is waited for, until the next."""
        self.phase, self.message = phase, message
        self._show()

    def apply(self, control: Control) -> None:
        """Take an operator's action; one that means nothing now changes nothing."""
        if control.action in {"pause", "resume"}:
            self.paused = control.action == "pause"
        elif control.action == "abort":
            self.stopping = "aborted"
        elif control.action == "approve":
            self._approve(control)
        elif control.action == "skip":
            self.answers[control.machine] = control
        self._woken = self._woken or control.action in {"retry", "skip"}
        self._show()

    def supersede(self) -> None:
        self.stopping = self.stopping or "superseded"
        self._show()

    @property
    def aborted(self) -> bool:
        return self.stopping == "aborted"

    def skips(self, machine: str) -> bool:
        return machine in self.answers and self.answers[machine].action == "skip"

    def forget_approvals(self) -> None:
        """Of what was said on single machines, only skips hold for another plan: one question is not like the next."""
        self.answers = {machine: said for machine, said in self.answers.items() if said.action == "skip"}

    def report(self, doing: str, version: str) -> ChangeReport:
        """`doing`: what goes on where nothing is waited for."""
        phase, message = self.phase, self.message or doing
        if self.held and not self.message:
            phase, message = "Held", "; ".join(_question(one) for one in self.held.values())
        return ChangeReport(
            phase=phase,
            message=message,
            version=version,
            awaits_approval=self.awaits_approval,
            held=tuple(self.held.values()),
        )

    async def safe_point(self) -> None:
        """Hold here while paused; between machines is where a change may stop.

        Raises:
            Stopped: it does stop.
        """
        await workflow.wait_condition(lambda: bool(self.stopping) or not self.paused)
        self._stop_if_told()

    async def approval(self, question: str) -> None:
        """Ask the operator and wait for the word.

        Raises:
            Stopped: the change stops instead.
        """
        self.awaits_approval, before = True, self.phase
        self.begin("Held", f"Waiting for approval: {question}")
        await workflow.wait_condition(lambda: bool(self.stopping) or self.approved)
        self.awaits_approval = False
        self._waited(before)

    async def wait(self, message: str, within: timedelta, *, eagerly: bool) -> None:
        """Wait for what comes by itself; `eagerly`: the operator can say to look again at once.

        Raises:
            Stopped: the change stops instead.
        """
        self._woken, before = False, self.phase
        self.begin("Waiting", message)
        with suppress(TimeoutError):
            await workflow.wait_condition(
                lambda: bool(self.stopping) or (eagerly and self._woken),
                timeout=within,
                timeout_summary=fitting(message),
            )
        self._waited(before)

    async def rest(self, within: timedelta, why: str) -> None:
        """Let time pass between machines, `why`; ends early, without an error, when the change is to stop."""
        with suppress(TimeoutError):
            await workflow.wait_condition(lambda: bool(self.stopping), timeout=within, timeout_summary=fitting(why))

    def _approve(self, control: Control) -> None:
        wanted = [control.machine] if control.machine else list(self.held)
        self.answers.update({machine: control for machine in wanted if machine in self.held})
        self.approved = self.approved or (self.awaits_approval and not control.machine)

    def _waited(self, before: ChangePhase) -> None:
        self._stop_if_told()
        if not workflow.patched(patches.WAITS_ON):
            self.begin(before)

    def _stop_if_told(self) -> None:
        if self.stopping:
            raise Stopped(self.stopping)


def _question(held: HeldMachine) -> str:
    return f"{held.machine} is held at {held.step}: {'; '.join(held.reasons)}"
