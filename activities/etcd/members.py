"""etcd's members, asked on a control plane itself through etcd's own HTTP gateway: no etcdctl is needed there."""

from datetime import timedelta

from trailboss.activities.api import connected
from trailboss.activities.gate import until_nothing
from trailboss.activities.place import Place
from trailboss.facts import etcd
from trailboss.model.errors import TemporaryError
from trailboss.ssh import Host, SSHPool

_GATE = timedelta(minutes=3)


async def wait_until_member(place: Place) -> None:
    """Wait until this machine's etcd is a started, voting member beside started members only.

    Raises:
        GateNotHeld: it has not come to that within three minutes.
    """

    async def missing() -> str:
        return etcd.not_settled(await list_members(place.host), place.machine.name)

    await until_nothing(missing, within=_GATE)


async def list_members(host: Host) -> tuple[etcd.Member, ...]:
    return etcd.parse_members(await host.read(etcd.LIST_MEMBERS, summary="list etcd members"))


async def forget_half_joined(pool: SSHPool, place: Place) -> None:
    """Remove the member that a former, interrupted join of this machine left, so that it can join again."""
    for machine in place.cluster.control_planes:
        if machine == place.machine:
            continue
        try:
            async with connected(pool, place.cluster, at=machine):
                host = Host(pool, machine)
                await _forget(host, place, await list_members(host))
                return
        except TemporaryError:
            continue


async def _forget(host: Host, place: Place, members: tuple[etcd.Member, ...]) -> None:
    for member in members:
        if member.is_at(place.machine.node_address):
            script = etcd.remove_member(member)
            await host.change(place.writer, script, summary="remove a half-joined member", within=_GATE)
