"""What would happen: a plan with what it was compared with, what follows it, whom it disturbs, how long it may take."""

from datetime import datetime
from typing import Literal

from trailboss.model.base import Frozen
from trailboss.model.machine import Role
from trailboss.model.messages import PlanInput
from trailboss.model.plan import Plan
from trailboss.model.problem import Problem
from trailboss.model.revision import Repository, Revision


class Difference(Frozen):
    """One thing in which the manifests differ from those before, in the field's words.

    `machine`: whose it is, "" for the cluster's. `field`: as the manifests name it; "" where a whole machine comes or
    goes. `before`, `after`: short texts, "" where there was or is nothing, or where a value is not to be shown.
    `words`: the whole difference in one line, without the machine's name.
    """

    machine: str = ""
    field: str = ""
    before: str = ""
    after: str = ""
    words: str

    def __str__(self) -> str:
        return f"{self.machine}: {self.words}" if self.machine and self.field else self.words


class PodsOf(Frozen):
    """Pods of one workload that a drain takes away. `workload`: such as "Deployment/web"; "Pod/NAME" where none is."""

    namespace: str
    workload: str
    count: int


class Disruption(Frozen):
    """What one machine's part of the change disturbs. `why`: such as "leaves service: its kubelet restarts"."""

    machine: str
    role: Role
    why: str
    pods: tuple[PodsOf, ...] = ()
    blocked: tuple[str, ...] = ()

    @property
    def evicted(self) -> int:
        return sum(pods.count for pods in self.pods)


class Gate(Frozen):
    """Something that would hold the change. `until`: when it opens, None where that is not known or it is open now."""

    kind: Literal["approval", "window", "refusal", "budget", "away"]
    words: str
    until: datetime | None = None


class Span(Frozen):
    """When an operation may begin and end, in seconds since the change's start; `plan`: 0 for the plan at hand."""

    plan: int
    stage: str
    machine: str
    operation: str
    begins: float
    ends: float


class Estimate(Frozen):
    """How long the change may take, in seconds from its start to its end, without what `not_counted` names.

    `low` and `high`: where it ends if all steps are as quick, or as slow, as they mostly were. `measured`: how many of
    its steps have a time that was measured by this service, of `steps`; the others are `table`'s, which tells where
    its times come from.
    """

    seconds: float
    low: float
    high: float
    steps: int
    measured: int
    table: str
    not_counted: tuple[str, ...] = ()
    spans: tuple[Span, ...] = ()


class Member(Frozen):
    """A machine of the cluster, for its picture. `version`: its kubelet's now, "" where it is no member yet."""

    machine: str
    role: Role
    version: str = ""
    ready: bool = True


class Preview(Plan):
    """A plan, and all that helps to judge it; the fields of the plan are as they were.

    `later`: the plans that are expected to follow this one, from what it would leave behind. `compared_with`: what the
    differences are from; `not_compared`: why there are none to tell. `commit`: what is previewed, "" for a folder.
    `members`: all machines that the manifests have, and those that they have no more; `endpoint`: the API's.
    """

    commit: str = ""
    compared_with: str = ""
    not_compared: str = ""
    differences: tuple[Difference, ...] = ()
    later: tuple[Plan, ...] = ()
    disruptions: tuple[Disruption, ...] = ()
    gates: tuple[Gate, ...] = ()
    estimate: Estimate | None = None
    endpoint: str = ""
    members: tuple[Member, ...] = ()

    @property
    def plans(self) -> tuple[Plan, ...]:
        """The plan at hand and those that follow."""
        return (self, *self.later)


class PreviewInput(PlanInput):
    """Argument of PreviewWorkflow, which changes nothing.

    `compared`: the revision that differences are told from; None: they are not told.
    """

    compared: Revision | None = None


class FindInput(Frozen):
    """Argument of FindWorkflow: a branch or a commit (in full, or its beginning) of a repository."""

    repository: Repository
    revision: str


class Found(Frozen):
    """What a repository has at a revision: a revision for each cluster, and what is wrong with manifests there."""

    commit: str
    clusters: dict[str, Revision] = {}
    problems: tuple[Problem, ...] = ()
