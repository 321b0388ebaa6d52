"""A proxy that comes to a running cluster, or goes: containerd at once, kubelets in their turn."""

import pytest
from tests.unit.plan import world

from trailboss.plan.compute import compute

PROXY = {"http": "http://10.0.0.3:3128"}
STAGES = [
    "prepare machines (16): cp-1 prepare: containerd",
    "prepare machines (16): w-1 prepare: containerd",
    "kubelets of control planes (1): cp-1 kubelet: kubelet-configuration node-ready",
    "kubelets of workers (1): w-1 kubelet: kubelet-configuration node-ready",
]


@pytest.mark.parametrize(("before", "after"), [(None, PROXY), (PROXY, None), (PROXY, {**PROXY, "no_proxy": [".a"]})])
def test_it_comes_changes_and_goes(before: dict[str, object] | None, after: dict[str, object] | None) -> None:
    was, wanted = (world.cluster(1, 1, pod_network="none", proxy=proxy) for proxy in (before, after))
    seen = world.observation(was, {"others": {"state": "member"}}, {})
    assert world.told(compute(wanted, seen)) == STAGES
    assert world.told(compute(was, seen)) == []


def test_another_worker_changes_nothing_for_those_that_are_there() -> None:
    was, wanted = (world.cluster(1, workers, pod_network="none", proxy=PROXY) for workers in (1, 2))
    seen = world.observation(
        wanted, {"others": {"state": "member"}, "w-2": {"state": "bare"}}, {"nodes": {"w-2": None}}
    )
    told = world.told(compute(wanted, seen))
    assert told
    assert all(": w-2 " in operation for operation in told)
    assert world.told(compute(was, seen)) == []
