"""Clusters that were seen in any state: most of them a mess, and as many nearly well, in the middle of something."""

from typing import Any

from hypothesis import strategies as st
from tests.unit.plan import world

from trailboss.model.checks import OWN_CHECKS
from trailboss.model.cluster import Cluster
from trailboss.model.machine import Machine
from trailboss.plan import Observation

VERSIONS = st.sampled_from(["1.33.7", "1.34.4", "1.34.6", "1.35.3", "1.36.1"])
RELEASES = ["1.33.7", "1.34.6", "1.35.3", "1.36.1"]
FACTS = st.fixed_dictionaries(
    {"state": st.sampled_from(["bare", "prepared", "member", "member", "member", "unreachable", "lost"])},
    optional={
        "version": VERSIONS,
        "owner": st.sampled_from(["", "demo", "prod"]),
        "member": st.sampled_from(["", "init-begun", "join-begun", "init", "join"]),
        "upgraded_to": st.sampled_from(["1.34.4 apply", "1.35.3 node begun", "1.35.3 apply begun"]),
        "etcd_data": st.booleans(),
        "swaps": st.sampled_from([(), ("/swap.img",)]),
        "clock_skew_seconds": st.sampled_from([None, 0.0, 59.0, 61.0]),
    },
)
NODES = st.fixed_dictionaries(
    {},
    optional={
        "ready": st.booleans(),
        "pod_cidr": st.sampled_from(["", "10.244.9.0/24"]),
        "labels": st.just({}),
        "kubelet_version": VERSIONS,
        "cordoned_by": st.just("change abc"),
    },
)
API = st.fixed_dictionaries(
    {},
    optional={
        "version": VERSIONS,
        "recorded": VERSIONS,
        "releases": st.sampled_from([[], RELEASES]),
        "etcd_members": st.sampled_from([None, ["cp-1"], ["cp-1", "cp-2", "cp-3"]]),
        "etcd_problems": st.sampled_from([[], ["the etcd member cp-2 is a learner"]]),
    },
)
WAIVED = st.sampled_from([(), OWN_CHECKS])
Situation = tuple[Cluster, Observation, tuple[Machine, ...]]


@st.composite
def messes(draw: st.DrawFn) -> Situation:
    of = world.cluster(draw(st.integers(1, 3)), draw(st.integers(0, 2)), version=draw(VERSIONS), waived=draw(WAIVED))
    former = tuple(map(world.machine, draw(st.lists(st.sampled_from(["cp-1", "cp-4", "w-3", "w-4"]), unique=True))))
    names = sorted({machine.name for machine in (*of.machines, *former)})
    hosts: dict[str, Any] = {name: draw(FACTS) for name in names}
    seen = draw(st.sets(st.sampled_from(names)))
    api = draw(st.one_of(st.none(), API.map(lambda given: given | {"nodes": {}})))
    if api is not None:
        api["nodes"] = {name: draw(NODES) for name in sorted(seen)}
    return of, world.observation(of, hosts, api, former), former


@st.composite
def standing(draw: st.DrawFn) -> Situation:
    """An upgrade, or a change of machines, that has come as far as it has."""
    at, wanted = sorted(draw(st.tuples(st.integers(0, 3), st.integers(0, 3))))
    here, next_one = RELEASES[at], RELEASES[min(at + 1, wanted)]
    of = world.cluster(draw(st.integers(1, 4)), draw(st.integers(0, 3)), version=RELEASES[wanted], waived=draw(WAIVED))
    former = tuple(map(world.machine, draw(st.lists(st.sampled_from(["cp-5", "w-4"]), unique=True, max_size=1))))
    everyone = (*of.machines, *former)
    moved = draw(st.sets(st.sampled_from([machine.name for machine in everyone])))
    absent = draw(st.one_of(st.none(), st.sampled_from([machine.name for machine in everyone])))
    hosts = {name: _at(next_one if name in moved else here) for name in (machine.name for machine in everyone)}
    if absent:
        hosts[absent] = {"state": draw(st.sampled_from(["bare", "lost", "unreachable"]))}
    cordoned = draw(st.sets(st.sampled_from(sorted(moved)), max_size=1)) if moved else set()
    old = draw(st.sets(st.sampled_from(sorted(moved)))) if moved else set()
    nodes = {name: {"kubelet_version": here} for name in old} | {
        name: {"cordoned_by": "change abc"} for name in cordoned
    }
    servers = {name for name, host in hosts.items() if name.startswith("cp") and host["state"] == "member"}
    api = {
        "version": next_one if servers <= moved else here,
        "recorded": draw(st.sampled_from([here, next_one])),
        "releases": RELEASES,
        "nodes": nodes,
    }
    return of, world.observation(of, hosts, api, former), former


situations = st.one_of(messes(), standing())


def _at(version: str) -> dict[str, Any]:
    return {"state": "member", "version": version}
