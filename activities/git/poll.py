from pathlib import Path

from opentelemetry import trace
from temporalio import activity
from temporalio.client import Client
from temporalio.service import RPCError, RPCStatusCode

from trailboss import git
from trailboss.activities.errors import attempt
from trailboss.activities.git import sighting as seeing
from trailboss.activities.git.claims import claim, start
from trailboss.activities.git.threads import in_git_thread
from trailboss.model import names
from trailboss.model.messages import PollActivityInput, PollResult
from trailboss.model.revision import RejectedRevision, Repository, Revision
from trailboss.plan.polling import PollDecision, Sighting, changed, decide, refusal


class PollActivities:
    """One look at a repository, and what follows from it for each of its clusters.

    `cache`: the folder of mirrors, None for the default. A poll that dies half-way is simply done again: a
    ClusterWorkflow ignores a revision that it has, and what was submitted is remembered only in the result.
    """

    def __init__(self, client: Client, cache: Path | None = None) -> None:
        self._client = client
        self._cache = cache

    @activity.defn
    async def poll_repository(self, poll: PollActivityInput) -> PollResult:
        """Fetch, decide, submit what changed and reject what is wrong; problems of the repository are in the result."""
        async with attempt():
            repository, previous = poll.repository, poll.previous
            sighting = await in_git_thread(seeing.look, repository, previous, self._cache)
            problems = await self._problems(repository, previous, sighting)
            decision = decide(repository, previous, sighting, problems)
            await self._tell(repository, sighting, decision)
            return decision.result

    async def _problems(
        self, repository: Repository, previous: PollResult, sighting: Sighting
    ) -> dict[str, tuple[str, ...]]:
        if refusal(repository, previous, sighting):
            return {}
        return {name: await self._problem(repository, sighting, name) for name in changed(previous, sighting)}

    async def _problem(self, repository: Repository, sighting: Sighting, cluster: str) -> tuple[str, ...]:
        """Validate before claiming: what cannot be read starts no workflow."""
        found = await in_git_thread(seeing.manifest_problems, repository, sighting, cluster, self._cache)
        if found:
            return found
        foreign = await claim(self._client, cluster, repository, activity.info().task_queue)
        return (foreign,) if foreign else ()

    async def _tell(self, repository: Repository, sighting: Sighting, decision: PollDecision) -> None:
        if not decision.submit and not decision.reject:
            return
        # Its trace is that of a push from here on; the requests below say so, too.
        trace.get_current_span().set_attribute("trailboss.revision", sighting.head[:12])
        commit = await in_git_thread(git.describe, repository, sighting.head, self._cache)
        for name in decision.submit:
            await self._submit(name, seeing.revision(repository, commit, sighting, name))
        for name, reasons in decision.reject.items():
            rejected = RejectedRevision(revision=seeing.revision(repository, commit, sighting, name), reasons=reasons)
            await self._reject(name, rejected)

    async def _submit(self, cluster: str, revision: Revision) -> None:
        queue = activity.info().task_queue
        await start(self._client, cluster, revision.repository, queue, signal=(names.SUBMIT, revision))
        activity.logger.info("submitted %s to %s", revision.short, names.cluster_id(cluster))

    async def _reject(self, cluster: str, rejected: RejectedRevision) -> None:
        """Tell the cluster's workflow, if there is one: nobody else shows what stands in the way of its revision."""
        try:
            await self._client.get_workflow_handle(names.cluster_id(cluster)).signal(names.REJECT, rejected)
        except RPCError as error:
            if error.status is not RPCStatusCode.NOT_FOUND:
                raise
