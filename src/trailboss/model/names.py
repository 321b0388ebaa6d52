"""Names that more than one part must agree on: the task queue, ids, signals, updates, queries, search attributes."""

TASK_QUEUE = "trailboss"

CLUSTER_WORKFLOW = "ClusterWorkflow"
CHANGE_WORKFLOW = "ChangeWorkflow"
MACHINE_WORKFLOW = "MachineWorkflow"
POLL_WORKFLOW = "PollWorkflow"

SUBMIT = "submit"
REJECT = "reject"
PAUSE = "pause"
RESUME = "resume"
RETRY = "retry"
DESTROY = "destroy"
ABORT = "abort"
APPROVE = "approve"
SKIP_MACHINE = "skip_machine"
CONTROL = "control"  # a signal with who and why, for when no worker answers an update
STATUS = "status"
CHANGE_ID = "change_id"
NOT_YET = "not_yet"  # a signal from an attempt that failed and is to be followed by another

MEMO_REPOSITORY = "repository"  # on a ClusterWorkflow: the repository that the cluster belongs to

# Search attributes, all of type Keyword.
ATTRIBUTE_CLUSTER = "TrailbossCluster"
ATTRIBUTE_PHASE = "TrailbossPhase"
ATTRIBUTE_REVISION = "TrailbossRevision"
ATTRIBUTE_VERSION = "TrailbossVersion"
ATTRIBUTE_DRIFT = "TrailbossDrift"
ATTRIBUTE_PROBLEM = "TrailbossProblem"
ATTRIBUTES = (
    ATTRIBUTE_CLUSTER,
    ATTRIBUTE_PHASE,
    ATTRIBUTE_REVISION,
    ATTRIBUTE_VERSION,
    ATTRIBUTE_DRIFT,
    ATTRIBUTE_PROBLEM,
)

_SHORT = 12  # characters of a commit in an id: enough to find it, short enough to read
SCHEDULE_PREFIX = "repo/"


def cluster_id(name: str) -> str:
    return f"cluster/{name}"


def change_id(name: str, revision: str) -> str:
    return f"{cluster_id(name)}/change/{revision[:_SHORT]}"


def machine_id(name: str, revision: str, machine: str, operation: str) -> str:
    return f"{change_id(name, revision)}/{machine}/{operation}"


def poll_id(repository: str) -> str:
    """Return the id that the schedule's poll workflows begin with; Temporal appends the time of each."""
    return f"poll/{repository}"


def schedule_id(repository: str) -> str:
    return f"{SCHEDULE_PREFIX}{repository}"
