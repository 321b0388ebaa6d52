"""Certificates: renewed on one control plane, and looked at every day, so that they are in time."""

from datetime import timedelta

from temporalio import activity

from trailboss.activities.errors import attempt
from trailboss.activities.place import find
from trailboss.model.messages import StepInput, StepResult
from trailboss.ssh import SSHPool, unit
from trailboss.ssh.unit import Action
from trailboss.steps import renew_certificates

_LONGEST = timedelta(minutes=29)


class RenewingActivities:
    def __init__(self, pool: SSHPool) -> None:
        self._pool = pool

    @activity.defn(name="renew-certificates")
    async def renew(self, step: StepInput) -> StepResult:
        async with attempt():
            place = await find(self._pool, step)
            script = renew_certificates.script(place.machine)
            action = Action(key=place.key, summary="renew the certificates", script=script)
            output = await unit.run(place.host, place.writer, action, within=_LONGEST)
            return StepResult(summary=unit.last_line(output))
