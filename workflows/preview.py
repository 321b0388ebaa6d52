"""What a revision would change and what that means, without changing anything."""

from datetime import timedelta

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from trailboss.model.preview import FindInput, Found, Preview, PreviewInput
    from trailboss.workflows import policies
    from trailboss.workflows.calls import question
    from trailboss.workflows.presentation import details_cluster
    from trailboss.workflows.presentation.shown import show

_FIND_WITHIN = timedelta(minutes=3)  # a repository that cannot be fetched by then is told to be so


@workflow.defn
class PreviewWorkflow:
    """Observes the machines of one cluster and tells what one revision would do to them."""

    @workflow.run
    async def run(self, given: PreviewInput) -> Preview:
        summary = f"observe {given.cluster}, tell what {given.revision.short} would change"
        show(details_cluster.asked(given.cluster))
        found = await question.ask("preview_change", given, Preview, summary=summary, within=policies.PLAN)
        show(details_cluster.plan(found))
        return found


@workflow.defn
class FindWorkflow:
    """Finds a branch or a commit of a repository, and the clusters there."""

    @workflow.run
    async def run(self, given: FindInput) -> Found:
        summary = f"find {given.revision} in {given.repository.name}"
        show(f"⏳ Fetching `{given.repository.url}`; nothing is changed.")
        found = await question.ask("find_revision", given, Found, summary=summary, within=_FIND_WITHIN)
        show(f"`{given.revision}` is commit `{found.commit[:12]}`, with {len(found.clusters)} cluster(s).")
        return found
