"""When machines that go are many: by a slip no more than a part of a cluster is to be lost."""

from trailboss.plan.situation import Situation

MAX_SHARE = 3
"""One machine in so many may go by one revision, and always one."""


def few(total: int) -> int:
    return max(1, total // MAX_SHARE)


def machines_there(situation: Situation) -> int:
    """Return how many machines the cluster has, those that go included."""
    going = {one.machine.name for one in situation.leaving}
    staying = {machine.name for machine in situation.cluster.machines if situation.observation.node(machine.name)}
    return len(going | staying)


def many_go(situation: Situation) -> bool:
    """Tell whether more machines go than may without an operator's approval."""
    return len(situation.leaving) > few(machines_there(situation))
