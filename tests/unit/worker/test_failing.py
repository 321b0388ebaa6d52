import asyncio

import pytest
from temporalio.exceptions import ApplicationError

from trailboss.model.errors import GateNotHeld
from trailboss.worker.metrics.failing import kind_of


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (ApplicationError("w-1: no route to host", type="HostUnreachable"), "HostUnreachable"),
        (GateNotHeld("etcd"), "GateNotHeld"),
        (ApplicationError("made up by somebody", type="w-1 is busy"), "Unexpected"),
        (ApplicationError("no type"), "Unexpected"),
        (KeyError("w-1"), "Unexpected"),
        (asyncio.CancelledError(), ""),
    ],
)
def test_kinds_are_those_of_the_error_tree(error: BaseException, kind: str) -> None:
    assert kind_of(error) == kind
