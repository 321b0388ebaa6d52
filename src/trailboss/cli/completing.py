"""What the shell completes beside options: names of clusters and machines.

It must never be in the way: a second at most, and nothing at all where no Temporal answers or anything else fails.
"""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

_WITHIN = 1.0
"""Seconds until a completion without an answer completes nothing."""
_CLUSTERS = 100


def clusters(incomplete: str) -> list[str]:
    """Return the names of clusters that begin so."""
    return _quietly(_clusters, incomplete)


def machines(ctx: Any, incomplete: str) -> list[str]:  # noqa: ANN401 - click's context, of which typer has its own
    """Return the names of machines that begin so, of the cluster that the words before name."""
    cluster = str(ctx.params.get("cluster") or "")
    return _quietly(lambda: _machines(cluster), incomplete) if cluster else []


def machines_of_all(incomplete: str) -> list[str]:
    """Return CLUSTER/MACHINE for all machines that begin so; of a cluster alone, that much."""
    cluster, slash, _ = incomplete.partition("/")
    if not slash:
        return [f"{name}/" for name in clusters(incomplete)]
    return _quietly(lambda: _machines(cluster), incomplete, before=f"{cluster}/")


def repositories(incomplete: str) -> list[str]:
    """Return the names of repositories that are followed and begin so."""
    return _quietly(_repositories, incomplete)


def _quietly(names: Callable[[], Awaitable[list[str]]], incomplete: str, before: str = "") -> list[str]:
    try:
        found = asyncio.run(_bounded(names))
    except Exception:  # noqa: BLE001 - whatever is wrong, a shell that completes is not the place to tell it
        return []
    return [f"{before}{name}" for name in sorted(found) if f"{before}{name}".startswith(incomplete)]


async def _bounded(names: Callable[[], Awaitable[list[str]]]) -> list[str]:
    async with asyncio.timeout(_WITHIN):
        return await names()


async def _clusters() -> list[str]:
    # Temporal's SDK takes a moment to import: completion of options does without.
    from trailboss.cli.connection import connected
    from trailboss.cli.reading import cluster_names

    async with connected() as client:
        return await cluster_names(client, limit=_CLUSTERS)


async def _machines(cluster: str) -> list[str]:
    from trailboss.cli.connection import connected
    from trailboss.cli.machines import cluster_kept_here

    async with connected() as client:
        return [machine.name for machine in (await cluster_kept_here(client, cluster)).machines]


async def _repositories() -> list[str]:
    from trailboss.cli.connection import connected
    from trailboss.model import names

    async with connected() as client:
        found = [schedule.id async for schedule in await client.list_schedules()]
    return [one.removeprefix(names.SCHEDULE_PREFIX) for one in found if one.startswith(names.SCHEDULE_PREFIX)]
