"""A machine leaves its cluster: etcd, the API, its own traces of it. None of them needs the steps before it."""

from contextlib import suppress
from datetime import timedelta
from functools import partial

from temporalio import activity

from trailboss.activities.api import ask
from trailboss.activities.errors import attempt
from trailboss.activities.etcd.members import list_members
from trailboss.activities.etcd.seen import EtcdSeen, look_from_another
from trailboss.activities.gate import until_nothing
from trailboss.activities.place import Place, find
from trailboss.facts import etcd, etcd_status
from trailboss.facts.etcd import Member
from trailboss.kube import ClusterApi, nodes
from trailboss.model.errors import HostRefused, StepFailed, TemporaryError
from trailboss.model.messages import StepInput, StepResult
from trailboss.ssh import SSHPool, unit
from trailboss.ssh.unit import Action
from trailboss.steps import host_reset

_GATE = timedelta(minutes=3)
_SHORT = timedelta(minutes=1)
_LONGEST = timedelta(minutes=14)


class RemovingActivities:
    def __init__(self, pool: SSHPool) -> None:
        self._pool = pool

    @activity.defn(name="etcd-leave")
    async def etcd_leave(self, step: StepInput) -> StepResult:
        """Have another control plane remove this machine's member; the machine itself need not answer.

        Raises:
            GateNotHeld: the members that stay are not well, so that they would lose the quorum.
            StepFailed: it is the only member.
        """
        async with attempt():
            place = await find(self._pool, step)
            await until_nothing(partial(self._missing, place), within=_GATE)
            seen = await look_from_another(self._pool, place)
            member = _member(place, seen)
            if member is None:
                return StepResult(summary="is no etcd member", changed=False)
            script = etcd.remove_member(member)
            await seen.by.change(place.writer, script, summary="remove an etcd member", within=_SHORT)
            await until_nothing(partial(_still_there, seen, member), within=_GATE)
            return StepResult(summary=f"left etcd, {len(seen.members) - 1} member(s) stay")

    @activity.defn(name="node-delete")
    async def node_delete(self, step: StepInput) -> StepResult:
        async with attempt():
            place = await find(self._pool, step)
            was_there = await ask(self._pool, place.cluster, lambda api: _forget(api, place.machine.name))
            return StepResult(summary="deleted" if was_there else "there was no such node", changed=was_there)

    @activity.defn(name="host-reset")
    async def host_reset(self, step: StepInput) -> StepResult:
        """Free the host for another cluster, at once; one that another cluster has already is left alone."""
        async with attempt():
            place = await find(self._pool, step)
            seen = await place.facts(("owner", "member"))
            if seen.owner and seen.owner != place.cluster.name:
                return StepResult(summary=f"left alone: it belongs to cluster {seen.owner} by now", changed=False)
            # Without a mark, an earlier attempt has given it up, and whatever is there by now is not ours.
            ours = bool(seen.owner or seen.member)
            if ours:
                await _reset(place)
            # A kubelet that restarted in the meantime had registered its node anew.
            with suppress(TemporaryError, HostRefused):
                await ask(self._pool, place.cluster, lambda api: nodes.forget(api, place.machine.name))
            return StepResult(summary="free for another cluster" if ours else "was free already", changed=ours)

    async def _missing(self, place: Place) -> str:
        """The quorum is counted after the removal: of those that stay, more than half have to be well."""
        seen = await look_from_another(self._pool, place)
        member = _member(place, seen)
        if member is None:
            return ""
        staying = [other for other in seen.members if other != member and not other.learner]
        if not staying:
            raise StepFailed(f"{place.machine.name} is etcd's only member: without it the cluster's data is gone")
        well = {status.member for status in seen.statuses if status.healthy}
        missing = [other.name or other.id for other in staying if other.id not in well]
        if len(staying) - len(missing) >= etcd_status.quorum(len(staying)):
            return ""
        return f"the etcd members {', '.join(missing)} to be well: without them there is no quorum"


async def _reset(place: Place) -> None:
    action = Action(key=place.key, summary="reset the host", script=host_reset.SCRIPT)
    await unit.run(place.host, place.writer, action, within=_LONGEST)
    await place.host.change(place.writer, host_reset.RELEASE, summary="give the host up", within=_SHORT)


def _member(place: Place, seen: EtcdSeen) -> Member | None:
    """Return this machine's member: the one of its name, or the one at its address that has never started."""
    for member in seen.members:
        if member.name == place.machine.name or (not member.name and member.is_at(place.machine.node_address)):
            return member
    return None


async def _still_there(seen: EtcdSeen, member: Member) -> str:
    left = [other.id for other in await list_members(seen.by)]
    return f"the etcd member {member.name or member.id} to be gone" if member.id in left else ""


def _forget(api: ClusterApi, name: str) -> bool:
    """Delete a node; tell whether it was there."""
    was_there = nodes.find(api, name) is not None
    nodes.forget(api, name)
    return was_there
