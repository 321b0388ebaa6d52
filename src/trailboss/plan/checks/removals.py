"""Machines that the manifests have no more: never many at once, never one that would serve on without us."""

from collections.abc import Iterator

from trailboss.model.plan import Refusal
from trailboss.plan.many import few, machines_there
from trailboss.plan.situation import Situation
from trailboss.plan.words import some


def few_at_once(situation: Situation) -> Iterator[Refusal]:
    """A slip in a manifest, or a file that was lost, takes no more than a part of the cluster with it.

    How many more is a number that the manifests name, and an operator approves it on top.
    """
    going, total = [one.machine.name for one in situation.leaving], machines_there(situation)
    most = max(few(total), situation.manifests.rollout.remove_at_most or 0)
    if len(going) > most:
        yield Refusal(
            reason=f"the manifests have {len(going)} of {total} machines no more: {some(going)};"
            f" at most {most} may go at once",
            remedy="put some of them back; take them out in several commits, each after the one before is done; or say"
            f" that so many may go, rollout.removeAtMost: {len(going)}, which an operator then approves",
        )


def can_be_reset(situation: Situation) -> Iterator[Refusal]:
    """Off the API, and with its kubelet running, its pods would go on for ever, unseen."""
    for one in situation.leaving:
        if one.ready and not one.answers:
            why = situation.observation.unreachable.get(one.machine.name, "its address leads to another host")
            yield Refusal(
                reason=f"{one.machine.name} is to be removed, serves on, and cannot be reset: {why}",
                remedy=f"let the worker reach {one.machine.name} by SSH again, or turn the machine off",
                temporary=True,
                machine=one.machine.name,
            )
