"""A cluster that others made, as it would be read: by kubeadm 1.33 with packages; cases tell what is otherwise."""

from copy import deepcopy
from pathlib import Path
from typing import Any

import yaml
from kubernetes import client
from tests.unit.plan import world
from tests.unit.steps.fake_host import AUTHORITY, foreign

from trailboss.adoption import ClusterSeen, HostSeen, NodeStanding, Seen
from trailboss.facts import MachineFacts, standing
from trailboss.kube import settings
from trailboss.model.machine import Machine
from trailboss.plan.observation import ControlPlaneSeen, NodeSeen, Recorded

SAMPLE = Path(__file__).parent / "samples" / "kubeadm-1.33"
VERSION = "1.33.4"
_CONTROL_PLANE = "node-role.kubernetes.io/control-plane"
_PRINTED = {
    "commands": "ctr /usr/bin/ctr\ncurl /usr/bin/curl\nopenssl /usr/bin/openssl",
    "pki": "/etc/kubernetes/pki",
    "package": "kubelet",
    "containerd": """
        version = 2
        [plugins."io.containerd.grpc.v1.cri"]
        restrict_oom_score_adj = false
        [plugins."io.containerd.grpc.v1.cri".cni]
        bin_dir = "/opt/cni/bin"
        [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc.options]
        SystemdCgroup = true
    """,
}


def config_map(name: str) -> dict[str, Any]:
    return dict(yaml.safe_load((SAMPLE / f"{name}.yaml").read_text()))


def configuration(**changes: Any) -> dict[str, Any]:  # noqa: ANN401 - values of YAML
    """kubeadm's record; `changes` are merged into it, and None takes a field away."""
    return _merged(yaml.safe_load(config_map("kubeadm-config")["data"]["ClusterConfiguration"]), changes)


def recorded(document: dict[str, Any], kubelet: dict[str, Any], kube_proxy: dict[str, Any]) -> Recorded:
    """Return what Trailboss reads of these documents in the API, by its own reader."""
    maps = {
        "kubeadm-config": {"ClusterConfiguration": yaml.safe_dump(document)},
        "kubelet-config": {"kubelet": yaml.safe_dump(kubelet)},
        "kube-proxy": {"config.conf": yaml.safe_dump(kube_proxy)},
    }
    found = {name: client.V1ConfigMap(data=data, metadata=client.V1ObjectMeta()) for name, data in maps.items()}
    read = settings.recorded(_Api(found))  # type: ignore[arg-type]
    assert read
    return read


class _Api:
    """Stands for a ClusterApi of which only ConfigMaps are asked."""

    class core:  # noqa: N801 - the client's own name
        read_namespaced_config_map = None

    def __init__(self, maps: dict[str, Any]) -> None:
        self._maps = maps

    def run(self, _function: object, name: str, _namespace: str) -> Any:  # noqa: ANN401 - as the client's
        return self._maps[name]


def seen(case: dict[str, Any]) -> Seen:
    """`case`: control_planes, workers; record, kubelet, kube_proxy: changes of documents; cluster: fields of
    ClusterSeen; nodes, hosts, printed: by node name or "others", fields of NodeStanding and of its Node, MachineFacts,
    what the host prints for each section."""
    machines = world.cluster(case.get("control_planes", 1), case.get("workers", 1), version=VERSION).machines
    document = configuration(**case.get("record", {}))
    kubelet = _merged(yaml.safe_load(config_map("kubelet-config")["data"]["kubelet"]), case.get("kubelet", {}))
    proxy = _merged(yaml.safe_load(config_map("kube-proxy")["data"]["config.conf"]), case.get("kube_proxy", {}))
    known = case.get("cluster", {})
    given = {
        "version": VERSION,
        "authority": AUTHORITY,
        "nodes": tuple(_node(machine, _of(case.get("nodes", {}), machine.name)) for machine in machines),
        "configuration": document,
        "recorded": None if case.get("no_record") else recorded(document, kubelet, proxy),
        "control_planes": {
            machine.name: ControlPlaneSeen(
                api_server=VERSION, controller_manager=VERSION, scheduler=VERSION, etcd="3.5.21-0"
            )
            for machine in machines
            if machine.role == "control-plane"
        },
        "programs": ("kube-system/kube-proxy", "kube-system/kube-flannel-ds"),
        **({"configuration": {}, "recorded": None} if case.get("no_record") else {}),
        **known,
    }
    hosts = {machine.name: _host(machine, case) for machine in machines}
    return Seen(cluster=ClusterSeen.model_validate(given), hosts=hosts)


def _node(machine: Machine, given: dict[str, Any]) -> NodeStanding:
    role = machine.role == "control-plane"
    node = {
        "name": machine.name,
        "ready": True,
        "kubelet_version": VERSION,
        "internal_address": machine.address,
        "labels": {"kubernetes.io/hostname": machine.name, **({_CONTROL_PLANE: ""} if role else {})},
        "taints": ({"key": _CONTROL_PLANE, "effect": "NoSchedule"},) if role else (),
        "machine_id": f"id-of-{machine.name}",
        "control_plane": role,
        **given.get("node", {}),
    }
    outer = {key: value for key, value in given.items() if key != "node"}
    standing_ = {"runtime": "containerd://1.7.27", "addresses": (machine.address,), **outer}
    return NodeStanding.model_validate({"node": NodeSeen.model_validate(node), **standing_})


def _host(machine: Machine, case: dict[str, Any]) -> HostSeen | str:
    given = _of(case.get("hosts", {}), machine.name)
    if isinstance(given, str):
        return given
    facts = MachineFacts.model_validate({**foreign(machine).model_dump(), **given})
    printed = {**_PRINTED, "static_pods": _static_pods(machine), **_of(case.get("printed", {}), machine.name)}
    output = "".join(f"\n@@trailboss-standing {name}\n{text}\n" for name, text in printed.items())
    return HostSeen(facts=facts, standing=standing.parse(output))


def _static_pods(machine: Machine) -> str:
    if machine.role == "worker":
        return ""
    files = sorted((SAMPLE / "manifests").glob("*.yaml"))
    return "".join(f"--- # {file.name}\n{file.read_text()}\n" for file in files)


def _of(given: dict[str, Any], name: str) -> Any:  # noqa: ANN401 - values of YAML
    return given.get(name, given.get("others", {}))


def _merged(into: dict[str, Any], changes: dict[str, Any]) -> dict[str, Any]:
    result = deepcopy(into)
    for key, value in changes.items():
        if value is None:
            result.pop(key, None)
        elif isinstance(value, dict) and isinstance(result.get(key), dict):
            result[key] = _merged(result[key], value)
        else:
            result[key] = value
    return result
