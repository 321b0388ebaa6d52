"""Takes away an addon whose manifests are gone."""

from trailboss.activities.addons.pruning import prune
from trailboss.activities.addons.words import named
from trailboss.activities.addons.work import AddonWork
from trailboss.kube import addons
from trailboss.model.addons import AddonResult
from trailboss.model.errors import StepFailed


async def remove(work: AddonWork) -> AddonResult:
    """Take an addon away whose manifests are gone: all that carries its label, and its hooks.

    Raises:
        StepFailed: some of it does not go in time; the next plan goes on with it.
    """
    record = await work.current()
    if not record.contents.group_kinds and not record.fence:
        return AddonResult(summary="it was gone already", changed=False)
    await work.keep(record.with_(digest="", fence=work.fence, run=work.run))
    pruned = await prune(work, record, (), also=record.begun)
    if pruned.left:
        raise StepFailed(f"still there after {work.seconds:g} s: {named(tuple(map(str, pruned.left)))}")
    await work.patiently(lambda api, _: addons.forget(api, work.name))
    return AddonResult(summary="; ".join(pruned.words) or "nothing of it was there")
