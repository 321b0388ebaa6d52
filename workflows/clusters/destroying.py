"""A cluster's end: when an operator may confirm it, and how such a change ends, in words. Pure."""

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from trailboss.model.control import Control
    from trailboss.model.progress import ChangeResult, ClusterStatus

_NOTHING_LEFT = {"done", "nothing-to-do", "incomplete"}


def refusal(control: Control, status: ClusterStatus) -> str:
    """Return why an operator cannot confirm the destruction now, "" if that can be done.

    The manifests must have said it before, and the operator must have looked at the very commit that says it.
    """
    desired, last = status.desired, status.last_result
    if status.report is not None:
        return "a change is under way: wait for its end, or abort it"
    if desired is None:
        return "no revision was submitted yet"
    if status.phase == "Destroyed":
        return f"it is destroyed already; `trailboss retry {status.name}` looks again at what was left behind"
    if last is None or last.revision != desired or not last.destroys:
        return f"its desired revision {desired.short} is not known to say `destroy: true`; push that first"
    if control.commit != desired.commit:
        return f"its desired revision is {desired.short}, and that is not what was looked at"
    return ""


def ending(result: ChangeResult, cluster: str) -> ChangeResult:
    """Return how a change ended whose manifests say that the cluster is to be destroyed."""
    if result.outcome in _NOTHING_LEFT:
        left = f"; {len(result.problems)} machine(s) left behind" if result.problems else ""
        words = {"outcome": "destroyed", "summary": f"nothing of the cluster is left on its machines{left}"}
    elif result.outcome == "refused":
        words = {"summary": f"nothing is destroyed yet: `trailboss destroy {cluster}` confirms it"}
    elif result.outcome == "failed":
        count = len(result.problems)
        words = {"summary": f"{count} machine(s) could not be reset; `trailboss retry {cluster}` goes on with them"}
    else:
        words = {}
    return result.model_copy(update={**words, "destroys": True})
