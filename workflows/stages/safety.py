"""Leaves a machine that ended early as safe as it can be: back in service if it is well, else out of it."""

from collections.abc import Collection
from datetime import timedelta

from temporalio import workflow
from temporalio.exceptions import ActivityError

with workflow.unsafe.imports_passed_through():
    from trailboss.model.messages import MachineInput, StepResult
    from trailboss.workflows import policies
    from trailboss.workflows.calls import attempt
    from trailboss.workflows.presentation import problems

_UNTOUCHED_UNTIL = "drain"  # up to here the machine serves as it did before
_RESTART_THE_KUBELET = {"containerd", "kubelet", "host-reset"}
# The API goes on calling a node Ready for up to 50 s after its kubelet has fallen silent.
_NOTICED_AFTER = timedelta(seconds=60)


async def make_safe(given: MachineInput, step: str, done: Collection[str]) -> str:
    """Give the machine back to service if `step`, at which it ended, leaves it well; return how it is left, in words.

    `done`: the steps that came to their end before.
    """
    machine = given.operation.machine
    if given.operation.operation == "destroy":
        return f"{machine} is not free yet: what is left of the cluster there may serve on"
    if "node-delete" in done:
        return f"the node of {machine} is deleted already"
    if "uncordon" in done:
        return f"{machine} is in service"
    if step != _UNTOUCHED_UNTIL and _UNTOUCHED_UNTIL not in done:
        return f"{machine} was not taken out of service"
    if step != _UNTOUCHED_UNTIL:
        problem = await _not_well(given, step)
        if problem:
            return f"{machine} stays cordoned, for its node is not well: {problem}"
    return await _give_back(given)


async def _not_well(given: MachineInput, step: str) -> str:
    if step in _RESTART_THE_KUBELET:
        await workflow.sleep(_NOTICED_AFTER, summary=f"{given.operation.machine}: its kubelet may have fallen silent")
    try:
        await _execute(given, "node-ready", policies.STILL_WELL)
    except ActivityError as error:
        return problems.innermost(error)
    return ""


async def _give_back(given: MachineInput) -> str:
    machine = given.operation.machine
    try:
        result = await _execute(given, "uncordon", policies.GIVE_BACK)
    except ActivityError as error:
        return f"{machine} stays cordoned, for that could not be undone: {problems.innermost(error)}"
    return f"{machine} is back in service: {result.summary}"


async def _execute(given: MachineInput, step: str, within: timedelta) -> StepResult:
    return await attempt.start(given.context, given.operation.machine, step, why="to leave it safe", within=within)
