from typing import Any

import pytest

from trailboss.imports import FoundMachine
from trailboss.imports.choosing import conventional_roles
from trailboss.imports.jumps import jump_of
from trailboss.imports.naming import node_name
from trailboss.imports.selector import Selector


def machine(name: str = "host", **given: Any) -> FoundMachine:  # noqa: ANN401 - fields of any type
    return FoundMachine(name=name, file="source", **given)


@pytest.mark.parametrize(
    ("found", "roles"),
    [
        *((machine(groups=(group,)), ["control-plane"]) for group in (
            "kube_control_plane", "kube-master", "masters", "control_plane", "controlplane", "k8s-masters",
            "kubernetes-master", "kube-controlplane", "role_master", "tag_Role_control-plane", "controllers", "cp")),
        *((machine(groups=(group,)), ["worker"]) for group in (
            "kube_node", "kube-node", "workers", "worker", "nodes", "k8s_workers", "kube-minion", "kubernetes_nodes")),
        *((machine(groups=(group,)), []) for group in (
            "k8s_cluster", "etcd", "all", "elasticsearch-master", "server", "agent", "bastion", "masterpiece")),
        (machine(groups=("masters", "nodes")), ["control-plane", "worker"]),
        (machine(groups=("masters", "masters")), ["control-plane"]),
        (machine(tags={"Role": "master"}), ["control-plane"]),
        (machine(tags={"k8s-role": "node"}), ["worker"]),
        (machine(tags={"k8s.io/role/master": "1"}), ["control-plane"]),
        (machine(tags={"node-role.kubernetes.io/worker": ""}), ["worker"]),
        (machine(tags={"etcd-role": "node"}), []),
        (machine(tags={"Environment": "master"}), []),
        (machine("worker-1", tags={"role": "control-plane"}), ["control-plane"]),
        (machine(hints=("control_plane", "workers")), ["control-plane"]),
        (machine(hints=("node",), tags={"role": "master"}), ["control-plane"]),
        (machine(role="worker", groups=("masters",)), ["worker"]),
        *((machine(name), ["control-plane"]) for name in (
            "cp-1", "prod-cp1", "k8s-master-01", "controller0", "kubecp-3", "control-plane-2", "k8s-cp-node-1")),
        *((machine(name), ["worker"]) for name in ("node1", "worker-02", "w-3", "prod-w1", "k8sworker2")),
        *((machine(name), []) for name in ("mail", "www-1", "postgres", "cpu-1", "nodejs-app", "mastermind")),
    ],
)  # fmt: skip
def test_common_conventions(found: FoundMachine, roles: list[str]) -> None:
    assert conventional_roles(found) == roles


@pytest.mark.parametrize(
    ("text", "matches"),
    [
        ("kube_node", True),
        ("Kube-Node", True),
        ("group:kube-*", True),
        ("name:kube-node", False),
        ("name:eu-?", True),
        ("eu-1", True),
        ("group:eu-1", False),
        ("zone=a", True),
        ("zone=b", False),
        ("zone=*,!etcd", False),
        ("kube_node,!masters", True),
        ("!masters", True),
        ("rest", False),
        ("k8s::worker", True),
    ],
)
def test_selectors(text: str, *, matches: bool) -> None:
    found = machine("eu-1", groups=("kube_node", "etcd", "k8s::worker"), tags={"zone": "a"})
    assert Selector(text=text).matches(found) is matches


@pytest.mark.parametrize(
    ("arguments", "user", "jump"),
    [
        ("", None, None),
        ("-o StrictHostKeyChecking=no", None, None),
        ("-o ProxyJump=ops@gate:2200", None, "ops@gate:2200"),
        ("-oProxyJump=gate", "core", "core@gate"),
        ("-o 'ProxyJump gate'", None, "root@gate"),
        ("-J ops@gate -A", None, "ops@gate"),
        ("-o ProxyJump=none", "core", None),
        ("-o ProxyJump=a,b", "core", None),
        ("""-o ProxyCommand="ssh -W %h:%p -q ops@gate" """, None, "ops@gate"),
        ("""-o ProxyCommand='/usr/bin/ssh -p 2200 -l ops -i key -W %h:%p gate'""", None, "ops@gate:2200"),
        ("-o ProxyCommand='nc -X connect %h %p'", None, None),
        ("-o 'unfinished", None, None),
    ],
)
def test_jump_hosts(arguments: str, user: str | None, jump: str | None) -> None:
    assert jump_of(arguments, user)[0] == jump


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("cp-1", "cp-1"),
        ("CP_1", "cp-1"),
        ("ip-10-0-0-1.eu-west-3.compute.internal", "ip-10-0-0-1.eu-west-3.compute.internal"),
        ("_a_._b_", "a.b"),
        ("10.0.0.1", "node-10-0-0-1"),
        ("knoten-ä-1", "knoten-1"),
        ("x" * 80, "x" * 63),
        ("y" * 62 + ".z", "y" * 62),
        ("///", ""),
    ],
)
def test_names_of_nodes(text: str, name: str) -> None:
    assert node_name(text) == name
