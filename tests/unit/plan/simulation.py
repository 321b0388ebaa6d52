"""A cluster on which steps of plans are carried out, one after the other, and what must hold after each of them."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from tests.unit.plan import world
from tests.unit.plan.simulated_host import Host

from trailboss.kubeadm.versions import Version, api_server_skew, kubelet_skew, parse
from trailboss.model.cluster import Cluster
from trailboss.model.machine import Machine
from trailboss.model.plan import MachineOperation, Plan
from trailboss.plan import Observation

RELEASES = ("1.33.7", "1.34.4", "1.35.3", "1.36.1")


@dataclass
class Simulation:
    """`of`: as it is wanted; `before`: as it was. `applies`: ended `kubeadm upgrade apply` runs by version."""

    of: Cluster
    before: Cluster
    recorded: str
    kube_proxy: str = ""
    hosts: dict[str, Host] = field(default_factory=dict)
    applies: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        self.kube_proxy = self.recorded
        for machine in (*self.before.machines, *self.of.machines):
            self.hosts.setdefault(machine.name, self._host(machine))

    def look(self) -> Observation:
        nodes = {name: host.node for name, host in self.hosts.items() if host.member}
        api = {
            "version": str(min(self.api_servers)),
            "recorded": self.recorded,
            "releases": RELEASES,
            "etcd_members": [name for name, host in self.hosts.items() if host.etcd and not host.begun],
            "etcd_size": sum(host.etcd for host in self.hosts.values()),
            "nodes": nodes,
            "control_planes": {name: host.components for name, host in self.hosts.items() if host.serves},
        }
        hosts = {name: host.facts for name, host in self.hosts.items()}
        return world.observation(self.of, hosts, api, self.before.machines)

    @property
    def api_servers(self) -> tuple[Version, ...]:
        return tuple(parse(host.api_server) for host in self.hosts.values() if host.serves)

    def steps(self, plan: Plan) -> Iterator[tuple[MachineOperation, str]]:
        return ((operation, step.name) for operation in plan.operations for step in operation.steps)

    def carry_out(self, machine: str, step: str, hop: str, *, whole: bool) -> None:
        """Do a step; not `whole`: the host dies in the middle of it."""
        host = self.hosts[machine]
        match step:
            case "staged-binaries":
                host.staged = (*host.staged, hop) if whole else host.staged
            case "kubeadm-upgrade-apply" | "kubeadm-upgrade-node":
                self._upgrade(host, step.rpartition("-")[2], hop, whole=whole)
            case "drain":
                self._only_one_control_plane(host)
                host.cordoned = True
            case "uncordon":
                host.cordoned = not whole
            case "kubelet":
                assert host.cordoned, f"{machine}: the kubelet is replaced on an empty machine"
                assert parse(hop).minor - parse(host.kubelet).minor <= 1, f"{machine}: its kubelet skips a minor"
                host.kubelet, host.version = (hop, hop) if whole else (host.kubelet, host.version)
            case "node-ready":
                assert host.kubelet == hop, f"{machine}: it would wait for a version that is not to come"
            case "kubeadm-join":
                assert self.recorded == hop, "kubeadm joins machines of its own version"
                host.begun = not whole
                host.member = whole
                host.etcd = host.role == "control-plane"
                host.kubelet = host.api_server = host.version = hop
            case "etcd-leave":
                host.etcd = not whole
            case "node-delete" | "host-reset" if whole:
                host.member = False

    def check(self) -> None:
        """What must hold at any moment."""
        servers = self.api_servers
        assert servers, "a control plane serves"
        assert not api_server_skew(servers)
        for name, host in self.hosts.items():
            if host.member:
                assert not kubelet_skew(parse(host.kubelet), servers), name
        assert not kubelet_skew(parse(self.kube_proxy), servers), "kube-proxy"
        assert all(count <= 1 for count in self.applies.values()), self.applies

    @property
    def is_done(self) -> bool:
        wanted = {machine.name for machine in self.of.machines}
        members = {name for name, host in self.hosts.items() if host.member}
        versions = {host.kubelet for host in self.hosts.values() if host.member} | {
            str(one) for one in self.api_servers
        }
        etcd = {name for name, host in self.hosts.items() if host.etcd}
        cordoned = any(host.cordoned for host in self.hosts.values() if host.member)
        versions.add(self.kube_proxy)
        return members == wanted and etcd <= members and versions == {self.of.kubernetes_version} and not cordoned

    def _host(self, machine: Machine) -> Host:
        version = self.before.kubernetes_version
        member = machine.name in {one.name for one in self.before.machines}
        run = version if member else ""
        etcd = member and machine.role == "control-plane"
        return Host(role=machine.role, version=version, member=member, kubelet=run, api_server=run, etcd=etcd)

    def _upgrade(self, host: Host, verb: str, hop: str, *, whole: bool) -> None:
        assert hop in host.staged, "what is installed was staged before"
        assert parse(hop) >= parse(host.kubelet), "no downgrade"
        if host.serves:
            assert parse(hop) >= parse(host.api_server), "no downgrade"
            host.api_server = hop
        else:
            assert set(self.api_servers) == {parse(hop)}, "workers follow when all control planes are there"
        if verb == "apply":
            assert not (whole and self.recorded == hop and not host.upgraded_to.endswith("begun")), "no second apply"
            self.recorded = hop
            self.applies[hop] += whole
        assert self.recorded == hop, "node follows apply"
        if whole and set(self.api_servers) == {parse(hop)}:
            self.kube_proxy = hop  # kubeadm holds it back while any API server is older
        host.upgraded_to = f"{hop} {verb}" + ("" if whole else " begun")

    def _only_one_control_plane(self, host: Host) -> None:
        others = [one for one in self.hosts.values() if one.serves and one.cordoned and one is not host]
        assert not (host.serves and others), "one control plane at a time"
