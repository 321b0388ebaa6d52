"""Hooks of an addon: each runs to its end once in a change, whatever dies meanwhile."""

from functools import partial

from trailboss.activities.addons.deleting import begin_deletion
from trailboss.activities.addons.waiting import until_healthy, until_kinds_are_known
from trailboss.activities.addons.work import AddonWork
from trailboss.addons import hooks
from trailboss.addons.applyset import HOOK_OF, RUN
from trailboss.addons.objects import AddonObject
from trailboss.addons.record import Record
from trailboss.kube import ClusterApi, objects
from trailboss.kube.mapping import Mapper
from trailboss.model.errors import StepFailed


async def run_hook(work: AddonWork, record: Record, item: AddonObject) -> Record:
    """Run a hook to its end, and return the record that has it; one that ran in this change does not run again.

    One that an earlier attempt of this change has begun is taken up, not begun anew.

    Raises:
        StepFailed: it did not come to its end.
    """
    if item.ref in record.hooks:
        return record
    if item.ref not in record.begun:
        record = await work.keep(record.with_(begun=(*record.begun, item.ref)))
    await _begin(work, item)
    try:
        await until_healthy(work, [item.ref], ends=True)
    except StepFailed as error:
        if hooks.goes_after(item, failed=True):
            await begin_deletion(work, [item.ref])
        raise StepFailed(f"a hook did not come to its end: {error}") from error
    record = await work.keep(record.with_(hooks=(*record.hooks, item.ref)))
    if hooks.goes_after(item, failed=False):
        await begin_deletion(work, [item.ref])
    return record


async def _begin(work: AddonWork, item: AddonObject) -> None:
    marked = item.marked({HOOK_OF: work.name}, {RUN: work.run})
    await until_kinds_are_known(work, [marked])
    if old := await work.until_nothing(partial(_start_hook, item=marked, run=work.run)):
        raise StepFailed(f"waiting for {old}")


def _start_hook(api: ClusterApi, mapper: Mapper, *, item: AddonObject, run: str) -> str:
    """Begin a hook, or find it begun; return what has to be over before, "" once it runs."""
    there = objects.read(api, mapper, item.ref)
    if there is not None:
        annotations = there["metadata"].get("annotations") or {}
        if there["metadata"].get("deletionTimestamp"):
            return f"{item.ref} of an earlier run to go"
        if annotations.get(RUN) == run:
            return ""
        if hooks.runs_anew(item):
            objects.delete(api, mapper, item.ref, uid=str(there["metadata"].get("uid", "")))
            return f"{item.ref} of an earlier run to go"
    objects.apply(api, mapper, item, force=True)
    return ""
