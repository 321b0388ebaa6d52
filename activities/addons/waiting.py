"""Waits of an addon: until the API server knows its kinds, and until its objects are healthy."""

from collections.abc import Sequence
from functools import partial

from trailboss.activities.addons.work import AddonWork
from trailboss.addons.objects import AddonObject, Ref
from trailboss.kube import ClusterApi, waiting
from trailboss.kube.mapping import Mapper
from trailboss.kube.waiting import Unhealthy
from trailboss.model.errors import StepFailed

_KINDS_WITHIN = 20.0  # seconds until the API server serves a kind whose definition is established


async def until_kinds_are_known(work: AddonWork, items: Sequence[AddonObject]) -> None:
    """Wait until the API server serves the kinds of these objects.

    Raises:
        StepFailed: it does not know them in time.
    """
    kinds = sorted({(one.api_version, one.kind) for one in items})
    if unknown := await work.until_nothing(partial(_unknown, kinds=kinds), _KINDS_WITHIN):
        raise StepFailed(f"the API server does not know: {unknown}")


async def until_healthy(work: AddonWork, refs: Sequence[Ref], *, ends: bool = False) -> None:
    """Wait for what was applied; `ends`: until it has come to its end.

    Raises:
        StepFailed: it is not healthy in time, or will not be by waiting.
    """
    found = Unhealthy()

    def look(api: ClusterApi, mapper: Mapper) -> str:
        nonlocal found
        found = waiting.unhealthy(api, mapper, refs, ends=ends)
        return "" if found.failed else str(found)

    late = await work.until_nothing(look)
    if late or found.failed:
        told = await work.patiently(partial(_look_closely, refs=refs, ends=ends))
        after = f"not healthy after {work.seconds:g} s: " if late else ""
        raise StepFailed(f"{after}{told}")


def _unknown(_api: ClusterApi, mapper: Mapper, *, kinds: Sequence[tuple[str, str]]) -> str:
    missing = (f"{kind} of {version}" for version, kind in kinds if mapper.find(version, kind) is None)
    return ", ".join(missing)


def _look_closely(api: ClusterApi, mapper: Mapper, *, refs: Sequence[Ref], ends: bool) -> Unhealthy:
    return waiting.unhealthy(api, mapper, refs, ends=ends, why=True)
