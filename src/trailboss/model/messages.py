"""What workflows, activities and the CLI send each other: one model in, one model out, references only."""

from datetime import datetime

from trailboss.model.addons import AddonOperation
from trailboss.model.base import Frozen
from trailboss.model.plan import MachineOperation
from trailboss.model.progress import ChangeSoFar, ClusterStatus
from trailboss.model.revision import Repository, Revision


class ClusterInput(Frozen):
    """Argument of ClusterWorkflow: `status` is carried over continue-as-new; `fence` is the last token given out."""

    name: str
    status: ClusterStatus | None = None
    fence: int = 0
    handled_digest: str = ""


class ChangeInput(Frozen):
    """Argument of ChangeWorkflow. `fence`: hosts refuse any writer with a lower token.

    `initialised_before`: an earlier change brought this cluster about, so it must never be initialised again.
    `destroy_confirmed`: the commit for which an operator has confirmed that it destroys the cluster, "" for none.
    """

    cluster: str
    revision: Revision
    fence: int
    paused: bool = False
    initialised_before: bool = False
    applied: Revision | None = None
    so_far: ChangeSoFar = ChangeSoFar()
    destroy_confirmed: str = ""


class ChangeContext(Frozen):
    """What each activity of a change needs to know where it belongs.

    `initialised_before`, `destroy_confirmed` as in ChangeInput.

    `version`: the Kubernetes version of the plan under way, "" for the manifests' own: an upgrade over several minors
    has a plan for each. `applied`: the revision that was last carried out, which tells how to reach machines that the
    new one does not have any more. `snapshot`: name of the one that is being restored.
    """

    cluster: str
    revision: Revision
    fence: int
    initialised_before: bool = False
    version: str = ""
    applied: Revision | None = None
    snapshot: str = ""
    destroy_confirmed: str = ""


class PlanInput(Frozen):
    """Argument of PlanWorkflow, which changes nothing; the fields are those of ChangeContext.

    `destroy_confirmed`: to see what a destruction would do.
    """

    cluster: str
    revision: Revision
    initialised_before: bool = False
    applied: Revision | None = None
    destroy_confirmed: str = ""


class Due(Frozen):
    """What the daily look at a cluster has found to be due, one line each; nothing to do: no reasons.

    `drift`: what is not as the applied revision has it, one line each; None: that could not be found out, or was not
    asked for, because something is due anyway.
    """

    reasons: tuple[str, ...] = ()
    drift: tuple[str, ...] | None = None


class MachineInput(Frozen):
    """Argument of MachineWorkflow."""

    context: ChangeContext
    operation: MachineOperation


class StepInput(Frozen):
    """Argument of every activity that does a step on one machine.

    `force`: an operator approved to go on although the step is blocked.
    """

    context: ChangeContext
    machine: str
    step: str
    force: bool = False


class AddonInput(Frozen):
    """Argument of the activity `apply_addon`."""

    context: ChangeContext
    addon: str
    operation: AddonOperation


class StepResult(Frozen):
    """What a step came to, in one line for people; `changed` False: all was right already.

    `blocked`: what keeps the step from ending, one line each (a disruption budget); the operator is asked.
    """

    summary: str
    changed: bool = True
    blocked: tuple[str, ...] = ()


class PollInput(Frozen):
    """Argument of PollWorkflow."""

    repository: Repository


class ClusterSeen(Frozen):
    """What the last good poll knew of one cluster: the tree id it submitted and the commit that held it.

    Nothing submitted yet: both are "". `problems`: why what the repository holds now (tree id `rejected_digest`, ""
    where the folder is gone; first seen in `problem_commit`) was not submitted.
    """

    digest: str = ""
    commit: str = ""
    problems: tuple[str, ...] = ()
    problem_commit: str = ""
    rejected_digest: str = ""


class PollResult(Frozen):
    """What a poll found, carried to the next poll as its last completion result.

    `head`: the last good commit of the branch. `problem`: why the last good revision stands, "" if all is well.
    `submitted`: names of the clusters that were given a new revision by this poll. `refused_head`: the head of a
    rewritten history that waits to be accepted by an operator, "" if there is none.
    """

    head: str = ""
    clusters: dict[str, ClusterSeen] = {}
    submitted: tuple[str, ...] = ()
    problem: str = ""
    refused_head: str = ""


class PollActivityInput(Frozen):
    """Argument of the activity `poll_repository`: the repository and what the last good poll knew."""

    repository: Repository
    previous: PollResult = PollResult()


class RepositoryStatus(Frozen):
    """A repository, its last finished poll (None: none yet, or retention has removed it), and the next one.

    `next_poll_at` None: the schedule is paused.
    """

    repository: Repository
    last: PollResult | None = None
    last_polled_at: datetime | None = None
    next_poll_at: datetime | None = None
