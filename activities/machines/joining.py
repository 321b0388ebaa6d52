"""kubeadm on one machine: the first control plane, further ones, workers."""

from datetime import timedelta
from functools import partial

from temporalio import activity

from trailboss.activities.api import ask, connected, not_ready
from trailboss.activities.errors import attempt
from trailboss.activities.etcd.members import forget_half_joined, list_members, wait_until_member
from trailboss.activities.gate import until_nothing
from trailboss.activities.place import Place, find
from trailboss.kube import ClusterApi, nodes, settings, tokens
from trailboss.kubeadm import JoinCredentials, init_configuration, join_configuration
from trailboss.model.errors import ApiUnavailable, TemporaryError
from trailboss.model.messages import StepInput, StepResult
from trailboss.ssh import Host, SSHPool, unit
from trailboss.ssh.unit import Action
from trailboss.steps import authorities, kubeadm_run

_LONGEST = timedelta(minutes=14)
_TOKEN_LIFETIME = timedelta(minutes=30)
_CONFIGURATION = '"$STEP_DIR/inputs/kubeadm.yaml"'


class JoiningActivities:
    def __init__(self, pool: SSHPool) -> None:
        self._pool = pool

    @activity.defn(name="kubeadm-init")
    async def init(self, step: StepInput) -> StepResult:
        async with attempt():
            place = await find(self._pool, step)
            configuration = init_configuration(place.cluster, place.machine)
            action = Action(
                key=place.key,
                summary="kubeadm init",
                script=kubeadm_run.init_script(place.cluster, place.machine, _CONFIGURATION),
                inputs=(("kubeadm.yaml", configuration),),
            )
            await unit.run(place.host, place.writer, action, within=_LONGEST)
            await until_nothing(partial(not_ready, self._pool, place.cluster, place.machine), within=_LONGEST)
            await ask(self._pool, place.cluster, lambda api: settings.own(api, place.cluster))
            return StepResult(summary="the first API server is ready")

    @activity.defn(name="kubeadm-join")
    async def join(self, step: StepInput) -> StepResult:
        async with attempt():
            place = await find(self._pool, step)
            await unit.run(place.host, place.writer, await self._join_action(place), within=_LONGEST)
            return StepResult(summary=f"{place.machine.role} joined")

    @activity.defn(name="etcd-member")
    async def etcd_member(self, step: StepInput) -> StepResult:
        async with attempt():
            place = await find(self._pool, step)
            await wait_until_member(place)
            await until_nothing(partial(not_ready, self._pool, place.cluster, place.machine), within=_LONGEST)
            members = await list_members(place.host)
            return StepResult(summary=f"one of {len(members)} started etcd members; its API server is ready")

    async def _join_action(self, place: Place) -> Action:
        """Describe the join. Credentials are made only for one that has to start: they never pass through history."""
        script = kubeadm_run.join_script(place.cluster, place.machine, _CONFIGURATION)
        inputs = () if await self._has_joined(place) else await self._inputs(place)
        return Action(place.key, f"kubeadm join ({place.machine.role})", script, inputs)

    async def _has_joined(self, place: Place) -> bool:
        """A member, or about to be one: what other machines know of it must then not be touched."""
        if await unit.has_begun(place.host, place.key):
            return True
        return (await place.facts(("member",))).is_member

    async def _inputs(self, place: Place) -> tuple[tuple[str, str], ...]:
        if (await place.facts(("member",))).half_made:
            await ask(self._pool, place.cluster, lambda api: nodes.forget(api, place.machine.name))
        credentials = await ask(self._pool, place.cluster, lambda api: _credentials(api, place))
        configuration = ("kubeadm.yaml", join_configuration(place.cluster, place.machine, credentials))
        if place.machine.role != "control-plane":
            return (configuration,)
        await forget_half_joined(self._pool, place)
        return configuration, (authorities.INPUT, await self._authorities(place))

    async def _authorities(self, place: Place) -> str:
        """Return the certificate authorities of a control plane that serves, as base64 of a tar archive."""
        for machine in place.cluster.control_planes:
            if machine == place.machine:
                continue
            try:
                async with connected(self._pool, place.cluster, at=machine):
                    host = Host(self._pool, machine)
                    return await host.read(authorities.READ, summary="read the authorities")
            except TemporaryError:
                continue
        raise ApiUnavailable(f"no other control plane of {place.cluster.name} serves; cannot join {place.machine.name}")


def _credentials(api: ClusterApi, place: Place) -> JoinCredentials:
    token = tokens.create(api, description=f"Trailboss joins {place.machine.name}", lifetime=_TOKEN_LIFETIME)
    return JoinCredentials(token=token, ca_cert_hash=tokens.ca_cert_hash(api))
