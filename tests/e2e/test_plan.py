"""A plan of an upgrade, and the upgrade: its steps are those that were foretold, and it takes about as long.

One story, told in order: each test goes on where the one before it ended.
"""

import asyncio
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.e2e.planned import assert_as_planned, estimate_error, plan_before, propose, steps_taken
from tests.e2e.ranch import NAME, POLL_SECONDS, Ranch
from tests.e2e.wanted import wanted

from trailboss.model.preview import Preview
from trailboss.model.revision import Repository
from trailboss.triggers.schedule import add_repository

pytestmark = [pytest.mark.lab, pytest.mark.long, pytest.mark.timeout(900)]

VERSIONS = ("1.33.4", "1.34.4")
HOSTS = (1, 1)
EVERYONE = ("cp-1", "worker-1")
BRANCH = "newer"
WITHIN = 0.25


@pytest.fixture(scope="module")
def kept() -> dict[str, Preview]:
    """What was foretold, for the tests that compare."""
    return {}


async def test_the_older_version_stands(ranch: Ranch) -> None:
    ranch.push(f"Kubernetes {VERSIONS[0]}", wanted(ranch, EVERYONE))
    repository = Repository(name=NAME, url=ranch.origin.url, interval_seconds=POLL_SECONDS)
    await add_repository(ranch.temporal.client, repository)
    assert (await ranch.settles(within=600)).phase == "Ready"


async def test_a_branch_is_planned_and_nothing_is_changed(ranch: Ranch, kept: dict[str, Preview]) -> None:
    ranch.version = VERSIONS[1]
    changes = len(await ranch.changes())
    await propose(ranch, BRANCH, wanted(ranch, EVERYONE))
    kept["plan"] = plan = await plan_before(ranch, NAME, "--revision", BRANCH)
    assert [str(one) for one in plan.differences] == [f"Kubernetes {VERSIONS[0]} → {VERSIONS[1]}"]
    assert "the API is away meanwhile" in next(one.why for one in plan.disruptions if one.machine == "cp-1")
    assert plan.estimate
    nodes = await ranch.nodes()
    assert {(node.kubelet_version, node.unschedulable) for node in nodes} == {(VERSIONS[0], False)}
    assert len(await ranch.changes()) == changes


async def test_the_comment_for_its_pull_request(ranch: Ranch) -> None:
    said = await asyncio.to_thread(ranch.trailboss, "plan", "--revision", BRANCH, "--output", "markdown")
    assert said.returncode == 0, said.stderr
    assert said.stdout.startswith("<!-- trailboss-plan -->\n")
    assert f"- Kubernetes {VERSIONS[0]} → {VERSIONS[1]}\n" in said.stdout


async def test_the_push_takes_the_steps_that_were_foretold(ranch: Ranch, kept: dict[str, Preview]) -> None:
    ranch.push(f"Kubernetes {VERSIONS[1]}", wanted(ranch, EVERYONE))
    assert (await ranch.settles(within=900)).phase == "Ready"
    assert_as_planned(kept["plan"], await steps_taken(ranch))


async def test_it_took_about_as_long(ranch: Ranch, kept: dict[str, Preview], tell: Callable[[str], None]) -> None:
    plan, taken = kept["plan"], await steps_taken(ranch)
    assert plan.estimate
    error = estimate_error(plan, taken)
    tell(
        f"estimate {plan.estimate.seconds:.0f} s ({plan.estimate.low:.0f} to {plan.estimate.high:.0f};"
        f" {plan.estimate.measured} of {plan.estimate.steps} steps measured here), run {taken.seconds:.0f} s,"
        f" ratio {1 + error:.2f}"
    )
    assert abs(error) <= WITHIN


async def test_a_working_tree_without_a_machine_shows_its_removal(ranch: Ranch, tmp_path: Path) -> None:
    for path, text in wanted(ranch, ("cp-1",)).items():
        file = tmp_path / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
    plan = await plan_before(ranch, str(tmp_path / "clusters" / NAME))
    assert [one.field for one in plan.differences] == [""]
    assert plan.differences[0].words.startswith("worker-1 removed (")
    assert "remove worker-1" in [f"{one.operation} {one.machine}" for one in plan.operations]
    assert len(await ranch.nodes()) == len(EVERYONE)
