"""From a push to signals, through real schedules on a real Temporal server."""

import time
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from temporalio.client import Client
from tests.unit.git.origin import Origin, manifest
from tests.unit.triggers.following import NEVER, Following, following, until
from tests.unit.triggers.told import Told

from trailboss.activities.addons import commands
from trailboss.activities.git import claims, poll
from trailboss.activities.git.source import load_cluster_at
from trailboss.manifests import cluster_defaults
from trailboss.model import names
from trailboss.model.errors import BadInput, RepositoryUnavailable, RevisionGone
from trailboss.model.messages import RepositoryStatus
from trailboss.model.revision import Repository
from trailboss.triggers import schedule

pytestmark = pytest.mark.slow


@pytest_asyncio.fixture
async def here(temporal_client: Client, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Following]:
    monkeypatch.setattr(schedule, "_LOOK_EVERY_SECONDS", 0.02)
    async with following(temporal_client, tmp_path / "cache") as here:
        yield here


@pytest.fixture
def origin(tmp_path: Path) -> Origin:
    return Origin(tmp_path / "origin")


def files(here: Following, *clusters: str, version: str = "1.34.4") -> dict[str, str | bytes | None]:
    named = {here.name(short) for short in clusters}
    return {f"clusters/{name}/cluster.yaml": manifest(name, version) for name in named}


CONFIG_MAP = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: x}\n"


def with_addon(here: Following, short: str, addon: str = "{name: x, manifests: [x.yaml]}") -> dict[str, str]:
    text = manifest(here.name(short)).replace(
        "kubernetesVersion: 1.34.4", f"kubernetesVersion: 1.34.4\n  addons: [{addon}]"
    )
    return {f"clusters/{here.name(short)}/cluster.yaml": text}


def fleet(here: Following, origin: Origin, **changes: object) -> Repository:
    return origin.repository(**{"name": here.name("fleet"), "interval_seconds": NEVER, **changes})


async def first_poll(here: Following, repository: Repository) -> RepositoryStatus:
    """Follow the repository, wait for the poll that comes with that."""
    await here.add(repository)

    async def polled() -> RepositoryStatus | None:
        status = await schedule.repository_status(here.client, repository.name)
        return status if status.last else None

    return await until(polled)  # type: ignore[no-any-return]


async def test_a_push_is_submitted_once(here: Following, origin: Origin) -> None:
    head = origin.push(files(here, "a"), "make a")
    repository = fleet(here, origin)
    status = await first_poll(here, repository)
    assert status.last
    assert status.last.submitted == (here.name("a"),)
    [revision] = await here.cluster("a").query(Told.submissions)
    assert (revision.commit, revision.author, revision.subject) == (head, "Ada", "make a")
    assert revision.path == f"clusters/{here.name('a')}"
    origin.push({"README.md": "nothing for a cluster"})
    again = await schedule.poll_now(here.client, repository.name)
    assert again.submitted == ()
    assert again.head != head
    assert await here.submitted("a") == [head]


async def test_the_cluster_s_workflow_says_whose_it_is(here: Following, origin: Origin) -> None:
    origin.push(files(here, "a"))
    await first_poll(here, fleet(here, origin))
    described = await here.cluster("a").describe()
    assert await described.memo() == {names.MEMO_REPOSITORY: here.name("fleet")}
    assert await described.static_summary() == f"{here.name('a')} from {here.name('fleet')}"


async def test_what_polls_know_survives_a_change_of_the_schedule_and_triggers(here: Following, origin: Origin) -> None:
    head = origin.push(files(here, "a"))
    repository = fleet(here, origin)
    await first_poll(here, repository)
    assert (await schedule.poll_now(here.client, repository.name)).clusters[here.name("a")].commit == head
    assert await here.add(repository) == "unchanged"
    assert await here.add(fleet(here, origin, interval_seconds=NEVER / 2)) == "updated"
    result = await schedule.poll_now(here.client, repository.name)
    assert result.head == head
    assert result.submitted == ()
    assert await here.submitted("a") == [head], "a lost result would have submitted it again"
    status = await schedule.repository_status(here.client, repository.name)
    assert status.repository.interval_seconds == NEVER / 2


