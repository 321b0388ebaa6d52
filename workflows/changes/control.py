"""What operators say: bare signals for Temporal's own tools, updates that answer, and one signal with who and why."""

from temporalio import workflow
from temporalio.exceptions import ApplicationError

with workflow.unsafe.imports_passed_through():
    from trailboss.model import names
    from trailboss.model.control import Action, Control, ControlResult, Word
    from trailboss.model.progress import ChangeReport

WORDS: dict[Action, str] = {
    "pause": "pauses at the next safe point, between machines",
    "resume": "goes on",
    "abort": "stops at the next safe point; machines that are being emptied get back into service",
    "approve": "goes on with what was approved",
    "skip": "leaves that machine alone and goes on with the others",
    "retry": "plans again",
    "destroy": "destroys the cluster",
}


class OperatorControl:
    """The same handlers for a cluster and for one change of it; each says what it does with an action."""

    async def take(self, control: Control) -> str:
        """Do it, and say in words what comes of it."""
        raise NotImplementedError

    def refusal(self, control: Control) -> str:
        """Return why this cannot be done now, "" if it can; changes nothing."""
        raise NotImplementedError

    @workflow.signal
    async def pause(self) -> None:
        """Hold at the next safe point, between machines."""
        await self.take(Control(action="pause"))

    @workflow.signal
    async def resume(self) -> None:
        await self.take(Control(action="resume"))

    @workflow.signal
    async def abort(self) -> None:
        """Stop at the next safe point; machines that are being emptied get back into service."""
        await self.take(Control(action="abort"))

    @workflow.signal
    async def approve(self) -> None:
        """Let whatever waits for an operator go on: the change itself, and all machines that are held."""
        await self.take(Control(action="approve"))

    @workflow.signal
    async def retry(self) -> None:
        """Plan again, at once."""
        await self.take(Control(action="retry"))

    @workflow.signal(name=names.CONTROL)
    async def control(self, control: Control) -> None:
        """Take any of these actions with who says so and why."""
        await self.take(control)

    @workflow.update(name=names.PAUSE)
    async def pause_by(self, word: Word) -> ControlResult:
        return await self._do("pause", word)

    @workflow.update(name=names.RESUME)
    async def resume_by(self, word: Word) -> ControlResult:
        return await self._do("resume", word)

    @workflow.update(name=names.ABORT)
    async def abort_by(self, word: Word) -> ControlResult:
        return await self._do("abort", word)

    @workflow.update(name=names.APPROVE)
    async def approve_by(self, word: Word) -> ControlResult:
        return await self._do("approve", word)

    @workflow.update(name=names.SKIP_MACHINE)
    async def skip_machine(self, word: Word) -> ControlResult:
        """Leave one machine alone: give it back where it is being emptied, and go on with the others."""
        return await self._do("skip", word)

    @workflow.update(name=names.RETRY)
    async def retry_by(self, word: Word) -> ControlResult:
        return await self._do("retry", word)

    @pause_by.validator
    def _may_pause(self, word: Word) -> None:
        self._check("pause", word)

    @resume_by.validator
    def _may_resume(self, word: Word) -> None:
        self._check("resume", word)

    @abort_by.validator
    def _may_abort(self, word: Word) -> None:
        self._check("abort", word)

    @approve_by.validator
    def _may_approve(self, word: Word) -> None:
        self._check("approve", word)

    @skip_machine.validator
    def _may_skip(self, word: Word) -> None:
        self._check("skip", word)

    @retry_by.validator
    def _may_retry(self, word: Word) -> None:
        self._check("retry", word)

    async def _do(self, action: Action, word: Word) -> ControlResult:
        return ControlResult(summary=await self.take(_control(action, word)))

    def _check(self, action: Action, word: Word) -> None:
        reason = self.refusal(_control(action, word))
        if reason:
            raise ApplicationError(reason, type="Refused")


def refusal(control: Control, report: ChangeReport | None) -> str:
    """Return why this says nothing to a change that stands like this; None: nothing is being changed."""
    if control.action in {"abort", "approve", "skip"} and report is None:
        return "nothing is being changed now"
    if control.action == "retry" and report is not None and report.phase != "Waiting":
        return "a change is under way; it goes on by itself"
    if control.action == "destroy":
        return "that is said to the cluster, while nothing is being changed" if report else ""
    if control.action == "skip" and not control.machine:
        return "which machine? `trailboss skip CLUSTER MACHINE`"
    return _nothing_to_approve(control.machine, report) if control.action == "approve" and report else ""


def _nothing_to_approve(machine: str, report: ChangeReport) -> str:
    held = [one.machine for one in report.held]
    if machine and machine not in held:
        return f"{machine} is not held; held now: {', '.join(held) or 'no machine'}"
    return "" if held or report.awaits_approval else "nothing waits for approval now"


def _control(action: Action, word: Word) -> Control:
    return Control(action=action, **dict(word))
