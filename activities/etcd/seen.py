"""etcd as one control plane sees it: all members, and what each of them says of itself."""

from dataclasses import dataclass
from datetime import timedelta

from trailboss.activities.etcd.members import list_members
from trailboss.activities.place import Place
from trailboss.facts import etcd_status
from trailboss.facts.etcd import Member
from trailboss.facts.etcd_status import Status
from trailboss.model.errors import GateNotHeld, TemporaryError
from trailboss.ssh import Host, SSHPool

_SHORT = timedelta(minutes=2)  # a member that is down costs ten seconds


@dataclass(frozen=True)
class EtcdSeen:
    """`statuses` are in no order, without those of members that did not answer. `by`: the host that was asked."""

    by: Host
    members: tuple[Member, ...]
    statuses: tuple[Status, ...]

    def without(self, name: str) -> tuple[Member, ...]:
        return tuple(member for member in self.members if member.name != name)

    def status(self, name: str) -> Status | None:
        ids = [member.id for member in self.members if member.name == name]
        return next((status for status in self.statuses if status.member in ids), None)


async def look(host: Host) -> EtcdSeen:
    """Ask the member on `host` for all members, and then each of them, from there, how it fares."""
    members = await list_members(host)
    urls = [etcd_status.client_url(member) for member in members]
    script = etcd_status.ask_statuses([url for url in urls if url])
    answers = etcd_status.parse_statuses(await host.read(script, summary="ask each etcd member", within=_SHORT))
    return EtcdSeen(host, members, tuple(status for status in answers if status is not None))


async def look_from_another(pool: SSHPool, place: Place) -> EtcdSeen:
    """Look from the first control plane of the cluster, other than this machine, whose etcd answers.

    Raises:
        GateNotHeld: none does; the message has what each of them said.
    """
    reasons = []
    for machine in place.cluster.control_planes:
        if machine.name == place.machine.name:
            continue
        try:
            return await look(Host(pool, machine))
        except TemporaryError as error:
            reasons.append(str(error))
    said = "; ".join(reasons) or "there is no other control plane"
    raise GateNotHeld(f"waiting for an etcd member beside {place.machine.name} to answer: {said}")
