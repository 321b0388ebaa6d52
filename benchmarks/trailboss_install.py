"""The one contestant: Trailboss, from a `git push` to its own word that the cluster is Ready."""

import asyncio

from following import following
from rich.console import Console
from stage import NAME
from step_times import StepTime

from trailboss.lab.hosts import Lab
from trailboss.lab.scene import manifests


def time_trailboss(version: str, lab: Lab, console: Console) -> tuple[float, list[StepTime]]:
    """Return the seconds from the push until the cluster is Ready, and where they went."""
    return asyncio.run(_install(version, lab, console))


async def _install(version: str, lab: Lab, console: Console) -> tuple[float, list[StepTime]]:
    async with following(console) as repository:
        return await repository.time(manifests(lab, cluster=NAME, version=version), "A cluster on all of the hosts")
