"""What operators say to a cluster, or to a change of it, and what they hear."""

from typing import Literal

from trailboss.model.base import Frozen

Action = Literal["pause", "resume", "abort", "approve", "skip", "retry"]


class Word(Frozen):
    """What an operator says with an action. `machine` "": the whole change, and all machines that are held.

    `by`: USER@HOST, "signal" where nobody said.
    """

    machine: str = ""
    by: str = "signal"
    why: str = ""


class Control(Word):
    """One action of an operator, as workflows pass it on."""

    action: Action


class ControlResult(Frozen):
    """What comes of an action that was taken, in words."""

    summary: str
