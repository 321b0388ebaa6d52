"""What is seen of a cluster whose hosts are in the states given: facts, nodes, control planes."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from tests.unit.steps.fake_host import bare, foreign, joined, prepared

from trailboss.facts import MachineFacts
from trailboss.kubeadm.init import certificate_names, kube_proxy_configuration, kubelet_configuration
from trailboss.kubeadm.settings import kube_proxy_digest, kubelet_digest, own_names
from trailboss.model.cluster import Cluster
from trailboss.model.machine import Machine
from trailboss.plan import NodeSeen, Observation
from trailboss.plan.observation import ControlPlaneSeen, Recorded

VERSION = "1.34.4"
_OF_THE_HOST = ("state", "version")
_GIVEN = (
    "etcd_size",
    "etcd_problems",
    "releases",
    "evictions_blocked",
    "pods_at_risk",
    "deprecated_apis",
    "addons",
)


@dataclass(frozen=True)
class Sight:
    """`hosts` and `api` as in `world.observation`."""

    of: Cluster
    former: tuple[Machine, ...]
    hosts: Mapping[str, Any]
    api: Mapping[str, Any] | None

    @property
    def observation(self) -> Observation:
        facts = {one.name: self._facts(one) for one in self.machines}
        api = self.api
        seen = {} if api is None else {name: api[name] for name in _GIVEN if name in api}
        return Observation(
            machines={name: found for name, found in facts.items() if found is not None},
            unreachable={name: "no route to host" for name, found in facts.items() if found is None},
            nodes=None if api is None else self._nodes(api.get("nodes", {})),
            api_version="" if api is None else self.version,
            recorded_version="" if api is None else api.get("recorded", self.version),
            recorded=None if api is None else recorded(self.of, **api.get("settings", {})),
            control_planes={} if api is None else self._control_planes(api.get("control_planes", {})),
            etcd_members=None if api is None else api.get("etcd_members", self._etcd_members()),
            initialised_before=bool(self.hosts.get("initialised_before")),
            applied=tuple(self.hosts.get("applied", ())),
            **seen,
        )

    @cached_property
    def machines(self) -> list[Machine]:
        kept = {one.name for one in self.of.machines}
        return [*self.of.machines, *(one for one in self.former if one.name not in kept)]

    @property
    def version(self) -> str:
        return str((self.api or {}).get("version", self.of.kubernetes_version))

    @cached_property
    def members(self) -> list[Machine]:
        return [one for one in self.machines if self._state(one)["state"] in {"member", "foreign", "lost"}]

    def node(self, of: Machine, **given: object) -> NodeSeen:
        """The node that this machine is once all is well with it."""
        seen = {
            "name": of.name,
            "ready": self._state(of)["state"] != "lost",
            "kubelet_version": self._version(of),
            "internal_address": of.node_address,
            "pod_cidr": f"10.244.{self.machines.index(of)}.0/24",
            "labels": {"kubernetes.io/hostname": of.name, **of.labels},
            "taints": of.taints or (),
            "machine_id": f"id-of-{of.name}",
            "control_plane": of.role == "control-plane",
            "owned_labels": tuple(of.labels),
            **given,
        }
        return NodeSeen.model_validate(seen)

    def _state(self, of: Machine) -> dict[str, Any]:
        found: dict[str, Any] = self.hosts.get(of.name, self.hosts.get("others", {"state": "bare"}))
        return found

    def _version(self, of: Machine) -> str:
        return str(self._state(of).get("version", self.version))

    def _facts(self, of: Machine) -> MachineFacts | None:
        given = self._state(of)
        state = given["state"]
        if state in {"unreachable", "lost"}:
            return None
        at = (
            self.of.at(self._version(of))
            if state == "member"
            else self.of.at(given.get("version", of.kubernetes_version))
        )
        there = of.model_copy(update={"kubernetes_version": at.kubernetes_version})
        facts = bare(there) if state == "bare" else prepared(at, there)
        if state == "member":
            how = "init" if of == self.of.control_planes[0] else "join"
            routes = {one.name: (one.node_address, self.node(one).pod_cidr) for one in self.members}
            facts = joined(at, there, routes, how, facts)
        if state == "foreign":
            facts = foreign(of.model_copy(update={"kubernetes_version": self._version(of)}))
        own = {key: value for key, value in given.items() if key not in _OF_THE_HOST}
        return MachineFacts.model_validate({**facts.model_dump(), **own}) if own else facts

    def _nodes(self, given: dict[str, Any]) -> tuple[NodeSeen, ...]:
        known = {one.name: one for one in self.machines}
        names = sorted({one.name for one in self.members} | set(given))
        own = {name: given.get(name, {}) for name in names}
        return tuple(
            self.node(known[name], **fields) if name in known else _stranger(name, fields)
            for name, fields in own.items()
            if fields is not None
        )

    def _control_planes(self, given: dict[str, Any]) -> dict[str, ControlPlaneSeen]:
        own = {name: given.get(name, {}) for name in dict.fromkeys([*self._etcd_members(), *given])}
        version = {one.name: self._version(one) for one in self.machines}
        return {
            name: ControlPlaneSeen.model_validate({**_components(version.get(name, self.version)), **fields})
            for name, fields in own.items()
            if fields is not None
        }

    def _etcd_members(self) -> tuple[str, ...]:
        return tuple(one.name for one in self.members if one.role == "control-plane")


def recorded(of: Cluster, **given: Any) -> Recorded:  # noqa: ANN401 - fields of any type
    """What kubeadm has recorded of a cluster that was made as the manifests are now; `given`: what is otherwise."""
    user = of.kubeadm
    seen = {
        "endpoint": str(of.api_endpoint) if of.control_planes else "",
        "image_repository": of.image_repository,
        "pod_cidr": of.pod_cidr,
        "service_cidr": of.service_cidr,
        "service_domain": of.service_domain,
        "api_server": user.api_server_arguments,
        "controller_manager": user.controller_manager_extra_args,
        "scheduler": user.scheduler_extra_args,
        "names": certificate_names(of) if of.control_planes else (),
        "kubelet": kubelet_configuration(of),
        "kube_proxy": kube_proxy_configuration(of),
        "own_names": own_names(of),
        "own_kubelet": kubelet_digest(of),
        "own_kube_proxy": kube_proxy_digest(of),
        **given,
    }
    return Recorded.model_validate(seen)


def _components(version: str) -> dict[str, str]:
    return {"api_server": version, "controller_manager": version, "scheduler": version, "etcd": "3.6.5-0"}


def _stranger(name: str, own: dict[str, Any]) -> NodeSeen:
    return NodeSeen.model_validate({"name": name, "ready": True, "kubelet_version": VERSION, **own})