async def test_a_change_of_an_addon_is_submitted_to_those_that_have_it(here: Following, origin: Origin) -> None:
    first = origin.push({**files(here, "a", "b"), **with_addon(here, "a"), "addons/x.yaml": CONFIG_MAP})
    repository = fleet(here, origin)
    await first_poll(here, repository)
    origin.push({"addons/other.yaml": CONFIG_MAP})
    assert (await schedule.poll_now(here.client, repository.name)).submitted == ()
    changed = origin.push({"addons/x.yaml": f"{CONFIG_MAP}data: {{a: b}}\n"})
    assert (await schedule.poll_now(here.client, repository.name)).submitted == (here.name("a"),)
    assert await here.submitted("a") == [first, changed]
    addon = (await load_cluster_at((await here.cluster("a").query(Told.submissions))[-1])).addons[0]
    assert addon.files == ("addons/x.yaml",)


async def test_an_addon_that_is_broken_holds_its_clusters_back_until_it_is_mended(
    here: Following, origin: Origin
) -> None:
    good = origin.push({**files(here, "a", "b"), **with_addon(here, "a"), "addons/x.yaml": CONFIG_MAP})
    repository = fleet(here, origin)
    await first_poll(here, repository)
    origin.push({"addons/x.yaml": "kind: {"})
    assert (await schedule.poll_now(here.client, repository.name)).submitted == ()
    assert "addons/x.yaml" in (await here.rejected("a"))[0][0]
    assert await here.submitted("a") == [good]
    origin.push({"addons/x.yaml": None})
    assert (await schedule.poll_now(here.client, repository.name)).submitted == ()
    assert "no such file" in (await here.rejected("a"))[1][0]
    origin.push({"addons/x.yaml": CONFIG_MAP})
    assert (await schedule.poll_now(here.client, repository.name)).submitted == ()
    assert (await here.rejected("a"))[2] == ()


async def test_an_addon_whose_command_the_worker_lacks_is_not_submitted(
    here: Following, origin: Origin, monkeypatch: pytest.MonkeyPatch
) -> None:
    chart = with_addon(here, "a", "{name: c, helm: {chart: c}}")
    origin.push({**files(here, "a"), **chart, "addons/c/Chart.yaml": "name: c"})
    monkeypatch.setattr(commands, "find", lambda _need: None)
    repository = fleet(here, origin)
    seen = await first_poll(here, repository)
    assert seen.last
    assert "helm is not on the worker's PATH" in seen.last.clusters[here.name("a")].problems[0]
    monkeypatch.setattr(commands, "find", lambda _need: "/usr/bin/helm")
    assert (await schedule.poll_now(here.client, repository.name)).submitted == (here.name("a"),)


async def test_a_paused_schedule_stays_paused(here: Following, origin: Origin) -> None:
    origin.push(files(here, "a"))
    repository = fleet(here, origin)
    await first_poll(here, repository)
    await here.client.get_schedule_handle(names.schedule_id(repository.name)).pause()
    await here.add(fleet(here, origin, interval_seconds=NEVER / 2))
    assert (await schedule.repository_status(here.client, repository.name)).next_poll_at is None


async def test_one_wrong_manifest_holds_back_its_own_cluster(here: Following, origin: Origin) -> None:
    good = origin.push(files(here, "a", "b"))
    repository = fleet(here, origin)
    await first_poll(here, repository)
    place = f"clusters/{here.name('a')}/cluster.yaml"
    bad = origin.push({place: "kind: [", **files(here, "b", version="1.34.3")})
    result = await schedule.poll_now(here.client, repository.name)
    assert result.submitted == (here.name("b"),)
    assert result.clusters[here.name("a")].commit == good
    assert result.clusters[here.name("a")].problem_commit == bad
    [reasons] = await here.rejected("a")
    assert any(reason.startswith(place) for reason in reasons)
    assert await here.submitted("a") == [good]
    assert await here.submitted("b") == [good, bad]
    origin.push({place: files(here, "a")[place]})
    await schedule.poll_now(here.client, repository.name)
    assert await here.submitted("a") == [good]
    assert (await here.rejected("a"))[1:] == [()], "back to what stands: the rejection is taken back"


async def test_a_wrong_manifest_starts_no_workflow(here: Following, origin: Origin) -> None:
    origin.push({f"clusters/{here.name('a')}/cluster.yaml": "kind: ["})
    status = await first_poll(here, fleet(here, origin))
    assert status.last
    assert status.last.clusters[here.name("a")].problems
    assert await claims._running(here.client, here.name("a")) is None


