"""A stand-in for ClusterWorkflow that only writes down what it is told."""

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from trailboss.model import names
    from trailboss.model.messages import ClusterInput
    from trailboss.model.revision import RejectedRevision, Revision


@workflow.defn(name=names.CLUSTER_WORKFLOW)
class Told:
    @workflow.init
    def __init__(self, cluster: ClusterInput) -> None:
        self.name = cluster.name
        self.submitted: list[Revision] = []
        self.times: list[float] = []
        self.rejected: list[RejectedRevision] = []
        self.anew = False

    @workflow.run
    async def run(self, cluster: ClusterInput) -> None:
        await workflow.wait_condition(lambda: self.anew)
        workflow.continue_as_new(cluster)

    @workflow.signal
    def submit(self, revision: Revision) -> None:
        self.submitted.append(revision)
        self.times.append(workflow.now().timestamp())

    @workflow.signal
    def reject(self, rejected: RejectedRevision) -> None:
        self.rejected.append(rejected)

    @workflow.signal
    def begin_anew(self) -> None:
        self.anew = True

    @workflow.query
    def submissions(self) -> list[Revision]:
        return self.submitted

    @workflow.query
    def submission_times(self) -> list[float]:
        return self.times

    @workflow.query
    def rejections(self) -> list[RejectedRevision]:
        return self.rejected
