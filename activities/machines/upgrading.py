"""kubeadm upgrade on one machine, and what its control plane must answer afterwards."""

import asyncio
from datetime import timedelta
from functools import partial

from temporalio import activity

from trailboss.activities.api import connected
from trailboss.activities.errors import attempt
from trailboss.activities.gate import until_nothing
from trailboss.activities.place import Place, find
from trailboss.kubeadm import upgrade_configuration
from trailboss.model.messages import StepInput, StepResult
from trailboss.ssh import SSHPool, unit
from trailboss.ssh.unit import Action
from trailboss.steps import kubeadm_upgrade

_LONGEST = timedelta(minutes=29)
_GATE = timedelta(minutes=5)
_FILE = "kubeadm.yaml"
_CONFIGURATION = f'"$STEP_DIR/inputs/{_FILE}"'


class UpgradingActivities:
    def __init__(self, pool: SSHPool) -> None:
        self._pool = pool

    @activity.defn(name="kubeadm-upgrade-apply")
    async def apply(self, step: StepInput) -> StepResult:
        """Upgrade the first control plane, and what of the cluster belongs to no machine."""
        async with attempt():
            return await _upgrade(await find(self._pool, step), "apply")

    @activity.defn(name="kubeadm-upgrade-node")
    async def node(self, step: StepInput) -> StepResult:
        """Upgrade a further control plane, or fetch a worker's new kubelet configuration."""
        async with attempt():
            return await _upgrade(await find(self._pool, step), "node")

    @activity.defn(name="api-ready")
    async def api_ready(self, step: StepInput) -> StepResult:
        async with attempt():
            place = await find(self._pool, step)
            await until_nothing(partial(self._missing, place), within=_GATE)
            return StepResult(summary=f"ready at {place.cluster.kubernetes_version}", changed=False)

    async def _missing(self, place: Place) -> str:
        wanted = place.cluster.kubernetes_version
        async with connected(self._pool, place.cluster, at=place.machine) as api:
            seen = await asyncio.to_thread(api.version)
        return "" if seen == wanted else f"the API server of {place.machine.name} to serve {wanted}; it is {seen}"


async def _upgrade(place: Place, verb: kubeadm_upgrade.Verb) -> StepResult:
    action = Action(
        key=place.key,
        summary=f"kubeadm upgrade {verb}",
        script=kubeadm_upgrade.script(place.cluster, place.machine, verb, _CONFIGURATION),
        inputs=((_FILE, upgrade_configuration(place.cluster)),),
    )
    output = await unit.run(place.host, place.writer, action, within=_LONGEST)
    summary = unit.last_line(output) or f"kubeadm upgrade {verb}"
    return StepResult(summary=summary, changed=not summary.startswith(kubeadm_upgrade.DONE_BEFORE))