async def test_a_dropped_folder_leaves_its_cluster(here: Following, origin: Origin) -> None:
    head = origin.push(files(here, "a", "b"))
    repository = fleet(here, origin)
    await first_poll(here, repository)
    origin.push({f"clusters/{here.name('a')}": None})
    await schedule.poll_now(here.client, repository.name)
    assert await here.submitted("a") == [head]
    assert "not in clusters any more" in (await here.rejected("a"))[0][0]


async def test_an_unreachable_remote_loses_nothing(here: Following, origin: Origin) -> None:
    head = origin.push(files(here, "a"))
    repository = fleet(here, origin)
    await first_poll(here, repository)
    origin.path.rename(origin.path.with_name("away"))
    result = await schedule.poll_now(here.client, repository.name)
    assert "no such folder" in result.problem
    assert result.head == head
    origin.path.with_name("away").rename(origin.path)
    result = await schedule.poll_now(here.client, repository.name)
    assert (result.problem, result.head) == ("", head)
    assert await here.submitted("a") == [head]


async def test_an_empty_repository_then_a_deleted_branch(here: Following, origin: Origin) -> None:
    repository = fleet(here, origin)
    status = await first_poll(here, repository)
    assert status.last
    assert "is empty" in status.last.problem
    head = origin.push(files(here, "a"))
    assert (await schedule.poll_now(here.client, repository.name)).problem == ""
    origin.delete_branch()
    result = await schedule.poll_now(here.client, repository.name)
    assert (result.head, "is empty" in result.problem) == (head, True)


async def test_a_rewritten_history_waits_to_be_accepted(here: Following, origin: Origin) -> None:
    first = origin.push(files(here, "a"))
    repository = fleet(here, origin)
    await first_poll(here, repository)
    with pytest.raises(BadInput, match="no rewritten history"):
        await schedule.accept_rewrite(here.client, repository.name)
    rewritten = origin.force_push(None, files(here, "a", version="1.34.3"))
    result = await schedule.poll_now(here.client, repository.name)
    assert (result.head, result.refused_head) == (first, rewritten)
    assert await here.submitted("a") == [first]
    assert await schedule.accept_rewrite(here.client, repository.name) == rewritten

    async def accepted() -> bool:
        return await here.submitted("a") == [first, rewritten]

    assert await until(accepted)
    back = origin.reset(first)
    assert back is None
    result = await schedule.poll_now(here.client, repository.name)
    assert result.refused_head == first, "accepting one rewrite accepts no other"


async def test_two_repositories_cannot_have_one_cluster(here: Following, origin: Origin, tmp_path: Path) -> None:
    head = origin.push(files(here, "a"))
    await first_poll(here, fleet(here, origin))
    other = Origin(tmp_path / "other")
    theirs = other.push(files(here, "a", "b", version="1.34.3"))
    second = fleet(here, other, name=here.name("second"))
    status = await first_poll(here, second)
    assert status.last
    assert status.last.submitted == (here.name("b"),)
    assert f"belongs to the repository {here.name('fleet')}" in status.last.clusters[here.name("a")].problems[0]
    await here.cluster("a").signal(Told.begin_anew)

    async def begun_anew() -> bool:
        return (await here.cluster("a").query(Told.submissions)) == []

    assert await until(begun_anew)
    assert (await schedule.poll_now(here.client, second.name)).submitted == (), "the claim outlives continue-as-new"
    await schedule.remove_repository(here.client, here.name("fleet"))
    assert (await schedule.poll_now(here.client, second.name)).submitted == (here.name("a"),)
    assert await here.submitted("a") == [theirs] != [head]


async def test_a_poll_that_fails_half_way_is_done_again(
    here: Following, origin: Origin, monkeypatch: pytest.MonkeyPatch
) -> None:
    head = origin.push(files(here, "a", "b"))
    start, calls = poll.start, []

    async def failing_once(client, cluster, *args, **kwargs):  # noqa: ANN001, ANN002, ANN003, ANN202 - as claims.start
        calls.append(cluster)
        if len(calls) == 2:
            raise RepositoryUnavailable("made up: the worker lost its connection between two submits")
        await start(client, cluster, *args, **kwargs)

    monkeypatch.setattr(poll, "start", failing_once)
    status = await first_poll(here, fleet(here, origin))
    assert status.last
    assert status.last.submitted == (here.name("a"), here.name("b"))
    assert len(calls) == 4
    assert await here.submitted("a") == [head, head], "the cluster's workflow ignores a digest that it has"
    assert await here.submitted("b") == [head]


