"""The names by which Temporal knows us: task queue, workflow ids, signals, search attributes."""

from trailboss.model.plan import Operation
from trailboss.model.revision import Revision

TASK_QUEUE = "trailboss"
CLUSTER_WORKFLOW = "ClusterWorkflow"

SUBMIT = "submit"
REJECT = "reject"
PAUSE = "pause"
RESUME = "resume"
STATUS = "status"

SEARCH_CLUSTER = "TrailbossCluster"
SEARCH_PHASE = "TrailbossPhase"
SEARCH_REVISION = "TrailbossRevision"
SEARCH_VERSION = "TrailbossVersion"
SEARCH_DRIFT = "TrailbossDrift"
SEARCH_PROBLEM = "TrailbossProblem"
SEARCH_ATTRIBUTES = (
    SEARCH_CLUSTER,
    SEARCH_PHASE,
    SEARCH_REVISION,
    SEARCH_VERSION,
    SEARCH_DRIFT,
    SEARCH_PROBLEM,
)


def cluster_id(cluster: str) -> str:
    return f"cluster/{cluster}"


def change_id(cluster: str, revision: Revision) -> str:
    return f"{cluster_id(cluster)}/change/{revision.short}"


def machine_id(cluster: str, revision: Revision, machine: str, operation: Operation) -> str:
    return f"{change_id(cluster, revision)}/{machine}/{operation}"


def poll_id(repository: str) -> str:
    return f"poll/{repository}"


def schedule_id(repository: str) -> str:
    return f"repo/{repository}"
