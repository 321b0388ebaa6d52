"""What the daily look finds not to be as Git says, on a ranch."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from temporalio.testing import ActivityEnvironment
from tests.unit.activities.ranch import Ranch, ranch
from tests.unit.workflows.plans import NOTHING, only_workers, revision

from trailboss.activities.planning import looking
from trailboss.activities.planning.looking import LookingActivities
from trailboss.model.errors import ApiUnavailable
from trailboss.model.messages import ChangeContext
from trailboss.model.plan import Plan, Refusal

UPGRADES = only_workers(1)


@pytest_asyncio.fixture
async def on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Ranch]:
    async with ranch(tmp_path, monkeypatch) as made:
        monkeypatch.setattr(looking, "load_cluster_at", made.load)
        made.push("b", "cp-1 w-1")
        yield made


@pytest.mark.parametrize(
    ("plan", "drift"),
    [
        (NOTHING, ()),
        (UPGRADES, (f"upgrade worker-1: {UPGRADES.operations[0].steps[0].reason}",)),
        (NOTHING.model_copy(update={"postponed": ("w-1",)}), None),
        (NOTHING.model_copy(update={"refusals": (Refusal(reason="no API", remedy="wait", temporary=True),)}), None),
        (NOTHING.model_copy(update={"refusals": (Refusal(reason="another's", remedy="reset"),)}), ("another's",)),
        (
            UPGRADES.model_copy(update={"postponed": ("w-1",)}),
            (f"upgrade worker-1: {UPGRADES.operations[0].steps[0].reason}",),
        ),
        (ApiUnavailable("no API server answers"), None),
    ],
)
async def test_what_a_plan_of_what_was_applied_would_do(
    on: Ranch, monkeypatch: pytest.MonkeyPatch, plan: Plan | Exception, drift: tuple[str, ...] | None
) -> None:
    async def plan_cluster(_pool: object, cluster: object, *, applied: object, initialised_before: bool) -> Plan:
        assert cluster == on.clusters[revision("b").commit]
        assert applied == on.clusters[revision("b").commit].machines
        assert initialised_before
        if isinstance(plan, Exception):
            raise plan
        return plan

    monkeypatch.setattr(looking, "plan_cluster", plan_cluster)
    context = ChangeContext(cluster="demo", revision=revision("b"), fence=0)
    due = await ActivityEnvironment().run(LookingActivities(on.pool).look_again, context)
    assert (due.reasons, due.drift) == ((), drift)
