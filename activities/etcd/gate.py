"""What must hold of etcd before a control plane goes out of service, for a while or for good."""

from datetime import timedelta
from functools import partial

from temporalio import activity

from trailboss.activities.errors import attempt
from trailboss.activities.etcd.seen import EtcdSeen, look, look_from_another
from trailboss.activities.gate import until_nothing
from trailboss.activities.place import Place, find
from trailboss.facts import etcd, etcd_status
from trailboss.facts.etcd import Member
from trailboss.model.errors import CommandFailed, GateNotHeld
from trailboss.model.messages import StepInput, StepResult
from trailboss.ssh import SSHPool

_GATE = timedelta(minutes=3)
_HANDOVER = timedelta(seconds=30)
_SHORT = timedelta(minutes=1)


class EtcdGateActivities:
    def __init__(self, pool: SSHPool) -> None:
        self._pool = pool

    @activity.defn(name="etcd-gate")
    async def etcd_gate(self, step: StepInput) -> StepResult:
        """Wait until etcd can do without this machine, and let another member lead.

        Of a machine that is being removed nothing is expected any more: then it is the others that have to be well.

        Raises:
            GateNotHeld: etcd has not come to that within three minutes.
        """
        async with attempt():
            place = await find(self._pool, step)
            await until_nothing(partial(self._missing, place), within=_GATE)
            seen = await self._look(place)
            moved = await _hand_over(place, seen)
            return StepResult(summary="; ".join([_words(place, seen), *moved]), changed=bool(moved))

    async def _missing(self, place: Place) -> str:
        seen = await self._look(place)
        alarms = etcd.parse_alarms(await seen.by.read(etcd.LIST_ALARMS, summary="list etcd's alarms"))
        if alarms:
            return f"etcd's alarms to be dealt with: {'; '.join(str(alarm) for alarm in alarms)}"
        if _leaves(place):
            return etcd_status.unhealthy(seen.without(place.machine.name), seen.statuses)
        return etcd_status.unhealthy(seen.members, seen.statuses) or _too_few(place, seen.members)

    async def _look(self, place: Place) -> EtcdSeen:
        return await (look_from_another(self._pool, place) if _leaves(place) else look(place.host))


def _leaves(place: Place) -> bool:
    return place.machine.name not in [machine.name for machine in place.cluster.machines]


def _too_few(place: Place, members: tuple[Member, ...]) -> str:
    """One or two control planes cannot be changed without losing the quorum for a while; that is done, with a note."""
    if place.machine.name not in [member.name for member in members]:
        return f"{place.machine.name} to be an etcd member"
    if etcd_status.quorum_without(len(members)) or len(members) == len(place.cluster.control_planes):
        return ""
    return f"more control planes to be etcd members: of {len(members)} none can be spared"


def _words(place: Place, seen: EtcdSeen) -> str:
    count = len(seen.members)
    if _leaves(place) or etcd_status.quorum_without(count):
        return f"the other {len(seen.without(place.machine.name))} member(s) of etcd are well"
    if count == 1:
        return "the only etcd member is well; the API is away while this machine restarts it"
    return f"all {count} etcd members are well; there is no quorum while one of them restarts"


async def _hand_over(place: Place, seen: EtcdSeen) -> list[str]:
    """Move the leadership away from this machine; nothing to do where it does not lead, or is alone."""
    own, others = seen.status(place.machine.name), seen.without(place.machine.name)
    if own is None or not own.leads or not others:
        return []
    for member in others:
        if await _led_by(place, member):
            return [f"{member.name} leads now"]
    raise GateNotHeld(f"waiting for another etcd member than {place.machine.name} to lead")


async def _led_by(place: Place, member: Member) -> bool:
    """Ask this machine's member to hand over; False if it says no, or goes on leading."""
    script = etcd_status.transfer_leadership(member.id)
    try:
        await place.host.change(place.writer, script, summary="move etcd's leadership", within=_SHORT)
        await until_nothing(partial(_still_leads, place), within=_HANDOVER)
    except (CommandFailed, GateNotHeld):
        return False
    return True


async def _still_leads(place: Place) -> str:
    answer = await place.host.read(etcd_status.ask_statuses([etcd_status.OWN]), summary="ask etcd who leads")
    own = next(iter(etcd_status.parse_statuses(answer)), None)
    if own is None or own.leader == "0":
        return "etcd to have a leader"
    return f"another etcd member than {place.machine.name} to lead" if own.leads else ""
