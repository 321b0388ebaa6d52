import asyncio

import pytest

from trailboss.model.base import Frozen
from trailboss.model.progress import ChangeReport
from trailboss.workflows.changes import reporter


async def test_a_long_wait_that_words_itself_anew_does_not_fill_the_clusters_history(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    heard: list[Frozen] = []

    async def hear(_signal: str, said: Frozen) -> None:
        heard.append(said)

    monkeypatch.setattr(reporter, "tell_parent", hear)
    tells = reporter.Reporter()

    async def tell(phase: str, message: str) -> ChangeReport:
        report = ChangeReport.model_validate({"phase": phase, "message": message})
        tells.tell(report)
        await asyncio.sleep(0.01)
        return report

    for second in range(60, 100):
        await tell("Waiting", f"the clock of cp-1 is {second} s behind")
    assert len(heard) == 21
    for phase, message in (("Changing", "goes on"), ("Waiting", "for a window"), ("Waiting", "for w-2 to answer")):
        assert await tell(phase, message) == heard[-1]
