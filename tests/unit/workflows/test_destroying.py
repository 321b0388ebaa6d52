"""A cluster's end: the manifests say it, an operator says it, and only then it goes; a new one may follow."""

import pytest
from temporalio.client import Client, WorkflowUpdateFailedError
from temporalio.exceptions import ApplicationError
from tests.unit.workflows.herd import Herd
from tests.unit.workflows.plans import NOTHING, new_cluster, operation, refused, revision
from tests.unit.workflows.running import Handle, cluster, until, until_status

from trailboss.model.control import Control, ControlResult, Word
from trailboss.model.plan import Plan, Stage
from trailboss.model.progress import ClusterStatus
from trailboss.model.revision import RejectedRevision
from trailboss.workflows.cluster import ClusterWorkflow

pytestmark = pytest.mark.slow

GONE = NOTHING.model_copy(update={"destroys": True})
UNCONFIRMED = refused(temporary=False).model_copy(update={"destroys": True})
DESTROYED = ["worker-1 host-reset", "worker-2 host-reset", "cp-2 host-reset", "cp-1 host-reset"]


def destruction(*workers: str, **more: object) -> Plan:
    stages = (
        Stage(
            name="destroy workers",
            parallel=16,
            operations=tuple(operation(one, "destroy", "host-reset") for one in workers),
        ),
        Stage(
            name="destroy control planes",
            parallel=1,
            operations=tuple(operation(one, "destroy", "host-reset") for one in ("cp-2", "cp-1")),
        ),
    )
    return GONE.model_copy(update={"stages": stages, **more})


async def confirm(handle: Handle, digit: str = "b", why: str = "") -> str:
    word = Word(by="me@here", why=why, commit=revision(digit).commit if digit else "")
    result: ControlResult = await handle.execute_update("destroy", word, result_type=ControlResult)
    return result.summary


async def refusal(handle: Handle, digit: str = "b") -> str:
    with pytest.raises(WorkflowUpdateFailedError) as caught:
        await confirm(handle, digit)
    assert isinstance(caught.value.cause, ApplicationError)
    return caught.value.cause.message


async def asked_to_destroy(handle: Handle) -> ClusterStatus:
    """Push "b", which says that the cluster goes; return how it then stands."""
    await until(handle, "Ready")
    await handle.signal("submit", revision("b"))
    return await until(handle, "Refused", "b")


async def test_a_cluster_goes_on_a_push_and_a_word_and_a_new_one_follows(temporal_client: Client) -> None:
    plans = [NOTHING, UNCONFIRMED, destruction("worker-1", "worker-2"), GONE, new_cluster("worker-1"), NOTHING]
    herd = Herd(plans)
    async with cluster(temporal_client, herd) as handle:
        status = await asked_to_destroy(handle)
        name = status.name
        assert status.message == f"nothing is destroyed yet: `trailboss destroy {name}` confirms it"
        assert (status.applied, status.destroyed_at) == (revision("a"), "")
        assert herd.of("worker-1") == []
        assert await confirm(handle, why="end of life") == "destroys the cluster"
        status = await until(handle, "Destroyed", "b")
        assert sorted(herd.calls[-5:-1]) == sorted(DESTROYED)
        assert (status.applied, status.kubernetes_version) == (None, "")
        assert status.message == f"{status.destroyed_at}: nothing of the cluster is left on its machines"
        assert (status.audit[-1].what, status.audit[-1].who, status.audit[-1].why, status.audit[-1].revision) == (
            "destroy",
            "me@here",
            "end of life",
            revision("b").short,
        )
        calls = len(herd.calls)
        await handle.signal("submit", revision("b").model_copy(update={"commit": "f" * 40}))
        assert (await refusal(handle)).startswith(f"it is destroyed already; `trailboss retry {name}` looks again")
        assert len(herd.calls) == calls
        await handle.signal("submit", revision("c"))
        status = await until(handle, "Ready", "c")
        assert (status.applied, status.destroyed_at) == (revision("c"), "")
    assert "cp-1 kubeadm-init" in herd.calls[calls:]
    told = [(bool(context.destroy_confirmed), context.initialised_before) for context in herd.contexts[:5]]
    assert told == [(False, False), (False, True), (True, True), (True, True), (False, False)]


async def test_no_word_destroys_what_the_manifests_want_to_keep(temporal_client: Client) -> None:
    herd = Herd([NOTHING])
    async with cluster(temporal_client, herd) as handle:
        await until(handle, "Ready")
        assert "is not known to say `destroy: true`" in await refusal(handle, "a")
        await handle.signal("control", Control(action="destroy", commit=revision("a").commit))
        status = await handle.query(ClusterWorkflow.status)
        assert (status.phase, status.destroy_confirmed, status.audit) == ("Ready", "", ())
    assert herd.calls == ["plan"]


