"""Settings of a cluster that runs: its static pods, what kubeadm has recorded, its kubelets."""

from datetime import timedelta

from temporalio import activity

from trailboss.activities.api import ask
from trailboss.activities.errors import attempt
from trailboss.activities.place import Place, find
from trailboss.kube import settings
from trailboss.kubeadm.settings import kubelet_digest, own_names, settings_configuration, settings_digest
from trailboss.model.errors import ApiUnavailable, CommandFailed, StepFailed, TemporaryError
from trailboss.model.messages import StepInput, StepResult
from trailboss.plan.settings import kube_proxy_differs, kubelet_differs
from trailboss.ssh import SSHPool, unit
from trailboss.ssh.unit import Action
from trailboss.steps import kubelet_service, reconfigure

_LONGEST = timedelta(minutes=29)
_FILE = "kubeadm.yaml"
_CONFIGURATION = f'"$STEP_DIR/inputs/{_FILE}"'


class ReconfiguringActivities:
    def __init__(self, pool: SSHPool) -> None:
        self._pool = pool

    @activity.defn(name="kubeadm-reconfigure")
    async def reconfigure(self, step: StepInput) -> StepResult:
        """Write the static pods of one control plane anew; where they do not come up, the old ones are put back."""
        async with attempt():
            place = await find(self._pool, step)
            output = await _run(place, await self._reconfiguration(place), "write the static pods anew")
            mark = (await place.facts(("settings",))).settings
            if mark != settings_digest(place.cluster):
                raise TemporaryError(f"{place.machine.name}: what was begun before has ended, now for these settings")
            return StepResult(summary=unit.last_line(output))

    @activity.defn(name="kubeadm-record")
    async def record(self, step: StepInput) -> StepResult:
        """Have kubeadm record the settings, by which machines join and are upgraded; kube-proxy may restart."""
        async with attempt():
            place = await find(self._pool, step)
            cluster = place.cluster
            recorded = await ask(self._pool, cluster, settings.recorded)
            if recorded is None:
                raise StepFailed(f"kubeadm has recorded nothing in {cluster.name}: kube-system/kubeadm-config is gone")
            kubelets = kubelet_differs(cluster, recorded)
            if kubelets:
                await ask(self._pool, cluster, lambda api: settings.own_before(api, cluster))
            document = await ask(self._pool, cluster, settings.read_configuration)
            script = reconfigure.record_script(_CONFIGURATION, kube_proxy=kube_proxy_differs(cluster, recorded))
            action = _action(
                place,
                "record the settings",
                script,
                settings_configuration(document, cluster, place.machine, recorded.own_volumes or ()),
            )
            await _run(place, action, action.summary)
            note = settings.own_after if kubelets else settings.own
            await ask(self._pool, cluster, lambda api: note(api, cluster))
            return StepResult(summary="recorded" + ("; each kubelet is asked next" if kubelets else ""))

    @activity.defn(name="settings-record")
    async def settings_record(self, step: StepInput) -> StepResult:
        async with attempt():
            place = await find(self._pool, step)
            await ask(self._pool, place.cluster, lambda api: settings.own(api, place.cluster))
            return StepResult(summary="noted")

    @activity.defn(name="kubelet-configuration")
    async def kubelet(self, step: StepInput) -> StepResult:
        """Bring one kubelet's files and configuration about, and restart it."""
        async with attempt():
            place = await find(self._pool, step)
            facts = await place.facts(("files", "kubelet_settings", "kubelet_enabled", "member", "adopted"))
            written = kubelet_service.files(place.cluster, place.machine, facts)
            same = facts.kubelet_settings == kubelet_digest(place.cluster)
            if same and facts.kubelet_enabled and not written:
                return StepResult(summary="was right already", changed=False)
            script = reconfigure.kubelet_script(place.cluster, written)
            await _run(place, _action(place, "configure the kubelet", script), "configure the kubelet")
            return StepResult(summary="; ".join(["restarted", *(command.summary for command in written)]))

    async def _reconfiguration(self, place: Place) -> Action:
        """Describe the action. Without an API server it can still be finished: the host has kept what was begun."""
        gone: tuple[str, ...] = ()
        configuration = ""
        try:
            recorded = await ask(self._pool, place.cluster, settings.recorded)
            document = await ask(self._pool, place.cluster, settings.read_configuration)
            ours = (recorded.own_volumes if recorded else None) or ()
            configuration = settings_configuration(document, place.cluster, place.machine, ours)
            own = recorded.own_names if recorded else ()
            gone = tuple(name for name in own or () if name not in own_names(place.cluster))
        except ApiUnavailable:
            if not (await place.facts(("settings_begun",))).settings_begun:
                raise
        script = reconfigure.control_plane_script(place.cluster, place.machine, _CONFIGURATION, gone)
        return _action(place, "write the static pods anew", script, configuration)


def _action(place: Place, summary: str, script: str, configuration: str = "") -> Action:
    inputs = ((_FILE, configuration),) if configuration else ()
    return Action(key=place.key, summary=summary, script=script, inputs=inputs)


async def _run(place: Place, action: Action, summary: str) -> str:
    """Run the action; where it was refused and what was before is back, to try again would only do that once more.

    Raises:
        StepFailed: the new settings do not serve.
    """
    try:
        return await unit.run(place.host, place.writer, action, within=_LONGEST)
    except CommandFailed as failure:
        if failure.exit_status == reconfigure.REFUSED:
            raise StepFailed(f"{place.machine.name}: {summary}: {failure.output.strip()}") from failure
        raise