async def test_a_poll_that_breaks_keeps_what_was_known(
    here: Following, origin: Origin, monkeypatch: pytest.MonkeyPatch
) -> None:
    head = origin.push(files(here, "a"))
    repository = fleet(here, origin)
    await first_poll(here, repository)

    def gone(*_: object) -> None:
        raise RevisionGone("made up")

    with monkeypatch.context() as patched:
        patched.setattr("trailboss.activities.git.sighting.look", gone)
        result = await schedule.poll_now(here.client, repository.name)
        assert (result.problem, result.head) == ("the poll failed: RevisionGone: made up", head)
    assert (await schedule.poll_now(here.client, repository.name)).problem == ""
    assert await here.submitted("a") == [head]


async def test_repositories_are_listed_and_removed(here: Following, origin: Origin) -> None:
    head = origin.push(files(here, "a"))
    repository = fleet(here, origin)
    await first_poll(here, repository)

    async def listed() -> RepositoryStatus | None:
        found = await schedule.list_repositories(here.client)
        return next((status for status in found if status.repository == repository), None)

    status = await until(listed)
    assert status.last.head == head
    assert status.last_polled_at < status.next_poll_at
    await schedule.remove_repository(here.client, repository.name)
    for asked in (schedule.remove_repository, schedule.poll_now, schedule.accept_rewrite, schedule.repository_status):
        with pytest.raises(BadInput, match="not followed"):
            await asked(here.client, repository.name)
    assert await here.submitted("a") == [head], "its cluster stays"


