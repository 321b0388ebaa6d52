from typing import cast

from temporalio import activity
from temporalio.client import Client

from trailboss.ssh import SSHDefaults, SSHPool
from trailboss.worker.registry import activities
from trailboss.worker.settings import Settings
from trailboss.workflows import policies

BESIDE_STEPS = {
    "apply_addon",
    "plan_change",
    "poll_repository",
    "next_window",
    "look_again",
    "list_snapshots",
    "snapshot_source",
    "plan_restore",
    "preview_change",
    "find_revision",
}


def test_a_worker_has_every_activity_that_workflows_call() -> None:
    """One that is missing would be asked for again and again, without end."""
    known = [
        activity._Definition.must_from_callable(one).name
        for one in activities(cast(Client, None), SSHPool(SSHDefaults()), Settings())
    ]
    assert set(known) == {*policies.STEPS, *BESIDE_STEPS}
    assert len(known) == len(set(known))
