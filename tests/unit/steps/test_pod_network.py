import json
from pathlib import Path

import pytest
from tests.unit.steps.fake_host import joined, prepared
from tests.unit.steps.sandbox import Sandbox

from trailboss.facts import MachineFacts
from trailboss.model.cluster import Cluster
from trailboss.model.machine import Machine
from trailboss.steps import combine
from trailboss.steps.pod_network import _SCRIPT, FACTS, _cni, commands

HERE = Machine(name="w-1", role="worker", address="10.0.0.9", kubernetes_version="1.34.4")
CLUSTER = Cluster(name="demo", kubernetes_version="1.34.4", machines=(HERE,))
ROUTES = {"w-1": ("10.0.0.9", "10.244.2.0/24"), "cp-1": ("10.0.0.1", "10.244.0.0/24")}
ALL = [
    "write /etc/cni/net.d/10-trailboss.conflist",
    "write /etc/trailboss/pod-routes",
    "write /usr/local/sbin/trailboss-pod-routes",
    "write /etc/systemd/system/trailboss-pod-routes.service",
    "set routes to the other nodes' pods",
]


def test_a_new_node_gets_all_of_it() -> None:
    missing = commands(CLUSTER, HERE, prepared(CLUSTER, HERE), ROUTES)
    assert [command.summary for command in missing] == ALL
    assert "10.244.0.0/16 10.244.2.0/24\n10.244.0.0/24 10.0.0.1\n" in combine(missing)


def test_a_second_run_yields_nothing() -> None:
    facts = joined(CLUSTER, HERE, ROUTES)
    read = MachineFacts.model_validate({name: getattr(facts, name) for name in FACTS})
    assert commands(CLUSTER, HERE, read, ROUTES) == []


def test_another_node_means_another_route() -> None:
    more = {**ROUTES, "w-2": ("10.0.0.10", "10.244.3.0/24")}
    missing = commands(CLUSTER, HERE, joined(CLUSTER, HERE, ROUTES), more)
    assert [command.summary for command in missing] == ["write /etc/trailboss/pod-routes", ALL[-1]]


@pytest.mark.parametrize(
    "lost",
    [{"pod_routes": {}}, {"pod_routes_active": False}, {"pod_routes_enabled": False}],
    ids=lambda lost: next(iter(lost)),
)
def test_routes_that_went_missing_are_set_again(lost: dict[str, object]) -> None:
    facts = joined(CLUSTER, HERE, ROUTES).model_copy(update=lost)
    assert [command.summary for command in commands(CLUSTER, HERE, facts, ROUTES)] == [ALL[-1]]


def test_a_network_that_is_not_ours_is_left_alone() -> None:
    other = CLUSTER.model_copy(update={"pod_network": "none"})
    assert commands(other, HERE, prepared(CLUSTER, HERE), ROUTES) == []


def test_a_node_without_a_pod_cidr_has_to_wait() -> None:
    assert commands(CLUSTER, HERE, prepared(CLUSTER, HERE), {"cp-1": ROUTES["cp-1"]}) == []


def test_the_plugin_keeps_the_source_of_pod_traffic() -> None:
    conflist = json.loads(_cni("10.244.2.0/24"))
    bridge, portmap = conflist["plugins"]
    assert (bridge["type"], bridge["ipMasq"], bridge["isGateway"], bridge["hairpinMode"]) == (
        "bridge",
        False,
        True,
        True,
    )
    assert bridge["ipam"]["ranges"] == [[{"subnet": "10.244.2.0/24"}]]
    assert portmap == {"type": "portmap", "capabilities": {"portMappings": True}}


@pytest.fixture
def host(tmp_path: Path) -> Sandbox:
    """Two of our routes are set: one is still wanted, one is not. No iptables rule is there yet."""
    sandbox = Sandbox(tmp_path)
    sandbox.write("/var/lib/list", "10.244.0.0/16 10.244.2.0/24\n10.244.0.0/24 10.0.0.1\n10.244.3.0/24 10.0.0.10\n")
    there = ["10.244.0.0/24 via 10.0.0.1 dev eth0", "10.244.30.0/24 via 10.0.0.3 dev eth0"]
    show = f'case "$*" in "route show"*) echo "{there[0]}"; echo "{there[1]}";; esac'
    sandbox.program("ip", show)
    sandbox.program("iptables", 'case "$*" in *" -C "*) exit 1;; esac')
    return sandbox


def run_routes(host: Sandbox) -> None:
    done = host.run(f"set -- /var/lib/list 66\n{_SCRIPT}")
    assert done.returncode == 0, done.stderr


def test_routes_are_set_and_only_stale_ones_of_ours_removed(host: Sandbox) -> None:
    run_routes(host)
    assert host.calls("ip") == [
        "route replace 10.244.0.0/24 via 10.0.0.1 proto 66",
        "route replace 10.244.3.0/24 via 10.0.0.10 proto 66",
        "route show proto 66",
        "route delete 10.244.30.0/24 proto 66",
    ]


def test_only_what_leaves_the_pod_network_is_masqueraded(host: Sandbox) -> None:
    run_routes(host)
    (masquerade,) = [call for call in host.calls("iptables") if "MASQUERADE" in call]
    assert "-s 10.244.2.0/24 ! -d 10.244.0.0/16 -j MASQUERADE" in masquerade


def test_rules_that_are_there_are_not_added_again(host: Sandbox) -> None:
    host.program("iptables")
    run_routes(host)
    jumps = [call for call in host.calls("iptables") if "--comment trailboss" in call]
    assert len(jumps) == 2
    assert all(" -C " in call for call in jumps)
