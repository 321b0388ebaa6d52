from typing import Annotated

import typer

from trailboss.cli.connection import connected
from trailboss.cli.operating import operator, say
from trailboss.cli.output import console, run_async
from trailboss.cli.plan import plan_input, plan_of
from trailboss.cli.plan_view import plan_view
from trailboss.cli.reading import read_cluster
from trailboss.cli.signals import ClusterArgument, WhyOption
from trailboss.cli.web import tell_page, web
from trailboss.model import names
from trailboss.model.control import Control
from trailboss.model.errors import PermanentError
from trailboss.model.plan import Plan
from trailboss.model.revision import Revision


def destroy(
    cluster: ClusterArgument,
    *,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask for the cluster's name.")] = False,
    why: WhyOption = "",
) -> None:
    """Confirm that a cluster is destroyed, whose manifests say `destroy: true`: every host of it is reset.

    Shows what will be reset, and asks for the cluster's name. Exit status 1: nothing is destroyed, and why.
    """
    revision, plan = run_async(_look(cluster))
    console.print(plan_view(plan))
    if not yes and typer.prompt(f"To destroy it, type the cluster's name ({cluster})").strip() != cluster:
        raise PermanentError("that is not the cluster's name; nothing is destroyed")
    summary = run_async(_confirm(cluster, Control(action="destroy", by=operator(), why=why, commit=revision.commit)))
    console.print(
        f"{cluster}: {summary}; `trailboss status {cluster} --watch` follows it", markup=False, soft_wrap=True
    )
    tell_page(web().page(names.cluster_id(cluster)))


async def _look(cluster: str) -> tuple[Revision, Plan]:
    """Return the desired revision and what it would destroy.

    Raises:
        BadInput: there is no such cluster.
        PermanentError: its desired revision does not say that it is to be destroyed, or is not known.
    """
    async with connected() as client:
        status = (await read_cluster(client, cluster)).status
        desired = status.desired
        if desired is None:
            raise PermanentError(f"no desired revision of {cluster} is known; nothing is destroyed")
        plan = await plan_of(client, plan_input(status, desired, destroy_confirmed=True))
        if not plan.destroys:
            raise PermanentError(f"{desired.short}, the desired revision of {cluster}, does not say `destroy: true`")
        return desired, plan


async def _confirm(cluster: str, control: Control) -> str:
    async with connected() as client:
        return await say(client, cluster, control)
