"""What a machine needs before kubeadm can run on it, and before it is upgraded.

Each step compares, changes what is missing, compares again.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from typing import Any

from temporalio import activity

from trailboss.activities.errors import attempt
from trailboss.activities.place import Place, find
from trailboss.facts.paths import STEP_RECORDS
from trailboss.model.errors import TemporaryError
from trailboss.model.messages import StepInput, StepResult
from trailboss.ssh import SSHPool, unit
from trailboss.ssh.unit import Action
from trailboss.steps import PREPARE, UPGRADE, Command, PrepareStep, combine

_SHORT = timedelta(minutes=3)
_LONG = timedelta(minutes=30)
_ENDED_WELL = "0"
_STEPS: Mapping[str, PrepareStep] = {**PREPARE, **UPGRADE}


class PreparingActivities:
    def __init__(self, pool: SSHPool) -> None:
        self._pool = pool

    async def prepare(self, step: StepInput) -> StepResult:
        """Bring one thing about on one machine, whichever step of the catalogue `step` names."""
        async with attempt():
            return await bring_about(await find(self._pool, step))

    def activities(self) -> list[Callable[..., Any]]:
        """Return one activity for each step of the catalogue, under the step's name."""

        def named(name: str) -> Callable[..., Any]:
            @activity.defn(name=name)
            async def activity_of_step(step: StepInput) -> StepResult:
                return await self.prepare(step)

            return activity_of_step

        return [named(name) for name in _STEPS]


async def bring_about(place: Place) -> StepResult:
    # Looked at before the facts: an action that ended well by then, and left something missing, has to run again.
    ended = _STEPS[place.step].long and await unit.outcome(place.host, place.key) == _ENDED_WELL
    missing = await _missing(place)
    if not missing:
        return StepResult(summary="was right already", changed=False)
    if ended:
        await place.host.change(place.writer, _forget(place), summary=f"begin {place.step} anew", within=_SHORT)
    await _run(place, missing)
    still = await _missing(place)
    if still:
        raise TemporaryError(f"{place.machine.name}: {place.step} ran, and is still missing: {_words(still)}")
    return StepResult(summary=_words(missing))


async def _missing(place: Place) -> Sequence[Command]:
    step = _STEPS[place.step]
    return step.commands(place.cluster, place.machine, await place.facts(step.facts))


async def _run(place: Place, missing: Sequence[Command]) -> None:
    script = combine(list(missing))
    summary = f"{place.step}: {_words(missing)}"
    if _STEPS[place.step].long:
        action = Action(key=place.key, summary=summary, script=script)
        await unit.run(place.host, place.writer, action, within=_LONG)
    else:
        await place.host.change(place.writer, script, summary=summary, within=_SHORT)


def _forget(place: Place) -> str:
    return f"rm -f {STEP_RECORDS}/{place.key}/exit\n"


def _words(commands: Sequence[Command]) -> str:
    return "; ".join(command.summary for command in commands)
