"""How a change stands, who is told, and what it hears from operators, from its cluster and from its machines."""

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from trailboss.model import names
    from trailboss.model.control import Control
    from trailboss.model.messages import ChangeContext, ChangeInput
    from trailboss.model.plan import Plan
    from trailboss.model.progress import ChangeProgress, ChangeReport, ChangeSoFar, HeldMachine, NotYet
    from trailboss.workflows import patches
    from trailboss.workflows.calls.sending import tell_parent
    from trailboss.workflows.changes.addon_ledger import AddonLedger
    from trailboss.workflows.changes.control import WORDS, OperatorControl, refusal
    from trailboss.workflows.changes.holds import Holds
    from trailboss.workflows.changes.ledger import Ledger
    from trailboss.workflows.changes.reporter import Reporter
    from trailboss.workflows.presentation import details, keys
    from trailboss.workflows.presentation.shown import show

_OVER = {"done", "failed", "skipped"}


class ChangeState(OperatorControl):
    """`plans`: how many were carried out; `plan`: the one under way, or that was last made."""

    def __init__(self, change: ChangeInput) -> None:
        so_far = change.so_far
        self._input = change
        self._reporter = Reporter()
        self.context = ChangeContext(
            cluster=change.cluster,
            revision=change.revision,
            fence=change.fence,
            initialised_before=change.initialised_before,
            version=so_far.version,
            applied=change.applied,
            destroy_confirmed=change.destroy_confirmed,
        )
        self._tells = workflow.patched(patches.TELLS)
        self.keys = keys.Shown()
        self.plans = so_far.plans
        self._versions = so_far.versions or ((so_far.version,) if so_far.version else ())
        self.plan: Plan | None = None
        self.stage = ""
        self.addons = AddonLedger(so_far.addons)
        self.ledger = Ledger(carried_out=so_far.operations, skipped=so_far.skipped)
        self.holds = Holds(self.show, paused=change.paused, approved=so_far.approved, skips=so_far.skips)

    async def take(self, control: Control) -> str:
        """Do what an operator says to this change itself; the cluster hears of it, for it keeps the audit."""
        self.holds.apply(control)
        if self._tells:
            await tell_parent("noted", control)
        return WORDS[control.action]

    def refusal(self, control: Control) -> str:
        if control.action == "skip" and control.machine and control.machine not in self._skippable():
            machines = ", ".join(sorted(self._skippable())) or "no machine"
            return f"{control.machine} has nothing to be done in this change; still to do: {machines}"
        return refusal(control, self._report())

    @workflow.signal
    def supersede(self) -> None:
        """Stop at the next safe point, for a newer revision waits."""
        self.holds.supersede()

    @workflow.signal
    def obey(self, control: Control) -> None:
        """Hear from the cluster what an operator said to it."""
        self.holds.apply(control)

    @workflow.signal
    def held(self, machine: HeldMachine) -> None:
        """Hear from a machine that it needs the operator's word."""
        self.holds.held[machine.machine] = machine
        self.show()

    @workflow.signal(name=names.NOT_YET)
    def not_yet(self, told: NotYet) -> None:
        """Hear from a machine why its step has not come about yet, or that it has after all."""
        self.ledger.note(told)
        self.show()

    @workflow.query
    def status(self) -> ChangeProgress:
        return ChangeProgress(
            revision=self.context.revision,
            workflow_id=workflow.info().workflow_id,
            stage=self.stage,
            hop=self._hop,
            hops=self._hops,
            paused=self.holds.paused,
            stopping=self.holds.stopping,
            report=self._report(),
            operations=self.ledger.operations,
            plan=self.plan,
            addons=self.addons.entries,
        )

    def show(self) -> None:
        """Show how the change stands, here and to the cluster."""
        if self._tells:
            report = self._report()
            paused = self.holds.paused and report.phase == "Changing"
            problem = report.message if report.phase in {"Held", "Waiting"} else self.ledger.waits
            self.keys.show(phase="Paused" if paused else report.phase, version=report.version, problem=problem)
            self._reporter.tell(report)
        self.show_details()

    def show_details(self) -> None:
        show(details.change(self.context.cluster, self.status()))

    def lead_to(self, version: str) -> None:
        """Note where the plan under way leads; it is the version of all its steps."""
        self.context = self.context.model_copy(update={"version": version})
        if version not in self._versions:
            self._versions = (*self._versions, version)

    def carried_over(self) -> ChangeInput:
        so_far = ChangeSoFar(
            plans=self.plans,
            operations=self.ledger.carried_out,
            version=self.context.version,
            versions=self._versions,
            approved=self.holds.approved,
            skipped=self.ledger.skipped,
            addons=self.addons.ended,
            skips={machine: said for machine, said in self.holds.answers.items() if said.action == "skip"},
        )
        return self._input.model_copy(update={"paused": self.holds.paused, "so_far": so_far})

    async def finish_talking(self) -> None:
        """Wait until every handler has ended and the cluster knows the last state."""
        await workflow.wait_condition(workflow.all_handlers_finished)
        await self._reporter.flush()

    def _report(self) -> ChangeReport:
        return self.holds.report(self._doing(), self.context.version)

    def _doing(self) -> str:
        hop = f", hop {self._hop} of {self._hops} to Kubernetes {self.context.version}" if self._hops > 1 else ""
        waits = f"; {self.ledger.waits}" if self.ledger.waits else ""
        return f"carrying out {self.context.revision.short}: {self.stage}{hop}{waits}"

    @property
    def _hop(self) -> int:
        return max(1, len(self._versions))

    @property
    def _hops(self) -> int:
        later = self.plan.later_versions if self.plan else ()
        return max(1, len(dict.fromkeys((*self._versions, *later))))

    def _skippable(self) -> set[str]:
        still_to_do = {entry.machine for entry in self.ledger.operations if entry.state not in _OVER}
        return still_to_do | set(self.plan.postponed if self.plan else ())
