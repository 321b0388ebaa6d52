from datetime import timedelta
from pathlib import Path

import pytest
from temporalio.exceptions import ApplicationError
from temporalio.testing import ActivityEnvironment
from tests.unit.activities.ranch import ranch, step
from tests.unit.kube.objects import Json, node

from trailboss.activities.machines import settling
from trailboss.activities.machines.settling import SettlingActivities


@pytest.mark.parametrize(
    ("seen", "waits_for"),
    [
        (node("w-1", version="1.34.4+build.7"), ""),
        (node("w-1", ready=False), "node w-1 to be Ready"),
        (node("w-1", version="1.33.9"), "the kubelet of w-1 to report 1.34.4; it reports 1.33.9"),
        (node("w-2"), "node w-1 to be Ready"),
    ],
)
async def test_a_node_is_ready_once_the_wanted_kubelet_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, seen: Json, waits_for: str
) -> None:
    monkeypatch.setattr(settling, "_GATE", timedelta(0))
    async with ranch(tmp_path, monkeypatch) as on:
        on.push("b", "cp-1 w-1")
        on.api.nodes = {seen["metadata"]["name"]: seen}
        ready = ActivityEnvironment().run(SettlingActivities(on.pool).node_ready, step("node-ready", "w-1"))
        if not waits_for:
            assert not (await ready).changed
            return
        with pytest.raises(ApplicationError, match=waits_for) as caught:
            await ready
        assert not caught.value.non_retryable
