"""How a change ends, in words. Pure."""

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from trailboss.model.addons import AddonProgress
    from trailboss.model.plan import Plan
    from trailboss.model.progress import ChangeOutcome, ChangeResult
    from trailboss.model.revision import Revision
    from trailboss.workflows.changes.holds import StopReason
    from trailboss.workflows.changes.ledger import Ledger

_STOPPED = {
    "superseded": "a newer revision has come; stopped between machines",
    "aborted": "aborted by an operator; stopped between machines",
}


def refused(revision: Revision, plan: Plan, ledger: Ledger) -> ChangeResult:
    problems = tuple(f"{refusal.reason} {refusal.remedy}" for refusal in plan.refusals)
    begun = ledger.carried_out > 0
    words = "not to go on; what was done before stands" if begun else "not to begin; nothing was changed"
    return _result(revision, "refused", plan.kubernetes_version, f"{len(problems)} reason(s) {words}", problems)


def stopped(revision: Revision, version: str, why: StopReason, ledger: Ledger) -> ChangeResult:
    outcome: ChangeOutcome = "aborted" if why == "aborted" else "superseded"
    problems = (*ledger.problems, *ledger.skipped.values())
    return _result(revision, outcome, version, _STOPPED[outcome], problems)


def with_addons(result: ChangeResult, plan: Plan | None, addons: tuple[AddonProgress, ...]) -> ChangeResult:
    """Add what became of addons; `plan`: the last one.

    One that failed leaves the outcome as it is: the machines are what they are to be.
    """
    if plan:
        result = result.model_copy(update={"addons_kept": plan.addons_kept})
    if not addons:
        return result
    problems = tuple(one.problem for one in addons if one.problem)
    done, failed = ([one.name for one in addons if one.state == state] for state in ("done", "failed"))
    left_out = [one.name for one in addons if one.state == "skipped"]
    said = {"done": done, "failed": failed, "left out": left_out}
    words = [f"{_count(names)} {what}: {', '.join(names)}" for what, names in said.items() if names]
    outcome = "done" if result.outcome == "nothing-to-do" and done else result.outcome
    machines = "machines are as the manifests have them" if result.outcome == "nothing-to-do" else result.summary
    update = {"outcome": outcome, "summary": "; ".join([machines, *words]), "addons": addons}
    return result.model_copy(update={**update, "problems": (*result.problems, *problems)})


def _count(names: list[str]) -> str:
    return "1 addon" if len(names) == 1 else f"{len(names)} addons"


def ended(revision: Revision, version: str, ledger: Ledger, *, in_vain: bool) -> ChangeResult:
    """`in_vain`: as many plans as there may be have not brought about what the manifests say."""
    problems = (*ledger.problems, *ledger.skipped.values())
    outcome, words = _outcome(ledger, in_vain=in_vain)
    summary = f"{words}; {ledger.stopped}" if ledger.stopped else words
    return _result(revision, outcome, version, summary, problems)


def _outcome(ledger: Ledger, *, in_vain: bool) -> tuple[ChangeOutcome, str]:
    if ledger.problems:
        return "failed", f"{len(ledger.problems)} machine(s) failed; the others serve on"
    if in_vain:
        return "failed", "plan after plan was carried out, and there is still something to do"
    if ledger.skipped:
        return "incomplete", f"{len(ledger.skipped)} machine(s) skipped; the others are as the manifests have them"
    if not ledger.carried_out:
        return "nothing-to-do", "everything is as the manifests have it"
    return "done", f"{ledger.carried_out} operations carried out"


def _result(
    revision: Revision, outcome: ChangeOutcome, version: str, summary: str, problems: tuple[str, ...]
) -> ChangeResult:
    return ChangeResult(
        revision=revision, outcome=outcome, kubernetes_version=version, summary=summary, problems=problems
    )