async def test_a_word_for_another_commit_destroys_nothing(temporal_client: Client) -> None:
    herd = Herd([NOTHING, UNCONFIRMED])
    async with cluster(temporal_client, herd) as handle:
        await asked_to_destroy(handle)
        for digit in ("a", ""):
            assert "that is not what was looked at" in await refusal(handle, digit)
        await handle.signal("control", Control(action="destroy"))
        await handle.signal("submit", revision("c"))
        status = await until(handle, "Refused", "c")
        assert "that is not what was looked at" in await refusal(handle, "b")
    assert {context.destroy_confirmed for context in herd.contexts} == {""}
    assert status.destroy_confirmed == ""


async def test_while_something_is_changed_nobody_confirms(temporal_client: Client) -> None:
    herd = Herd([new_cluster(), NOTHING], hold={"cp-1 kubeadm-init"})
    async with cluster(temporal_client, herd) as handle:
        await herd.until_called("cp-1 kubeadm-init")
        assert await refusal(handle, "a") == "a change is under way: wait for its end, or abort it"


async def test_a_newer_commit_takes_the_word_back(temporal_client: Client) -> None:
    herd = Herd([NOTHING, UNCONFIRMED, destruction("worker-1"), UNCONFIRMED], hold={"worker-1 host-reset"})
    async with cluster(temporal_client, herd) as handle:
        await asked_to_destroy(handle)
        await confirm(handle)
        await herd.until_called("worker-1 host-reset")
        await handle.signal("submit", revision("c"))
        await until_status(handle, lambda status: status.desired == revision("c"))
        herd.release()
        status = await until(handle, "Refused", "c")
    assert herd.of("cp-2") == []
    assert status.destroy_confirmed == ""
    assert herd.contexts[-1].destroy_confirmed == ""
    assert status.applied == revision("a")  # what is left of it is still this cluster


async def test_one_host_that_cannot_be_reset_keeps_no_other_back(temporal_client: Client) -> None:
    plans = [NOTHING, UNCONFIRMED, destruction("worker-1", "worker-2"), destruction(), GONE]
    herd = Herd(plans, fail={"worker-1 host-reset", "cp-2 host-reset"})
    async with cluster(temporal_client, herd) as handle:
        await asked_to_destroy(handle)
        await confirm(handle)
        status = await until(handle, "Failed", "b")
        assert sorted(herd.calls[-4:]) == sorted(DESTROYED)
        assert status.message.startswith("2 machine(s) could not be reset")
        assert status.last_result
        assert "is not free yet" in status.last_result.problems[0]
        assert status.applied == revision("a")
        herd.fail.clear()
        await handle.signal("retry")
        assert (await until(handle, "Destroyed", "b")).applied is None
    assert herd.contexts[-1].destroy_confirmed == revision("b").commit


async def test_what_does_not_answer_is_waited_for_until_it_is_skipped(temporal_client: Client) -> None:
    away = {"postponed": ("worker-9",)}
    plans = [NOTHING, UNCONFIRMED, destruction("worker-1", **away), GONE.model_copy(update=away)]
    herd = Herd(plans)
    async with cluster(temporal_client, herd) as handle:
        await asked_to_destroy(handle)
        await confirm(handle)
        await until_status(handle, lambda status: status.phase == "Waiting")
        assert herd.of("cp-1") == ["host-reset"]
        await handle.signal("control", Control(action="skip", machine="worker-9", by="me@here", why="sold"))
        status = await until(handle, "Destroyed", "b")
    assert status.message.endswith("nothing of the cluster is left on its machines; 1 machine(s) left behind")
    assert status.last_result
    assert "worker-9 does not answer: skipped by me@here (sold)" in status.last_result.problems[0]


async def test_a_folder_that_goes_after_its_cluster_is_nothing_to_tell(temporal_client: Client) -> None:
    gone = RejectedRevision(revision=revision("c").model_copy(update={"digest": ""}), reasons=("the folder is gone",))
    herd = Herd([NOTHING, UNCONFIRMED, GONE])
    async with cluster(temporal_client, herd) as handle:
        await asked_to_destroy(handle)
        await handle.signal("reject", gone)
        assert (await until_status(handle, lambda status: status.rejected is not None)).rejected == gone
        await confirm(handle)
        await until(handle, "Destroyed", "b")
        await handle.signal("reject", gone)
        status = await until_status(handle, lambda status: status.rejected is None)
    assert status.phase == "Destroyed"
