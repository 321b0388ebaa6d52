"""What operators say to a cluster, or to a change of it, and what they hear."""

from typing import Literal

from trailboss.model.base import Frozen

Action = Literal["pause", "resume", "abort", "approve", "skip", "retry", "destroy"]


class Word(Frozen):
    """What an operator says with an action. `machine` "": the whole change, and all machines that are held.

    `by`: USER@HOST, "signal" where nobody said. `commit`: what the operator has looked at, in full; only a destruction
    asks for it.
    """

    machine: str = ""
    by: str = "signal"
    why: str = ""
    commit: str = ""


class Control(Word):
    """One action of an operator, as workflows pass it on."""

    action: Action


class ControlResult(Frozen):
    """What comes of an action that was taken, in words."""

    summary: str