async def test_a_repository_that_nobody_polls_is_told(
    temporal_client: Client, origin: Origin, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(schedule, "_POLL_PATIENCE_SECONDS", 0.5)
    alone = Following(temporal_client, f"nobody{time.time_ns()}")
    await alone.add(fleet(alone, origin))
    try:
        with pytest.raises(RepositoryUnavailable, match="does a worker run"):
            await schedule.poll_now(temporal_client, alone.name("fleet"))
    finally:
        await alone.clean()


async def test_a_push_is_signalled_within_the_interval_and_two_seconds(here: Following, origin: Origin) -> None:
    origin.push(files(here, "a"))
    interval = 1.0
    await first_poll(here, fleet(here, origin, interval_seconds=interval))
    pushed = time.time()
    head = origin.push(files(here, "a", version="1.34.3"))

    async def signalled() -> bool:
        return await here.submitted("a") != [] and (await here.submitted("a"))[-1] == head

    await until(signalled)
    times = await here.cluster("a").query(Told.submission_times)
    assert times[-1] - pushed < interval + 2


async def test_another_machine_loads_what_this_one_polled(
    here: Following, origin: Origin, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    origin.push(files(here, "a"))
    await first_poll(here, fleet(here, origin))
    [revision] = await here.cluster("a").query(Told.submissions)
    monkeypatch.setenv("TRAILBOSS_HOME", str(tmp_path / "another-machine"))
    origin.push(files(here, "a", version="1.34.3"))
    cluster = await load_cluster_at(revision)
    assert (cluster.name, cluster.kubernetes_version) == (here.name("a"), "1.34.4")
    origin.path.rename(origin.path.with_name("away"))
    assert await load_cluster_at(revision) is cluster, "kept in memory"
    with pytest.raises(RepositoryUnavailable):
        await load_cluster_at(revision.model_copy(update={"commit": "1" * 40}))
    origin.path.with_name("away").rename(origin.path)
    with pytest.raises(RevisionGone):
        await load_cluster_at(revision.model_copy(update={"commit": "1" * 40}))


async def test_what_all_clusters_start_from_is_read_with_each(
    here: Following, origin: Origin, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "defaults.yaml").write_text("imageRepository: mirror.example.com\n")
    monkeypatch.setenv("TRAILBOSS_CLUSTER_DEFAULTS", str(tmp_path / "defaults.yaml"))
    monkeypatch.setenv("TRAILBOSS_HOME", str(tmp_path / "another-machine"))
    cluster_defaults.cache_clear()
    origin.push(files(here, "a"))
    await first_poll(here, fleet(here, origin))
    [revision] = await here.cluster("a").query(Told.submissions)
    assert (await load_cluster_at(revision)).image_repository == "mirror.example.com"
    cluster_defaults.cache_clear()


async def test_the_web_ui_says_why(here: Following, origin: Origin) -> None:
    repository = fleet(here, origin)
    await first_poll(here, repository)
    handle = here.client.get_schedule_handle(names.schedule_id(repository.name))
    action = (await handle.describe()).info.recent_actions[-1].action
    run = here.client.get_workflow_handle(action.workflow_id)  # type: ignore[attr-defined]
    attributes = (await run.describe()).typed_search_attributes
    problems = [pair.value for pair in attributes if pair.key.name == names.ATTRIBUTE_PROBLEM]
    assert "is empty" in str(problems)
    metadata = await run.query("__temporal_workflow_metadata")
    assert "is empty" in str(metadata)


WKSCTL = """\
apiVersion: cluster.k8s.io/v1alpha1
kind: Cluster
metadata: {{name: {name}}}
spec:
  providerSpec:
    value: {{user: root, kubernetesVersion: {version}}}
"""
MACHINES = """\
apiVersion: v1
kind: List
items:
- apiVersion: cluster.k8s.io/v1alpha1
  kind: Machine
  metadata: {generateName: master-, labels: {set: master}}
  spec:
    providerSpec:
      value: {address: 10.0.0.11}
"""


def pair(name: str, folder: str = "", version: str = "1.34.4") -> dict[str, str | bytes | None]:
    return {f"{folder}cluster.yaml": WKSCTL.format(name=name, version=version), f"{folder}machines.yaml": MACHINES}


@pytest.mark.parametrize(
    ("path", "folder"),
    [("clusters", "setup/"), (".", "setup/"), ("setup", "setup/"), ("clusters", "setup/eu/"), (".", "setup/eu/")],
)
async def test_wksctl_s_two_files_are_followed_in_any_folder(
    here: Following, origin: Origin, folder: str, path: str
) -> None:
    origin.push({**pair(here.name("a"), folder), "docs/x.yaml": "a: b\n", "README.md": "text"})
    repository = fleet(here, origin, path=path)
    status = await first_poll(here, repository)
    assert status.last
    assert (status.last.submitted, status.last.problem) == ((here.name("a"),), "")
    [revision] = await here.cluster("a").query(Told.submissions)
    assert (revision.path, revision.found_as) == (folder.rstrip("/"), here.name("a"))
    cluster = await load_cluster_at(revision)
    assert [machine.name for machine in cluster.machines] == ["master-10-0-0-11"]


async def test_wksctl_s_two_files_at_the_root_hear_only_of_their_own_changes(here: Following, origin: Origin) -> None:
    first = origin.push({**pair(here.name("a")), **pair(here.name("b"), "b/")})
    repository = fleet(here, origin)
    await first_poll(here, repository)
    origin.push({"app.yaml": "apiVersion: v1\nkind: Service\nmetadata: {name: x}\n", "b/notes.txt": "x"})
    assert (await schedule.poll_now(here.client, repository.name)).submitted == ()
    second = origin.push(pair(here.name("a"), version="1.34.5"))
    assert (await schedule.poll_now(here.client, repository.name)).submitted == (here.name("a"),)
    assert await here.submitted("a") == [first, second]
    assert await here.submitted("b") == [first]
    broken = origin.push({"machines.yaml": MACHINES.replace("value: {", "value: {{")})
    seen = (await schedule.poll_now(here.client, repository.name)).clusters[here.name("a")]
    assert (seen.commit, seen.problem_commit) == (second, broken)
    assert seen.problems[0].startswith("machines.yaml:10 (document 1): not valid YAML")


async def test_wksctl_s_clusters_of_one_name_are_both_refused(here: Following, origin: Origin) -> None:
    origin.push({**pair(here.name("a"), "x/"), **pair(here.name("a"), "y/")})
    status = await first_poll(here, fleet(here, origin))
    assert status.last
    assert status.last.submitted == ()
    assert status.last.clusters[here.name("a")].problems == (f"several clusters are called {here.name('a')}: in x, y",)


async def test_wksctl_s_manifests_in_folders_of_clusters_are_as_all_others(here: Following, origin: Origin) -> None:
    name = here.name("a")
    origin.push({**pair(name, f"clusters/{name}/"), **files(here, "b"), **pair("elsewhere", "old/")})
    status = await first_poll(here, fleet(here, origin))
    assert status.last
    assert status.last.submitted == (name, here.name("b")), [one.problems for one in status.last.clusters.values()]
    [revision] = await here.cluster("a").query(Told.submissions)
    assert (revision.path, revision.found_as) == (f"clusters/{name}", "")
